"""The dossier: one self-contained HTML page, made of the scan alone.

The page has no script and asks for nothing from the network; styles are inlined from
report_templates. The time on it is the scan's own, so the same scan gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from portfolio_scan.report.page import view_scan
from portfolio_scan.report.reader import DEFAULT, read_reader
from portfolio_scan.report.templates import styles, templates

if TYPE_CHECKING:
    from portfolio_scan.model import Scan
    from portfolio_scan.report.reader import Reader

STYLESHEETS: Final = tuple(
    f"dossier/{name}.css" for name in ("base", "layout", "evidence", "portfolio", "print")
)


def render_html(scan: Scan, audience: Reader | str = DEFAULT) -> str:
    """Render the dossier of a scan, for one kind of reader, as one HTML document."""
    view = view_scan(scan, read_reader(audience))
    page = templates("dossier").get_template("page.html.j2")
    return page.render(page=view, css=styles(*STYLESHEETS)).strip() + "\n"
