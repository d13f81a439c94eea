"""A job: the skills that its text names, held against what the code shows.

The names of skills, and the words that tell required from preferred, stand in the catalogue
(tables `skills` and `job`). Nothing is scored.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portfolio_scan.analysis.marks import find_marks
from portfolio_scan.api import SkillNames
from portfolio_scan.errors import UsageError
from portfolio_scan.model import Citation, Importance, JobMatch, Requirement, Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from portfolio_scan.api import Catalogue
    from portfolio_scan.model import Named, RepositoryScan

MAX_JOB = 200_000
"""Characters; a job of that length is a mistake."""
MAX_CITATIONS = 3
MAX_LINE = 200
MAX_HEAD = 70
_SHOWING = ("modules", "calls", "keywords", "families", "deployment", "files", "rules")
_HEAD = re.compile(
    r"^\s*(?:#{1,6}\s+(?P<hash>.+?)\s*#*|\*\*(?P<bold>[^*]+)\*\*:?|(?P<colon>[^:]+):)\s*$"
)
_BULLET = re.compile(r"^\s*(?:[-*+\u2022\u00b7\u25aa\u2023\u2013]|\d+[.)])\s+")
_EITHER = re.compile(r"^[\s,(]*(?:and/or|or|oder|/|\|)[\s(]*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_COMMA = re.compile(r"^\s*,\s*$")
_ONE_OF = re.compile(r"\b(?:(?:one|any|either) of|such as|e\.g\.|like)", re.IGNORECASE)
_ORDER = (Importance.REQUIRED, Importance.PREFERRED, Importance.MENTIONED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A skill that a job names."""

    skill: str
    importance: Importance
    line: int
    text: str
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A job that was read."""

    title: str
    digest: str
    wanted: tuple[Wanted, ...]


def read_job(text: str, catalogue: Catalogue, where: str) -> Job:
    """Read the skills that a job names. Raises UsageError when the text is empty or none."""
    if not text.strip():
        raise UsageError(
            f"{where} is empty", "--job takes a text or Markdown file, or - for standard input"
        )
    if "\x00" in text:
        raise UsageError(f"{where} is no text", "save the job as text or Markdown")
    if len(text) > MAX_JOB:
        raise UsageError(f"{where} is longer than {MAX_JOB:,} characters", "give the job alone")
    names = SkillNames(catalogue.table("skills"))
    found: dict[str, Wanted] = {}
    for wanted in _read_lines(text, names, catalogue):
        known = found.get(wanted.skill)
        if known is None or _ORDER.index(wanted.importance) < _ORDER.index(known.importance):
            found[wanted.skill] = wanted
    ordered = sorted(found.values(), key=lambda one: (_ORDER.index(one.importance), one.line))
    return Job(
        title=_title(text),
        digest=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16],
        wanted=tuple(ordered),
    )


def match_job(job: Job, repositories: Sequence[RepositoryScan], catalogue: Catalogue) -> JobMatch:
    """Hold a job against what the code of a portfolio shows and its READMEs name."""
    table = catalogue.table("skills")
    shown = _by_skill(repositories, "skills")
    for skill, citations in _by_rule(repositories, table).items():
        shown.setdefault(skill, []).extend(citations)
    claimed = _by_skill(repositories, "claimed")
    requirements = _settle([_require(one, table, shown, claimed) for one in job.wanted])
    note = "" if requirements else "no skill that the catalogue lists was found in the text"
    return JobMatch(title=job.title, digest=job.digest, requirements=requirements, note=note)


def _require(
    wanted: Wanted,
    table: Mapping[str, Mapping[str, object]],
    shown: Mapping[str, list[Citation]],
    claimed: Mapping[str, list[Citation]],
) -> Requirement:
    citations = shown.get(wanted.skill) or claimed.get(wanted.skill, [])
    status = (
        Shown.SHOWN
        if wanted.skill in shown
        else Shown.CLAIMED
        if wanted.skill in claimed
        else Shown.NOT_FOUND
    )
    told_by_code = any(table[wanted.skill].get(field) for field in _SHOWING)
    one_each = {citation.repository: citation for citation in reversed(citations)}
    first = sorted(one_each.values(), key=citations.index)
    return Requirement(
        skill=wanted.skill,
        name=str(table[wanted.skill]["name"]),
        importance=wanted.importance,
        status=status,
        line=wanted.line,
        text=wanted.text,
        alternatives=tuple(str(table[one]["name"]) for one in wanted.alternatives),
        repositories=len(one_each),
        citations=tuple(first[:MAX_CITATIONS]),
        note="" if told_by_code else "code does not show this skill; ask",
    )


def _settle(requirements: Sequence[Requirement]) -> tuple[Requirement, ...]:
    """Say of what is not shown that an alternative, which would do as well, is."""
    names = {one.name for one in requirements if one.status is Shown.SHOWN}
    return tuple(
        replace(one, met_by=tuple(name for name in one.alternatives if name in names))
        if one.status is not Shown.SHOWN
        else one
        for one in requirements
    )


def _by_rule(
    repositories: Sequence[RepositoryScan], table: Mapping[str, Mapping[str, object]]
) -> dict[str, list[Citation]]:
    """Skills that a present strength shows, with its first line."""
    found: dict[str, list[Citation]] = {}
    for skill, fields in table.items():
        listed = fields.get("rules")
        rules = [str(one) for one in listed] if isinstance(listed, list) else []
        for scan in repositories if rules else ():
            for mark in find_marks(scan, rules=rules):
                found.setdefault(skill, []).extend(
                    Citation(repository=scan.repository.name, evidence=piece)
                    for piece in mark.evidence[:1]
                )
    return found


def _by_skill(repositories: Sequence[RepositoryScan], key: str) -> dict[str, list[Citation]]:
    found: dict[str, list[Citation]] = {}
    for scan in repositories:
        listed: tuple[Named, ...] = getattr(scan.assessment, key)
        for named in listed:
            found.setdefault(named.name, []).extend(
                Citation(repository=scan.repository.name, evidence=piece)
                for piece in named.evidence
            )
    return found


def _read_lines(text: str, names: SkillNames, catalogue: Catalogue) -> Iterator[Wanted]:
    words = _Words(catalogue)
    lines = text.splitlines()
    heads = [_head(line) if not names.find(line) else "" for line in lines]
    sections = any(words.of_head(head) is Importance.REQUIRED for head in heads if head)
    section = Importance.MENTIONED if sections else Importance.REQUIRED
    for number, (line, head) in enumerate(zip(lines, heads, strict=True), 1):
        if head:
            section = words.of_head(head) or section
        mentions = names.find(line)
        groups = _groups(line, [(one.start, one.end) for one in mentions])
        for mention, group in zip(mentions, groups, strict=True):
            others = {mentions[index].skill for index in group} - {mention.skill}
            yield Wanted(
                mention.skill,
                words.of_line(_around(line, mention.start), section),
                number,
                _cut(line),
                tuple(sorted(others)),
            )


def _around(line: str, start: int) -> str:
    """What a line says of a place in it: its brackets, or the line without any."""
    for match in _BRACKETS.finditer(line):
        if match.start() <= start < match.end():
            return match.group()
    return _BRACKETS.sub(" ", line)


class _Words:
    """The catalogue's words for how much a skill counts."""

    def __init__(self, catalogue: Catalogue) -> None:
        table = catalogue.table("job")
        self._heads = {one: _any(table.get(one, {}).get("heads")) for one in Importance}
        self._lines = {one: _any(table.get(one, {}).get("lines")) for one in Importance}

    def of_head(self, head: str) -> Importance | None:
        """What a heading says of its section; None: nothing."""
        for one in (Importance.PREFERRED, Importance.MENTIONED, Importance.REQUIRED):
            if self._heads[one].search(head):
                return one
        return None

    def of_line(self, line: str, section: Importance) -> Importance:
        """What a line says itself, or else its section."""
        if self._lines[Importance.MENTIONED].search(line):
            return Importance.MENTIONED
        if self._lines[Importance.PREFERRED].search(line):
            return Importance.PREFERRED
        if section is not Importance.PREFERRED and self._lines[Importance.REQUIRED].search(line):
            return Importance.REQUIRED
        return section


def _groups(line: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """For each mention those of which the line asks for any one, itself included.

    Mentions with nothing but `or` or a slash between are such a choice; commas join further ones
    only where the line says so ("one of A, B or C"), since "A, B or C" may well ask for A.
    """
    listed = bool(_ONE_OF.search(line))
    runs: list[list[int]] = []
    either: list[bool] = []
    for index, (start, _) in enumerate(spans):
        joint = line[spans[index - 1][1] : start] if index else ""
        choice = bool(_EITHER.match(joint))
        if choice or (listed and _COMMA.match(joint)):
            runs[-1].append(index)
            either[-1] = either[-1] or choice
        else:
            runs.append([index])
            either.append(False)
    groups: list[tuple[int, ...]] = []
    for run, choice in zip(runs, either, strict=True):
        groups.extend([tuple(run) if choice else ()] * len(run))
    return groups


def _head(line: str) -> str:
    """The words of a heading; empty where a line is none."""
    match = _HEAD.match(line)
    if match and len(line.strip()) <= MAX_HEAD:
        found = match.group("hash") or match.group("bold") or match.group("colon")
        return "" if _BULLET.match(line) and match.group("colon") else found.strip()
    plain = line.strip()
    if plain and len(plain) <= MAX_HEAD and plain[-1] not in ".,;" and not _BULLET.match(line):
        return plain if plain.isupper() or len(plain.split()) <= 5 else ""  # noqa: PLR2004
    return ""


def _title(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return _cut(first.strip().lstrip("#").strip(" *"))


def _cut(line: str) -> str:
    plain = " ".join(_BULLET.sub("", line).split())
    return plain if len(plain) <= MAX_LINE else plain[: MAX_LINE - 1].rstrip() + "…"


def _any(patterns: object) -> re.Pattern[str]:
    listed = [str(one) for one in patterns] if isinstance(patterns, list) else []
    return re.compile("|".join(f"(?:{one})" for one in listed) or "(?!)", re.IGNORECASE)
