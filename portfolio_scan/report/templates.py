"""Templates: how all of them are loaded, so that no text of a candidate is printed as markup."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from portfolio_scan.report.text import finalize

_PACKAGE = "report_templates"


@cache
def templates(folder: str) -> Environment:
    """Give the templates of a folder of report_templates."""
    return Environment(
        loader=PackageLoader(_PACKAGE, folder),
        # select_autoescape() would not escape `.html.j2`.
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def styles(*names: str) -> Markup:
    """Give style sheets of report_templates, one after the other."""
    folder = files(_PACKAGE)
    sheets = [(folder / name).read_text(encoding="utf-8").strip() for name in names]
    return Markup("\n".join(sheets))  # noqa: S704 - our own style sheets, nothing of a candidate's
