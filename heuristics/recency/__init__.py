"""Heuristics about recency."""
