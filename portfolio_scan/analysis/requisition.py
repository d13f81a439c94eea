"""Requisition: what a hirer asks of all portfolios of a run alike: a rubric, a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_scan.analysis.job import Job, read_job
from portfolio_scan.analysis.rubric import RubricSettings, parse_rubric

if TYPE_CHECKING:
    from portfolio_scan.analysis.options import Options
    from portfolio_scan.analysis.registry import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisition:
    """What every portfolio of one run is held against."""

    rubric: RubricSettings | None = None
    job: Job | None = None
    total: bool = False
    """Whether the rubric's areas are added up; never by default."""


def read_requisition(options: Options, rules: Rules) -> Requisition:
    """Read what the user asked for, or the pack's rubric.

    Raises UsageError before any work is done when a file of the user's is wrong.
    """
    rubric = None
    if options.rubric is not None:
        rubric = parse_rubric(options.rubric.text, options.rubric.name)
    elif rules.rubric:
        rubric = parse_rubric(rules.rubric, "the built-in rubric")
    job = None
    if options.job is not None:
        job = read_job(options.job.text, rules.catalogue, options.job.name)
    return Requisition(rubric=rubric, job=job, total=options.total)
