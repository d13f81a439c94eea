"""Peers: tools that look for some of what this one finds, on the same bytes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

SHORT_RULES = Path(__file__).with_name("semgrep-short.yml")


def find_semgrep(named: str | None) -> str | None:
    """The semgrep command, if it is installed."""
    return shutil.which(named or "semgrep")


def find_dslinter(named: str | None) -> str | None:
    """The pylint command that can load dslinter, if there is one."""
    command = shutil.which(named or "pylint")
    if command is None:
        return None
    asked = [command, "--load-plugins=dslinter", "--list-msgs"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return command if "scaler-missing-scikitlearn" in told else None


def semgrep_command(command: str, rules: Path, tree: Path) -> list[str]:
    """Scan all Python files of a tree in one process, without the network."""
    (tree / ".semgrepignore").write_text("")  # by default it would leave tests out
    options = ["--metrics=off", "--disable-version-check", "--no-git-ignore", "--jobs=1", "--quiet"]
    return [
        command, "scan", *options, f"--config={rules}", "--max-target-bytes=0",
        "--json", f"--output={tree.parent / 'semgrep.json'}", str(tree),
    ]  # fmt: skip


def dslinter_command(command: str, files: Sequence[Path]) -> list[str]:
    """All checks of dslinter, and none of pylint's own."""
    listed = subprocess.run(
        [command, "--load-plugins=dslinter", "--list-msgs"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    codes = [
        line.partition("(")[2].partition(")")[0]
        for line in listed.splitlines()
        if line.startswith(":") and line.partition("(")[2][1:3] == "55"
    ]
    checks = ["--disable=all", f"--enable={','.join(codes)}", "--score=no", "--jobs=1"]
    return [command, "--load-plugins=dslinter", *checks, *map(str, files)]


def write_rules(path: Path) -> None:
    """Write six rules that ask six of our questions of the same APIs: those of the catalogue."""
    import heuristics  # noqa: PLC0415 - found beside this folder

    tables = heuristics.PACK.catalogue.tables
    words = tables["words"]["fit"]["words"]
    files = "|".join(p for one in tables["exercises"].values() for p in one.get("files", ()))
    named = {"metavariable": "$FILE", "regex": f"(?i).*({files})"}
    by_hand = {
        "patterns": [
            {"pattern": "$LOSS.backward(...)"},
            {"pattern-inside": "for $ROWS in $LOADER:\n    ...\n"},
        ]
    }
    modules = [m for one in tables["deployment"].values() for m in one.get("modules", ())]
    rules = [
        _rule(
            "trains-models",
            either=[
                *_patterns(f"$MODEL.{word}(...)" for word in words),
                *_calls(tables, "fit_function", "automl", "fit_step"),
                by_hand,
            ],
        ),
        _rule(
            "held-out",
            mode="taint",
            sources=[*_calls(tables, "split", "random_split"), *_patterns(["$FOLDS.split(...)"])],
            propagators=[
                {"pattern": "$TO = $MODEL.predict($FROM, ...)", "from": "$FROM", "to": "$TO"}
            ],
            sinks=[
                *_calls(tables, "metric", "loss", "equal"),
                *_patterns(["$MODEL.score(...)", "$MODEL.evaluate(...)"]),
            ],
        ),
        _rule(
            "leakage",
            mode="taint",
            sources=[
                *_patterns(["$SCALER.fit_transform(...)", "$SAMPLER.fit_resample(...)"]),
                *_patterns(["$TABLE.fillna(...)"]),
            ],
            sinks=_calls(tables, "split", "cross_validate"),
        ),
        _rule(
            "tutorial-project",
            either=[
                *_calls(tables, "dataset"),
                {"patterns": [{"pattern": '"$FILE"'}, {"metavariable-regex": named}]},
            ],
        ),
        _rule(
            "inference-only",
            either=_calls(tables, "api", "pretrained", "pretrained_class", "restore"),
        ),
        _rule("deployment", either=_patterns(f"import {module}" for module in modules)),
    ]
    path.write_text(json.dumps({"rules": rules}, indent=1))


def _rule(name: str, mode: str = "search", **parts: Any) -> dict[str, Any]:
    keys = {"either": "pattern-either"}
    said = {keys.get(key, f"pattern-{key}"): value for key, value in parts.items()}
    base = {"id": name, "languages": ["python"], "severity": "INFO", "message": name}
    return {**base, "mode": mode, **said}


def _patterns(texts: Any) -> list[dict[str, str]]:
    return [{"pattern": text} for text in texts]


def _calls(tables: Any, *kinds: str) -> list[dict[str, str]]:
    """Calls of what the catalogue lists: the name itself, and what lies in it if it is a module."""
    found = []
    for name, fields in tables["api"].items():
        if fields["kind"] in kinds and name.replace(".", "").isidentifier():
            found.append(f"{name}(...)")
            if name.rpartition(".")[2][0].islower():
                found.append(f"{name}.$NAME(...)")
    return _patterns(found)
