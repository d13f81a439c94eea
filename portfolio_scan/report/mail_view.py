"""What the message prints: the most important of a dossier, and counts of what only the page holds.

Every list is cut at a number of entries, and says how many it leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from portfolio_scan.report import words
from portfolio_scan.report.chart_png import split_detail
from portfolio_scan.report.text import shorten
from portfolio_scan.report.view import AreaView, Band, Highlight, Pair, QuestionView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portfolio_scan.report.view import CodeLine, DossierView, FindingView, RepositoryView

MAX_NAME: Final = 80
MAX_LINE: Final = 110
_IN_FULL: Final = {
    "Not found": "Not found in the code read",
    "Held-out data": "On held-out data",
    "Cross-validation": "By cross-validation",
    "Validation data only": "On validation data only",
    "Training rows": "On rows it was trained on",
}
"""Answers that the page cuts short for a column of its overview."""
NO_BREAK: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many entries of each list a message holds."""

    questions: int
    repositories: int
    skills: int
    code: bool = True
    """Whether the pieces of evidence show their lines."""


STEPS: Final = (
    Limits(questions=6, repositories=20, skills=12),
    Limits(questions=6, repositories=12, skills=12),
    Limits(questions=6, repositories=6, skills=12),
    Limits(questions=3, repositories=6, skills=6),
    Limits(questions=3, repositories=3, skills=3),
    Limits(questions=3, repositories=0, skills=0),
    Limits(questions=1, repositories=0, skills=0, code=False),
)
"""What is cut first when a message would be too long: what matters least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPart:
    """A stretch of a bar that is drawn as a table cell, in whole per cent."""

    width: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaLine:
    """One area, in words and as a bar."""

    name: str
    level: str
    counts: str
    sure: str
    parts: tuple[BarPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryLine:
    """One repository, in one row."""

    name: str
    url: str
    kind: str
    answers: tuple[tuple[str, str], ...]
    """What it says of training and evaluation: label, answer."""
    counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillLine:
    """One skill that a job asks for."""

    name: str
    answer: str
    tone: str
    importance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """The whole message."""

    title: str
    subject: str
    subject_url: str
    subject_kind: str
    role: str
    role_confidence: str
    scanned_on: str
    scanned_at: str
    tool: str
    commits: str
    preheader: str
    bands: tuple[Band, ...]
    headline: str
    areas: tuple[AreaLine, ...]
    areas_in_words: str
    not_examined: str
    highlights: tuple[Highlight, ...]
    questions: tuple[QuestionView, ...]
    more_questions: str
    job: str
    """What the job asks for and how much of it the code shows; empty: no job was given."""
    skills: tuple[SkillLine, ...]
    more_skills: str
    repositories: tuple[RepositoryLine, ...]
    more_repositories: str
    only_in_page: tuple[Pair, ...]
    coverage: str
    attachment: str
    """File name of the page that comes with the message; empty: it is linked, or not to be had."""
    link: str
    where: str
    """What the page is called in `2 more questions in the …`."""


def view_mail(page: DossierView, limits: Limits, *, attachment: str, link: str) -> MailView:
    """Choose from the page what the message says."""
    questions = (*page.first_questions, *page.more_questions)
    skills = tuple(_skills(page))
    areas = tuple(_area(each) for each in page.areas)
    return MailView(
        title=page.title,
        subject=shorten(page.subject, MAX_NAME),
        subject_url=page.subject_url,
        subject_kind=page.subject_kind,
        role=page.role or words.COULD_NOT_TELL,
        role_confidence=f"{page.role_confidence} confidence" if page.role_confidence else "",
        scanned_on=page.scanned_on,
        scanned_at=page.scanned_at,
        tool=page.tool,
        commits=page.commits,
        preheader=shorten(page.headline, 140),
        bands=page.bands,
        headline=page.headline,
        areas=areas,
        areas_in_words=in_words(areas),
        not_examined=page.not_examined,
        highlights=tuple(_highlight(each, code=limits.code) for each in page.highlights),
        questions=questions[: limits.questions],
        more_questions=_more(len(questions) - limits.questions, "question"),
        job=_job(page),
        skills=skills[: limits.skills],
        more_skills=_more(len(skills) - limits.skills, "skill"),
        repositories=tuple(_repository(each) for each in page.repositories[: limits.repositories]),
        more_repositories=_more(
            len(page.repositories) - limits.repositories, "repository", "repositories"
        ),
        only_in_page=tuple(_only_in_page(page)),
        coverage=page.coverage.line,
        attachment=attachment,
        link=link,
        where=_where(attachment, link),
    )


def _where(attachment: str, link: str) -> str:
    if link:
        return "full dossier"
    return "attached dossier" if attachment else "dossier"


def in_words(areas: Sequence[AreaLine]) -> str:
    """Say what the bars show, for whoever does not see them."""
    rows = [
        f"{area.name}: {area.level.lower()}"
        + "".join(f", {part}" for part in (area.counts, area.sure) if part)
        for area in areas
    ]
    return ". ".join(rows) + "." if rows else ""


def _area(area: AreaView) -> AreaLine:
    counts, sure = split_detail(area.detail)
    return AreaLine(
        name=area.name,
        level=area.level,
        counts=counts,
        sure=sure,
        parts=tuple(_bar(area)),
    )


def _bar(area: AreaView) -> Iterable[BarPart]:
    """Join neighbouring stretches of one state, and round so that the whole stays a hundred."""
    ends: list[tuple[float, str]] = []
    for segment in area.segments:
        end = float(segment.x.rstrip("%")) + float(segment.width.rstrip("%"))
        if ends and ends[-1][1] == segment.state:
            ends.pop()
        ends.append((end, segment.state))
    start = 0
    for end, state in ends:
        width = min(round(end), 100) - start
        if width > 0:
            yield BarPart(width=width, state=state)
            start += width


def _highlight(item: Highlight, *, code: bool) -> Highlight:
    return Highlight(
        claim=item.claim,
        tone=item.tone,
        word=item.word,
        repository=item.repository,
        path=item.path,
        place=item.place,
        url=item.url,
        lines=tuple(_line(line) for line in item.lines) if code else (),
    )


def _line(line: CodeLine) -> CodeLine:
    """Keep the indentation where a reader of mail would fold white space."""
    text = shorten(line.text, MAX_LINE)
    bare = text.lstrip(" ")
    return type(line)(
        number=line.number, text=NO_BREAK * (len(text) - len(bare)) + bare, kind=line.kind
    )


def _repository(card: RepositoryView) -> RepositoryLine:
    return RepositoryLine(
        name=shorten(card.short_name, MAX_NAME),
        url=card.url,
        kind=f"{card.kind}: {card.kind_note}" if card.kind_note else card.kind,
        answers=tuple(
            (label, ", ".join(filter(None, (_IN_FULL.get(cell.text, cell.text), cell.warning))))
            for label, cell in (("Training", card.training), ("Evaluation", card.evaluation))
            if cell.text != words.NOTHING
        ),
        counts=_counted(card.findings, len(card.open_questions)),
    )


def _counted(findings: Iterable[FindingView], unsettled: int) -> str:
    tones = [finding.tone for finding in findings]
    parts = (
        (tones.count(words.STRENGTH), "strength", "strengths"),
        (tones.count(words.FLAG), "to ask about", "to ask about"),
        (tones.count(words.NOTE), "note", "notes"),
        (unsettled, "could not be told", "could not be told"),
    )
    return " · ".join(
        words.count(number, singular, plural) for number, singular, plural in parts if number
    )


def _job(page: DossierView) -> str:
    job = page.portfolio.job
    return f"{job.title}. {job.summary}" if job else ""


def _skills(page: DossierView) -> Iterable[SkillLine]:
    job = page.portfolio.job
    for importance, rows in job.groups if job else ():
        for row in rows:
            yield SkillLine(
                name=shorten(row.name, MAX_NAME),
                answer=row.answer,
                tone=row.tone,
                importance=importance,
            )


def _more(number: int, singular: str, plural: str = "") -> str:
    return words.count(number, f"more {singular}", f"more {plural or singular + 's'}") * (
        number > 0
    )


def _only_in_page(page: DossierView) -> Iterable[Pair]:
    """Count what the message leaves to the page."""
    cards = page.repositories
    findings = sum(len(card.findings) for card in cards) + len(page.portfolio_findings)
    unsettled = sum(len(card.open_questions) for card in cards)
    checks = sum(card.not_found_total for card in cards)
    rows = (
        (findings, "finding with its lines of code", "findings with their lines of code"),
        (unsettled, "question that the code left open", "questions that the code left open"),
        (checks, "further check with its answer", "further checks with their answers"),
        (
            sum(len(card.claims.rows) for card in cards) + len(page.profile_claims.rows),
            "statement held against the code",
            "statements held against the code",
        ),
        (len(page.portfolio.rubric.rows) if page.portfolio.rubric else 0, "rubric area",
         "rubric areas with their levels"),
        (1 if page.portfolio.task else 0, "paid test task", ""),
        (len(page.coverage.not_read), "repository not read, with the reason",
         "repositories not read, with the reason"),
    )  # fmt: skip
    for number, singular, plural in rows:
        if number:
            yield Pair(label=f"{number:,}", value=singular if number == 1 else plural)
