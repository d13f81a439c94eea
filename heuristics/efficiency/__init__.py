"""Heuristics about efficiency."""
