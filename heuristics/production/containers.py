"""Does the work run in containers?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_scan.api import (
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
    from collections.abc import Iterator, Sequence

_DOCKERFILE = re.compile(
    r"(?i)(^|/)(dockerfile([._-][^/]*)?|containerfile|[^/]+\.dockerfile)$(?<!ignore)"
)
_COMPOSE = re.compile(r"(?i)(^|/)(docker-)?compose[^/]*\.ya?ml$")
_CHART = re.compile(r"(^|/)Chart\.ya?ml$")
_YAML = re.compile(r"(?i)\.ya?ml$")
_API = re.compile(r"^apiVersion:\s*\S+", re.MULTILINE)
_KIND = re.compile(
    r"^kind:\s*(Deployment|StatefulSet|DaemonSet|CronJob|Job|Service|Ingress|HorizontalPodAutoscaler|"
    r"InferenceService|RayService|RayCluster|SeldonDeployment|ScaledObject)\s*$",
    re.MULTILINE,
)
_START = re.compile(r"(?i)^(CMD|ENTRYPOINT)\s+(.+)$|^\s*(command|entrypoint):\s*(.*)$")
_ADD = re.compile(r"(?i)^\s*(COPY|ADD)\s+(?!--from)")
_FROM = re.compile(r"(?im)^\s*FROM\s+\S+")
_USER = re.compile(r"(?im)^\s*USER\s+(?!root\b|0\b)\S+")
_HEALTH = re.compile(r"(?im)^\s*HEALTHCHECK\s+(?!NONE)")
_WORD = re.compile(r"[\w./:-]+")
_BUILD = re.compile(r"(?m)^\s+build:")
_PROGRAM = re.compile(r"(?<!/setup)(?<!^setup)\.py$|\.sh$|\.ipynb$")
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class _Sight:
    place: Place
    words: str


class Containers(Heuristic):
    """Images that start the candidate's own program, and manifests that run them."""

    id = "production.containers"
    question = "Does the work run in containers?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    interview = "What is in this image that need not be there, and how large is it?"
    would_change = "A Dockerfile that starts a program of the tree, or a manifest that runs it."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Look for images that start own programs, then for what runs images."""
        started = list(_images(context))
        run = list(_manifests(context))
        return Judgement(findings=(self._finding(context, started, run),))

    def _finding(
        self, context: RepositoryContext, started: list[_Sight], run: list[_Sight]
    ) -> Finding:
        both = [*started, *run]
        if both:
            words = list(dict.fromkeys(one.words for one in both))
            return self.finding(
                Outcome.PRESENT,
                f"Runs in containers: {'; '.join(words[:_SHOWN])}.",
                confidence=0.9,
                evidence=[context.evidence(one.place, one.words) for one in both[:_SHOWN]],
            )
        files = [
            entry.path
            for entry in context.entries
            if entry.origin.value == "own"
            and (_DOCKERFILE.search(entry.path) or _COMPOSE.search(entry.path))
        ]
        if files:
            return self.finding(
                Outcome.UNCLEAR,
                f"{files[0]} was found; which program of the tree it starts could not be told.",
                confidence=0.4,
                evidence=[context.evidence(Place(path=path)) for path in files[:_SHOWN]],
            )
        message = "No container was found in the tree."
        return self.finding(Outcome.ABSENT, message, confidence=0.8)


def _images(context: RepositoryContext) -> Iterator[_Sight]:
    own = _programs(context)
    for path, text in sorted(context.texts.items()):
        is_image = _DOCKERFILE.search(path) is not None
        if not is_image and not _COMPOSE.search(path):
            continue
        if is_image and not any(_ADD.match(line) for line in text.split("\n")):
            continue
        if not is_image and not _BUILD.search(text):
            continue
        for number, line in enumerate(text.split("\n"), start=1):
            start = _START.match(line)
            program = _own_program(start[2] or start[4] or "", path, own) if start else ""
            if program:
                place = Place(path=path, line=number, end_line=number)
                care = _care(text) if is_image else ""
                yield _Sight(place, f"{path} starts {program}{care}")
                break


def _care(text: str) -> str:
    """What was thought of beyond making it run."""
    found = []
    if len(_FROM.findall(text)) > 1:
        found.append("built in stages")
    if _USER.search(text):
        found.append("not as root")
    if _HEALTH.search(text):
        found.append("with a health check")
    return f" ({', '.join(found)})" if found else ""


def _programs(context: RepositoryContext) -> dict[str, list[str]]:
    """Own files by the words that a command may name them with."""
    found: dict[str, list[str]] = {}
    for entry in context.entries:
        if entry.origin.value != "own" or not _PROGRAM.search(entry.path):
            continue
        parts = entry.path.split("/")
        words = {"/".join(parts[start:]) for start in range(len(parts))}
        if entry.path.endswith(".py"):
            names = entry.path.removesuffix(".py").removesuffix("/__main__").split("/")
            words.update(".".join(names[start:]) for start in range(len(names)))
        if parts[-1] == "__init__.py" and len(parts) > 1:
            words.add(parts[-2])
        for word in words:
            found.setdefault(word, []).append(entry.path)
    return found


def _own_program(command: str, recipe: str, own: dict[str, list[str]]) -> str:
    """The file of the tree that a recipe's command starts; empty: none of them."""
    for word in _WORD.findall(command):
        name = word.removeprefix("./").lstrip("/")
        name, _, attribute = name.partition(":")
        path = _near(recipe, name, own.get(name, ())) or _near(
            recipe, name, own.get(name.rpartition("/")[2], ())
        )
        if path and (
            attribute
            or "." in name
            or "/" in name
            or " -m " in command.replace('"', " ").replace(",", " ")
        ):
            return path
    return ""


def _near(recipe: str, name: str, paths: Sequence[str]) -> str:
    """The shortest path beside or below a recipe, or the one that is named from the root."""
    folder = recipe.rpartition("/")[0]
    near = [path for path in paths if not folder or path.startswith(f"{folder}/")]
    whole = [path for path in paths if name in {path, path.removesuffix(".py").replace("/", ".")}]
    return min(near or whole, key=lambda path: (path.count("/"), path), default="")


def _manifests(context: RepositoryContext) -> Iterator[_Sight]:
    for path, text in sorted(context.texts.items()):
        if _CHART.search(path):
            yield _Sight(Place(path=path), "a Helm chart")
        elif _YAML.search(path) and _API.search(text):
            kinds = list(dict.fromkeys(_KIND.findall(text)))
            if kinds:
                first = _KIND.search(text)
                line = text.count("\n", 0, first.start()) + 1 if first else 1
                words = f"Kubernetes {', '.join(kinds)}"
                yield _Sight(Place(path=path, line=line, end_line=line), words)
