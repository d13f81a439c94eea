"""Stages of a chain: what a step does to data or a model, told by the words of its note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DATA, SPLIT, PREPARE, FIT = "data", "split", "prepare", "fit"
PREDICT, SCORE, CHOICE, STEP = "predict", "score", "choice", "step"

LABELS: Final = {
    DATA: "Data",
    SPLIT: "Split",
    PREPARE: "Prepare",
    FIT: "Fit",
    PREDICT: "Predict",
    SCORE: "Score",
    CHOICE: "Choice",
    STEP: "Step",
}
_NOTES: Final = (
    (DATA, re.compile(r"data (?:comes from|is read)")),
    (SPLIT, re.compile(r"(?:is )?divided|read as")),
    (CHOICE, re.compile(r".*\b(?:chose|steers?|picks?)\b")),
    (PREPARE, re.compile(r".*(?:takes statistics|is fitted again)")),
    (SCORE, re.compile(r"scored here|.*\bcomputed$")),
    (PREDICT, re.compile(r"predicts")),
    (FIT, re.compile(r".*\b(?:fitted|trained)\b")),
)


def stages(notes: Iterable[str]) -> tuple[str, ...]:
    """Name the stage of each step; of several fits only the last is that of the model.

    What comes before it, or before rows are divided, takes statistics of them, as scalers do.
    """
    named = [_stage(note) for note in notes]
    last = _last(named, FIT)
    early = _last(named, SPLIT)
    return tuple(
        PREPARE if one == FIT and (at != last or at < early) else one
        for at, one in enumerate(named)
    )


def _stage(note: str) -> str:
    return next((stage for stage, words in _NOTES if words.match(note)), STEP)


def _last(named: Sequence[str], stage: str) -> int:
    return max((at for at, one in enumerate(named) if one == stage), default=-1)
