"""Language models in use: what makes the questions about language-model work arise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heuristics.signs import answer
from heuristics.techniques import is_test, uses
from portfolio_scan.api import Heuristic, Judgement, Outcome, Place, RepositoryContext

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = "llm.use"
"""Under this word the catalogue lists the clients of language models."""
_NOT_LANGUAGE = frozenset({"Google Translate", "DeepL", "LibreTranslate"})


def uses_language_models(context: RepositoryContext) -> bool:
    """Whether own code calls a language model, or fine-tunes one."""
    return bool(first_use(context) or uses(context, "llm.fine-tuning"))


def first_use(context: RepositoryContext) -> tuple[Place, str] | None:
    """Where a language model is called, and by what; None: nowhere in the code read."""
    found = uses(context, RULE)
    if found:
        return found[0].place, found[0].note.partition(": ")[2]
    return context.once(_addressed)


def _addressed(context: RepositoryContext) -> tuple[Place, str] | None:
    return next(_addresses(context), None)


def _addresses(context: RepositoryContext) -> Iterator[tuple[Place, str]]:
    hosts = {
        host: str(fields["vendor"])
        for host, fields in context.catalogue.table("hosts").items()
        if fields["vendor"] not in _NOT_LANGUAGE
    }
    for unit in context.units:
        if is_test(unit.path):
            continue
        for string in unit.strings:
            if "." not in string.text and ":" not in string.text:
                continue
            for host, vendor in hosts.items():
                if host in string.text:
                    yield string.place, f"requests to {vendor}"


def answer_about_models(
    heuristic: Heuristic, context: RepositoryContext, *, found: str, missing: str
) -> Judgement:
    """Answer by techniques where a language model is used; elsewhere nothing is asked."""
    if not uses_language_models(context):
        return not_asked(heuristic)
    return answer(heuristic, context, found=found, missing=missing)


def not_asked(heuristic: Heuristic) -> Judgement:
    """Say that no language model was found, so that the question does not arise."""
    finding = heuristic.finding(
        Outcome.NOT_APPLICABLE,
        "No use of a language model was found in the code read.",
        confidence=0.7,
    )
    return Judgement(findings=(finding,))
