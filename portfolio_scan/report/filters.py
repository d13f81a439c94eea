"""Filters: by what the list of repositories can be narrowed, without any script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Outcome, Polarity
from portfolio_scan.report import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from portfolio_scan.model import RepositoryScan

FROM: Final = 4
"""Fewer repositories than this are seen at a glance."""
MAX_KINDS: Final = 8

VERDICTS: Final[Mapping[str, str]] = {
    "scored": "Scored on unseen data",
    "unscored": "Trains, no such score found",
    "leak": "Signs of leakage",
    "ready": "Ready-made models only",
    "exercise": "Known exercise",
    "flag": "Something to ask about",
    "open": "Something could not be told",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to narrow the list: the class of the cards that stay."""

    key: str
    label: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterView:
    """The options of both rows; no options: there is no filter."""

    kinds: tuple[Option, ...] = ()
    verdicts: tuple[Option, ...] = ()


def marks(scan: RepositoryScan) -> tuple[str, ...]:
    """Return the classes of a card: its kind and what the code says."""
    return (f"kind-{_kind(scan)}", *(f"is-{key}" for key in _verdicts(scan)))


def view_filters(scans: Sequence[RepositoryScan]) -> FilterView:
    """Count what each option leaves; options that leave nothing or everything are not offered."""
    if len(scans) < FROM:
        return FilterView()
    found = [marks(scan) for scan in scans]
    kinds = {
        f"kind-{_kind(scan)}": words.answer(scan.assessment.kind, words.KIND)[0] for scan in scans
    }
    rows = _options(kinds, found)
    return FilterView(
        kinds=tuple(sorted(rows, key=lambda one: (-one.number, one.label))[:MAX_KINDS]),
        verdicts=tuple(_options({f"is-{key}": text for key, text in VERDICTS.items()}, found)),
    )


def _options(labels: Mapping[str, str], found: Sequence[Sequence[str]]) -> Iterable[Option]:
    for key, label in labels.items():
        number = sum(key in each for each in found)
        if 0 < number < len(found):
            yield Option(key=key, label=label, number=number)


def _kind(scan: RepositoryScan) -> str:
    kind = scan.assessment.kind.verdict
    return kind if kind in words.KIND else "unknown"


def _verdicts(scan: RepositoryScan) -> Iterable[str]:
    verdict = scan.assessment
    scored = verdict.evaluation.verdict in {"held_out", "cross_validation"}
    trains = verdict.trains.verdict == "yes"
    told = {verdict.ml.verdict, verdict.trains.verdict, verdict.tutorial.verdict}
    doubtful = {Outcome.UNCLEAR, Outcome.ERROR}
    holds = {
        "scored": scored,
        "unscored": trains and verdict.evaluation.verdict in words.UNSCORED,
        "leak": bool(verdict.leakage),
        "ready": verdict.inference_only.verdict == "yes",
        "exercise": verdict.tutorial.verdict == "yes",
        "flag": any(
            one.outcome is Outcome.PRESENT and one.polarity is Polarity.FLAG
            for one in scan.findings
        ),
        "open": "unknown" in told
        or verdict.evaluation.verdict == "unknown"
        or any(one.outcome in doubtful for one in scan.findings),
    }
    return [key for key, held in holds.items() if held]
