"""Annotations: what a repository says of itself, ready to print beside what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from portfolio_scan.report import words
from portfolio_scan.report.exhibits import MAX_PATH
from portfolio_scan.report.text import one_line, safe_url
from portfolio_scan.report.view import AnnotationView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.model import Annotation

MAX_REASON: Final = 300
MAX_ABOUT: Final = 240


def view_annotations(annotations: Iterable[Annotation]) -> tuple[AnnotationView, ...]:
    """Lay annotations out in their order; candidate text is cut and made visible."""
    return tuple(
        AnnotationView(
            kind=words.ANNOTATIONS[one.kind],
            reason=one_line(one.reason, MAX_REASON),
            about=one_line(", ".join((*one.paths, *one.heuristics)), MAX_ABOUT),
            path=one_line(one.place.path, MAX_PATH),
            place=words.place(one.place),
            url=safe_url(one.place.url),
        )
        for one in annotations
    )
