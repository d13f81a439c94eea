"""Made-up scans with a person in them, who must not be found in what comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.model import (
    Annotation,
    AnnotationKind,
    Citation,
    Claim,
    ClaimKind,
    ClaimState,
    Evidence,
    NotRead,
    Question,
    Scan,
    SourceKind,
    Subject,
    SubjectKind,
    Unread,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def _strong_first(scan: Scan) -> Scan:
    """Put the repositories with findings in front."""
    return replace(
        scan, repositories=tuple(sorted(scan.repositories, key=lambda one: not one.findings))
    )


def placed(scan: Scan, text: str, *, path: str = "README.md") -> Scan:
    """Put a text into every kind of field that can hold a candidate's words."""
    scan = _strong_first(scan)
    part = scan.repositories[0]
    piece = Evidence(
        path=path, start_line=3, end_line=3 + text.count("\n"), snippet=text, note=text
    )
    finding = replace(part.findings[0], message=text, evidence=(piece,), question=text)
    claim = Claim(
        text=text,
        subject=text,
        kind=ClaimKind.MODEL,
        state=ClaimState.NOT_FOUND,
        place=piece,
        reason=text,
    )
    repository = replace(part.repository, description=text, topics=(text,), branch=text)
    note = Annotation(kind=AnnotationKind.COURSEWORK, reason=text, paths=(text,), place=piece)
    changed = replace(
        part,
        repository=repository,
        findings=(finding,),
        claims=(claim,),
        annotations=(note,),
        coverage=replace(
            part.coverage,
            unread=(Unread(path=text, status="syntax_error", reason=text),),
            notes=(text,),
        ),
        assessment=replace(part.assessment, kind=Verdict(verdict="applied", reason=text)),
    )
    name = part.repository.name
    return replace(
        scan,
        repositories=(changed, *scan.repositories[1:]),
        coverage=replace(
            scan.coverage, not_read=(NotRead(name="other/x", reason="fork", detail=text),)
        ),
        portfolio=replace(
            scan.portfolio,
            claims=(claim,),
            questions=(Question(text=text, repository=name, rule="x", evidence=piece),),
            findings=(finding,),
            stack=tuple(
                replace(one, citation=Citation(repository=name, evidence=piece))
                for one in scan.portfolio.stack
            ),
        ),
    )


def of_account(scan: Scan, handle: str, number: int = 48_215_007) -> Scan:
    """Give all repositories of a scan to another account."""
    scan = _strong_first(scan)
    host = "https://github.example"
    parts = tuple(
        replace(
            one,
            repository=replace(
                one.repository,
                name=f"{handle}/{one.repository.name.partition('/')[2]}",
                url=f"{host}/{handle}/{one.repository.name.partition('/')[2]}",
            ),
        )
        for one in scan.repositories
    )
    subject = Subject(
        kind=SubjectKind.ACCOUNT,
        label=handle,
        id=number,
        node_id="U_kgDOAbCdEf",
        url=f"{host}/{handle}",
    )
    return replace(scan, subject=subject, repositories=parts)


def of_folder(scan: Scan, label: str) -> Scan:
    """Make it the scan of one folder."""
    scan = _strong_first(scan)
    part = scan.repositories[0]
    bare = replace(
        part.repository, name=label, url="", node_id="", commit=None, source=SourceKind.FOLDER
    )
    return replace(
        scan,
        subject=Subject(kind=SubjectKind.PATH, label=label),
        repositories=(replace(part, repository=bare),),
    )


@pytest.fixture
def place() -> Callable[..., Scan]:
    return placed


@pytest.fixture
def account() -> Callable[..., Scan]:
    return of_account


@pytest.fixture
def folder() -> Callable[..., Scan]:
    return of_folder


@pytest.fixture(scope="session")
def small_scan(full_scan: Scan) -> Scan:
    """Two repositories of a scan."""
    return replace(full_scan, repositories=_strong_first(full_scan).repositories[:2])
