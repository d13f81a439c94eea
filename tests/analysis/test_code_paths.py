"""Which files count as machine-learning work by what they import."""

from __future__ import annotations

import pytest

import heuristics
from portfolio_scan.analysis.code_paths import machine_learning_paths
from portfolio_scan.analysis.reading import Reading
from portfolio_scan.model import Repository, SourceKind, Trace
from portfolio_scan.parsing.unit import read_unit


def paths(source: str) -> tuple[str, ...]:
    record = read_unit("main.py", "blob", source.encode())
    reading = Reading(
        repository=Repository(name="made", source=SourceKind.FOLDER),
        entries=(),
        set_apart=(),
        sources={},
        texts={},
        units=(record.facts,),
        observations=(),
        records=(record,),
        notes=(),
        parsed=1,
        from_cache=0,
    )
    return machine_learning_paths(reading, Trace(), heuristics.PACK.catalogue)


@pytest.mark.parametrize(
    "module",
    [
        "sklearn.svm",
        "google.cloud.vision",
        "google.genai",
        "azure.ai.inference",
        "pyspark.ml",
        "river",
    ],
)
def test_a_package_that_does_nothing_else_counts(module: str) -> None:
    assert paths(f"import {module}\n") == ("main.py",)


@pytest.mark.parametrize(
    "module",
    [
        "pandas",
        "google.cloud.storage",
        "azure.storage.blob",
        "pyspark.sql",
        "boto3",
        "wandb",
        "json",
    ],
)
def test_a_neighbour_in_the_same_namespace_does_not(module: str) -> None:
    assert paths(f"import {module}\n") == ()
