"""Was the trained model scored on rows it had not seen?"""

from __future__ import annotations

import re
from dataclasses import replace

from heuristics.evaluation.metric_names import metric_name, metric_words
from heuristics.notes import chain, sentence
from heuristics.techniques import is_test
from heuristics.training.trains_models import short_name, training_commands
from portfolio_scan.api import (
    CommandLine,
    Event,
    EventKind,
    Heuristic,
    Judgement,
    Outcome,
    Pairing,
    Place,
    Polarity,
    Relation,
    RepositoryContext,
    Verdict,
    Weight,
)

HELD_OUT, FOLDS, VALIDATION, TRAIN, NONE = (
    "held_out",
    "cross_validation",
    "validation_only",
    "train_only",
    "none",
)
_SEEN = {Relation.SAME, Relation.SUBSET, Relation.SUPERSET, Relation.OVERLAP}
_WORDS = {
    HELD_OUT: "scores the model on rows that it was not trained on",
    FOLDS: "scores by cross-validation only",
    VALIDATION: "scores only on rows that steer the training or are called validation",
    TRAIN: "scores the model on rows that it was trained on",
}
_SCORING = re.compile(
    r"(?i)(^|[._])(evaluate|evaluation|accuracy|acc|f1|auc|roc|rmse|mse|mae|r2|confusion|dice|"
    r"m?iou|jaccard|psnr|ssim|bleu|rouge|wer|cer|hit_?rate|hits?|ndcg|recall_at|test_loss|val_loss|"
    r"classification_report|compute_metrics|eval\w*_metrics|permutation_importance|test_model|test_loop|validate_(model|epoch)|\w+_score)"
    r"($|[._(])|[._]metrics[._]|(^|[._])validate$"
)
_SCORES = frozenset(
    {
        *(
            "cocoeval",
            "deepchecks",
            "deepeval",
            "evaluate",
            "evidently",
            "jiwer",
            "lm_eval",
            "mteb",
        ),
        *("motmetrics", "pycm", "pytrec_eval", "ragas", "ranx", "rouge_score", "sacrebleu"),
        *("scikitplot", "seqeval", "torchmetrics", "trackeval", "yellowbrick"),
    }
)
"""Libraries that are for nothing but scores."""
_PRINTED = re.compile(
    r"(?i)(test|val\w*|eval\w*|hold.?out)[ _/-]*(set )?(acc\w*|score|loss|auc|f1|rmse|mae|mse|bleu|"
    r"wer|iou|dice)|(accuracy|bleu|rmse) (on|of|score)"
)
"""Texts that a program prints beside a score which could not be followed."""


_INTERNAL = re.compile(r"(?i)silhouette|davies|calinski|coherence|perplexity|inertia|elbow")
"""Criteria of clustering and topics, which need no rows held out."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class HeldOutEvaluation(Heuristic):
    """Pairs each score with the nearest fit and compares the rows of both."""

    id = "evaluation.held-out"
    question = "Was the trained model scored on rows it had not seen?"
    polarity = Polarity.FLAG
    weight = Weight.HIGH
    needs = ("training.trains-models",)
    interview = "How would you find out how this model does on data it has never seen?"
    would_change = "A metric computed on predictions for rows that were kept out of every fit."

    def judge(self, context: RepositoryContext) -> Judgement:
        """The best evaluation found anywhere decides; what is lost stays unknown."""
        trains = context.verdict("trains")
        if trains.verdict == "no":
            return self._plain("not_applicable", "nothing is trained", Outcome.NOT_APPLICABLE)
        if trains.verdict == "unknown":
            return self._plain("unknown", trains.reason, Outcome.UNCLEAR)
        graded = _held_validation([(grade(p), p) for p in context.trace.pairings])
        sure = [(g, p) for g, p in graded if p.relation is not Relation.UNKNOWN]
        named = [(g, p) for g, p in graded if p.relation is Relation.UNKNOWN]
        # Folds that were followed say more than rows of which only the name says "test".
        for wanted, among in (
            (HELD_OUT, sure),
            (FOLDS, sure),
            (HELD_OUT, named),
            (FOLDS, named),
            (VALIDATION, graded),
            (TRAIN, graded),
        ):
            found = [p for g, p in among if g == wanted]
            if found:
                return self._found(context, wanted, found)
        return self._nothing(context, [p for g, p in graded if not g])

    def _plain(self, verdict: str, reason: str, outcome: Outcome) -> Judgement:
        finding = self.finding(outcome, f"Evaluation: {reason}.", confidence=0.5)
        return Judgement(
            findings=(finding,), verdicts={"evaluation": Verdict(verdict=verdict, reason=reason)}
        )

    def _lost(self, context: RepositoryContext, pairing: Pairing) -> Judgement:
        """Could not tell, and where the trail ends."""
        score = pairing.score.place
        reason = f"a score is computed in {score.path}, and its rows could not be followed"
        evidence = [context.evidence(score, f"scored here by {pairing.score.name}")]
        if pairing.lost_at is not None and pairing.lost_at != score:
            evidence.append(context.evidence(pairing.lost_at, "the trail is lost here"))
        verdict = Verdict(verdict="unknown", evidence=tuple(evidence), reason=reason)
        finding = self.finding(
            Outcome.UNCLEAR, f"Evaluation: {reason}.", confidence=0.5, evidence=evidence
        )
        return Judgement(findings=(finding,), verdicts={"evaluation": verdict})

    def _beside(self, context: RepositoryContext, pairing: Pairing) -> Judgement:
        """Could not tell: somebody looks at answers and true values, and no metric is known."""
        place = pairing.score.place
        reason = f"answers stand beside the true values in {place.path}, by no metric that is known"
        evidence = (context.evidence(place, "answers and true values"),)
        verdict = Verdict(verdict="unknown", evidence=evidence, reason=reason)
        finding = self.finding(
            Outcome.UNCLEAR, f"Evaluation: {reason}.", confidence=0.5, evidence=evidence
        )
        return Judgement(findings=(finding,), verdicts={"evaluation": verdict})

    def _found(self, context: RepositoryContext, word: str, pairings: list[Pairing]) -> Judgement:
        best = max(pairings, key=_strength)
        confidence = _strength(best)[1]
        if word == TRAIN and confidence < 0.7:  # noqa: PLR2004 - a flag needs a whole chain
            return self._plain("unknown", "the scored rows could not be followed", Outcome.UNCLEAR)
        fits = _fits(context)
        elsewhere = (_not_scored_on_rows(context, fits) or _made_up(fits)) if word == TRAIN else ""
        if elsewhere:
            return self._plain("unknown", elsewhere, Outcome.UNCLEAR)
        lost = _scored_elsewhere(context, best) if word == TRAIN else None
        if lost is not None:
            return self._lost(context, lost)
        evidence = chain(context, best.chain, best.score.place, f"scored here by {best.score.name}")
        verdict = Verdict(
            verdict=word, confidence=confidence, evidence=tuple(evidence), reason=_WORDS[word]
        )
        message = _message(word, best)
        if best.score.in_test:
            message += ", in its test suite"
        flag = word == TRAIN
        polarity = (
            Polarity.FLAG if flag else Polarity.NOTE if word == VALIDATION else Polarity.STRENGTH
        )
        question = self.interview if flag or word == VALIDATION else ""
        finding = self.finding(
            Outcome.PRESENT,
            f"{message}.",
            confidence=confidence,
            evidence=evidence,
            question=question,
            polarity=polarity,
        )
        return Judgement(findings=(finding,), verdicts={"evaluation": verdict})

    def _nothing(self, context: RepositoryContext, lost: list[Pairing]) -> Judgement:
        watched = _self_validating(context)
        if watched is not None:
            reason = "the training script that is started scores its own validation part"
            seen = (context.evidence(watched.place, reason),)
            verdict = Verdict(verdict=VALIDATION, confidence=0.7, evidence=seen, reason=reason)
            finding = self.finding(
                Outcome.PRESENT,
                sentence(reason),
                confidence=0.7,
                evidence=seen,
                polarity=Polarity.NOTE,
            )
            return Judgement(findings=(finding,), verdicts={"evaluation": verdict})
        fits = _fits(context)
        agree = bool(lost) and all(_of_groups(pairing) for pairing in lost)
        alone = agree or (not lost and not mentions_scoring(context))
        if fits and all(e.family == "clustering" for e in fits) and alone:
            reason = "clustering alone has no held-out score to miss"
            return self._plain("not_applicable", reason, Outcome.NOT_APPLICABLE)
        reason = _not_scored_on_rows(context, fits)
        if reason:
            return self._plain("unknown", reason, Outcome.UNCLEAR)
        if fits and all(e.family == "statistics" for e in fits) and not lost and not _asks(context):
            reason = "a statistical model is fitted and read, and predicts nothing"
            return self._plain("not_applicable", reason, Outcome.NOT_APPLICABLE)
        if lost:
            return self._lost(context, lost[0])
        if mentions_scoring(context) or not context.trace.complete or not fits:
            reason = "scoring is mentioned, and could not be followed to a trained model"
            return self._plain("unknown", reason, Outcome.UNCLEAR)
        idle = _idle_hooks(context)
        met = (p for p in context.trace.contrasts if not _within(p.score.place, idle))
        beside = next((p for p in met if p.relation not in _SEEN), None)
        if beside is not None:
            return self._beside(context, beside)
        reason = _unfollowed(context, fits)
        if reason:
            return self._plain("unknown", reason, Outcome.UNCLEAR)
        reason = "a model is trained and no score of it was found in the code read"
        evidence = [context.evidence(f.place, "trained here; no score was found") for f in fits[:1]]
        verdict = Verdict(verdict=NONE, confidence=0.85, evidence=tuple(evidence), reason=reason)
        finding = self.finding(
            Outcome.PRESENT, sentence(reason), confidence=0.85, evidence=evidence
        )
        return Judgement(findings=(finding,), verdicts={"evaluation": verdict})


_EPISODES = {"gym", "gymnasium", "pettingzoo", "stable_baselines3", "ale_py", "dm_control", "retro"}
_AGENT = re.compile(
    r"(?i)dqn|q_?network|q_?table|target_?net(work)?|replay_?(buffer|memory)|epsilon_?greedy|actor_?critic|policy_?gradient"
)
_GENERATES = re.compile(
    r"(?i)generator|discriminator|(^|_)(v?ae|vqvae|gan)($|_)|variational|diffusion"
)


def _fits(context: RepositoryContext) -> list[Event]:
    return [e for e in context.trace.events if e.kind is EventKind.FIT and not e.in_test]


def _scored_elsewhere(context: RepositoryContext, known: Pairing) -> Pairing | None:
    """A score of the same fit in a file of its own, on rows that could not be followed."""
    for pairing in context.trace.pairings:
        path = pairing.score.place.path
        apart = path != known.score.place.path and not is_test(path)
        same = pairing.fit is not None and known.fit is not None and pairing.fit == known.fit
        if apart and same and pairing.relation is Relation.UNKNOWN and not pairing.score.in_test:
            return pairing
    return None


def _made_up(fits: list[Event]) -> str:
    """Why a score on the fitted rows accuses nobody: there are no real rows to hold out."""
    return "only values made up in the code are fitted" if all(f.toy for f in fits) and fits else ""


def _message(word: str, pairing: Pairing) -> str:
    """The verdict in one sentence that names the model and the metric."""
    model = short_name(pairing.fit.name) if pairing.fit is not None else "The model"
    metric = metric_words(metric_name(pairing.score))
    if word == HELD_OUT:
        rows = "test rows" if pairing.part == "test" else "rows"
        return f"{model} is scored by {metric} on {rows} that it was not fitted on"
    if word == FOLDS:
        return f"{model} is scored by cross-validation"
    if word == TRAIN:
        if pairing.relation is Relation.OVERLAP:
            return f"{model} is scored by {metric} on rows of which it was fitted on some"
        return f"{model} is scored by {metric} on rows that it was fitted on, and on no others"
    return f"{model} is scored by {metric} on validation rows only"


_FORECASTS = re.compile(r"\.(predict|forecast|get_forecast|get_prediction|make_future_dataframe)$")


def _asks(context: RepositoryContext) -> bool:
    """Whether anything is predicted, so that a missing score would be one to miss."""
    return any(_FORECASTS.search(call.name) for unit in context.units for call in unit.calls)


def _not_scored_on_rows(context: RepositoryContext, fits: list[Event]) -> str:
    """Why a missing score on held-out rows would say nothing; empty: it would say something."""
    roots = {i.module.partition(".")[0] for unit in context.units for i in unit.imports}
    names = [d.name for unit in context.units for d in unit.definitions]
    by_hand = any(_AGENT.search(name) for name in names)
    if by_hand or roots & _EPISODES or any(e.family == "reinforcement" for e in fits):
        return "reinforcement learning is scored in episodes, not on rows"
    if any(_GENERATES.search(e.name) for e in fits):
        return "a generative model is judged by its samples, and no score of them was found"
    return ""


_SESSION = re.compile(r"(^|\.)(Interactive)?Session$")
_ASIDE = re.compile(r"(^|\.)(eval|no_grad|inference_mode)$")
_TRAINING = re.compile(r"\.(train|backward|manual_backward)$")
_LOSS = re.compile(r"(?i)loss|criterion|cross_entropy")


def _loss_aside(context: RepositoryContext) -> Place | None:
    """A loss computed after `model.eval()` or under `no_grad()`, and not trained on afterwards."""
    for unit in context.units:
        aside = False
        found: Place | None = None
        for call in sorted(unit.calls, key=lambda one: one.place):
            if _ASIDE.search(call.name):
                aside = True
            elif _TRAINING.search(call.name):
                aside, found = False, None
            elif aside and _LOSS.search(call.name.rpartition(".")[2]):
                found = found or call.place
        if found is not None:
            return found
    return None


def _unfollowed(context: RepositoryContext, fits: list[Event]) -> str:
    """Why scores of these fits might be there and not be seen; empty: they would be seen."""
    if all(fit.family == "hand" for fit in fits):
        return "a model that is written out by hand may be scored by hand, which was not followed"
    if any(_SESSION.search(call.name) for unit in context.units for call in unit.calls):
        return "what a TensorFlow session computes is not followed"
    aside = _loss_aside(context)
    if aside is not None:
        return f"a loss is computed apart from the training in {aside.path}, on rows that were lost"
    return ""


def grade(pairing: Pairing) -> str:
    """What one scored pair amounts to; empty where the trail ends."""
    part, way = pairing.part, pairing.relation
    if part == "fold":
        return FOLDS
    if way in _SEEN:
        return "" if _of_groups(pairing) else TRAIN
    if way is Relation.DISJOINT:
        steers = pairing.score.family == "implicit" or (pairing.selects and part != "test")
        return VALIDATION if part == "validation" or steers else HELD_OUT
    if pairing.score.in_test:
        return ""  # a test suite's rows count only when their way is known
    if part == "test" and pairing.score.family != "implicit":
        return HELD_OUT
    if part in {"validation", "test"}:
        return VALIDATION
    return ""


def _of_groups(pairing: Pairing) -> bool:
    """A score of clusters, which says how groups agree and not how well anything was learnt."""
    return pairing.fit is not None and pairing.fit.family == "clustering"


def _held_validation(graded: list[tuple[str, Pairing]]) -> list[tuple[str, Pairing]]:
    """Rows called validation are held out where folds of the training rows made the choices.

    Else they are what the author calls them; they also steer when a trainer watches them or a
    choice is made by their score.
    """
    watched = any(p.selects or p.score.family == "implicit" for g, p in graded if g == VALIDATION)
    tested = any(p.part == "test" for _, p in graded)
    searched = any(g == FOLDS for g, _ in graded)
    if watched or tested or not searched:
        return graded
    return [
        (HELD_OUT if g == VALIDATION and p.relation is Relation.DISJOINT else g, p)
        for g, p in graded
    ]


def _strength(pairing: Pairing) -> tuple[int, float]:
    """Outside tests before inside, then how sure; the confidence is the second number."""
    sure = pairing.relation is not Relation.UNKNOWN
    confidence = 0.95 if sure and pairing.score.sure else 0.8 if sure else 0.6
    if pairing.fit is None or not pairing.fit.sure:
        confidence -= 0.1
    explicit = pairing.score.family not in {"implicit", "official"}
    return (0 if pairing.score.in_test else 2 if explicit else 1), confidence


def _self_validating(context: RepositoryContext) -> CommandLine | None:
    """A started trainer that is known to validate by itself (YOLO's train.py, `yolo train`)."""
    patterns = [
        re.compile(str(fields["command"]), re.IGNORECASE)
        for fields in context.catalogue.table("trainers").values()
        if fields.get("validates") and "command" in fields
    ]
    said: dict[str, str] = {}
    for command in context.trace.commands:
        path = command.place.path
        said[path] = f"{said.get(path, '')} {command.command}"
    for command in training_commands(context):
        if any(pattern.search(said[command.place.path]) for pattern in patterns):
            return command
    return None


def mentions_scoring(context: RepositoryContext) -> bool:
    """Whether any call or own function is named like a score, or a library is for scores alone."""
    idle = _idle_hooks(context)
    for unit in context.units:
        if any(_SCORES & set(one.module.split(".")) for one in unit.imports):
            return True
        if any("oob_score" in call.keywords for call in unit.calls):
            return True
        names = [c.name for c in unit.calls if not _within(c.place, idle)]
        names += [d.name for d in unit.definitions]
        texts = [text for text in unit.strings if not _within(text.place, idle)]
        if any(_PRINTED.search(text.text) for text in texts):
            return True
        plain = [_CAMEL.sub("_", name) for name in names if not _INTERNAL.search(name)]
        if any(_SCORING.search(name) for name in plain):
            return True
    return False


_TEST_HOOKS = {"test_step", "test_epoch_end", "on_test_epoch_end"}


def _idle_hooks(context: RepositoryContext) -> list[Place]:
    """Lightning's test hooks, where nothing in the repository starts a test."""
    calls = [call.name for unit in context.units for call in unit.calls]
    if any(name.endswith((".test", "CLI")) for name in calls):
        return []
    found: list[Place] = []
    for unit in context.units:
        starts = sorted({d.place for d in unit.definitions})
        for one in unit.definitions:
            if one.name.rpartition(".")[2] in _TEST_HOOKS:
                after = [p.line for p in starts if p.cell == one.place.cell and p > one.place]
                last = after[0] - 1 if after else one.place.line + _LONGEST_HOOK
                found.append(replace(one.place, end_line=last))
    return found


_LONGEST_HOOK = 40
"""Lines of a hook that no other definition follows."""


def _within(place: Place, around: list[Place]) -> bool:
    return any(
        (p.path, p.cell) == (place.path, place.cell) and p.line <= place.line <= p.end_line
        for p in around
    )
