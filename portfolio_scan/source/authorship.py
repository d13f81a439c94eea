"""Authorship: which of a history's authors is the candidate, and what their commits add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from portfolio_scan.model import History, QuarterCount
from portfolio_scan.model.history import Identity as Grounds
from portfolio_scan.source.aliases import Identity, group_aliases, matches_author, matches_login
from portfolio_scan.source.bots import is_bot
from portfolio_scan.source.collection import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DAY_SECONDS = 86_400
_FIRST_DAY = 3_653
"""1 January 1980, in days of Unix time: an earlier author date is a clock that was never set."""
_LAST_DAY = 73_050
_MIN_PART = 3
"""Shortest text that is looked for inside names and addresses; a shorter one fits too many."""


@dataclass(slots=True)
class Authored:
    """The commits of one name and e-mail address."""

    commits: int = 0
    days: Counter[int] = field(default_factory=Counter)
    """Commits per day, in days of Unix time by universal time; commits without a date are left
    out."""
    path_days: dict[str, int] = field(default_factory=dict)
    """Latest day on which each path was changed."""
    path_commits: Counter[str] = field(default_factory=Counter)
    """Commits that changed each path."""
    oldest: int = -1
    """Place of the oldest of these commits in the log, which runs from the newest back."""

    def add(self, day: int | None, place: int = 0) -> None:
        """Count one commit, further back in the log than those counted so far."""
        self.commits += 1
        self.oldest = place
        if day is not None:
            self.days[day] += 1

    def touch(self, path: str, day: int | None) -> None:
        """Note that a commit of that day changed a path."""
        self.path_commits[path] += 1
        self._date(path, day)

    def add_paths(self, other: Authored) -> None:
        """Take over the paths of the same person's commits under another name."""
        self.path_commits += other.path_commits
        for path, day in other.path_days.items():
            self._date(path, day)

    def _date(self, path: str, day: int | None) -> None:
        if day is not None and day > self.path_days.get(path, -1):
            self.path_days[path] = day


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The commits that are older than the candidate's first one."""

    commits: int
    people: int
    """People who made them, aliases merged."""
    own_share: float
    """The candidate's part of all commits, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The candidate's commits told apart from everybody else's."""

    grounds: Grounds
    own: Authored
    authors: int
    commits: int
    notes: tuple[str, ...]
    base: Base | None
    """What others had committed before; None: nothing, or it is not certain who is who."""

    def history(self, *notes: str) -> History:
        """Give the figures, in days and quarters; names stay behind."""
        days = sorted(self.own.days)
        return History(
            identity=self.grounds,
            commits=self.commits,
            own_commits=None if self.grounds is Grounds.UNKNOWN else self.own.commits,
            authors=self.authors,
            first_own=_to_date(days[0]) if days else None,
            last_own=_to_date(days[-1]) if days else None,
            quarters=quarters({_to_date(day): number for day, number in self.own.days.items()}),
            single_day=len(days) == 1 if days else None,
            note=" ".join((*notes, *self.notes, *self._bulk_note(len(days)))),
        )

    def path_dates(self) -> dict[str, date]:
        """Day of the last own commit to each path, sorted by path."""
        return {path: _to_date(day) for path, day in sorted(self.own.path_days.items())}

    def _bulk_note(self, days: int) -> tuple[str, ...]:
        if days != 1 or self.own.commits == 1:
            return ()
        own = f"All own commits ({self.own.commits:,}) are of one day"
        return (f"{own}, so the dates do not tell when the work was done.",)


def day_of(seconds: str) -> int | None:
    """Day of a Unix time as git writes it, None where it cannot be a real author date."""
    try:
        day = int(seconds) // _DAY_SECONDS
    except ValueError:
        return None
    return day if _FIRST_DAY <= day <= _LAST_DAY else None


def quarters(commits: Mapping[date, int]) -> tuple[QuarterCount, ...]:
    """Add up commits per day to commits per quarter, the first quarter first."""
    counts: Counter[str] = Counter()
    for day, number in commits.items():
        counts[f"{day.year}Q{(day.month + 2) // 3}"] += number
    return tuple(QuarterCount(quarter=key, commits=counts[key]) for key in sorted(counts))


def settle(authored: dict[Identity, Authored], *, owner: str, author: str) -> Settled:
    """Decide which commits are the candidate's.

    The author that the user named counts first; else the person whose no-reply address, name or
    e-mail is the repository owner's login; else the person with most commits. Equal input gives
    equal output, whatever the order of the log.
    """
    people = {who: a for who, a in authored.items() if not is_bot(who.name, who.email)}
    bots = sum(a.commits for who, a in authored.items() if who not in people)
    ordered = sorted(people, key=lambda who: (-people[who].commits, who.email, who.name))
    groups = [tuple(ordered[i] for i in group) for group in group_aliases(ordered)]
    groups.sort(key=lambda group: (-_commits(group, people), group[0].email, group[0].name))
    choice = _choose(groups, people, owner=owner, author=author)
    own = _merge(people[who] for who in choice.own)
    return Settled(
        grounds=choice.grounds,
        own=own,
        authors=len(groups),
        commits=sum(a.commits for a in people.values()),
        notes=(*choice.notes, *_bot_note(bots)),
        base=_base(own, groups, people) if choice.certain else None,
    )


def _base(
    own: Authored, groups: list[tuple[Identity, ...]], people: dict[Identity, Authored]
) -> Base | None:
    """Count what came before the candidate's first commit, bots left out."""
    everything = sum(one.commits for one in people.values())
    before = [group for group in groups if max(people[who].oldest for who in group) > own.oldest]
    if not own.commits or not before:
        return None
    last = max(one.oldest for one in people.values())
    return Base(commits=last - own.oldest, people=len(before), own_share=own.commits / everything)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    grounds: Grounds
    own: tuple[Identity, ...] = ()
    notes: tuple[str, ...] = ()
    certain: bool = False
    """Whether a name tells who the candidate is, and not the number of commits alone."""


def _choose(
    groups: list[tuple[Identity, ...]], people: dict[Identity, Authored], *, owner: str, author: str
) -> _Choice:
    if author:
        return _choose_given(groups, author)
    if not groups:
        return _Choice(grounds=Grounds.UNKNOWN)
    scored = [max(matches_login(who, owner) for who in group) for group in groups]
    best = max(scored)
    if best:
        return _Choice(grounds=Grounds.OWNER, own=groups[scored.index(best)], certain=True)
    notes = []
    if owner and len(groups) > 1:
        notes.append(
            "No author could be matched with the repository's owner; "
            "the author with most commits was taken."
        )
    if len(groups) > 1 and _commits(groups[0], people) == _commits(groups[1], people):
        notes.append("Several authors have the same number of commits; one of them was taken.")
    return _Choice(grounds=Grounds.ASSUMED, own=groups[0], notes=tuple(notes))


def _choose_given(groups: list[tuple[Identity, ...]], author: str) -> _Choice:
    chosen = [g for g in groups if any(matches_author(who, author, exactly=True) for who in g)]
    if not chosen and len(author.strip()) >= _MIN_PART:
        chosen = [g for g in groups if any(matches_author(who, author, exactly=False) for who in g)]
    notes: tuple[str, ...] = ()
    if not chosen:
        notes = ("No commit of the author that was named was found in the history read.",)
    elif len(chosen) > 1:
        notes = (f"The author that was named fits {len(chosen):,} people of the history.",)
    own = tuple(who for group in chosen for who in group)
    return _Choice(grounds=Grounds.GIVEN, own=own, notes=notes, certain=bool(own))


def _commits(group: tuple[Identity, ...], people: dict[Identity, Authored]) -> int:
    return sum(people[who].commits for who in group)


def _merge(parts: Iterable[Authored]) -> Authored:
    whole = Authored()
    for part in parts:
        whole.commits += part.commits
        whole.days += part.days
        whole.oldest = max(whole.oldest, part.oldest)
        whole.add_paths(part)
    return whole


def _to_date(day: int) -> date:
    return datetime.fromtimestamp(day * _DAY_SECONDS, UTC).date()


def _bot_note(commits: int) -> tuple[str, ...]:
    if not commits:
        return ()
    return (f"{counted(commits, 'commit')} by automatic accounts are not counted.",)
