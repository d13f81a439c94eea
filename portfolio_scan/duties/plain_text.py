"""Plain text for people, filled from a template: headings, items and paragraphs of 78 columns."""

from __future__ import annotations

import textwrap
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_WIDTH: Final = 78


def fill_text(template: str, values: Mapping[str, object]) -> str:
    """Fill a template of this package. A part whose values leave it empty is left out."""
    text = files(__package__).joinpath(template).read_text("utf-8").strip()
    # Parts are found before anything is put in, so that no value makes one of its own.
    parts = (Template(part).substitute(values) for part in text.split("\n\n"))
    return "\n\n".join(_laid_out(part) for part in parts if part) + "\n"


def _laid_out(part: str) -> str:
    """Lay a part out: `# ` begins a heading, `- ` items, all else is a paragraph."""
    if part.startswith("# "):
        return f"{part[2:]}\n{'-' * len(part[2:])}"
    if part.startswith("- "):
        items = (
            textwrap.fill(one, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
            for one in part.split("\n")
        )
        return "\n".join(items)
    return textwrap.fill(part, _WIDTH, break_long_words=False, break_on_hyphens=False)
