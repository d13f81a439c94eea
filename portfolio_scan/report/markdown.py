"""The dossier as Markdown: the page in fewer words, for an issue, a wiki or a text editor.

It is made of the same view as the page and never longer than what an issue on GitHub takes. Where a
portfolio is larger than that, repositories are told more briefly, and it says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from portfolio_scan.report import words
from portfolio_scan.report.markdown_repository import (
    Detail,
    write_claims,
    write_findings,
    write_repository,
    write_statement,
)
from portfolio_scan.report.markdown_text import Links, block, code, prose, table
from portfolio_scan.report.page import view_scan
from portfolio_scan.report.reader import DEFAULT, read_reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.model import Scan
    from portfolio_scan.report.audience import Sections
    from portfolio_scan.report.reader import Reader
    from portfolio_scan.report.view import (
        AreaView,
        DossierView,
        Highlight,
        PlaceView,
        PortfolioView,
        QuestionView,
        RowView,
        TimelineView,
    )

MAX_LENGTH: Final = 65_000
"""Characters; GitHub refuses an issue of more than 65,536."""
_DETAILS: Final = (
    Detail(findings=0),
    Detail(findings=2),
    Detail(findings=4),
    Detail(findings=8, claims=2),
    Detail(findings=8, claims=4, facts=True),
    Detail(findings=16, claims=8, facts=True),
    Detail(findings=40, places=2, claims=12, files=6, facts=True, rules=True),
    Detail(findings=40, places=4, claims=40, files=40, facts=True, quotes=True, rules=True),
)
"""From nothing but the overview to everything that the page holds."""
_ROWS: Final = (20, 100, 200, 400)
"""Rows of the overview."""
_MARKS: Final = {"found": "■", "unclear": "▨", "empty": "□"}
_WIDE: Final = 14
"""From here on a bar is three stretches, drawn to scale with ten marks."""

_METHOD: Final = """\
- The code was read, never run. Each rule answers one question with lines of code, with “could not
  tell”, or with “not found in the code read”. There is no score of a person.
- Confidence is how sure a rule is of its own answer: high from 0.85, medium from 0.6, low below.
- Work in private repositories, at employers and outside GitHub is not seen; code in languages other
  than Python is listed and not judged. Absence of public code is not absence of skill.
- Whoever this is about may contest every line of it: name the repository, the rule, the file and
  the line, and what the code does instead. Ask for a copy, a correction or the deletion from
  whoever gave you this.
- No decision about a person should rest on this alone. It makes none: a person decides."""


_CANDIDATE: Final = """\
## This is about your work

It holds the findings that other readers see, in their wording, each with what it means. Nothing
here is a verdict about you: it is what rules could tell from public code on one day.

- **Correct the code, or show more of it.** Under each finding stands what in the code would change
  its answer. `portfolio-scan scan . --audience candidate` shows you beforehand what others will
  see.
- **Say what the code cannot.** A file `.portfolio-scan.yml` in the root of a repository puts your
  own words beside the findings; readers see them, marked as yours.
- **Object to a line.** Tell whoever gave you this which repository, which rule, which file and
  line, and what the code does instead. They can put your words beside the finding, with your name
  and the day, and should not rely on a finding that is contested and not settled.
- **Have it erased.** Ask whoever gave you this for all that is kept about you, and for its deletion
  at any time; you need give no reason."""


def render_markdown(scan: Scan, audience: Reader | str = DEFAULT) -> str:
    """Render the dossier of a scan, for one kind of reader, as Markdown in GitHub's dialect."""
    view = view_scan(scan, read_reader(audience))
    text = _document(view, _DETAILS[0], _ROWS[0])
    tried = [(_DETAILS[0], rows) for rows in _ROWS[1:]]
    tried += [(detail, _ROWS[-1]) for detail in _DETAILS[1:]]
    for detail, rows in tried:
        longer = _document(view, detail, rows)
        if len(longer) > MAX_LENGTH:
            break
        text = longer
    return text


def _document(view: DossierView, detail: Detail, rows: int) -> str:
    links = Links()
    detail = _for_reader(detail, view.shows)
    blocks = [*_blocks(view, links, detail, rows), links.definitions()]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _for_reader(detail: Detail, shows: Sections) -> Detail:
    return replace(
        detail,
        quotes=detail.quotes and shows.code,
        rules=detail.rules and shows.rules,
        doubts=shows.doubts,
        plain=shows.plain,
        claims=detail.claims * shows.whole,
        files=detail.files * shows.doubts,
    )


def _blocks(view: DossierView, links: Links, detail: Detail, rows: int) -> Iterator[str]:
    yield from _first(view, links)
    if view.shows.plain:
        yield _CANDIDATE
    yield from _overview(view, links, detail, rows)
    yield from _whole(view.portfolio, links, view.shows)
    yield from _activity(view.timeline)
    if detail.findings:
        yield "## Repository by repository"
        for repository in view.repositories:
            yield from write_repository(repository, links, detail)
    else:
        yield "The findings of each repository stand on the page and in the JSON of this scan."
    yield from _ledger(view)
    yield from _closing(view)


def _first(view: DossierView, links: Links) -> Iterator[str]:
    yield f"# Evidence dossier: {links.to(code(view.subject), view.subject_url)}"
    role = f"role profile **{prose(view.role)}**" if view.role else "role profile: could not tell"
    if view.role and view.role_confidence:
        role += f" ({view.role_confidence} confidence)"
    yield f"{view.subject_kind} · {role} · scanned {view.scanned_on} · {prose(view.commits)}"
    for band in view.bands:
        yield f"> **{band.title}.** {prose(band.text)}"
    yield prose(view.headline)
    for one in view.statements:
        yield write_statement(one)
    yield "## What the code shows"
    yield table(
        ("Area", "", "Level", "Counted"),
        [(area.name, _bar(area), prose(area.level), prose(area.detail)) for area in view.areas],
    )
    legend = "■ found · ▨ could not tell · □ not found in the code read"
    if view.not_examined:
        legend += f" · not examined by the rules of this scan: {view.not_examined}"
    yield legend
    yield "## Evidence to open first"
    for item in view.highlights:
        yield from _highlight(item, links)
    if not view.highlights:
        yield "No finding with lines to show. Coverage below says what was read."
    yield "## What you may be asked" if view.shows.plain else "## Ask in the interview"
    questions = (*view.first_questions, *view.more_questions)
    yield (
        "\n".join(f"{number}. {_question(one, links)}" for number, one in enumerate(questions, 1))
        or "The findings of this scan give rise to no question."
    )
    yield f"{prose(view.coverage.line)} Absence of public code is not absence of skill."


def _bar(area: AreaView) -> str:
    if len(area.segments) <= _WIDE and len({one.width for one in area.segments}) <= 1:
        return "".join(_MARKS[one.state] for one in area.segments)
    widths = [float(one.width.rstrip("%")) for one in area.segments]
    return "".join(
        _MARKS[one.state] * max(1, round(width / 10))
        for one, width in zip(area.segments, widths, strict=True)
    )


def _highlight(item: Highlight, links: Links) -> Iterator[str]:
    where = links.to(f"{code(item.path)}, {item.place}", item.url)
    yield f"**{item.word}:** {prose(item.claim)} {code(item.repository.name)} · {where}"
    if item.lines:
        lines = [
            f"# {line.text}" if line.kind == "file" else "…" if line.kind == "gap" else line.text
            for line in item.lines
        ]
        yield block(lines, "python" if item.path.endswith((".py", ".ipynb")) else "")


def _question(one: QuestionView, links: Links) -> str:
    where = [code(one.repository.name)]
    if one.path:
        where.append(links.to(f"{code(one.path)}, {one.place}", one.url))
    about = f" Found there: {prose(one.about)}" if one.about else ""
    return f"{prose(one.text)} ({', '.join(filter(None, where))}){about}"


def _overview(view: DossierView, links: Links, detail: Detail, rows: int) -> Iterator[str]:
    yield "## Overview"
    yield table(
        (
            "Repository",
            "What it is",
            "Training",
            "Evaluation",
            "Own commits",
            "Newest own ML commit",
        ),
        [
            (
                links.to(code(one.short_name), one.url),
                prose(", ".join(filter(None, (one.kind, one.kind_note)))),
                prose(one.training.text),
                prose("; ".join(filter(None, (one.evaluation.text, one.evaluation.warning)))),
                one.own_share or words.NOTHING,
                one.newest or words.NOTHING,
            )
            for one in view.repositories[:rows]
        ],
    )
    rest = len(view.repositories) - rows
    if rest > 0:
        more = words.count(rest, "more repository", "more repositories")
        yield f"{more} on the page and in the JSON."
    shown = detail if detail.findings else _DETAILS[2]
    yield from write_findings(view.portfolio_findings, links, shown, "### Across the repositories")
    if view.shows.whole:
        yield from write_claims(view.profile_claims, links, shown, "### What the profile says")
    if view.role_reason and view.shows.whole:
        yield f"Role profile: {prose(view.role_reason)}"


def _whole(whole: PortfolioView, links: Links, shows: Sections) -> Iterator[str]:
    if whole.job:
        yield "## Held against the job"
        yield f"**{prose(whole.job.title)}** {prose(whole.job.summary)}"
        for title, rows in whole.job.groups:
            yield from _rows(title, rows, links)
        yield prose(whole.job.note)
    if whole.rubric or whole.roles or whole.depths or whole.breadth:
        yield "## The portfolio as a whole"
    if whole.rubric:
        yield from _rows("Rubric", whole.rubric.rows, links)
        total = f"Total, asked for by the user: {whole.rubric.total}." * bool(whole.rubric.total)
        yield (
            f"Rubric “{prose(whole.rubric.name)}”, {whole.rubric.weights}. "
            f"{total or 'The areas are not added up.'} {prose(whole.rubric.formula)}"
        ).rstrip()
    if shows.whole:
        yield from _rows("Roles", whole.roles, links)
        yield from _rows("From data to use", whole.depths, links)
        yield from _rows("Breadth", whole.breadth, links)
        yield prose(whole.stack)
    if whole.task and shows.interview:
        yield "## A paid test task"
        title = f"**{prose(whole.task.title)}**, {prose(whole.task.hours)} hours, paid."
        yield f"{title} {prose(whole.task.reason)}"
        yield prose(whole.task.brief)
        yield "To hand in:\n\n" + _list(whole.task.deliverables)
        yield "What to look at:\n\n" + _list(whole.task.look_at)


def _rows(title: str, rows: Sequence[RowView], links: Links) -> Iterator[str]:
    if not rows:
        return
    lines = []
    for row in rows:
        places = "; ".join(_cited(row.places, links))
        said = " ".join(filter(None, (prose(row.detail), places)))
        lines.append(f"- **{prose(row.name)}:** {prose(row.answer)}{' · ' * bool(said)}{said}")
    yield f"### {title}\n\n" + "\n".join(lines)


def _cited(places: Sequence[PlaceView], links: Links) -> Iterator[str]:
    for one in places:
        where = links.to(f"{code(one.path)}, {one.place}", one.url)
        yield f"{code(one.repository.name)}: {where}"


def _list(texts: Sequence[str]) -> str:
    return "\n".join(f"- {prose(text)}" for text in texts)


def _activity(view: TimelineView) -> Iterator[str]:
    yield "## Activity"
    yield prose(view.summary)
    years: dict[str, dict[str, str]] = {}
    for bar in view.bars:
        year, quarter = bar.quarter.split()
        counted = f"{bar.ml:,} + {bar.other:,}" if bar.other else f"{bar.ml:,}"
        years.setdefault(year, {})[quarter] = counted if bar.ml or bar.other else words.NOTHING
    if any(bar.ml or bar.other for bar in view.bars):
        yield table(
            ("Own commits", *_QUARTERS),
            [(year, *(found.get(one, "") for one in _QUARTERS)) for year, found in years.items()],
        )
        yield "Commits in repositories with machine-learning work + those in others."
    if view.notes:
        yield " ".join(prose(note) for note in view.notes)


_QUARTERS: Final = ("Q1", "Q2", "Q3", "Q4")


def _ledger(view: DossierView) -> Iterator[str]:
    """Every rule with how often it gave which answer."""
    if view.ledger:
        yield "## Every rule and its answers"
        yield table(
            ("Rule", "Version", *view.ledger_heads),
            [(code(one.rule), one.version, *one.counts) for one in view.ledger],
        )


def _closing(view: DossierView) -> Iterator[str]:
    yield "## Coverage"
    yield _pairs_text(view)
    if view.coverage.not_read:
        rows = [
            f"- {code(one.label)}: {prose(' '.join(filter(None, (f'{one.value}.', one.note))))}"
            for one in view.coverage.not_read[:_NOT_READ]
        ]
        if len(view.coverage.not_read) > len(rows) or view.coverage.more_not_read:
            rows.append("- and more, named in the JSON of this scan")
        yield "Not read:\n\n" + "\n".join(rows)
    yield "## Method, limits, and how to object"
    yield _METHOD
    made = f"Written by {prose(view.tool)} from the scan of {view.scanned_at}"
    yield f"{made}, for {view.reader_words}."


_NOT_READ: Final = 20


def _pairs_text(view: DossierView) -> str:
    run = (*view.packs, *view.receipt) if view.shows.receipt else ()
    pairs = (*view.coverage.pairs, *run)
    return "\n".join(
        f"- {prose(one.label)}: {prose(one.value)}{f' ({prose(one.note)})' if one.note else ''}"
        for one in pairs
    )
