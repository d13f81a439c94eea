"""Reports: a scan as a page, data, Markdown, tables. Takes a `Scan`, never a session or a clock.

The names are looked up on first use, so that writing JSON does not load pandas and Jinja.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portfolio_scan.report.document import render_json, to_document
    from portfolio_scan.report.dossier import render_html
    from portfolio_scan.report.mail import render_fragment, render_mail
    from portfolio_scan.report.markdown import render_markdown
    from portfolio_scan.report.reading import load_json

__all__ = [
    "load_json",
    "render_fragment",
    "render_html",
    "render_json",
    "render_mail",
    "render_markdown",
    "to_document",
]

_HOMES = {
    "load_json": "portfolio_scan.report.reading",
    "render_fragment": "portfolio_scan.report.mail",
    "render_html": "portfolio_scan.report.dossier",
    "render_json": "portfolio_scan.report.document",
    "render_mail": "portfolio_scan.report.mail",
    "render_markdown": "portfolio_scan.report.markdown",
    "to_document": "portfolio_scan.report.document",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
