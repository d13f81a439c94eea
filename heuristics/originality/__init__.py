"""Heuristics about originality."""
