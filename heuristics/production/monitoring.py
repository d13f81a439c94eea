"""Is the running model watched, and trained again when the data move?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.signs import answer
from heuristics.techniques import Use, is_machine_learning
from portfolio_scan.api import Heuristic, Judgement, Place, Polarity, RepositoryContext, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCHEDULE = re.compile(r"^\s*-?\s*(schedule:|cron:|schedules:)", re.MULTILINE)
_WORKFLOW = re.compile(r"^\.github/workflows/[^/]+\.ya?ml$|^\.gitlab-ci\.yml$")
_KUBERNETES = re.compile(r"^kind:\s*(CronJob|CronWorkflow)\s*$", re.MULTILINE)
_DAG = re.compile(r"^airflow\.(DAG|models\.DAG|models\.dag\.DAG|decorators\.dag|sdk\.(DAG|dag))$")
_SCHEDULED = frozenset({"schedule", "schedule_interval", "cron"})
_TRIES = re.compile(r"(?i)(^|[/_.-])(ci|tests?|testing|checks?)([_.-]|$)")
"""Workflows that try out the training, by path."""
_RETRAIN = re.compile(r"(?i)re_?train")


class Monitoring(Heuristic):
    """Drift detection, metrics of a service, traces, and training on a schedule."""

    id = "production.monitoring"
    question = "Is the running model watched, and trained again when the data move?"
    polarity = Polarity.STRENGTH
    weight = Weight.HIGH
    needs = ("profile.machine-learning",)
    interview = "Which number would tell you first that this model has gone stale?"
    would_change = "Drift measures, metrics of the service, or training on a schedule."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what watches, and what trains again on a schedule."""
        return answer(
            self,
            context,
            found="Watches the running work with",
            missing="No monitoring, drift detection or scheduled training was found in the code "
            "read.",
            more=list(_retraining(context))[:1],
            applies=is_machine_learning(context),
        )


def _retraining(context: RepositoryContext) -> Iterator[Use]:
    steps = context.catalogue.table("ci_steps").get("train", {})
    trains = re.compile(str(steps.get("line", r"(?!)")), re.IGNORECASE)
    for path, text in sorted(context.texts.items()):
        scheduled = _SCHEDULE.search(text) if _retrains(path, text) else None
        scheduled = scheduled or (_KUBERNETES.search(text) if path.endswith("ml") else None)
        started = trains.search(text) if scheduled else None
        if scheduled and started:
            line = text.count("\n", 0, started.start()) + 1
            yield _use(Place(path=path, line=line, end_line=line), "on a schedule")
    for unit in context.units:
        for call in unit.calls:
            if (
                _DAG.match(call.name)
                and _SCHEDULED.intersection(call.keywords)
                and any(_RETRAIN.search(text) for text in call.strings)
            ):
                yield _use(call.place, "a scheduled DAG")


def _retrains(path: str, text: str) -> bool:
    """Whether a file is a workflow that is no check of changes."""
    named = path.rpartition("/")[2]
    return (
        _WORKFLOW.search(path) is not None
        and not (path.startswith(".github") and _TRIES.search(named))
        and "pull_request" not in text
    )


def _use(place: Place, note: str) -> Use:
    words = "scheduled training"
    return Use(technique="retraining", words=words, place=place, note=f"{words}: {note}")
