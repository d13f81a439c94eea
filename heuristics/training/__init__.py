"""Heuristics about training."""
