"""Which repositories come first: those most likely to hold machine-learning code.

The order decides only what a cap cuts off, never what is said about a repository. It looks at
languages, names, topics, descriptions and the names in the top folder; stars play no part.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.source.github.listing import Listed

NOTEBOOK = "Jupyter Notebook"
PYTHON = "Python"

_VOCABULARY = """
    ai agent agents analysis anomaly autoencoder bert chatbot churn classification classifier
    clustering cnn computer-vision data dataset deep-learning detection diffusion embedding
    embeddings forecast forecasting fine-tuning finetuning gan gpt inference keras learning llm lstm
    machine-learning ml mlops model models neural nlp notebook prediction predict pytorch rag
    recognition recommendation recommender regression reinforcement-learning retrieval rl
    scikit-learn segmentation sentiment tensorflow time-series train training transformer
    transformers vision
"""
WORDS = frozenset(_VOCABULARY.split())
ROOT_CODE = re.compile(
    r"(train|model|predict|evaluat|inference|dataset|finetune|fine_tune|preprocess|features)\w*\.py"
    r"|.*\.ipynb",
    re.IGNORECASE,
)
ROOT_FOLDERS = frozenset({"notebooks", "notebook", "models", "model", "training", "experiments"})
ROOT_SIGNS = frozenset({"requirements.txt", "pyproject.toml", "environment.yml", "dvc.yaml"})

_WORD = re.compile(r"[a-z0-9]+")
_MOST_WORDS = 6


def in_order(listed: Iterable[Listed]) -> list[Listed]:
    """Sort by likely machine-learning content; equal ones by newest push, then by name."""
    return sorted(listed, key=_key)


def _key(item: Listed) -> tuple[int, int, str]:
    pushed = item.repository.pushed
    return -interest(item), -(pushed.toordinal() if pushed else 0), item.repository.name


def interest(item: Listed) -> int:
    """Points for signs of machine-learning code; 0: none seen."""
    languages = dict(item.repository.languages)
    points = 4 * (NOTEBOOK in languages) + 3 * (item.primary in {NOTEBOOK, PYTHON})
    # Output cells make notebooks look like nearly all of a repository: compare the rest without.
    rest = sum(size for name, size in languages.items() if name != NOTEBOOK)
    if size := languages.get(PYTHON, 0):
        points += 3 + 3 * (2 * size >= rest)
    points += 2 * min(_MOST_WORDS, len(_words(item) & WORDS))
    return points + _root_points(item)


def _words(item: Listed) -> set[str]:
    repository = item.repository
    text = " ".join((repository.name.partition("/")[2], repository.description)).lower()
    single = _WORD.findall(text)
    pairs = [f"{first}-{second}" for first, second in pairwise(single)]
    topics = [topic.lower() for topic in repository.topics]
    return {*single, *pairs, *topics, *(part for topic in topics for part in topic.split("-"))}


def _root_points(item: Listed) -> int:
    points = 0
    for entry in item.root or ():
        name = entry.name.lower()
        if entry.kind == "blob":
            points += 2 * bool(ROOT_CODE.fullmatch(name)) + (name in ROOT_SIGNS)
        else:
            points += 2 * (name in ROOT_FOLDERS)
    return min(points, 12)
