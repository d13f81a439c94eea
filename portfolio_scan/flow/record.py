"""The record that a run of the machine leaves: fits, scores and other events, in program order."""

from __future__ import annotations

from dataclasses import dataclass, field

from portfolio_scan.flow.column_flow import Given
from portfolio_scan.flow.files import Files
from portfolio_scan.flow.marks import Copied, Seen, Tied
from portfolio_scan.flow.rows import UNKNOWN_ROWS, Rows, SplitId, label_of_side
from portfolio_scan.flow.values import Model
from portfolio_scan.model import DataSource, EventKind, Place


@dataclass(slots=True)
class Fit:
    """A model was trained on these rows."""

    order: int
    name: str
    family: str
    place: Place
    model: int | None
    rows: Rows = UNKNOWN_ROWS
    seen: frozenset[Seen] = frozenset()
    copied: frozenset[Copied] = frozenset()
    may: bool = False
    toy: bool = False
    in_test: bool = False
    unsupervised: bool = False
    label: str = ""
    lost: Place | None = None
    """Where the rows were lost on their way here, if they were."""
    tied: frozenset[Tied] = frozenset()
    given: Given | None = None
    """The columns of its features and labels, where both are known."""


@dataclass(slots=True)
class Score:
    """A metric was computed on these rows."""

    order: int
    number: int
    name: str
    family: str
    place: Place
    models: frozenset[int]
    rows: Rows = UNKNOWN_ROWS
    seen: frozenset[Seen] = frozenset()
    copied: frozenset[Copied] = frozenset()
    may: bool = False
    label: str = ""
    selects: bool = False
    in_test: bool = False
    folds: bool = False
    """Computed by cross-validation inside a library call."""
    implicit: bool = False
    """Computed by a trainer on its own (validation_data=, eval_dataset=)."""
    loss: bool = False
    toy: bool = False
    lost: Place | None = None
    """Where the rows were lost on their way here, if they were."""
    shuffled: bool = False
    """The folds inside the library call are shuffled."""


@dataclass(slots=True)
class Use:
    """A model was asked about rows; whether anybody scored the answers is another matter."""

    order: int
    model: int
    place: Place
    rows: Rows
    label: str = ""
    may: bool = False
    in_test: bool = False


@dataclass(slots=True)
class Happening:
    """Any other event."""

    kind: EventKind
    name: str
    place: Place
    family: str = ""
    in_test: bool = False


@dataclass(slots=True)
class Record:
    """Everything noted in one pass over a repository."""

    fits: list[Fit] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    contrasts: dict[tuple[Place, Rows, frozenset[int]], Score] = field(default_factory=dict)
    """Where answers stand beside the true values without a known metric, each place once."""
    uses: list[Use] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    models: list[Model] = field(default_factory=list)
    sources: dict[str, DataSource] = field(default_factory=dict)
    splits: dict[SplitId, Place] = field(default_factory=dict)
    seen_in: dict[tuple[str | SplitId, str], Place] = field(default_factory=dict)
    """Where a source or a split is first met in each file."""
    shuffles: set[SplitId] = field(default_factory=set)
    """Splits that surely shuffle the rows before they divide them."""
    paired: set[Place] = field(default_factory=set)
    """Where overlapping stretches are cut that become examples, each with a label."""
    labels: dict[tuple[SplitId, str], str] = field(default_factory=dict)
    files: Files = field(default_factory=Files)
    """What was written to files: joins scripts of one repository."""
    stored: dict[int, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    """Models read from files that another pass saw written: (path, program that reads it)."""
    weights: dict[int, int] = field(default_factory=dict)
    """Models that were given the weights of another model."""
    notes: list[str] = field(default_factory=list)
    """Sentences for the coverage statement."""
    order: int = 0
    complete: bool = True

    def met(self, what: str | SplitId, *paths: str) -> Place | None:
        """Where a source is read or rows are divided: in the first of these files that does it."""
        for path in paths:
            place = self.seen_in.get((what, path))
            if place is not None:
                return place
        if isinstance(what, SplitId):
            return self.splits.get(what)
        source = self.sources.get(what)
        return source.place if source is not None else None

    def label(self, rows: Rows) -> str:
        """What the author calls these rows: the innermost split that has a name decides."""
        found = set()
        for part in rows:
            for step in reversed(part.path):
                word = self.labels.get(step) or label_of_side(step[1])
                if word:
                    found.add(word)
                    break
        return found.pop() if len(found) == 1 else ""

    def tick(self) -> int:
        """The next number in program order."""
        self.order += 1
        return self.order
