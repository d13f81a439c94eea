"""A static site of several dossiers: its index, what changed, and how it is to be read.

Each page is one file that asks for nothing else and is readable without script. The index has a
script for searching and narrowing, of our own and named by its digest, so that no other one runs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from portfolio_scan.model import Level, Outcome, Polarity
from portfolio_scan.report import words
from portfolio_scan.report.exhibits import MAX_PATH
from portfolio_scan.report.highlights import headline
from portfolio_scan.report.templates import styles, templates
from portfolio_scan.report.text import neutralise, one_line, safe_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from portfolio_scan.model import Finding, Scan

INDEX: Final = "index.html"
CHANGES: Final = "changes.html"
READING: Final = "reading.html"
STYLESHEETS: Final = ("dossier/base.css", "site/site.css")
MAX_REPOSITORIES: Final = 200
"""Names that can be searched for, of one member."""
MAX_TEXT: Final = 240
MAX_AREAS: Final = 30
FIRST_NEWS: Final = 4
_SHOWN: Final = frozenset({Level.STRONG, Level.SOLID, Level.SOME})
_UNTOLD: Final = words.COULD_NOT_TELL
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_HEAD: Final = '<meta charset="utf-8">'
_BODY: Final = '<header class="masthead">'
_BACK_STYLE: Final = (
    ".to-index { width: min(75rem, 100% - 2 * clamp(1rem, 3vw, 2rem)); margin: 0 auto; "
    "padding-top: 0.75rem; font-size: 0.8125rem; }\n@media print { .to-index { display: none; } }"
)
_BACK: Final = (
    '<nav class="to-index" aria-label="Pool">'
    f'<a href="../{INDEX}"><span aria-hidden="true">← </span>All dossiers</a></nav>\n'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the index says of one dossier, made of its scan once and kept beside the pages."""

    label: str
    role: str
    """Empty: it could not be told."""
    headline: str
    found: int
    """Repositories that the account shows, and of them those that were read."""
    read: int
    complete: bool
    """Whether everything that was to be read was read in full."""
    scanned: str
    strengths: int
    flags: int
    shown: tuple[str, ...] = ()
    """Areas of the rubric of which the code shows something."""
    untold: tuple[str, ...] = ()
    """Areas of which it could not be told."""
    repositories: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """What was found, by polarity and rule: `strength evaluation.held-out`."""
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that is said differently than before, worded."""

    group: str
    """What kind of news, as a heading would say it."""
    text: str
    because: str
    repository: str = ""
    url: str = ""
    own: bool = True
    """Whether the candidate's code or the time did it, rather than our rules or GitHub."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One dossier of the site."""

    page: str
    """Its file, from the index."""
    entry: Entry
    rules: str
    """What judged it; rows of different rules are not to be compared."""
    new: bool = False
    """Whether it was read for the first time since the day the site looks back to."""
    unread: bool = False
    """Whether it could not be read when it was last looked at."""
    news: tuple[News, ...] = ()

    @property
    def more(self) -> int:
        """How much there is beside the first that the candidate changed."""
        return sum(one.own for one in self.news) - 1

    @property
    def changed(self) -> bool:
        """Whether the candidate's own work gives something to look at."""
        return self.new or any(one.own for one in self.news)

    @property
    def partial(self) -> bool:
        """Whether less was read than there is."""
        return self.unread or not self.entry.complete


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site: its dossiers by label, and what is said of them together."""

    title: str
    written: str
    """The day on which it was written, in words, and the day it looks back to."""
    since: str
    tool: str
    reader: str
    listed: tuple[Listed, ...]
    waiting: int = 0
    """Members of whom there is no scan yet."""
    blind: bool = False

    @property
    def rule_sets(self) -> int:
        """How many sets of rules judged the dossiers; one or none is as it should be."""
        return len({one.rules for one in self.listed})

    @property
    def changed(self) -> int:
        """How many dossiers have something new to look at."""
        return sum(one.changed for one in self.listed)

    @property
    def head_news(self) -> tuple[tuple[Listed, News], ...]:
        """Whose work changed, by label, each with the first of it; not all where they are many."""
        own = [(one, item) for one in self.listed for item in one.news[:1] if item.own]
        return tuple(own[:FIRST_NEWS])

    @property
    def more_news(self) -> int:
        """Of how many more members the work changed."""
        own = sum(item.own for one in self.listed for item in one.news[:1])
        return max(0, own - FIRST_NEWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Option:
    """A filter of the index: what to press, and how many dossiers it leaves."""

    key: str
    label: str
    number: int


def view_entry(scan: Scan, *, complete: bool) -> Entry:
    """Take from a scan what the index says of it."""
    label = one_line(scan.subject.label, MAX_PATH)
    present = [one for _, one in scan.findings() if one.outcome is Outcome.PRESENT]
    rubric = scan.portfolio.rubric
    areas = rubric.areas if rubric is not None else ()
    names = [one.repository.name for one in scan.repositories][:MAX_REPOSITORIES]
    return Entry(
        label=neutralise(label),
        role=words.role(scan.portfolio.role.verdict),
        # What was not read stands beside it.
        headline=neutralise(headline(scan.repositories, 0)),
        found=scan.coverage.found,
        read=scan.coverage.read,
        complete=complete,
        scanned=_day(scan.scanned_at),
        strengths=_number(present, Polarity.STRENGTH),
        flags=_number(present, Polarity.FLAG),
        shown=tuple(_plain(one.title, 60) for one in areas if one.level in _SHOWN),
        untold=tuple(_plain(one.title, 60) for one in areas if one.level is Level.UNCLEAR),
        repositories=tuple(
            _plain(name.removeprefix(f"{scan.subject.label}/"), MAX_PATH) for name in names
        ),
        rules=tuple(sorted({f"{one.polarity.value} {_plain(one.rule, 80)}" for one in present})),
        skills=tuple(sorted({_plain(skill, 60) for skill in _skills(scan)}, key=str.casefold)),
    )


def view_news(
    label: str, *, group: str, text: str, because: str, repository: str, url: str, own: bool
) -> News:
    """Word one change of a member for a page, safe to print."""
    return News(
        group=group,
        text=words.sentence(neutralise(text), MAX_TEXT),
        because=because,
        repository=_plain(repository.removeprefix(f"{label}/"), MAX_PATH),
        url=safe_url(url),
        own=own,
    )


def render_index(site: Site) -> str:
    """Render the list of dossiers, with all that is searched in it."""
    script = styles("site/site.js")
    roles = _options("role", (one.entry.role or _UNTOLD for one in site.listed))
    told = (area for one in site.listed for area in {*one.entry.shown, *one.entry.untold})
    # The script keeps them as the bits of a number.
    areas = _options("area", told)[:MAX_AREAS]
    return _render(
        "index",
        site,
        rows=Markup("\n").join(_row(one) for one in site.listed),
        roles=roles,
        areas=areas,
        data=_data(site.listed, roles, areas),
        script=script,
        asked=sum(one.entry.flags > 0 for one in site.listed),
        partial=sum(one.partial for one in site.listed),
    )


def render_changes(site: Site) -> str:
    """Render what changed since a day, and why, by member."""
    told = [one for one in site.listed if one.news]
    return _render(
        "changes",
        site,
        new=[one for one in site.listed if one.new],
        own=[one for one in told if any(item.own for item in one.news)],
        other=[one for one in told if any(not item.own for item in one.news)],
        groups=sorted(Counter(item.group for one in told for item in one.news if item.own).items()),
    )


def render_reading(site: Site) -> str:
    """Render how the site is to be read, and what it is not for."""
    return _render("reading", site)


def member_page(dossier: str) -> str:
    """Put a dossier into the site: a way back to the index, and nothing else may be loaded."""
    page = dossier.replace(_BODY, _BACK + _BODY, 1)
    page = page.replace("</style>\n", f"</style>\n<style>{_BACK_STYLE}</style>\n", 1)
    return page.replace(_HEAD, f"{_HEAD}\n{_policy(*_STYLE.findall(page)[:2])}", 1)


def _render(name: str, site: Site, **parts: object) -> str:
    css, script = styles(*STYLESHEETS), parts.get("script", "")
    page = templates("site").get_template(f"{name}.html.j2")
    policy = Markup(_policy(css, script=str(script)))  # noqa: S704 - digests of our own
    here = f"{name}.html"
    return page.render(site=site, css=css, policy=policy, here=here, **parts).strip() + "\n"


def _policy(*sheets: str, script: str = "") -> str:
    """Write what the page may load: these style sheets, this script, and nothing else."""
    told = ["default-src 'none'", f"style-src {' '.join(_digest(one) for one in sheets)}"]
    if script:
        told.append(f"script-src {_digest(script)}")
    told += ["base-uri 'none'", "form-action 'none'"]
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(told)}">'


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _row(one: Listed) -> Markup:
    """Write a row of the index; two thousand of them are too many for a template."""
    entry = one.entry
    role = entry.role or f"Role: {_UNTOLD[0].lower()}{_UNTOLD[1:]}"
    pills = [Markup("<li>{}</li>").format(area) for area in entry.shown]
    pills += [Markup('<li class="q">{}?</li>').format(area) for area in entry.untold]
    areas = Markup("<ul>{}</ul>").format(Markup("").join(pills)) if pills else Markup()
    marks = [
        Markup('<b class="{}">{}</b> ').format(kind, text)
        for kind, text, told in (
            ("new", "New", one.new),
            ("new", "Changed", one.changed and not one.new),
            ("part", "Read in part", not entry.complete),
            ("part", "Not read this time", one.unread),
        )
        if told
    ]
    return Markup(
        '<li><div><h3><a href="{}">{}</a></h3><p>{}</p>{}</div><div><p>{}</p>{}</div><p>{}</p></li>'
    ).format(
        one.page,
        entry.label if entry.label.isascii() else Markup("<bdi>{}</bdi>").format(entry.label),
        role,
        Markup('<p class="k">{}</p>').format(Markup("").join(marks).rstrip()) if marks else "",
        entry.headline,
        areas,
        "Read {} of {}\n{}\n{}".format(
            f"{entry.read:,}",
            words.count(entry.found, "repository", "repositories"),
            words.count(entry.strengths, "strength")
            + (f", {entry.flags:,} to ask about" if entry.flags else ""),
            entry.scanned,
        ),
    )


def _options(prefix: str, values: Iterable[str]) -> tuple[_Option, ...]:
    """Give the values there are, by name, with how often each is there."""
    counted = sorted(Counter(values).items(), key=lambda pair: (pair[0] == _UNTOLD, pair[0]))
    return tuple(
        _Option(key=f"{prefix}-{at}", label=label, number=number)
        for at, (label, number) in enumerate(counted)
    )


def _data(listed: Sequence[Listed], roles: Sequence[_Option], areas: Sequence[_Option]) -> Markup:
    """Write what the script needs beyond the rows, as JSON that cannot end its element."""
    role_at = {one.label: at for at, one in enumerate(roles)}
    area_at = {one.label: at for at, one in enumerate(areas)}
    rules, skills = _Terms(), _Terms()
    rows = [
        [
            role_at[one.entry.role or _UNTOLD],
            _mask(area_at, one.entry.shown),
            _mask(area_at, one.entry.untold),
            one.changed + 2 * one.partial + 4 * (one.entry.flags > 0),
            "\n".join(one.entry.repositories),
            rules.places(one.entry.rules),
            skills.places(one.entry.skills),
        ]
        for one in listed
    ]
    found = {
        "areas": [one.label for one in areas],
        "rules": rules.known,
        "skills": skills.known,
        "rows": rows,
    }
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - JSON without a sign of markup


class _Terms:
    """Words that many dossiers share, each written once."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self._numbers: dict[str, int] = {}

    def places(self, terms: Iterable[str]) -> str:
        """Name terms by their places, as a number of the base 16 whose bits are the places."""
        bits = 0
        for term in terms:
            if term not in self._numbers:
                self._numbers[term] = len(self.known)
                self.known.append(term)
            bits |= 1 << self._numbers[term]
        return f"{bits:x}"


def _mask(numbers: Mapping[str, int], names: Iterable[str]) -> int:
    return sum(1 << numbers[name] for name in set(names) if name in numbers)


def _number(findings: Iterable[Finding], polarity: Polarity) -> int:
    return sum(one.polarity is polarity for one in findings)


def _skills(scan: Scan) -> Iterator[str]:
    for group in scan.portfolio.breadth:
        yield from group.skills
    for role in scan.portfolio.roles:
        yield from role.skills
    for part in scan.portfolio.stack:
        yield part.library


def _day(instant: str) -> str:
    try:
        return words.day(datetime.fromisoformat(instant).date())
    except ValueError:
        return _plain(instant, 40)


def _plain(text: str, limit: int) -> str:
    return one_line(neutralise(text), limit)
