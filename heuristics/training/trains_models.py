"""Does the candidate's own code train a model?"""

from __future__ import annotations

import re

from portfolio_scan.api import (
    CommandLine,
    Event,
    EventKind,
    Evidence,
    Heuristic,
    Judgement,
    Outcome,
    Polarity,
    RepositoryContext,
    UnitStatus,
    Verdict,
    Weight,
)

_TRAINER = re.compile(
    r"(?:python3?|accelerate launch|torchrun|deepspeed|…)\s+(?:-\S+\s+)*(?:\S*/)?"
    r"(train|finetune|fine_tune|run_\w+|train_\w+|\w*_train|main_train)\w*\.py|"
    r"\byolo\b.*\b(mode=)?train\b|\b(autotrain|nnUNet_train|tune run)\b|fairseq-train",
    re.IGNORECASE,
)
_LANGUAGES = (".r", ".rmd", ".jl", ".scala", ".m", ".java", ".cpp", ".cc", ".rs")
_ENOUGH = 3


class TrainsModels(Heuristic):
    """Looks for fits that the flow engine saw in the candidate's own files."""

    id = "training.trains-models"
    question = "Does the candidate's own code train a model?"
    polarity = Polarity.STRENGTH
    weight = Weight.HIGH
    interview = "Which training run of this project went wrong first, and what did you change?"
    would_change = "A call that fits a model, or a training loop, in a file of the candidate's own."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Fits in own code, then training commands in notebooks and scripts."""
        fits = own_fits(context)
        commands = training_commands(context)
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
            f"{reason[0].upper()}{reason[1:]}.",
            confidence=confidence,
            evidence=evidence,
            polarity=polarity,
        )
        return Judgement(findings=(finding,), verdicts={"trains": verdict})

    def _not_found(self, context: RepositoryContext) -> Judgement:
        reason = unreadable(context) or _by_hand(context) or _started(context)
        if reason:
            verdict = Verdict(verdict="unknown", reason=reason)
            finding = self.finding(Outcome.UNCLEAR, f"Could not tell: {reason}.", confidence=0.3)
        else:
            reason = "no training was found in the code read"
            verdict = Verdict(verdict="no", confidence=0.9, reason=reason)
            finding = self.finding(
                Outcome.ABSENT, "No training was found in the code read.", confidence=0.9
            )
        return Judgement(findings=(finding,), verdicts={"trains": verdict})


def own_fits(context: RepositoryContext) -> list[Event]:
    """Fits of models outside test suites, surest first, in reading order."""
    fits = [e for e in context.trace.events if e.kind is EventKind.FIT and not e.in_test]
    return sorted(fits, key=lambda e: (not e.sure, e.toy, e.place))


def training_commands(context: RepositoryContext) -> list[CommandLine]:
    """Shell lines that start a training script which is not among the files read.

    One that is among them tells by what it does, not by its name.
    """
    return [c for c in context.trace.commands if not c.script and _TRAINER.search(c.command)]


def unreadable(context: RepositoryContext) -> str:
    """Why it would say nothing that something is absent here; empty: it says a little."""
    read = [
        u
        for u in context.units
        if u.status in {UnitStatus.PARSED, UnitStatus.PARTLY, UnitStatus.GATED}
    ]
    lost = [u for u in context.units if u not in read]
    absent = [
        e.path
        for e in context.entries
        if e.mode.value in {"absent", "lfs"} and e.path.lower().endswith((".ipynb", ".py"))
    ]
    if any(".fit()" in u.tokens for u in context.units):
        return "code that could not be parsed holds lines that look like training"
    if absent:
        return f"the content of {len(absent)} code file(s) was not to be had"
    if lost and len(lost) >= len(read):
        return f"{len(lost)} of {len(context.units)} code files could not be read"
    if not context.units:
        other = sum(e.path.lower().endswith(_LANGUAGES) for e in context.entries)
        if other:
            return "there is no Python code, and other languages are not judged"
    return ""


_METHODS = re.compile(
    r"(?i)bayes|gini|entropy|information_?gain|back_?prop|gradient_?descent|perceptron|kmeans|k_means"
    r"|nearest_?neighbou?r|(^|_)knn($|_)|decision_?tree|forward_?prop|q_?learning|markov_?chain"
)


def _by_hand(context: RepositoryContext) -> str:
    """An own definition named after a learning method; empty: there is none."""
    for unit in context.units:
        for definition in unit.definitions:
            if _METHODS.search(definition.name):
                return (
                    f"{definition.name} in {unit.path} is named after a learning method, and no "
                    "training could be followed into it"
                )
    return ""


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
