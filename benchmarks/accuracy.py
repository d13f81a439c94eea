"""Write heuristics/accuracy.toml: how often each rule was right where somebody had looked.

    python benchmarks/accuracy.py --summary score.json            what a scoring of labels counted
    python benchmarks/accuracy.py --read hits.toml --repositories 110    hits that people read

`score.json` holds `scored`, for each verdict `{"tp", "fp", "fn"}`, and for the words that every
repository has one of, `<name>_agreement` as a share. `hits.toml` has a table per rule, with
`right` and `wrong`, and `missed` where somebody looked for what was not found. Lines about other
rules stay; those of rules that are gone go. No repository is named, here or there.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "heuristics" / "accuracy.toml"
VERDICTS = {
    "trains": ("training.trains-models", "says that own code trains a model"),
    "inference_only": ("training.inference-only", "says that models are used and none is trained"),
    "tutorial": ("originality.tutorial-project", "says that it is a well-known exercise"),
    "never_evaluated": (
        "evaluation.held-out",
        "says that a model is trained and unseen data never scored",
    ),
    "leakage_kinds": (
        "evaluation.leakage",
        "names a kind of leak (preprocessing, overlap, choice by the test score)",
    ),
    "deployment": ("production.deployment", "names a way of deployment"),
}
"""Field of the summary -> (rule, what one answer is)."""
AGREEMENTS = {
    "kind_agreement": ("profile.kind", "gives the label's word for what the repository is"),
    "role_agreement": ("profile.role", "gives the label's word for the role of the work"),
}
"""The same for verdicts that are never absent: what is not right is wrong, and none is missed."""
_HEAD = """\
# How often each rule was right on repositories that people labelled, or on hits that people read:
# answers that were right, that were wrong, and what was missed (not there: nobody counted).
# Written by benchmarks/accuracy.py. A rule below 0.8 of precision speaks in notes only.
"""


def from_summary(
    summary: Mapping[str, Any], versions: Mapping[str, int]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rules and their counts, from a scoring of labels."""
    scored = summary["scored"]
    for name, (rule, measures) in VERDICTS.items():
        counts = summary.get(name)
        if counts and rule in versions and counts["tp"] + counts["fp"]:
            entry = _entry(
                version=versions[rule],
                measures=measures,
                right=counts["tp"],
                wrong=counts["fp"],
                missed=counts["fn"],
                cases=scored,
            )
            yield rule, entry
    for name, (rule, measures) in AGREEMENTS.items():
        if name in summary and rule in versions:
            right = round(summary[name] * scored)
            entry = _entry(
                version=versions[rule],
                measures=measures,
                right=right,
                wrong=scored - right,
                missed=None,
                cases=scored,
            )
            yield rule, entry


def from_reading(
    hits: Mapping[str, Mapping[str, Any]], versions: Mapping[str, int], repositories: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rules and their counts, from hits that people read."""
    for rule, counts in hits.items():
        if rule not in versions:
            raise SystemExit(f"no heuristic has the id {rule}")
        entry = _entry(
            version=versions[rule],
            measures=str(counts.get("measures", "hits of the rule, each read by a person")),
            right=counts["right"],
            wrong=counts["wrong"],
            missed=counts.get("missed"),
            cases=repositories,
        )
        yield rule, entry


def _entry(
    *, version: int, measures: str, right: int, wrong: int, missed: int | None, cases: int
) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "version": version,
        "measures": measures,
        "right": right,
        "wrong": wrong,
    }
    if missed is not None:
        fields["missed"] = missed
    return {**fields, "cases": cases}


def render(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """The file, one table per rule in alphabetical order."""
    parts = [_HEAD]
    for rule in sorted(tables):
        lines = (f"{key} = {json.dumps(value)}" for key, value in tables[rule].items())
        parts.append("\n".join((f'["{rule}"]', *lines)) + "\n")
    return "\n".join(parts)


def updated(
    known: Mapping[str, Mapping[str, Any]],
    measured: Iterable[tuple[str, dict[str, Any]]],
    versions: Mapping[str, int],
) -> dict[str, Mapping[str, Any]]:
    """What is known of rules that are there, with what was measured now in the place of it."""
    return {rule: one for rule, one in known.items() if rule in versions} | dict(measured)


def main() -> None:
    """Read what was measured and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--summary", type=Path, help="JSON of a scoring against labels")
    parser.add_argument("--read", type=Path, help="TOML of hits that people read")
    parser.add_argument("--repositories", type=int, default=0, help="how many gave those hits")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from heuristics import PACK  # noqa: PLC0415 - the path is extended first

    everything = (*PACK.heuristics, *PACK.portfolio_heuristics)
    versions = {one.id: one.version for one in everything}
    measured: dict[str, dict[str, Any]] = {}
    if arguments.summary:
        measured |= from_summary(json.loads(arguments.summary.read_text("utf-8")), versions)
    if arguments.read:
        if arguments.repositories < 1:
            parser.error("--read needs --repositories")
        hits = tomllib.loads(arguments.read.read_text("utf-8"))
        measured |= from_reading(hits, versions, arguments.repositories)
    known = tomllib.loads(TARGET.read_text("utf-8")) if TARGET.is_file() else {}
    TARGET.write_text(render(updated(known, measured.items(), versions)), "utf-8")
    sys.stdout.write(f"{len(measured)} rules measured\n")


if __name__ == "__main__":
    main()
