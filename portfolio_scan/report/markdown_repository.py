"""One repository of the dossier as Markdown: its answers, findings, claims and coverage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final, TypeVar

from portfolio_scan.report import words
from portfolio_scan.report.markdown_text import Links, code, prose
from portfolio_scan.report.statements import tagged

if TYPE_CHECKING:
    from portfolio_scan.report.view import (
        AnnotationView,
        ClaimsView,
        ClaimView,
        Exhibit,
        Fact,
        FindingView,
        Pair,
        RepositoryCoverageView,
        RepositoryView,
        StatementView,
    )

MAX_CODE: Final = 90
"""Characters of the line of code beside a place."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much is told of each repository."""

    findings: int
    places: int = 1
    """Of each finding; all steps of a chain count as one."""
    claims: int = 0
    files: int = 0
    """Files not read and what was looked for and not found; 0: neither is listed."""
    facts: bool = False
    """Whether its answers, history and coverage are listed."""
    quotes: bool = False
    """Whether a line of code stands beside each place."""
    doubts: bool = True
    """Whether what could not be settled is told one by one."""
    plain: bool = False
    """Whether it is said what each finding means and what would change it."""
    rules: bool = False
    """Whether questions, rules and what would change an answer stand under each finding."""


def write_repository(view: RepositoryView, links: Links, detail: Detail) -> Iterator[str]:
    """Write one repository under a heading of its own."""
    yield f"### {code(view.short_name)}"
    what = [prose(view.kind), prose(view.kind_note)]
    what.append(links.to(code(view.commit_short), view.commit_url or view.url))
    yield " · ".join(filter(None, what))
    if detail.facts:
        yield from _about(view, links, detail)
    yield from write_findings(view.findings, links, detail, "**Findings**")
    if detail.doubts:
        yield from write_findings(view.open_questions, links, detail, "**Could not be settled**")
    elif view.open_questions:
        yield f"{words.count(len(view.open_questions), 'question')} could not be settled."
    if detail.claims:
        yield from write_claims(view.claims, links, detail, "**What its README says**")
    if view.not_found and detail.files:
        listed = "\n".join(f"- {prose(one)}" for one in view.not_found[: detail.files])
        yield f"**Looked for and not found in the code read**\n\n{listed}"
    if detail.facts:
        yield from _coverage(view.coverage, detail)


def write_findings(
    findings: Sequence[FindingView], links: Links, detail: Detail, title: str
) -> Iterator[str]:
    """Write findings as a list; of many, some of each kind, saying how many are left out."""
    chosen = _some_of_each(findings, detail.findings)
    if not chosen:
        return
    lines = list(chain.from_iterable(_finding(one, links, detail) for one in chosen))
    rest = len(findings) - len(chosen)
    if rest:
        lines.append(f"- and {words.count(rest, 'more finding')} on the page and in the JSON")
    yield f"{title}\n\n" + "\n".join(lines)


def write_claims(view: ClaimsView, links: Links, detail: Detail, title: str) -> Iterator[str]:
    """Write what READMEs say beside what the code says."""
    if not view.summary:
        return
    rows = view.rows[: detail.claims]
    lines = [_claim(row, links) for row in rows]
    if len(rows) < len(view.rows) or view.more:
        lines.append("- and more, on the page and in the JSON")
    yield f"{title} ({view.summary})\n\n" + "\n".join(lines)


def place(piece: Exhibit, links: Links, *, quote: bool = False) -> str:
    """Write where a piece of evidence stands, as a link where there is a server."""
    where = links.to(f"{code(piece.path)}, {piece.place}", piece.url)
    first = next((line.text.strip() for line in piece.lines if line.text.strip()), "")
    return f"{where} {code(first[:MAX_CODE])}" if quote and first else where


def _about(view: RepositoryView, links: Links, detail: Detail) -> Iterator[str]:
    if view.description:
        yield f"> {prose(view.description)} *(described so by its owner, not checked)*"
    facts = [_fact(fact, links, detail) for fact in view.facts]
    yield "\n".join([*facts, *(_pair(pair) for pair in view.history)])
    for said in view.statements:
        yield write_statement(said)
    for one in view.annotations:
        yield _annotation(one, links)


def _fact(fact: Fact, links: Links, detail: Detail) -> str:
    sure = f" ({fact.confidence} confidence)" if fact.confidence else ""
    text = f"- **{fact.label}:** {prose(fact.answer)}{sure}"
    if detail.rules and fact.reason:
        text += f". {prose(fact.reason)}"
    shown = [place(one, links) for one in fact.exhibits[: detail.places]]
    return f"{text} · {'; '.join(shown)}" if shown else text


def _finding(one: FindingView, links: Links, detail: Detail) -> Iterator[str]:
    yield f"- **{tagged(one.word, contested=one.contested)}:** {prose(one.message)}"
    for told in one.statements:
        yield f"  - {write_statement(told)}"
    if one.chain:
        steps = [
            f"{prose(link.exhibit.note)} {place(link.exhibit, links)}".strip() for link in one.chain
        ]
        yield f"  - {' → '.join(steps)}"
    shown = (*one.exhibits, *one.further)[: detail.places]
    for piece in shown:
        note = f"{prose(piece.note)}: " if piece.note else ""
        yield f"  - {note}{place(piece, links, quote=detail.quotes)}"
    for said in one.annotations:
        yield f"  - {_annotation(said, links)}"
    if detail.plain:
        yield f"  - *What it means:* {prose(one.meaning)}"
    if one.would_change and (detail.plain or detail.rules):
        yield f"  - *What would change this answer:* {prose(one.would_change)}"
    if not detail.rules:
        return
    if one.question:
        yield f"  - *Ask:* {prose(one.question)}"
    sure = f" · {one.confidence}" if one.confidence else ""
    yield f"  - Rule {code(one.rule)}{sure} · {one.accuracy}"


def _claim(row: ClaimView, links: Links) -> str:
    said = links.to(f"{code(row.said.path)}, {row.said.place}", row.said.url)
    seen = [links.to(f"{code(one.path)}, {one.place}", one.url) for one in row.spots]
    reason = f": {prose(row.reason)}" if row.reason else ""
    return (
        f"- “{prose(row.text)}” ({said}) · {prose(row.subject)} · **{row.word}**{reason} "
        f"{'; '.join(seen)}"
    ).rstrip()


def _annotation(one: AnnotationView, links: Links) -> str:
    about = f" (about {prose(one.about)})" if one.about else ""
    where = links.to(f"{code(one.path)}, {one.place}", one.url)
    return (
        f"*The repository says:* {one.kind}: “{prose(one.reason)}”{about}, {where}; "
        "not checked, and it changes no answer"
    )


def write_statement(one: StatementView) -> str:
    """Write what somebody says, with whose word it is and that nobody checked it."""
    about = f" (about {prose(one.about)})" if one.about else ""
    return (
        f"*{one.kind}:* “{prose(one.text)}”{about}, said by {prose(one.by)} on {one.day}; "
        "not checked, and it changes no answer"
    )


def _pair(pair: Pair) -> str:
    note = f" ({prose(pair.note)})" if pair.note else ""
    return f"- **{pair.label}:** {prose(pair.value)}{note}"


def _coverage(view: RepositoryCoverageView, detail: Detail) -> Iterator[str]:
    lines = [
        f"**Coverage:** {view.sentence}",
        *(prose(note) for note in view.notes[: detail.files]),
    ]
    yield " ".join(lines)
    if not detail.files:
        return
    for one in view.lists:
        rows = [f"- {code(row.label)}: {_value(row)}" for row in one.rows[: detail.files]]
        if len(rows) < len(one.rows) or one.more:
            rows.append("- and more, on the page and in the JSON")
        yield f"{one.title}:\n\n" + "\n".join(rows)


def _value(pair: Pair) -> str:
    return f"{pair.value}. {prose(pair.note)}" if pair.note else pair.value


def _some_of_each(findings: Sequence[FindingView], number: int) -> list[FindingView]:
    """Take the first of each tone in turn, so that a cut never shows the one side only."""
    if len(findings) <= number:
        return list(findings)
    tones = dict.fromkeys(one.tone for one in findings)
    ranks = [[one for one in findings if one.tone == tone] for tone in tones]
    taken = _flat(zip_longest(*ranks))[:number]
    return [one for one in findings if any(one is other for other in taken)]


def _flat(rows: Iterator[tuple[_T | None, ...]]) -> list[_T]:
    return [one for row in rows for one in row if one is not None]
