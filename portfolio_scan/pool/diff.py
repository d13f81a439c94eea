"""What two scans of one person say differently, and why: the code, our rules, GitHub, or time.

Two neighbouring versions differ for one reason where that can be arranged (see `rescan`). What was
read in only one of them is never compared: a repository that could not be read has lost nothing,
and a flag that went with it has not been cleared. Where nothing differs nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from portfolio_scan.model import Outcome, Polarity
from portfolio_scan.report import words
from portfolio_scan.source.github.authorship import NOT_TOLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from portfolio_scan.model import Finding, NotRead, RepositoryScan, Scan

_NOT_TOLD = frozenset({"failed", "limit", "blocked", "gone", "too_large"})
"""Reasons of repositories not read that say nothing about what the candidate did."""
_VERDICTS = {
    "ml": words.ML,
    "trains": words.TRAINS,
    "evaluation": words.EVALUATION,
    "tutorial": words.TUTORIAL,
    "inference_only": words.INFERENCE_ONLY,
    "kind": words.KIND,
}
_UNSHOWN = "GitHub does not show it any more: deleted, made private or moved"


class Because(StrEnum):
    """Why two scans say something different."""

    CANDIDATE = "candidate"
    """Other commits, or other repositories."""
    RULES = "rules"
    """The same commits, judged by other rules."""
    READING = "reading"
    """GitHub returned less than before, or what was missing before."""
    TIME = "time"
    """The same commits and the same rules: what is said depends on the day."""


class What(StrEnum):
    """What a change is about."""

    REPOSITORY = "repository"
    VERDICT = "verdict"
    FINDING = "finding"
    LEAK = "leak"
    RECENCY = "recency"
    ROLE = "role"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is said differently."""

    because: Because
    what: What
    repository: str = ""
    """Empty: it is about the portfolio as a whole."""
    key: str = ""
    """The rule, the verdict or the kind of leak."""
    before: str = ""
    after: str = ""
    """Words for the state; empty: there was none."""
    polarity: str = ""
    """Of a finding: `strength` or `flag`."""
    message: str = ""
    url: str = ""

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it is about, for putting several changes of one thing together."""
        return (self.what.value, self.repository, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an account by a scan and, where that could not read, by those before."""

    repositories: dict[str, RepositoryScan]
    """By id; of what a scan could not read stands here what was read of it last."""
    not_read: tuple[NotRead, ...]
    """What no scan has read."""


def know(scan: Scan, before: Known | None = None) -> Known:
    """Add a scan to what is known from the ones before it."""
    repositories = {_key(one): one for one in scan.repositories}
    not_read = scan.coverage.not_read
    if before is None:
        return Known(repositories=repositories, not_read=not_read)
    if any(one.reason in _NOT_TOLD for one in not_read):
        for key, part in before.repositories.items():
            reason = _reason(part.repository.name, not_read)
            if reason is None or reason.reason in _NOT_TOLD:
                repositories.setdefault(key, part)
    unread = {one.name for one in before.not_read if one.reason in _NOT_TOLD}
    return Known(
        repositories=repositories,
        not_read=tuple(
            one for one in not_read if one.reason not in _NOT_TOLD or one.name in unread
        ),
    )


def compare(
    before: Scan,
    after: Scan,
    because: Because,
    *,
    other_rules: bool = False,
    known: Known | None = None,
    in_part: bool = False,
) -> list[Change]:
    """Compare a scan with the one before it.

    `because` is why the later one was made: CANDIDATE when something else was read, RULES or TIME
    when the same was judged again. `other_rules`: what was read was judged by other rules, too, so
    that the same commits differ for that reason. `known` is `know` of the scans up to `before`:
    what that could not read is compared with what was read of it last. `in_part`: GitHub kept
    silent about something in one of the two, so that what is unclear there may be its doing.
    """
    known = know(before) if known is None else known
    found = _Comparison(before, after, because, known, other_rules=other_rules, in_part=in_part)
    return found.changes()


def merged(steps: Iterable[Sequence[Change]]) -> list[Change]:
    """Put the changes of several steps together: of one thing the first state and the last.

    What came and went in between is left out.
    """
    seen: dict[tuple[str, str, str], Change] = {}
    for step in steps:
        for change in step:
            first = seen.get(change.subject)
            if first is None:
                seen[change.subject] = change
                continue
            seen[change.subject] = Change(
                **{**_fields(change), "before": first.before},
            )
    return [change for change in seen.values() if change.before != change.after]


def _fields(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in Change.__dataclass_fields__}


class _Comparison:
    """Two scans, with their repositories paired by id."""

    def __init__(
        self,
        before: Scan,
        after: Scan,
        because: Because,
        known: Known,
        *,
        other_rules: bool,
        in_part: bool,
    ) -> None:
        self._in_part = in_part
        self._before = before
        self._known = known
        self._after = after
        self._because = because
        self._same = Because.RULES if other_rules else Because.TIME
        """Why the same commits can be judged differently."""
        self._old = {_key(one): one for one in before.repositories}
        self._new = {_key(one): one for one in after.repositories}

    def changes(self) -> list[Change]:
        repositories = [*self._lost(), *self._gained()]
        last = {**self._known.repositories, **self._old}
        inside = [
            change
            for key, old in last.items()
            if key in self._new
            for change in self._inside(old, self._new[key])
        ]
        return [*repositories, *inside, *self._whole(repositories, inside)]

    def _lost(self) -> Iterator[Change]:
        for key, old in self._old.items():
            if key in self._new:
                continue
            name = old.repository.name
            reason = _reason(name, self._after.coverage.not_read)
            if reason is None:
                because, message = Because.READING, _UNSHOWN
            else:
                told = reason.reason not in _NOT_TOLD
                because = Because.CANDIDATE if told else Because.READING
                message = reason.detail or reason.reason
            yield Change(
                because=self._of(because), what=What.REPOSITORY, repository=name, key="read",
                before="read", after="not read", message=message,
            )  # fmt: skip

    def _gained(self) -> Iterator[Change]:
        for key, new in self._new.items():
            if key in self._old:
                continue
            name = new.repository.name
            again = key in self._known.repositories or self._unread_before(name)
            yield Change(
                because=self._of(Because.READING if again else Because.CANDIDATE),
                what=What.REPOSITORY,
                repository=name,
                key="read",
                before="not read",
                after="read",
                message="It can be read now" if again else "It is new among what is read",
                url=new.repository.url,
            )

    def _unread_before(self, name: str) -> bool:
        """Whether a repository was there already, and not read; some have no name."""
        reasons = (_reason(one, self._known.not_read) for one in (name, ""))
        reason = next((one for one in reasons if one is not None), None)
        return reason is not None and reason.reason in _NOT_TOLD

    def _inside(self, old: RepositoryScan, new: RepositoryScan) -> Iterator[Change]:
        because, lost = self._cause(old, new)
        name = new.repository.name
        yield from _findings(old.findings, new.findings, because, lost, name)
        for key, table in _VERDICTS.items():
            was, now = getattr(old.assessment, key), getattr(new.assessment, key)
            if was.verdict != now.verdict:
                gone = now.verdict == "unknown"
                yield Change(
                    because=lost if gone else because, what=What.VERDICT, repository=name, key=key,
                    before=_word(table, was.verdict), after=_word(table, now.verdict),
                    message=now.reason, url=_url(now.evidence),
                )  # fmt: skip
        was, now = ({one.kind for one in part.assessment.leakage} for part in (old, new))
        for kind in sorted(was ^ now):
            leak = next((one for one in new.assessment.leakage if one.kind == kind), None)
            yield Change(
                because=because if leak else lost, what=What.LEAK, repository=name, key=kind,
                before="" if leak else "found", after="found" if leak else "",
                polarity=Polarity.FLAG, message=words.LEAKAGE.get(kind, kind),
                url=_url(leak.evidence) if leak else "",
            )  # fmt: skip

    def _cause(self, old: RepositoryScan, new: RepositoryScan) -> tuple[Because, Because]:
        """Why one repository is judged differently: for what is there, and for what is gone."""
        if self._because is not Because.CANDIDATE:
            return self._because, self._because
        less = _read_in_part(new) and not _read_in_part(old)
        if old.repository.commit != new.repository.commit:
            less = less or (_asked(old) and not _asked(new))
            return Because.CANDIDATE, Because.READING if less else Because.CANDIDATE
        if less or _read_in_part(old) or _known(old) != _known(new):
            return Because.READING, Because.READING
        return self._same, self._same

    def _whole(self, repositories: Sequence[Change], inside: Sequence[Change]) -> Iterator[Change]:
        """Compare what is said of the portfolio; its causes are those of its repositories."""
        causes = {one.because for one in (*repositories, *inside)}
        because = self._because
        if because is Because.CANDIDATE:
            moved = any(
                old.repository.commit != self._new[key].repository.commit
                for key, old in self._old.items()
                if key in self._new
            )
            if Because.READING in causes:
                because = Because.READING
            elif not moved and Because.CANDIDATE not in causes:
                because = self._same
        was, now = self._before.portfolio, self._after.portfolio
        unclear = {
            one.rule for one in (*was.findings, *now.findings) if one.outcome is Outcome.UNCLEAR
        }
        for change in _findings(was.findings, now.findings, because, because, ""):
            silent = self._in_part and change.key in unclear and because is Because.CANDIDATE
            yield replace(change, because=Because.READING) if silent else change
        for what, old, new in (
            (What.ROLE, was.role, now.role),
            (What.RECENCY, was.recency, now.recency),
        ):
            if old.verdict != new.verdict:
                yield Change(
                    because=because, what=what, key=what.value,
                    before=_plain(what, old.verdict), after=_plain(what, new.verdict),
                    message=new.reason,
                )  # fmt: skip

    def _of(self, because: Because) -> Because:
        """Give a cause, unless the same was only judged again."""
        return because if self._because is Because.CANDIDATE else self._because


def _findings(
    before: Sequence[Finding],
    after: Sequence[Finding],
    because: Because,
    lost: Because,
    repository: str,
) -> Iterator[Change]:
    """Compare strengths and flags by their rules; notes are no news."""
    was, now = _present(before), _present(after)
    broken = {one.rule for one in (*before, *after) if one.outcome is Outcome.ERROR}
    for rule in sorted(was.keys() ^ now.keys()):
        finding = now.get(rule) or was[rule]
        cause = because if rule in now else lost
        if rule in broken:
            # A rule that failed says nothing about the code.
            cause = Because.RULES
        yield Change(
            because=cause, what=What.FINDING, repository=repository, key=rule,
            before="" if rule in now else "found",
            after="found" if rule in now else _state(rule, after),
            polarity=finding.polarity.value, message=finding.message, url=_url(finding.evidence),
        )  # fmt: skip


def _present(findings: Iterable[Finding]) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for one in findings:
        if one.outcome is Outcome.PRESENT and one.polarity is not Polarity.NOTE:
            found.setdefault(one.rule, one)
    return found


def _state(rule: str, findings: Iterable[Finding]) -> str:
    outcome = next((one.outcome for one in findings if one.rule == rule), None)
    if outcome is Outcome.ABSENT:
        return "not found in the code read"
    return "could not tell" if outcome is Outcome.UNCLEAR else "not said any more"


def _key(part: RepositoryScan) -> str:
    return part.repository.node_id or part.repository.name


def _reason(name: str, not_read: Iterable[NotRead]) -> NotRead | None:
    return next((one for one in not_read if one.name == name), None)


def _read_in_part(part: RepositoryScan) -> bool:
    coverage = part.coverage
    return coverage.code_read < coverage.code_files


def _known(part: RepositoryScan) -> tuple[object, ...]:
    history = part.repository.history
    return (history.identity, history.own_commits, history.code_dates_known)


def _asked(part: RepositoryScan) -> bool:
    """Whether GitHub told whose commits are in it."""
    return part.repository.history.note != NOT_TOLD


def _word(table: Any, verdict: str) -> str:
    word, _ = table.get(verdict, ("Could not tell", ""))
    return str(word)


def _plain(what: What, verdict: str) -> str:
    if what is What.ROLE:
        return words.ROLES.get(verdict, verdict.replace("_", " "))
    return "not known" if verdict == "unknown" else verdict


def _url(evidence: Sequence[Any]) -> str:
    return evidence[0].url if evidence else ""
