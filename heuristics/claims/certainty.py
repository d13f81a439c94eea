"""Where the code surely says otherwise than a statement: four cases, each with all its conditions.

A statement is contradicted only where the whole repository was read and nothing in it could make
the sentence true. Everything else is at most not found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from heuristics.claims.vocabulary import vocabulary_of
from heuristics.evaluation.held_out import TRAIN, grade
from heuristics.training.inference_only import model_uses
from portfolio_scan.api import (
    EventKind,
    Place,
    Relation,
    RepositoryContext,
    UnitStatus,
)

if TYPE_CHECKING:
    from heuristics.claims.statements import Statement

_SURE = 0.85
_CHAT_HOSTS = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "google": "Google",
    "groq": "Groq",
    "cohere": "Cohere",
    "mistralai": "Mistral",
}
"""Clients of vendors whose own models answer; somebody's own network is not served there."""
FITTED = frozenset({
    "BERT", "RoBERTa", "DeBERTa", "T5", "LSTM", "GRU", "RNN", "CNN", "ResNet", "VGG",
    "EfficientNet",
    "MobileNet", "DenseNet", "Inception", "U-Net", "YOLO", "vision transformer", "random forest",
    "XGBoost", "LightGBM", "CatBoost", "SVM", "logistic regression", "naive Bayes", "autoencoder",
    "graph neural network", "decision tree", "gradient boosting",
    "linear regression", "ridge regression", "lasso", "elastic net", "extra trees", "AdaBoost",
    "k-nearest neighbours", "multi-layer perceptron", "stacking ensemble", "voting ensemble",
    "ARIMA",
    "Prophet", "transformer", "Faster R-CNN", "GAN", "CLIP", "Whisper", "isolation forest",
})  # fmt: skip
"""Models that somebody trains, as a sentence or a row of results may name them."""
_ELSEWHERE = re.compile(
    r"(?i)\b(colab|kaggle|separate(ly)? (repo|repository|project|notebook)|another (repo|"
    r"repository)|"
    r"trained (elsewhere|offline|separately|in a)|training (code|script|notebook|repo)s?|"
    r"other repo\w*|"
    r"weights (are|can be)|download (the )?(model|weights|checkpoint)|private|huggingface\.co/|"
    r"hf\.co/)"
)
_WEIGHTS = re.compile(
    r"(?i)\.(pt|pth|h5|hdf5|keras|pkl|pickle|joblib|sav|onnx|safetensors|bin|tflite|ckpt|pb|gguf|"
    r"npz|model|mar|weights|cbm|ubj)$"
)
_CODE = re.compile(
    r"(?i)\.(r|rmd|jl|scala|m|java|cpp|cc|c|rs|go|js|jsx|ts|tsx|kt|swift|php|rb|cs|lua|ipynb|sh)$"
)
_HELD_OUT = re.compile(
    r"(?i)\b(held[- ]?out|hold[- ]?out|unseen|out[- ]of[- ]sample|(test|testing) (set|data|rows|"
    r"split|"
    r"accuracy|score|samples?|images?)|on (the )?test)\b"
)
_TRAINED = re.compile(r"(?i)\b(fine[- ]?tuned|custom[- ]trained|trained)\b")
_OWN_DATA = re.compile(
    r"(?i)\b(train\w*|fine[- ]?tun\w*|built|fitted|learn\w*|evaluat\w*|develop\w*|data|dataset)\b"
)


@dataclass(frozen=True, slots=True)
class Contrary:
    """Code that says otherwise, and how."""

    places: tuple[tuple[Place, str], ...]
    reason: str


def otherwise(statement: Statement, context: RepositoryContext) -> Contrary | None:
    """The code that contradicts a statement; None: none surely does."""
    text = statement.sentence.text
    if statement.figure is not None:
        claimed = statement.figure.part == "test" and _HELD_OUT.search(text)
        return scored_on_training_rows(context) if claimed else None
    if statement.subject == "held-out evaluation":
        return scored_on_training_rows(context)
    if statement.subject == "own data" and _OWN_DATA.search(text):
        return _known_data(context)
    if vocabulary_of(context.catalogue).entries[statement.subject].vendor:
        return _other_vendor(statement, context)
    if statement.subject == "fine-tuning" or (
        statement.subject == "training" and _TRAINED.search(text)
    ):
        return _only_an_api(text, context)
    return None


def read_in_full(context: RepositoryContext) -> bool:
    """Whether all own code was read and followed, and there is none that this tool cannot read."""
    if not context.units or context.trace.lost or not context.trace.complete:
        return False
    if any(unit.status is not UnitStatus.PARSED for unit in context.units):
        return False
    units = {unit.path for unit in context.units}
    for entry in context.entries:
        if entry.origin.value not in {"own", "environment", "generated"}:
            return False  # part of it is somebody else's, which was not followed
        if entry.mode.value != "file":
            return False
        if entry.path.endswith((".py", ".ipynb", ".pyw")) and entry.path not in units:
            return False
        if _CODE.search(entry.path) and entry.path not in units:
            return False
    return True


def scored_on_training_rows(context: RepositoryContext) -> Contrary | None:
    """Every score of the repository was followed, and each is of the rows of its own fit."""
    verdict = context.verdict("evaluation")
    if verdict.verdict != "train_only" or verdict.confidence < _SURE or not verdict.evidence:
        return None
    if not read_in_full(context):
        return None
    pairings = context.trace.pairings
    seen = {Relation.SAME, Relation.SUBSET}
    if any(grade(p) != TRAIN or p.relation not in seen or not p.score.sure for p in pairings):
        return None
    if any(e.kind in {EventKind.RESTORE, EventKind.CROSS_VALIDATE} for e in context.trace.events):
        return None
    first = verdict.evidence[0]
    place = Place(path=first.path, cell=first.cell, line=first.start_line, end_line=first.end_line)
    note = "scored here, on the rows of the fit"
    return Contrary(((place, note),), "each score of the code read is of the rows of its fit")


def _known_data(context: RepositoryContext) -> Contrary | None:
    """All data that the code loads are those of one published exercise."""
    verdict = context.verdict("tutorial")
    if verdict.verdict != "yes" or verdict.confidence < _SURE or not verdict.dataset:
        return None
    fields = context.catalogue.table("exercises").get(verdict.dataset, {})
    sources = context.trace.sources
    if not sources or fields.get("course") or not read_in_full(context):
        return None
    keys = set(_words(fields.get("keys", ())))
    loaded = [source for source in sources if source.key in keys]
    if len(loaded) != len(sources):
        return None
    note = f"loads the published {verdict.dataset} data"
    return Contrary(((loaded[0].place, note),), f"the code read loads {verdict.dataset} data alone")


def _only_an_api(text: str, context: RepositoryContext) -> Contrary | None:
    """A network is said to be tuned, and all that answers is a vendor's own hosted model."""
    vocabulary = vocabulary_of(context.catalogue)
    named = {subject for subject, _, _ in vocabulary.mentions(text)}
    if not named & FITTED or any(vocabulary.entries[one].vendor for one in named):
        return None
    if context.verdict("trains").verdict != "no" or not read_in_full(context):
        return None
    if context.verdict("inference_only").verdict != "yes":
        return None
    if any(_WEIGHTS.search(entry.path) for entry in context.entries):
        return None
    if any(_ELSEWHERE.search(one) for path, one in context.texts.items() if _is_prose(path)):
        return None
    uses = list(model_uses(context))
    if not uses or any(kind != "api" for _, kind in uses):
        return None
    calls = [e for e in context.trace.events if e.kind is EventKind.MODEL_CALL]
    vendors = [_CHAT_HOSTS.get(event.name.partition(".")[0], "") for event in calls]
    if not vendors or "" in vendors or _names_a_tuned_model(context):
        return None
    place, _ = uses[0]
    note = f"what answers is a hosted model of {vendors[0]}"
    reason = f"the code read calls a hosted model of {vendors[0]}, and neither trains nor loads any"
    return Contrary(((place, note),), reason)


def _other_vendor(statement: Statement, context: RepositoryContext) -> Contrary | None:
    """One vendor's model is said to do the work, and another vendor's client is all there is.

    The client of OpenAI speaks to servers of others too, so that it tells nothing of them.
    """
    vocabulary = vocabulary_of(context.catalogue)
    claimed = vocabulary.entries[statement.subject].vendor
    if not _DRIVES.search(statement.sentence.text) or not read_in_full(context):
        return None
    calls = [e for e in context.trace.events if e.kind is EventKind.MODEL_CALL]
    vendors = {_CHAT_HOSTS.get(event.name.partition(".")[0], "") for event in calls}
    if len(vendors) != 1 or vendors & {"", "OpenAI", claimed}:
        return None
    (vendor,) = vendors
    prose = " ".join(one for path, one in context.texts.items() if _is_prose(path)).lower()
    words = _VENDOR_WORDS[claimed]
    code = (text.text.lower() for unit in context.units for text in unit.strings)
    if vendor.lower() in prose or any(w in prose for w in _VENDOR_WORDS.get(vendor, ())):
        return None
    if any(word in text for text in code for word in words):
        return None
    roots = {i.module.partition(".")[0] for unit in context.units for i in unit.imports}
    if roots & (_GATEWAYS | {root for root, one in _CHAT_HOSTS.items() if one == claimed}):
        return None
    first = min(calls, key=lambda event: event.place)
    note = f"what answers is a hosted model of {vendor}"
    reason = f"the code read calls a hosted model of {vendor}, and none of {claimed}"
    return Contrary(((first.place, note),), reason)


_DRIVES = re.compile(r"(?i)\b(powered by|built (with|on)|uses|using|calls|based on|runs on)\b")
_VENDOR_WORDS = {
    "OpenAI": ("gpt", "openai"),
    "Google": ("gemini", "palm"),
    "Anthropic": ("claude", "anthropic"),
}
_GATEWAYS = frozenset(
    {
        "litellm",
        "langchain",
        "langchain_core",
        "requests",
        "httpx",
        "aiohttp",
        "llama_index",
        "dspy",
    }
)
_TUNED = re.compile(
    r"(?i)^ft:|fine.?tuned|\b(sagemaker|replicate|endpoint|localhost|127\.0\.0\.1)\b"
)
_LOCAL_LIBRARIES = frozenset(
    {
        "torch",
        "tensorflow",
        "keras",
        "transformers",
        "sklearn",
        "onnxruntime",
        "ultralytics",
        "joblib",
    }
)


def _names_a_tuned_model(context: RepositoryContext) -> bool:
    """Whether anything points to a model of the author's own: its name, a server, a library."""
    for unit in context.units:
        if any(_TUNED.search(text.text) for text in unit.strings):
            return True
        if any(i.module.partition(".")[0] in _LOCAL_LIBRARIES for i in unit.imports):
            return True
    return False


def _is_prose(path: str) -> bool:
    return path.lower().endswith((".md", ".rst", ".txt"))


def _words(words: object) -> list[str]:
    return [str(word) for word in words] if isinstance(words, (list, tuple)) else []
