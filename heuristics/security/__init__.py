"""Questions about secrets and about loading what others made."""
