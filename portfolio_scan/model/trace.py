"""Trace: the chain of values the flow engine followed through one repository.

*data loaded here -> split here -> model fitted on A here -> predicts B here -> f1 computed here.*
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portfolio_scan.model.code import Place


class EventKind(StrEnum):
    """What happened to data or to a model."""

    LOAD = "load"
    SPLIT = "split"
    FIT = "fit"
    """A model was trained."""
    UNLISTED = "unlisted"
    """Something of a library that the catalogue does not list was called like training."""
    FIT_TRANSFORM = "fit_transform"
    """Statistics were taken from rows (scaler, encoder, imputer, mean)."""
    RESAMPLE = "resample"
    PREDICT = "predict"
    SCORE = "score"
    COMPARE = "compare"
    """A score steered a choice: best so far, early stopping, a search."""
    CROSS_VALIDATE = "cross_validate"
    MODEL_CALL = "model_call"
    """Somebody's model or model API was used."""
    SAVE = "save"
    RESTORE = "restore"


class Relation(StrEnum):
    """How the rows of a score lie to the rows of the fit it is paired with."""

    DISJOINT = "disjoint"
    SAME = "same"
    SUPERSET = "superset"
    """The scored rows contain the fitted ones."""
    SUBSET = "subset"
    OVERLAP = "overlap"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """A data set that code loads or builds."""

    key: str
    """Catalogue id (`titanic`), or the path or expression it was loaded from."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One link of a chain, worded for a reader."""

    place: Place
    text: str
    loads: bool = False
    """Data is read here: what follows is done to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, and where."""

    kind: EventKind
    name: str
    """What did it: `sklearn.svm.SVC`, `f1_score`, `openai.OpenAI`."""
    place: Place
    family: str = ""
    """The catalogue's word for it: `estimator`, `loop`, `trainer`, `chat_api`, `library` …"""
    part: str = ""
    """What the author calls the rows: `train`, `validation`, `test`; empty: not named."""
    sure: bool = True
    """False where the value's way was lost and only names speak."""
    toy: bool = False
    """A fit that hardly counts: literals, the texts of one request."""
    in_test: bool = False
    """Happens in a test suite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A score with the nearest fit of the same model."""

    score: Event
    fit: Event | None
    relation: Relation
    part: str
    """What the author calls the scored rows: `train`, `validation`, `test`, `fold` or empty."""
    selects: bool = False
    """The score also steers a choice (checkpoint, early stopping, search)."""
    chain: tuple[Step, ...] = ()
    lost_at: Place | None = None
    """Where the trail ends, when the relation is unknown."""
    models: tuple[str, ...] = ()
    """Names of all models scored here, one after the other in a loop; with those that a pipeline or
    a search is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakSite:
    """A place where the score's rows reached the training side, or the other way round."""

    kind: str
    """`preprocessing`, `overlap`, `multi_test` …"""
    place: Place
    confidence: float
    chain: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """A shell line of a notebook, a script or a recipe (Makefile, Dockerfile, dvc.yaml …)."""

    command: str
    place: Place
    script: str = ""
    """The own program that it starts, if it was read; empty: none that was found."""
    arguments: tuple[str, ...] = ()
    """What that program is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All that the flow engine learnt about one repository."""

    events: tuple[Event, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    contrasts: tuple[Pairing, ...] = ()
    """Where a model's answers stand beside the true values in a plot, a table or a call that is no
    known metric: no score, and yet somebody looked."""
    leaks: tuple[LeakSite, ...] = ()
    sources: tuple[DataSource, ...] = ()
    complete: bool = True
    """False when the step budget ran out."""
    lost: str = ""
    """Why nothing could be followed at all, in words fit for a dossier; empty: it could."""
    notes: tuple[str, ...] = ()
    """What a reader should know of how values were followed, for the coverage statement."""
    commands: tuple[CommandLine, ...] = ()
