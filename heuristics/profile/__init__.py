"""Heuristics about profile."""
