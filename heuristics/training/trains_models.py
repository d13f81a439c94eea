"""Does the candidate's own code train a model?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.notes import sentence
from heuristics.training.signs_of_training import configured, learnt_by_hand
from heuristics.unread import unreadable
from portfolio_scan.api import (
    Catalogue,
    CommandLine,
    Event,
    EventKind,
    Evidence,
    Heuristic,
    Judgement,
    Outcome,
    Polarity,
    RepositoryContext,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_TRAINER = re.compile(
    r"(?:python3?|accelerate launch|torchrun|deepspeed|…)\s+(?:-\S+\s+)*(?:\S*/)?"
    r"(train|finetune|fine_tune|run_\w+|train_\w+|\w*_train|main_train)\w*\.py",
    re.IGNORECASE,
)
_ENOUGH = 3
_OTHERS = {"vendored", "forked", "template", "course"}
"""Origins of code that somebody else wrote and that might train."""


class TrainsModels(Heuristic):
    """Looks for fits that the flow engine saw in the candidate's own files."""

    id = "training.trains-models"
    version = 2
    question = "Does the candidate's own code train a model?"
    polarity = Polarity.STRENGTH
    weight = Weight.HIGH
    interview = "Which training run of this project went wrong first, and what did you change?"
    would_change = "A call that fits a model, or a training loop, in a file of the candidate's own."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Fits in own code, then training commands in notebooks and scripts."""
        fits = own_fits(context)
        commands = training_commands(context)
        if fits and not commands and _is_by_the_way(fits, context):
            reason = "beside a ready-made model, only values made up in the code are fitted"
            return self._no(context, reason)
        if fits:
            return self._trains(context, fits)
        if commands:
            evidence = [context.evidence(c.place, "starts a training script") for c in commands]
            return self._say(evidence[:_ENOUGH], "a training script is started from here", 0.8)
        return self._not_found(context)

    def _trains(self, context: RepositoryContext, fits: list[Event]) -> Judgement:
        strong = [f for f in fits if f.sure and not f.toy]
        chosen = _spread(strong or fits)
        evidence = [context.evidence(f.place, _note(f)) for f in chosen]
        signed = _signed(context)
        if strong and all(f.place.path in signed for f in strong):
            reason = (
                f"{short_name(chosen[0].name)} is trained here, in a file that carries somebody "
                "else's licence header"
            )
            return self._say(evidence, reason, 0.6, polarity=Polarity.NOTE)
        if strong:
            return self._say(
                evidence,
                f"{short_name(chosen[0].name)} is trained in the candidate's own code",
                0.95,
            )
        if all(f.toy for f in fits):
            reason = "a model is fitted on values that are made up in the code"
            return self._say(evidence, reason, 0.6, polarity=Polarity.NOTE)
        return self._say(evidence, "a model is fitted here; its class could not be followed", 0.75)

    def _say(
        self,
        evidence: list[Evidence],
        reason: str,
        confidence: float,
        polarity: Polarity | None = None,
    ) -> Judgement:
        verdict = Verdict(
            verdict="yes", confidence=confidence, evidence=tuple(evidence), reason=reason
        )
        finding = self.finding(
            Outcome.PRESENT,
            sentence(reason),
            confidence=confidence,
            evidence=evidence,
            polarity=polarity,
        )
        return Judgement(findings=(finding,), verdicts={"trains": verdict})

    def _not_found(self, context: RepositoryContext) -> Judgement:
        reason = unreadable(context) or learnt_by_hand(context) or _started(context)
        reason = reason or _handed_over(context) or configured(context)
        unlisted = _unlisted(context)
        if not reason and not unlisted:
            return self._no(context, "no training was found in the code read")
        evidence = [] if reason else [context.evidence(e.place, "may train") for e in unlisted]
        reason = reason or _may_train(unlisted[0])
        verdict = Verdict(verdict="unknown", reason=reason, evidence=tuple(evidence[:_ENOUGH]))
        finding = self.finding(
            Outcome.UNCLEAR,
            f"Could not tell: {reason}.",
            confidence=0.3,
            evidence=evidence[:_ENOUGH],
        )
        return Judgement(findings=(finding,), verdicts={"trains": verdict})

    def _no(self, context: RepositoryContext, reason: str) -> Judgement:
        verdict = Verdict(verdict="no", confidence=0.9, reason=reason)
        theirs = sum(one.files for one in context.set_apart if one.origin in _OTHERS)
        message = sentence(reason)
        if theirs:
            message += (
                " 1 file of others was set apart and does not count."
                if theirs == 1
                else f" {theirs:,} files of others were set apart and do not count."
            )
        finding = self.finding(Outcome.ABSENT, message, confidence=0.9)
        return Judgement(findings=(finding,), verdicts={"trains": verdict})


def own_fits(context: RepositoryContext) -> list[Event]:
    """Fits of models outside test suites, surest first, in reading order."""
    fits = [e for e in context.trace.events if e.kind is EventKind.FIT and not e.in_test]
    return sorted(fits, key=lambda e: (not e.sure, e.toy, e.place))


def _is_by_the_way(fits: list[Event], context: RepositoryContext) -> bool:
    """Whether an app around somebody's model fits a handful of literals: that is no training."""
    calls = (e for e in context.trace.events if e.kind is EventKind.MODEL_CALL and not e.in_test)
    return all(fit.toy for fit in fits) and any(call.family == "api" for call in calls)


def _signed(context: RepositoryContext) -> set[str]:
    """Files that open with a licence header and resemble published code."""
    like = {one.path for one in context.likenesses}
    return {
        unit.path
        for unit in context.units
        if unit.path in like and any(n.kind == "licence" for n in unit.notices)
    }


def training_commands(context: RepositoryContext) -> list[CommandLine]:
    """Shell lines that start a training script which is not among the files read.

    One that is among them tells by what it does, not by its name; a tool that is listed trains.
    """
    return training_commands_of(context.trace.commands, context.catalogue)


def training_commands_of(
    commands: Iterable[CommandLine], catalogue: Catalogue
) -> list[CommandLine]:
    """Those of some commands: scripts that are named like training, and tools that are listed."""
    starts = [str(f["starts"]) for f in catalogue.table("trainers").values() if "starts" in f]
    listed = re.compile("|".join(starts) or r"(?!)", re.IGNORECASE)
    return [
        one
        for one in commands
        if not one.script and (_TRAINER.search(one.command) or listed.search(one.command))
    ]


_NETWORKS = ("nn.Module", "LightningModule", "keras.Model", "tf.keras.Model", "Dataset")


def _handed_over(context: RepositoryContext) -> str:
    """Own networks or data sets made for a template or framework that may train them; or empty."""
    theirs = {
        part.removesuffix(".py")
        for one in context.set_apart
        if one.origin in _OTHERS and one.title
        for part in one.path.strip("/").split("/")
    }
    for unit in context.units:
        imported = {one.module.lstrip(".").partition(".")[0] for one in unit.imports}
        for definition in unit.definitions:
            roots = {base.lstrip(".").partition(".")[0] for base in definition.bases}
            network = any(base.endswith(_NETWORKS) for base in definition.bases)
            if roots & theirs or (network and imported & theirs):
                return (
                    f"{definition.name} in {unit.path} is made for somebody else's training code, "
                    "and whether it was trained with it could not be told"
                )
    return ""


def _unlisted(context: RepositoryContext) -> list[Event]:
    """Calls named like training, on objects of libraries that the catalogue does not list."""
    kind = EventKind.UNLISTED
    return [e for e in context.trace.events if e.kind is kind and not e.in_test]


def _may_train(event: Event) -> str:
    library, _, method = event.name.partition(".")
    return (
        f"{method.rpartition('.')[2]}() is called in {event.place.path} on something of {library}, "
        "a library that the catalogue does not list"
    )


def _started(context: RepositoryContext) -> str:
    """An own script that is started as a training script; empty: there is none."""
    for command in context.trace.commands:
        if command.script and _TRAINER.search(command.command):
            return (
                f"{command.script} is started by {command.place.path} as a training script, and no "
                "training could be followed into it"
            )
    return ""


def _spread(fits: list[Event]) -> list[Event]:
    """At most three fits, of different files or names first."""
    chosen: list[Event] = []
    for fit in fits:
        if all(
            (fit.name, fit.place.path) != (c.name, c.place.path) and fit.place != c.place
            for c in chosen
        ):
            chosen.append(fit)
    return chosen[:_ENOUGH]


_VERBS = {"from_pretrained", "from_config", "load", "minimize", "load_model", "create_model"}


def short_name(name: str) -> str:
    """`SVC` of `sklearn.svm.SVC`, `AutoModel` of `transformers.AutoModel.from_pretrained`."""
    parts = name.split(".")
    while len(parts) > 1 and parts[-1] in _VERBS:
        parts.pop()
    return parts[-1]


def _note(fit: Event) -> str:
    on = f" on the {fit.part} rows" if fit.part else ""
    return f"{short_name(fit.name)} is fitted{on}"
