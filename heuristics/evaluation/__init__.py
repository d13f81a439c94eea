"""Heuristics about evaluation."""
