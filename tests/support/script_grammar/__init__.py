"""Training scripts made from a grammar of idioms, with the verdicts that they deserve.

`scripts()` draws one; `rewrites` says the same thing in other words. The property tests of the
flow engine ask that every script gets its verdict, and keeps it under every rewrite.
"""

from __future__ import annotations

from hypothesis import strategies as st

from script_grammar.arrays import (
    array_scripts,
    group_scripts,
    several_scripts,
    undivided_scripts,
)
from script_grammar.choices import choosing_scripts, searching_scripts, stopping_scripts
from script_grammar.files import file_scripts, stored_scripts, text_scripts
from script_grammar.loops import hub_scripts, keras_scripts, loop_scripts
from script_grammar.script import Script, Verdict

__all__ = ["FAMILIES", "Script", "Verdict", "scripts"]

FAMILIES = {
    "arrays": array_scripts,
    "choosing": choosing_scripts,
    "files": file_scripts,
    "groups": group_scripts,
    "hub": hub_scripts,
    "keras": keras_scripts,
    "loops": loop_scripts,
    "searching": searching_scripts,
    "several": several_scripts,
    "stopping": stopping_scripts,
    "stored": stored_scripts,
    "texts": text_scripts,
    "undivided": undivided_scripts,
}


def scripts() -> st.SearchStrategy[Script]:
    """Any script of the grammar; arrays have by far the most variants."""
    return st.one_of(array_scripts(), *(family() for family in FAMILIES.values()))
