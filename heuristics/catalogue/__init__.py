"""The catalogue: what machine-learning APIs mean, one TOML line each (docs/catalogue.md)."""

from __future__ import annotations

from functools import cache
from importlib import resources

from portfolio_scan.api import Catalogue, read_catalogue


@cache
def load() -> Catalogue:
    """All TOML files of this folder."""
    return read_catalogue(resources.files(__name__))
