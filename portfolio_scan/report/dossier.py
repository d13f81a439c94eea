"""The dossier: one self-contained HTML page, made of the scan alone.

The page has no script and asks for nothing from the network; styles are inlined from
report_templates. The time on it is the scan's own, so the same scan gives the same bytes.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from portfolio_scan.report.page import view_scan
from portfolio_scan.report.reader import DEFAULT, read_reader
from portfolio_scan.report.text import finalize

if TYPE_CHECKING:
    from portfolio_scan.model import Scan
    from portfolio_scan.report.reader import Reader

STYLESHEETS: Final = ("base.css", "layout.css", "evidence.css", "portfolio.css", "print.css")


def render_html(scan: Scan, audience: Reader | str = DEFAULT) -> str:
    """Render the dossier of a scan, for one kind of reader, as one HTML document."""
    view = view_scan(scan, read_reader(audience))
    page = _environment().get_template("page.html.j2")
    return page.render(page=view, css=_styles()).strip() + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("report_templates", "dossier"),
        # select_autoescape() would not escape `.html.j2`.
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _styles() -> Markup:
    folder = files("report_templates") / "dossier"
    sheets = [(folder / name).read_text(encoding="utf-8").strip() for name in STYLESHEETS]
    return Markup("\n".join(sheets))  # noqa: S704 - our own style sheets, nothing of a candidate's
