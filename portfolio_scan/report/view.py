"""View: what the templates print. Strings and numbers only; every decision is already made.

Tones are `strength`, `flag`, `note`, `unclear` and `neutral`; they name a CSS class and always go
with a word, so that nothing is told by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio_scan.report.audience import Sections
    from portfolio_scan.report.filters import FilterView
    from portfolio_scan.report.ledger import LedgerRow
    from portfolio_scan.report.stack import StackView


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How the page names a repository, and where its card is."""

    name: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """One row of a snippet: a line, or (number empty) a gap or the next file or cell."""

    number: str
    text: str
    kind: str = "line"
    """`line`, `marked` (where the evidence begins), `gap` or `file`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One stretch of frozen code with where it stands."""

    path: str
    place: str
    url: str
    note: str
    lines: tuple[CodeLine, ...]
    more: str
    """How many lines of it are not printed; empty: all are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One step of a chain: what happens, where, and the line that does it."""

    exhibit: Exhibit
    primary: bool
    """The step that the finding rests on."""
    stage: str = "step"
    """What happens there: a word of `report.stages`."""
    label: str = "Step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step of a chain as a mark in a row: what happens, in which file and line."""

    stage: str
    label: str
    place: str
    """Short, such as `train.py:74`."""
    primary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One verdict about a repository."""

    label: str
    answer: str
    tone: str
    confidence: str
    reason: str
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A verdict in a cell of the overview."""

    text: str
    tone: str
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationView:
    """What a repository says of itself, with where it says so."""

    kind: str
    reason: str
    about: str
    """Paths and heuristics that it names; empty: none."""
    path: str
    place: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """What somebody says of something on the page, with whose word it is."""

    kind: str
    contests: bool
    text: str
    about: str
    """Rule and repository; empty: it stands beside them."""
    by: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding, ready to print."""

    message: str
    tone: str
    word: str
    confidence: str
    rule: str
    unfolded: bool
    chain: tuple[Link, ...]
    """The way from the data to the score, in order; empty: the evidence is no way."""
    exhibits: tuple[Exhibit, ...]
    further: tuple[Exhibit, ...]
    """More of the same, folded."""
    hidden: str
    """How much evidence is only in the JSON; empty: all is here."""
    question: str
    would_change: str
    accuracy: str
    """How often the rule was right where somebody looked, or that nobody did."""
    annotations: tuple[AnnotationView, ...] = ()
    heuristic: str = ""
    """The id of the rule alone."""
    meaning: str = ""
    """What it means to whom it is about; empty: it is said of its group only."""
    statements: tuple[StatementView, ...] = ()
    contested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """Findings of one tone, under a heading that counts them."""

    title: str
    tone: str
    total: int
    findings: tuple[FindingView, ...]
    more: str = ""
    """How many of it are only in the JSON; empty: all are here."""
    meaning: str = ""
    """How findings of this tone are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A label with a value."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileList:
    """A list of paths with a heading, cut at a number of rows."""

    title: str
    rows: tuple[Pair, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryCoverageView:
    """What was read of one repository."""

    sentence: str
    lists: tuple[FileList, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in a file, as a link where there is a server."""

    path: str
    place: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """One thing that a README says, beside what the code says."""

    text: str
    said: Spot
    subject: str
    word: str
    tone: str
    reason: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsView:
    """The statements of the READMEs."""

    summary: str
    """How many are in which state; empty: there are none."""
    rows: tuple[ClaimView, ...]
    more: str
    unfolded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryView:
    """One card, and one row of the overview."""

    anchor: str
    name: str
    short_name: str
    url: str
    description: str
    commit_short: str
    commit_url: str
    kind: str
    kind_note: str
    training: Cell
    evaluation: Cell
    own_share: str
    newest: str
    facts: tuple[Fact, ...]
    history: tuple[Pair, ...]
    annotations: tuple[AnnotationView, ...]
    findings: tuple[FindingView, ...]
    open_questions: tuple[FindingView, ...]
    """Findings that could not be settled."""
    not_found: tuple[str, ...]
    """What rules looked for and did not find; the last entry may count those not printed."""
    coverage: RepositoryCoverageView
    claims: ClaimsView
    marks: tuple[str, ...] = ()
    """Classes by which the list of repositories is narrowed."""
    groups: tuple[FindingGroup, ...] = ()
    """The findings again, by tone."""
    counts: tuple[Pair, ...] = ()
    """How many strengths, things to ask about and open questions; value, with its tone as note."""
    not_found_total: int = 0
    open_total: int = 0
    open_more: str = ""
    spark: str = ""
    """The last quarters' own commits as the path of an SVG; empty: there are none to draw."""
    not_applicable: tuple[str, ...] = ()
    """Rules whose question did not arise."""
    statements: tuple[StatementView, ...] = ()
    """What was said about it that stands beside none of its findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a bar, in per cent of its width."""

    x: str
    width: str
    state: str
    """`found`, `unclear`, `claimed` or `empty`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaView:
    """One area of the work with what the code shows of it."""

    name: str
    level: str
    detail: str
    """Counts and confidence, in one line."""
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """A piece of evidence for the first screen."""

    claim: str
    tone: str
    word: str
    repository: Reference
    path: str
    place: str
    url: str
    lines: tuple[CodeLine, ...]
    hops: tuple[Hop, ...] = ()
    """The whole chain that the lines are taken from; empty: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question for the interview with the repository that gives rise to it."""

    text: str
    repository: Reference
    """With an empty anchor: the repository has no card on this page."""
    about: str = ""
    """What was found there; empty where the question itself says it."""
    path: str = ""
    place: str = ""
    url: str = ""
    topic: str = ""
    short: str = ""
    """What was found, cut to fit the first screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One quarter of the timeline; heights and positions are in the units of the SVG."""

    quarter: str
    ml: int
    other: int
    x: str
    width: str
    ml_y: float
    ml_height: float
    other_y: float
    other_height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A label on an axis."""

    text: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineView:
    """Own commits per quarter over all repositories."""

    summary: str
    bars: tuple[Bar, ...]
    years: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    height: int
    baseline: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageView:
    """What was read of the account or the paths, and what was not."""

    line: str
    """For the first screen."""
    pairs: tuple[Pair, ...]
    not_read: tuple[Pair, ...]
    more_not_read: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A notice above everything else: the scan is less than it could be."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place in a repository, in one line."""

    repository: Reference
    path: str
    place: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row of a table: what, the answer, details, and where."""

    name: str
    answer: str
    tone: str
    detail: str
    places: tuple[PlaceView, ...] = ()
    segments: tuple[Segment, ...] = ()
    brief: str = ""
    """The details in a few words; empty: they are as short as can be."""
    grounds: str = ""
    """What the details say beyond that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job held against the portfolio, in one group for each importance."""

    title: str
    summary: str
    groups: tuple[tuple[str, tuple[RowView, ...]], ...]
    note: str
    segments: tuple[Segment, ...] = ()
    """Shown, claimed only and not found, among what is required or preferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricView:
    """The areas of a rubric."""

    name: str
    weights: str
    rows: tuple[RowView, ...]
    total: str
    formula: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """The suggested test task."""

    title: str
    hours: str
    brief: str
    deliverables: tuple[str, ...]
    look_at: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioView:
    """Everything the page says of the portfolio as a whole."""

    job: JobView | None = None
    rubric: RubricView | None = None
    roles: tuple[RowView, ...] = ()
    depths: tuple[RowView, ...] = ()
    breadth: tuple[RowView, ...] = ()
    stack: str = ""
    task: TaskView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierView:
    """The whole page."""

    title: str
    subject: str
    subject_url: str
    subject_kind: str
    role: str
    role_confidence: str
    role_reason: str
    scanned_on: str
    scanned_at: str
    tool: str
    commits: str
    bands: tuple[Band, ...]
    headline: str
    areas: tuple[AreaView, ...]
    not_examined: str
    highlights: tuple[Highlight, ...]
    first_questions: tuple[QuestionView, ...]
    more_questions: tuple[QuestionView, ...]
    more_questions_start: int
    coverage: CoverageView
    portfolio_findings: tuple[FindingView, ...]
    profile_claims: ClaimsView
    repositories: tuple[RepositoryView, ...]
    portfolio: PortfolioView
    brief: bool
    """Many repositories: fewer snippets are printed, and all findings start folded."""
    timeline: TimelineView
    packs: tuple[Pair, ...]
    receipt: tuple[Pair, ...]
    reader: str
    """For whom the page is: a word of `report.audience.Reader`."""
    reader_words: str
    """The same in a sentence: for …"""
    shows: Sections
    filters: FilterView
    stack: StackView
    ledger: tuple[LedgerRow, ...]
    ledger_heads: tuple[str, ...]
    provenance: tuple[Pair, ...]
    """What made the scan, by version and digest."""
    sample_rule: str
    """The id of a rule that found something to ask about, for an example."""
    glossary: tuple[tuple[str, str], ...]
    """First parts of rule ids with what the rules ask, in plain words."""
    statements: tuple[StatementView, ...] = ()
    """What was said about the portfolio, or about what is not in this scan."""

    @property
    def has_portfolio(self) -> bool:
        """Whether there is anything to say of the portfolio as a whole."""
        whole = self.portfolio
        return bool(whole.rubric or whole.roles or whole.depths or self.portfolio_findings)

    @property
    def has_interview(self) -> bool:
        """Whether there is a question or a task."""
        return bool(self.first_questions or self.portfolio.task)
