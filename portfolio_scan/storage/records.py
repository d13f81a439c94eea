"""What goes into the database and comes out of it: rows as frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class State(StrEnum):
    """Whether a member takes part in re-scans."""

    ACTIVE = "active"
    QUARANTINED = "quarantined"
    """Failed too often; `pool rescan --handle` lifts it."""


class Kind(StrEnum):
    """What became of a member in a run."""

    SCANNED = "scanned"
    UNCHANGED = "unchanged"
    REJUDGED = "rejudged"
    """Judged anew from what was stored, by other rules."""
    VANISHED = "vanished"
    """GitHub shows no such account; nothing follows about the person."""
    UNREAD = "unread"
    """Could not be read this time."""
    LIMITED = "limited"
    """A limit ended the run before; it is due as before."""


class Cause(StrEnum):
    """Why a version of a scan was made."""

    FIRST = "first"
    CHANGED = "changed"
    """GitHub showed other commits or repositories."""
    RULES = "rules"
    """The same commits, judged by other rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """An account that is to be watched, with the reason why that is allowed."""

    server: str
    github_id: int
    node_id: str
    handle: str
    basis: str
    """On what ground the person's public work may be read: consent, application, …"""
    purpose: str
    expires: date | None = None
    """The last day on which the basis holds; None: it holds until the member is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An account of the pool. Identity is `github_id` on `server`, never the handle."""

    id: int
    server: str
    github_id: int
    node_id: str
    handle: str
    basis: str
    purpose: str
    added: datetime
    expires: date | None
    state: State
    reason: str
    """Why the last try failed, or why it is quarantined."""
    tries: int
    """Failures in a row."""
    crashes: int
    """How often a run ended in the middle of reading it."""
    checked: datetime | None
    """When GitHub last told what there is."""
    heads: str
    """Digest of what was there when it was last read in full; empty: it was not."""
    judged: str
    """The rules by which its newest scan was judged; empty: there is none."""

    @property
    def account(self) -> Account:
        """The account that the member is, whatever it is called."""
        return Account(server=self.server, github_id=self.github_id)

    def expired(self, today: date) -> bool:
        """Whether the basis no longer holds."""
        return self.expires is not None and self.expires < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many members there are."""

    members: int
    due: int
    quarantined: int
    expired: int
    """With a basis that no longer holds; they count in none of the other two."""
    scanned: int
    """With a scan."""
    incomplete: int
    """With a newest scan in which something could not be read."""
    unnoticed: int
    """Who were never given a notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScan:
    """A scan to be kept: the document, compressed, and what is asked of it most."""

    cause: Cause
    scanned_at: datetime
    schema: str
    tool: str
    rules: str
    heads: str
    digest: str
    """Of the document without what differs between equal scans."""
    complete: bool
    repositories: int
    role: str
    strengths: int
    flags: int
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRow:
    """A kept scan without its document."""

    id: int
    member: int
    version: int
    cause: Cause
    scanned_at: datetime
    schema: str
    tool: str
    rules: str
    complete: bool
    repositories: int
    role: str
    strengths: int
    flags: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The end of one member's part in a run; kept as a whole or not at all."""

    member: int
    kind: Kind
    reason: str = ""
    told: bool = False
    """Whether GitHub told what there is: then the member is not due again for a while."""
    handle: str | None = None
    """The account's handle now; None: not told."""
    heads: str | None = None
    """What was read in full; None: as before."""
    judged: str | None = None
    scan: NewScan | None = None
    crawl: bytes | None = None
    """What GitHub told about the account, for judging again without asking again."""
    failed: bool = False
    """Whether it counts as a try that failed."""
    keep: bool = False
    """Whether the member stays leased, because more is to come in this run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What was kept of a settlement."""

    member: int
    version: int | None = None
    """Of the new scan; None: there was none, or it says the same as the one before."""
    quarantined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What a run has asked of GitHub."""

    graphql_requests: int = 0
    graphql_points: int = 0
    rest_requests: int = 0
    downloads: int = 0
    bytes_downloaded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of `pool rescan`."""

    id: str
    started: datetime
    ended: datetime | None
    """None: it is going on, or was killed."""
    rules: str
    stopped: str
    """Why it ended before its end; empty: it did not."""
    spending: Spending
    outcomes: dict[str, int]
    """Members by `Kind`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """What became of a member in one run."""

    at: datetime
    kind: Kind
    reason: str
    version: int | None
    """Of the scan that was made or confirmed; None: there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of the log; its hash covers the line before."""

    id: int
    at: datetime
    action: str
    member: int | None
    tool: str
    detail: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account on a server: all that a person is to the pool in the end."""

    server: str
    github_id: int

    def __str__(self) -> str:
        """Name it as the keys of messages and of pages do."""
        return f"{self.server}#{self.github_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """How much of a member the database keeps."""

    scans: int = 0
    outcomes: int = 0
    repositories: int = 0
    """Lists of files, one a repository."""
    files: int = 0
    annotations: int = 0
    decisions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    """A static site that was written from the pool."""

    machine: str
    path: str
    """The folder, in full."""
    written: datetime
    """When it was last written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnnotation:
    """What somebody says about a member's findings."""

    member: int
    author: str
    kind: str
    """A word of `model.StatementKind`."""
    repository: str
    """Empty: it is about the portfolio, or about a rule wherever that found something."""
    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationRow:
    """The same as it is kept."""

    id: int
    member: int
    at: datetime
    author: str
    kind: str
    repository: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """What a person decided about a member, and why."""

    member: int
    scan: int | None
    """The scan they had before them; None: none."""
    decided_by: str
    decision: str
    reason: str
    purpose: str
    findings: str
    """JSON: what they rely on, and what they were told about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """The same as it is kept."""

    id: int
    member: int
    scan: int | None
    at: datetime
    decided_by: str
    decision: str
    reason: str
    purpose: str
    findings: str
