"""The catalogue: what machine-learning APIs mean, one TOML line each (docs/catalogue.md)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from portfolio_scan.api import Catalogue


@cache
def load() -> Catalogue:
    """All TOML files of this folder, merged table by table. A name listed twice is an error."""
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    files = sorted(
        (f for f in resources.files(__name__).iterdir() if f.name.endswith(".toml")),
        key=lambda f: f.name,
    )
    for file in files:
        for table, entries in tomllib.loads(file.read_text("utf-8")).items():
            merged = tables.setdefault(table, {})
            for name, fields in entries.items():
                if name in merged:
                    raise ValueError(f"{file.name}: {table}.{name} is listed twice")
                merged[name] = fields
    return Catalogue(tables=tables)
