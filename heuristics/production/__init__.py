"""Heuristics about production."""
