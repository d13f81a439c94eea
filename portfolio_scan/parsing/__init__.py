"""Bytes to code facts: guards, notebooks, what is foreign in a tree, and the LibCST reading."""
