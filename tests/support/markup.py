"""What is live in a page: elements, attributes, links, scripts, styles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import report_templates

TEMPLATES = Path(report_templates.__file__).parent
"""Of the package that is tested, which may be an installed one."""
LINKING = frozenset(
    {"href", "src", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href"}
)
_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


@dataclass
class Live:
    """What a browser would make of a text."""

    attributes: set[tuple[str, str]] = field(default_factory=set)
    """(element, attribute); the attribute is empty for the element itself."""
    links: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    inline_styles: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.live = Live()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.live.attributes.add((tag, ""))
        for name, value in attrs:
            self.live.attributes.add((tag, name))
            if name in LINKING:
                self.live.links.append(value or "")
            if name == "style":
                self.live.inline_styles.append(value or "")
        if tag in {"script", "style"}:
            (self.live.scripts if tag == "script" else self.live.styles).append("")

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in {"script", "style"}:
            kept = self.live.scripts if self._inside == "script" else self.live.styles
            kept[-1] += data

    def handle_comment(self, data: str) -> None:
        self.live.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        self.live.attributes.add((f"!{decl.split(maxsplit=1)[0].lower()}", ""))

    def unknown_decl(self, data: str) -> None:
        self.live.comments.append(data)

    def handle_pi(self, data: str) -> None:
        self.live.comments.append(data)


def read(page: str) -> Live:
    """Parse a page as leniently as a browser does."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.live


def ours(*folders: str) -> set[tuple[str, str]]:
    """Elements and attributes that the templates of a folder write themselves."""
    found: set[tuple[str, str]] = set()
    for folder in folders:
        for template in sorted((TEMPLATES / folder).rglob("*.j2")):
            text = template.read_text("utf-8")
            # A value that is printed may stand between quotes; its place is kept.
            found |= read(_CODE.sub(" ", re.sub(r"\{\{.*?\}\}", "x", text))).attributes
    assert found
    return found
