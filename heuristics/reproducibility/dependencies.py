"""Which versions of its packages does the code ask for?"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portfolio_scan.api import (
    Audience,
    Finding,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCKS = frozenset(
    {
        "poetry.lock", "uv.lock", "pipfile.lock", "pdm.lock", "conda-lock.yml", "conda-lock.yaml",
        "pixi.lock", "requirements.lock", "requirements-lock.txt", "pylock.toml", "renv.lock",
    }
)  # fmt: skip
_REQUIREMENTS = re.compile(
    r"(?i)(?:^|/)(?:[\w.-]*requirements?[\w.-]*|constraints)\.(?:txt|in|pip)$|(?:^|/)requirements/[^/]+\.(?:txt|in)$"
)
_CONDA = re.compile(r"(?i)(?:^|/)(?:[\w-]*environment|conda[\w-]*|env)[\w.-]*\.ya?ml$")
_NAME = re.compile(r"^[A-Za-z][\w.-]*(?:\[[\w,\s.-]+\])?")
_EXACT = re.compile(r"===?\s*[\w]|\s@\s|^git\+|@[0-9a-f]{7,}")
_CONDA_EXACT = re.compile(r"^[\w.:-]+\s*={1,2}\s*\d")
_INSTALL = re.compile(
    r"(?i)\b(?:pip3?|conda|mamba|uv pip)\s+install\s+(?!-r|--requirement|-e\s+\.|\.)"
)
_BY_THE_WAY = re.compile(r"(?i)dev|test|docs?|lint|build|ci")
"""Files that declare what the work itself does not need."""
_RECORDED = re.compile(r"(?:^|/)(?:mlruns|mlartifacts|wandb|artifacts)/")
_MOST = 0.8


@dataclass(frozen=True, slots=True)
class _Declared:
    """What one file declares."""

    path: str
    line: int
    number: int
    exact: int


class Dependencies(Heuristic):
    """Lock files, exact versions in requirement files, declarations without them."""

    id = "reproducibility.dependencies"
    question = "Which versions of its packages does the code ask for?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("profile.machine-learning",)
    would_change = "A lock file, or exact versions in the file that declares the packages."

    def judge(self, context: RepositoryContext) -> Judgement:
        """A lock file says most, then exact versions, then any declaration."""
        if context.verdict("ml").verdict != "yes":
            message = "The question does not arise: no machine-learning work was found."
            finding = self.finding(Outcome.NOT_APPLICABLE, message, confidence=0.5)
        else:
            finding = self._locked(context) or self._declared(context) or self._installed(context)
        return Judgement(findings=(finding,))

    def _locked(self, context: RepositoryContext) -> Finding | None:
        for entry in context.entries:
            name = entry.path.rpartition("/")[2]
            if name.lower() in _LOCKS and entry.origin.value == "own":
                return self.finding(
                    Outcome.PRESENT,
                    f"All packages are locked to exact versions in {name}.",
                    confidence=0.95,
                    evidence=[context.evidence(Place(path=entry.path), "a lock file")],
                )
        return None

    def _declared(self, context: RepositoryContext) -> Finding | None:
        told = min(
            _declarations(context),
            key=lambda d: (d.path.count("/"), _BY_THE_WAY.search(d.path) is not None, -d.number),
            default=None,
        )
        if told is None:
            return None
        most = told.exact / told.number >= _MOST
        which = "all" if told.exact == told.number else f"{told.exact} of {told.number}"
        message = f"{told.path} declares the packages, {which} with an exact version."
        if not told.exact:
            message = f"{told.path} declares the packages without exact versions."
        return self.finding(
            Outcome.PRESENT,
            message,
            confidence=0.9,
            evidence=[
                context.evidence(
                    Place(path=told.path, line=told.line, end_line=told.line), "declared here"
                )
            ],
            polarity=None if most else Polarity.NOTE,
        )

    def _installed(self, context: RepositoryContext) -> Finding:
        for command in context.trace.commands:
            if _INSTALL.search(command.command):
                return self.finding(
                    Outcome.PRESENT,
                    "Packages are installed by a command; a file that declares them was not found.",
                    confidence=0.8,
                    evidence=[context.evidence(command.place, "installed here")],
                    polarity=Polarity.NOTE,
                )
        message = "A file that declares the packages was not found in the tree."
        return self.finding(Outcome.ABSENT, message, confidence=0.8)


def _declarations(context: RepositoryContext) -> Iterator[_Declared]:
    for path, text in sorted(context.texts.items()):
        name = path.rpartition("/")[2].lower()
        if _RECORDED.search(path):
            continue
        if _REQUIREMENTS.search(path):
            lines = list(_required(text))
        elif _CONDA.search(path) and "dependencies:" in text:
            lines = list(_of_conda(text))
        elif name == "pyproject.toml":
            lines = list(_of_project(text))
        elif name == "pipfile":
            lines = list(_of_tables(text, ("packages",)))
        else:
            continue
        if lines:
            exact = sum(is_exact for _, is_exact in lines)
            yield _Declared(path, lines[0][0], len(lines), exact)


def _required(text: str) -> Iterator[tuple[int, bool]]:
    """(line, whether its version is exact) of each package of a requirements file."""
    for number, line in enumerate(text.replace("\0", "").splitlines(), start=1):
        plain = line.partition(" #")[0].strip().lstrip("\ufeff")
        if plain.startswith("git+") or (_NAME.match(plain) and not plain.endswith(":")):
            yield number, _EXACT.search(plain) is not None


def _of_conda(text: str) -> Iterator[tuple[int, bool]]:
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip()
        if plain.startswith("dependencies:"):
            inside = True
        elif inside and plain and not line.startswith((" ", "-", "\t", "#")):
            inside = False
        elif inside and plain.startswith("- ") and not plain.endswith(":"):
            package = plain[2:].strip().strip("\"'")
            yield number, _CONDA_EXACT.search(package) is not None or "==" in package


def _of_project(text: str) -> Iterator[tuple[int, bool]]:
    try:
        project = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    listed: Any = project.get("project", {})
    listed = listed.get("dependencies", []) if isinstance(listed, dict) else []
    line = _line_of(text, "dependencies")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, str):
            yield line, _EXACT.search(one) is not None
    yield from _of_tables(text, ("tool", "poetry", "dependencies"))


def _of_tables(text: str, keys: tuple[str, ...]) -> Iterator[tuple[int, bool]]:
    """Packages of a TOML table of names and versions; a version with no sign before it is exact."""
    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    line = _line_of(text, f"[{'.'.join(keys)}]")
    for name, value in table.items() if isinstance(table, dict) else ():
        version = value.get("version", "") if isinstance(value, dict) else value
        if name != "python" and isinstance(version, str):
            yield line, bool(re.match(r"^(?:==)?\s*\d[\w.]*$", version))


def _line_of(text: str, word: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        if word in line:
            return number
    return 1
