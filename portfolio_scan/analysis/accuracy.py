"""What measured accuracy does to a finding: it is carried along, and too little of it disarms.

A rule whose precision was measured below `LEAST_PRECISION` says what it says as a note of low
weight, whatever polarity its author gave it: a wrong flag may cost somebody a job, and a wrong
strength misleads as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.model import Polarity, Weight

if TYPE_CHECKING:
    from portfolio_scan.model import Accuracy, Finding

LEAST_PRECISION = 0.8


def is_trusted(accuracy: Accuracy | None) -> bool:
    """Whether a rule may flag and praise. One without a measure may; the dossier says so."""
    return accuracy is None or accuracy.precision >= LEAST_PRECISION


def with_accuracy(finding: Finding, accuracy: Accuracy | None) -> Finding:
    """Give the finding its rule's measure, and make a note of it where the rule errs too often."""
    if accuracy is None:
        return finding
    if is_trusted(accuracy):
        return replace(finding, accuracy=accuracy)
    return replace(finding, accuracy=accuracy, polarity=Polarity.NOTE, weight=Weight.LOW)
