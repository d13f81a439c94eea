"""The page that leads a person through the copy of everything that is kept of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portfolio_scan.report.templates import styles, templates

STYLESHEETS: Final = ("dossier/base.css", "subject/subject.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table; `file` lies in the same copy."""

    text: str
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One kind of thing that is kept."""

    title: str
    texts: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    nothing: str = ""
    """What to say where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectPage:
    """The whole page."""

    title: str
    kicker: str
    heading: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str


def render_subject_page(page: SubjectPage) -> str:
    """Render it as one HTML document without script."""
    template = templates("subject").get_template("page.html.j2")
    return template.render(page=page, css=styles(*STYLESHEETS)).strip() + "\n"
