"""Whom a message is about, so that it is found when that person is erased."""

from __future__ import annotations

import pytest

from portfolio_scan.delivery.subjects import subjects_of
from portfolio_scan.model import (
    Portfolio,
    PortfolioCoverage,
    Receipt,
    Scan,
    Subject,
    SubjectKind,
    Tool,
)

WEB = "https://github.example:8443"


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        (("account", "ada", 7, f"{WEB}/ada"), (f"{WEB}#7",)),
        (("repository", "ada/alpha", 7, f"{WEB}/ada/alpha"), (f"{WEB}#7",)),
        (("path", "alpha", None, f"{WEB}/Ada/alpha"), (f"{WEB}/ada",)),
        (("path", "take-home", None, ""), ()),
        (("account", "candidate-k3fq7m2x", None, ""), ("blind:candidate-k3fq7m2x",)),
        (("repository", "candidate-k3fq7m2x/work", None, ""), ("blind:candidate-k3fq7m2x",)),
        (("path", "x", None, "ftp://host/x"), ()),
        (("path", "x", None, "http://[broken"), ()),
    ],
)
def test_a_scan_names_its_subject_once(
    subject: tuple[str, str, int | None, str], named: tuple[str, ...]
) -> None:
    kind, label, number, url = subject
    scan = Scan(
        tool=Tool(name="portfolio-scan", version="0"),
        scanned_at="2026-11-21T00:00:00+00:00",
        subject=Subject(kind=SubjectKind(kind), label=label, id=number, url=url),
        packs=(),
        coverage=PortfolioCoverage(found=0, read=0),
        receipt=Receipt(),
        repositories=(),
        portfolio=Portfolio(),
    )
    assert subjects_of(scan) == named
