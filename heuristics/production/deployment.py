"""How is the work put into use?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from portfolio_scan.api import (
    Heuristic,
    Judgement,
    Named,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_WITHOUT_MODEL = "What happens in this service when its data is wrong, late, or missing?"


class Deployment(Heuristic):
    """Serving, containers, tracking and CI, by what code imports and which files there are."""

    id = "production.deployment"
    question = "How is the work put into use?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    needs = ("profile.machine-learning",)
    interview = "What happens in this service when the model is wrong, slow, or missing?"
    would_change = "A served endpoint, an app, a container or a pipeline in the tree."

    def judge(self, context: RepositoryContext) -> Judgement:
        """One entry per technique of the catalogue, with the first place of each."""
        found: dict[str, Named] = {}
        for name, place, note in _techniques(context):
            if name not in found:
                found[name] = Named(name=name, evidence=(context.evidence(place, note),))
        deployment = tuple(found[n] for n in sorted(found))
        if not deployment:
            finding = self.finding(
                Outcome.ABSENT,
                "No serving, app or container was found in the code read.",
                confidence=0.7,
            )
            return Judgement(findings=(finding,))
        table = context.catalogue.table("deployment")
        words = ", ".join(_title(one.name, table[one.name]) for one in deployment)
        finding = self.finding(
            Outcome.PRESENT,
            f"Puts the work into use with {words}.",
            confidence=0.9,
            evidence=[d.evidence[0] for d in deployment[:3]],
            question=_WITHOUT_MODEL if context.verdict("ml").verdict == "no" else None,
        )
        return Judgement(findings=(finding,), deployment=deployment)


def _techniques(context: RepositoryContext) -> Iterator[tuple[str, Place, str]]:
    table = context.catalogue.table("deployment")
    own = [e.path for e in context.entries if e.origin.value == "own"]
    for name, fields in table.items():
        yield from _by_import(context, name, fields)
        for pattern in fields.get("files", ()):  # type: ignore[attr-defined]
            expression = re.compile(pattern, re.IGNORECASE)
            for path in own:
                if expression.search(path):
                    yield name, Place(path=path), f"{_title(name, fields)} file"
                    break


def _title(name: str, fields: Mapping[str, Any]) -> str:
    return str(fields.get("title", name.replace("_", " ")))


def _by_import(
    context: RepositoryContext, name: str, fields: Mapping[str, Any]
) -> Iterator[tuple[str, Place, str]]:
    modules = set(fields.get("modules", ()))
    for unit in context.units:
        for imported in unit.imports:
            root = imported.module.partition(".")[0]
            if root in modules or imported.module in modules:
                yield name, imported.place, f"imports {imported.module}"
                return
