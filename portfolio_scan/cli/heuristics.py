"""`portfolio-scan heuristics`."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio_scan.cli import environment
from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from portfolio_scan.api import Accuracy, Heuristic, PortfolioHeuristic


@click.group(name="heuristics", short_help="List and explain the questions asked.")
def command() -> None:
    """List the questions that the tool asks, and explain how it answers them."""


@command.command(name="list")
def list_all() -> None:
    """List every heuristic with its accuracy and its question.

    The accuracy was measured on repositories that people labelled.
    """
    from portfolio_scan.analysis.registry import load_rules  # noqa: PLC0415 - not for --help

    rules = load_rules(environment.packs())
    everything = sorted((*rules.heuristics, *rules.portfolio), key=lambda one: one.id)
    width = max((len(one.id) for one in everything), default=0)
    for one in everything:
        click.echo(f"{one.id:<{width}}  {_short(rules.accuracy.get(one.id)):<27}  {one.question}")
    for pack in rules.packs:
        if pack.error:
            click.echo(f"pack not loaded: {pack.id}: {pack.error}", err=True)


@command.command(name="explain")
@click.argument("rule", metavar="ID")
def explain(rule: str) -> None:
    """Say how one heuristic decides and when it is wrong."""
    from portfolio_scan.analysis.registry import load_rules  # noqa: PLC0415 - not for --help

    rules = load_rules(environment.packs())
    everything: dict[str, Heuristic | PortfolioHeuristic] = {}
    everything |= {one.id: one for one in rules.heuristics}
    everything |= {one.id: one for one in rules.portfolio}
    if rule not in everything:
        near = [name for name in sorted(everything) if rule.lower() in name]
        hint = f"did you mean {near[0]}?" if near else "`portfolio-scan heuristics list` has all"
        raise UsageError(f"no heuristic has the id {rule}", hint)
    click.echo(_described(everything[rule], rules.accuracy.get(rule)))


def _short(measured: Accuracy | None) -> str:
    if measured is None:
        return "not measured"
    recall = "  -  " if measured.recall is None else f"{measured.recall:5.2f}"
    return f"P {measured.precision:.2f}  R {recall}  n {measured.cases}"


def _described(one: Heuristic | PortfolioHeuristic, measured: Accuracy | None) -> str:
    """Give the document beside a heuristic's module, under the facts of its class."""
    from portfolio_scan.analysis.accuracy import is_trusted  # noqa: PLC0415 - not for --help
    from portfolio_scan.report import words  # noqa: PLC0415 - not for --help

    lines = [
        f"{one.id}, version {one.version}",
        one.question,
        f"polarity {one.polarity}, weight {one.weight}, for the {one.audience}",
        f"accuracy: {words.accuracy(measured)}",
    ]
    if measured is not None:
        earlier = f", at version {measured.version} of the rule"
        lines.append(f"counted: {measured.measures}{earlier * (measured.version != one.version)}")
        if not is_trusted(measured):
            lines.append("wrong too often to flag or praise: what it says is shown as a note")
    lines.append("")
    document = Path(inspect.getfile(type(one))).with_suffix(".md")
    if document.is_file():
        lines.append(document.read_text("utf-8").strip())
    elif one.would_change:
        lines.append(f"What would change the answer: {one.would_change}")
    return "\n".join(lines).rstrip()
