"""Can the data that the code reads be had?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.techniques import Use, judge
from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATA = re.compile(
    r"(?i)\.(?:csv|tsv|parquet|feather|arrow|xlsx?|arff|mat|npz|npy|h5|hdf5|jsonl|ndjson|dat|data|"
    r"db|sqlite3?|zip|gz|bz2|7z|tar|tgz|wav|mp3|flac|pkl|pickle)$"
)
_IN_FOLDER = re.compile(r"(?i)(?:^|/)(?:data|datasets?|corpus|corpora|raw)/.*\.(?:json|txt)$")
_MODEL = re.compile(r"(?i)model|weight|checkpoint|scaler|encoder|vectori[sz]er|pipeline")
"""Stored models are no data."""
_README = re.compile(r"(?i)(?:^|/)(?:readme|data|dataset)[^/]*\.(?:md|rst|txt)$|(?:^|/)readme$")
_HOSTS = re.compile(
    r"(?i)https?://(?:www\.)?(?:kaggle\.com/(?:datasets?|c|competitions)/|"
    r"huggingface\.co/datasets/|archive\.ics\.uci\.edu/|zenodo\.org/record|figshare\.com/|"
    r"data\.mendeley\.com/|openml\.org/|physionet\.org/|data\.world/|dataverse\.|"
    r"universe\.roboflow\.com/|registry\.opendata\.aws/)"
)
_NAMED = re.compile(
    r"(?i)\bdata ?(?:sets?|source)?\b.{0,80}https?://|https?://\S+.{0,40}\bdata ?set\b"
)


class DataAvailability(Heuristic):
    """Data in the tree, fetched by code, by a command, or named with its address in a README."""

    id = "reproducibility.data-availability"
    question = "Can the data that the code reads be had?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "Could somebody else get exactly these rows today?"
    would_change = "Data in the tree, a step that fetches it, or a line that says where it is."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each way, with its first place."""
        if context.verdict("trains").verdict != "yes":
            return judge(self, context, found="", missing="", applies=False, strict=True)
        return judge(
            self,
            context,
            found="The data can be had:",
            missing="Where the data can be had was not found in the code and READMEs read.",
            more=(*_committed(context), *_described(context)),
        )


def _committed(context: RepositoryContext) -> Iterator[Use]:
    """The first file that the code reads and the tree holds."""
    held = {
        entry.path.rpartition("/")[2].lower(): entry.path
        for entry in context.entries
        if entry.origin.value == "own" and entry.mode.value in {"file", "lfs"}
    }
    for source in context.trace.sources:
        key = source.key.replace("\\", "/")
        path = held.get(key.rpartition("/")[2].lower())
        if path and (_DATA.search(key) or _IN_FOLDER.search(path)) and not _MODEL.search(path):
            yield Use(
                technique="files-in-tree",
                words="in files of the tree",
                place=source.place,
                note=f"reads {path}, which is in the tree",
            )
            return


def _described(context: RepositoryContext) -> Iterator[Use]:
    """The first line of a README that gives an address of data."""
    for path, text in sorted(context.texts.items(), key=lambda item: item[0].count("/")):
        if not _README.search(path) or "http" not in text:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if "http" in line and (_HOSTS.search(line) or _NAMED.search(line)):
                yield Use(
                    technique="address-in-readme",
                    words="at an address that a README gives",
                    place=Place(path=path, line=number, end_line=number),
                    note="an address of data",
                    routine=True,
                )
                return
