"""Heuristics about data."""
