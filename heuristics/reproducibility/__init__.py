"""Heuristics about reproducibility."""
