"""Generated training scripts: each gets the verdict it deserves, and keeps it when rewritten.

A few of each are tried in every run, the same ones each time. For a long search, say how many:

    FLOW_EXAMPLES=3000 pytest tests/flow/test_generated.py --timeout=0
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from script_grammar import FAMILIES, Script, Verdict, rewrites, scripts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.model import RepositoryScan, Trace

    Files = Mapping[str, str]
    Judge = Callable[[Files], RepositoryScan]
    Follow = Callable[[Files], Trace]

MANY = int(os.environ.get("FLOW_EXAMPLES", "0"))
some = settings(
    max_examples=MANY or 60,
    derandomize=not MANY,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def verdict_of(judge: Judge, files: Files) -> Verdict:
    assessment = judge(files).assessment
    leaks = tuple(sorted({leak.kind for leak in assessment.leakage}))
    return Verdict(assessment.trains.verdict, assessment.evaluation.verdict, leaks)


def told(trace: Trace) -> dict[str, Counter[tuple[Any, ...]]]:
    """Everything that was found, but for the places."""
    return {
        "events": Counter((e.kind, e.name, e.family, e.part) for e in trace.events),
        "pairs": Counter(
            (p.score.name, p.fit.name if p.fit else "", p.relation, p.part, p.selects)
            for p in trace.pairings
        ),
        "leaks": Counter((leak.kind, leak.confidence) for leak in trace.leaks),
    }


# The truth ---------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
@given(data=st.data())
@some
def test_scripts_get_the_verdict_they_deserve(
    family: str, judge: Judge, data: st.DataObject
) -> None:
    script = data.draw(FAMILIES[family]())
    assert verdict_of(judge, {"main.py": script.source}) == script.verdict, script.source


# Rewrites ----------------------------------------------------------------------------------


def renamed(data: st.DataObject, script: Script) -> Files:
    return rewrites.script(script.imports, rewrites.plainly_named(data.draw, script.lines))


def reordered(data: st.DataObject, script: Script) -> Files:
    return rewrites.script(
        script.imports, rewrites.reordered(data.draw, script.imports, script.lines)
    )


def wrapped(data: st.DataObject, script: Script) -> Files:
    lines = rewrites.wrapped(data.draw, script.imports, script.lines, "step")
    return rewrites.script(script.imports, lines)


def as_methods(data: st.DataObject, script: Script) -> Files:
    return rewrites.script(script.imports, rewrites.methods(data.draw, script.lines))


def in_modules(data: st.DataObject, script: Script) -> Files:
    return rewrites.modules(data.draw, script.imports, script.lines)


def in_a_notebook(data: st.DataObject, script: Script) -> Files:
    return rewrites.notebook(data.draw, script.imports, script.lines)


def everything(data: st.DataObject, script: Script) -> Files:
    """Several rewrites, one upon the other."""
    imports, lines = script.imports, list(script.lines)
    if not script.named:
        lines = rewrites.plainly_named(data.draw, lines)
    lines = rewrites.reordered(data.draw, imports, lines)
    for name in ("step", "again"):
        lines = rewrites.wrapped(data.draw, imports, lines, name)
    last = data.draw(st.sampled_from([rewrites.script, rewrites.modules, rewrites.notebook]))
    return last(imports, lines) if last is rewrites.script else last(data.draw, imports, lines)


@pytest.mark.parametrize(
    "rewrite", [renamed, reordered, wrapped, as_methods, in_modules, in_a_notebook, everything]
)
@given(data=st.data())
@some
def test_rewriting_a_script_changes_nothing(
    rewrite: Callable[[st.DataObject, Script], Files],
    judge: Judge,
    trace: Follow,
    data: st.DataObject,
) -> None:
    drawn = scripts().filter(lambda one: not one.named) if rewrite is renamed else scripts()
    script = data.draw(drawn)
    files = rewrite(data, script)
    shown = "\n".join(f"{path}\n{text}" for path, text in files.items())
    assert told(trace(files)) == told(trace({"main.py": script.source})), shown
    assert verdict_of(judge, files) == script.verdict, shown
