"""Heuristics about responsibility."""
