"""Evidence-backed dossiers about the machine-learning work in a GitHub portfolio."""

__version__ = "0.1.0"
