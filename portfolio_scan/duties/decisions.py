"""Decisions of people: who decided what, why, on which findings. The tool decides nothing.

A decision is a word of the user's own; nothing in this tool acts on it. What stood against relying
on the findings is told, and kept with the record: whoever decided had been told.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from portfolio_scan.analysis.accuracy import LEAST_PRECISION
from portfolio_scan.duties.digests import digest_of_decision
from portfolio_scan.duties.wording import read_words
from portfolio_scan.errors import UsageError
from portfolio_scan.model import Outcome
from portfolio_scan.pool.documents import find_version, read_with_statements
from portfolio_scan.pool.selection import one_member
from portfolio_scan.pool.statements import find_repository
from portfolio_scan.storage import NewDecision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from portfolio_scan.model import Finding, RepositoryScan, Scan
    from portfolio_scan.storage import DecisionRow, Member, ScanRow, Store

LEAST_REASON = 20
MOST_REASON = 2_000
MOST_WORD = 80
MOST_NAME = 120
MOST_FINDINGS = 50
_NOBODY = frozenset(
    re.findall(
        "[a-z]+",
        """
        a action actions admin administrator agent ai algorithm anonymous api app application
        ats auto automated automatic automatically automation bot candidate chatbot chatgpt ci
        computer cron daemon decision default department dept everybody everyone github gpt
        hiring hr job llm machine manager me model n na nobody none null operator people person
        pipeline portfolio portfolioscan process program recruiter recruiting recruitment robot
        root rule rules scan scanner schedule scheduled scheduler script selection self service
        software somebody someone system talent tbd team test the tool unknown us user we
        workflow
        """,
    )
)
"""Words that name nobody; a name made of such words alone is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A finding that somebody relies on, as the scan has it."""

    rule: str
    repository: str
    """Empty: it is about the portfolio."""
    outcome: str
    commit: str
    contested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A recorded decision, ready to print."""

    number: int
    handle: str
    at: datetime
    by: str
    decision: str
    reason: str
    purpose: str
    version: int | None
    """Of the scan that was before them; None: none."""
    findings: tuple[Cited, ...]
    told: tuple[str, ...]
    """What they were told stands against relying on it."""
    replaces: int | None
    replaced_by: int | None = None


def record(
    store: Store,
    handle: str,
    *,
    by: str,
    decision: str,
    reason: str,
    findings: Sequence[str],
    no_finding: bool,
    version: int | None,
    purpose: str,
    replaces: int | None,
    now: datetime,
) -> Decision:
    """Record what a person decided about a member.

    Raises UsageError where no person is named, no reason is given, or what is cited is not in the
    scan.
    """
    member = one_member(store, handle)
    name = read_person(by)
    word = read_words(decision, "--decision", most=MOST_WORD)
    why = read_words(
        reason, "--reason", most=MOST_REASON, least=LEAST_REASON,
        hint="Say why in words that the person concerned would understand.",
    )  # fmt: skip
    _check_grounds(findings, no_finding=no_finding)
    row = _chosen(store, member, version, needed=bool(findings))
    scan = read_with_statements(store, row) if row is not None else None
    cited = [_find(scan, one) for one in dict.fromkeys(findings)] if scan is not None else []
    if replaces is not None:
        _check_replaced(store, member, replaces)
    told = list(_doubts(store, member, row, cited, now))
    aim = read_words(purpose, "--purpose", most=MOST_REASON) if purpose else member.purpose
    grounds = {
        "version": row.version if row is not None else None,
        "rules": row.rules if row is not None else "",
        "findings": [_to_json(*one) for one in cited],
        "other_grounds": no_finding,
        "told": told,
        "replaces": replaces,
    }
    new = NewDecision(
        member=member.id,
        scan=row.id if row is not None else None,
        decided_by=name,
        decision=word,
        reason=why,
        purpose=aim,
        findings=json.dumps(grounds, ensure_ascii=True, sort_keys=True),
    )
    number = store.decisions.add(new, now, digest_of_decision(new, now))
    (kept,) = (one for one in store.decisions.of(member.id) if one.id == number)
    return _to_decision(kept, member.handle, {})


def decisions_of(store: Store, handle: str | None) -> list[Decision]:
    """Give the decisions about a member, or about everybody, the oldest first."""
    if handle is not None:
        member = one_member(store, handle)
        handles, rows = {member.id: member.handle}, store.decisions.of(member.id)
    else:
        handles = {one.id: one.handle for one in store.members.all()}
        rows = store.decisions.all()
    replaced: dict[int, int] = {}
    for row in rows:
        earlier = _grounds(row)["replaces"]
        if earlier is not None:
            replaced[earlier] = row.id
    return [_to_decision(row, handles[row.member], replaced) for row in rows]


def standing(decisions: Sequence[Decision], purpose: str) -> dict[str, str]:
    """Give the word of the decision that stands for each handle, of one purpose, by handle.

    Of several that stand the newest counts. Raises UsageError where nothing was decided for it.
    """
    words = {
        one.handle: one.decision
        for one in decisions
        if one.replaced_by is None and one.purpose.casefold() == purpose.strip().casefold()
    }
    if not words:
        there = Counter(one.purpose for one in decisions)
        listed = ", ".join(f"{name!r} ({number})" for name, number in there.most_common(10))
        raise UsageError(
            f"no decision was recorded for the purpose {purpose!r}",
            f"There are decisions for: {listed}." if listed else "`decision record` records them.",
        )
    return words


def read_person(text: str) -> str:
    """Take the name of whoever decided. Raises UsageError for what names no person."""
    hint = 'A person decides, and is named: --by "Some Name, head of data".'
    name = read_words(text, "--by", most=MOST_NAME, hint=hint)
    words = re.findall(r"[^\W\d_]+", name.partition(",")[0].lower())
    if not words or sum(map(len, words)) < 2 or all(word in _NOBODY for word in words):  # noqa: PLR2004
        raise UsageError(f"--by {name!r} names no person", hint)
    return name


def _check_grounds(findings: Sequence[str], *, no_finding: bool) -> None:
    if no_finding and findings:
        raise UsageError("--no-finding and --finding contradict each other", "Give one of them.")
    if not no_finding and not findings:
        raise UsageError(
            "no finding is cited",
            "Give --finding RULE@REPOSITORY for each, or --no-finding if none played a part.",
        )
    if len(findings) > MOST_FINDINGS:
        raise UsageError(f"more than {MOST_FINDINGS} findings are cited", "Cite what counted.")


def _chosen(store: Store, member: Member, version: int | None, *, needed: bool) -> ScanRow | None:
    """Find the scan that was before whoever decided."""
    if version is None and not needed and not store.scans.of(member.id):
        return None
    return find_version(store, member, version)


def _find(scan: Scan, text: str) -> tuple[Finding, str, str]:
    """Find what `RULE@REPOSITORY` cites: the finding, its repository and commit."""
    rule, _, name = (part.strip() for part in text.partition("@"))
    there = [_placed(part, one) for part, one in scan.findings() if one.rule == rule]
    if name:
        part = find_repository(scan, name)
        if part is None:
            known = ", ".join(one.repository.name for one in scan.repositories)
            raise UsageError(f"that scan has no repository {name!r}", f"There are: {known}.")
        there = [one for one in there if one[1] == part.repository.name]
    if not there:
        where = f" about {name}" if name else ""
        hint = "The rule stands under each finding; `portfolio-scan pool document` holds them all."
        raise UsageError(f"that scan says nothing{where} by a rule {rule!r}", hint)
    found = [one for one in there if one[0].outcome is Outcome.PRESENT]
    if len(found) != 1:
        found = there
    if len(found) != 1:
        homes = ", ".join(f"{rule}@{home}" for _, home, _ in found if home)
        raise UsageError(f"{rule} is about {len(found)} repositories", f"Name one: {homes}.")
    return found[0]


def _placed(part: RepositoryScan | None, finding: Finding) -> tuple[Finding, str, str]:
    if part is None:
        return finding, "", ""
    return finding, part.repository.name, part.repository.commit or ""


def _doubts(
    store: Store,
    member: Member,
    row: ScanRow | None,
    cited: Sequence[tuple[Finding, str, str]],
    now: datetime,
) -> Iterator[str]:
    """Say what stands against relying on what is cited."""
    for finding, repository, _ in cited:
        what = finding.rule + (f" in {repository}" if repository else "")
        if finding.contested:
            yield f"{what} is contested: settle it with whom it is about"
        if finding.outcome in {Outcome.UNCLEAR, Outcome.ERROR}:
            yield f"{what} could not be told: nothing follows from it"
        elif finding.outcome is not Outcome.PRESENT:
            yield f"{what} was not found in the code read: nothing follows from that"
        measured = finding.accuracy
        if measured is not None and measured.precision < LEAST_PRECISION:
            answers = measured.right + measured.wrong
            yield f"{finding.rule} was right in {measured.right} of {answers} cases measured only"
    if row is not None and not row.complete:
        yield f"version {row.version} is not complete: something could not be read"
    if row is not None and row.version < store.scans.of(member.id)[-1].version:
        yield f"version {row.version} is not the newest scan"
    if member.expired(now.astimezone(UTC).date()):
        yield f"the basis on which the work may be read expired on {member.expires}"
    if member.id not in store.noticed():
        yield "no notice to the person stands in the log"


def _check_replaced(store: Store, member: Member, number: int) -> None:
    rows = store.decisions.of(member.id)
    if number not in {one.id for one in rows}:
        hint = "`portfolio-scan decision list` shows the numbers."
        raise UsageError(f"{member.handle} has no decision {number}", hint)
    after = next((one.id for one in rows if _grounds(one)["replaces"] == number), None)
    if after is not None:
        message = f"decision {number} was replaced already, by {after}"
        raise UsageError(message, f"Use --replaces {after}.")


def _to_json(finding: Finding, repository: str, commit: str) -> dict[str, Any]:
    accuracy = finding.accuracy
    return {
        "rule": finding.rule,
        "rule_version": finding.version,
        "repository": repository,
        "commit": commit,
        "outcome": finding.outcome.value,
        "polarity": finding.polarity.value,
        "contested": finding.contested,
        "precision": round(accuracy.precision, 3) if accuracy is not None else None,
    }


def _grounds(row: DecisionRow) -> dict[str, Any]:
    grounds: dict[str, Any] = json.loads(row.findings)
    return grounds


def _to_decision(row: DecisionRow, handle: str, replaced: dict[int, int]) -> Decision:
    grounds = _grounds(row)
    return Decision(
        number=row.id,
        handle=handle,
        at=row.at,
        by=row.decided_by,
        decision=row.decision,
        reason=row.reason,
        purpose=row.purpose,
        version=grounds["version"],
        findings=tuple(
            Cited(**{name: one[name] for name in Cited.__dataclass_fields__})
            for one in grounds["findings"]
        ),
        told=tuple(grounds["told"]),
        replaces=grounds["replaces"],
        replaced_by=replaced.get(row.id),
    )
