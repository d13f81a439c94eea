"""Words that no text of this tool may say of anybody, and where the texts are.

A dossier says what the code read shows; "not found in the code read" is no fault, and nothing is
said of a person's ability. `PHRASES` are the exceptions, each with its reason.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]

FORBIDDEN = {
    "absence as a fault": r"lack(?:s|ed|ing)?|missing skills?|deficien\w+|fail(?:s|ed|ing)? to"
    r"|neglect\w*|forgot\w*|careless\w*|ignor(?:es|ed) (?:best|good)",
    "a judgement of quality": r"bad(?:ly)?|poor(?:ly|er|est)?|weak(?:ly|er|est|ness|nesses)?"
    r"|mediocre|inferior|superior|sloppy|amateur\w*|terrible|awful|horrible|ugly|stupid|lazy|worthless|useless"
    r"|excellent|outstanding|brilliant|impressive|disappointing|unprofessional|messy|trivial",
    "a judgement of a person": r"incompetent|unqualified|overqualified|unskilled|inexperienced"
    r"|unfit|incapable|talent\w*|gifted|genius|smart(?:er|est)?|rock ?star|ninja|not capable"
    r"|has no (?:experience|skill|idea|understanding)|no experience|does not (?:know|understand)"
    r"|cannot (?:code|program)|culture fit",
    "an accusation": r"cheat\w*|plagiari\w+|dishonest\w*|liar|lied|lying|fraudulent|faked?|stole\w*"
    r"|stolen|copied from|red flags?|suspicious\w*|pretend\w*|deceptive|mislead\w*",
    "a decision": r"hire[sd]?|reject(?:s|ed|ing|ion)?|shortlist\w*"
    r"|(?:do not|don't) (?:interview|proceed)"
    r"|(?:strong|good|best|top|ideal|perfect|weak) (?:candidate|fit|match)|pass(?:es)? the bar"
    r"|recommend(?:ed)? (?:for|against)|disqualif\w+|eliminat\w+",
    "a score or rank": r"rank(?:s|ed|ing|ings)?|score of (?:a|the|this) (?:person|candidate)"
    r"|(?:candidate|person)(?:'s|\u2019s)? (?:score|rank|grade|rating)|best of (?:all|them)|winner",
    "a gender": r"he|she|his|hers?|him|himself|herself",
}

PHRASES = {
    ("report_templates/dossier/", "no score of a person"): "says that there is none",
    ("portfolio_scan/report/markdown", "no score of a person"): "says that there is none",
    ("README.md", "no score of a person"): "says that there is none",
    ("README.md", "no hire or reject"): "says that there is none",
    ("report_templates/", "the order is no ranking"): "says that there is none",
    ("portfolio_scan/cli/compare.py", "there is no ranking"): "says that there is none",
    ("docs/compare.md", "No ranking"): "says that there is none",
    ("report_templates/dossier/", "What it does not know"): "of the tool itself",
    ("docs/dossier.md", "passes over those it does not know"): "of a program that reads JSON",
    ("portfolio_scan/pool/", "talent pool"): "what such a list of people is called",
    ("portfolio_scan/duties/decisions.py", "talent"): "a word that is nobody's name",
    ("portfolio_scan/parsing/", "Python does not know"): "of Python",
    ("portfolio_scan/analysis/packs.py", "failed to load"): "of a pack, in the log",
    ("portfolio_scan/cli/doctor.py", "BAD"): "of a part of the installation",
    ("portfolio_scan/demo/replay.py", "Bad credentials"): "GitHub's own words for a token",
    ("heuristics/engineering/code_quality", "rank*"): "radon's word for a range of complexity",
    ("fixtures/heuristics/engineering/code_quality", "rank*"): "the same",
    ("heuristics/llm/retrieval_evaluation", "rank"): "a metric of retrieval",
    ("heuristics/production/continuous_integration.md", "known weaknesses"): "of dependencies",
    ("heuristics/catalogue/operations.toml", "known weaknesses"): "of dependencies",
    ("heuristics/catalogue/claims.toml", "low rank adaptation"): "a technique",
    ("heuristics/catalogue/exercises.toml", "fake news"): "a data set",
    ("heuristics/catalogue/skills.toml", "learning to rank"): "a technique",
    ("heuristics/catalogue/skills.toml", "ranking models"): "a technique",
    ("heuristics/catalogue/skills.toml", "search ranking"): "a technique",
    ("heuristics/catalogue/tasks.toml", "three messy files"): "of the files that a task hands out",
}
"""(beginning of the place, phrase) -> why it may stand there; a star is the rest of a word."""


@dataclass(frozen=True)
class Text:
    """A text of the tool, with where it stands."""

    where: str
    text: str


@dataclass(frozen=True)
class Hit:
    """A word that may not be said."""

    where: str
    kind: str
    word: str
    text: str


_PATTERNS = {
    kind: re.compile(rf"(?i)(?<![\w-])(?:{pattern})(?![\w-])")
    for kind, pattern in FORBIDDEN.items()
}


def find(
    one: Text, used: set[tuple[str, str]] | None = None, *, anywhere: bool = False
) -> Iterator[Hit]:
    """Find what a text may not say, but for the phrases that are allowed where it stands.

    `used` takes in the exceptions that were needed. `anywhere` is for texts of which it is not
    known where they come from.
    """
    text = " ".join(one.text.split())
    allowed = [
        (match.span(), (place, phrase))
        for place, phrase in PHRASES
        if anywhere or one.where.startswith(place)
        for match in re.finditer(_words_of(phrase), text)
    ]
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            excuses = [
                key
                for (start, end), key in allowed
                if start <= match.start() and match.end() <= end
            ]
            if used is not None:
                used.update(excuses)
            if not excuses:
                around = text[max(0, match.start() - 50) : match.end() + 50]
                yield Hit(one.where, kind, match[0], around)


def _words_of(phrase: str) -> str:
    return rf"(?i)(?<!\w){re.escape(phrase)}(?!\w)".replace(r"\*", r"\w*")


def files_of(package: str, pattern: str) -> list[Path]:
    """Give the files of a package where it is installed, which need not be beside the tests."""
    return sorted(_home(package).rglob(pattern))


def place_of(path: Path, package: str) -> str:
    """Give the path of a file as it is in the project."""
    return str(path.relative_to(_home(package).parent))


def _home(package: str) -> Path:
    (home,) = import_module(package).__path__
    return Path(home)


@cache
def all_texts() -> tuple[Text, ...]:
    """Give every text of the tool that a reader of a dossier may come to see."""
    modules = literals("heuristics", "portfolio_scan")
    return (*templates(), *modules, *tables(), *expected(), *pages())


class _Words(HTMLParser):
    """Collects what a reader of a template reads."""

    READ = ("aria-label", "title", "alt", "content", "placeholder")

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag in {"style", "script"}
        self.words += [value for name, value in attrs if name in self.READ and value]

    def handle_endtag(self, tag: str) -> None:
        self._style = self._style and tag not in {"style", "script"}

    def handle_data(self, data: str) -> None:
        if not self._style and data.strip():
            self.words.append(data)


_PATTERN_OF = re.compile(r"\\[bwsdBWSD]|\(\?|\w\|\w|=\"")
"""Regular expressions and markup are read by programs only."""
_STRINGS = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")


def templates() -> Iterator[Text]:
    """Give the words of the templates, and those that their expressions hold."""
    for path in files_of("report_templates", "*.j2"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        where = place_of(path, "report_templates")
        for code in re.findall(r"\{[{%](.*?)[%}]\}", text, re.DOTALL):
            for match in _STRINGS.finditer(code):
                yield Text(where, match[1] or match[2] or "")
        reader = _Words()
        reader.feed(re.sub(r"\{[{%].*?[%}]\}", " \u2026 ", text, flags=re.DOTALL))
        reader.close()
        yield from (Text(where, words) for words in reader.words)


def literals(*folders: str) -> Iterator[Text]:
    """Give the string literals of modules, f-strings as one, without docstrings and patterns."""
    for folder in folders:
        for path in files_of(folder, "*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            where = place_of(path, folder)
            for line, text in _strings(tree):
                if not _PATTERN_OF.search(text):
                    yield Text(f"{where}:{line}", text)


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    inside: set[int] = set()
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(id(node.value))
            if not _is_help(tree, node):
                continue
            yield node.lineno, str(node.value.value)
        elif isinstance(node, ast.JoinedStr):
            parts = []
            for part in node.values:
                inside.add(id(part))
                shown = isinstance(part, ast.Constant)
                parts.append(str(part.value) if shown else " \u2026 ")
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _is_help(tree: ast.AST, docstring: ast.Expr) -> bool:
    """Whether a docstring is printed: that of a command is its help."""
    return any(
        isinstance(node, ast.FunctionDef) and node.name == "command" and node.body[0] is docstring
        for node in ast.walk(tree)
    )


def tables() -> Iterator[Text]:
    """Give the texts of the rules' tables."""
    for path in files_of("heuristics", "*.toml"):
        where = place_of(path, "heuristics")
        for text in _values(tomllib.loads(path.read_text("utf-8"))):
            # A sentence; entries of one word are names of what is recognised.
            if " " in text.strip() and not _PATTERN_OF.search(text):
                yield Text(where, text)


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _values(each)
    elif isinstance(value, list):
        for each in value:
            yield from _values(each)


def expected() -> Iterator[Text]:
    """Give the messages that the fixtures of the rules expect."""
    for path in sorted((ROOT / "fixtures" / "heuristics").rglob("expected.toml")):
        for case in tomllib.loads(path.read_text("utf-8")).values():
            if isinstance(case, dict) and isinstance(case.get("message"), str):
                yield Text(str(path.relative_to(ROOT)), case["message"])


def pages() -> Iterator[Text]:
    """Give the pages of the rules, which `heuristics explain` prints, and those on reading."""
    for rule in files_of("heuristics", "*.md"):
        yield Text(place_of(rule, "heuristics"), rule.read_text("utf-8"))
    reading = ("dossier", "assessment", "claims", "questions", "rubric", "compare", "blind")
    for path in (ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in reading)):
        yield Text(str(path.relative_to(ROOT)), path.read_text("utf-8"))
