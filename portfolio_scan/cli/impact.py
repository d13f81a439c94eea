"""`portfolio-scan impact`: how often each group was selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portfolio_scan.cli.pool_options import (
    database,
    echo_json,
    now,
    open_pool,
    read_file,
    with_options,
)
from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from portfolio_scan.duties.groups import Groups
    from portfolio_scan.duties.impact import Impact, Settings
    from portfolio_scan.duties.outcomes import Outcomes
    from portfolio_scan.duties.rule_impact import RuleImpact

_EPILOG = """\
Examples:

\b
  portfolio-scan impact --groups held-apart.csv --decisions "ML engineer 2026" --selected invited
  portfolio-scan impact --groups all.csv --selected-column outcome --selected invited
  portfolio-scan impact --groups held-apart.csv --finding evaluation.leakage
  portfolio-scan impact --groups held-apart.csv --every-rule
"""


@click.command(
    name="impact", epilog=_EPILOG, short_help="Hold selection rates of groups against each other."
)
@click.option(
    "--groups",
    "file",
    required=True,
    metavar="CSV|-",
    help="What people said of themselves: a column `handle`, and one for each kind of group.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME",
    help="A column of groups; may be repeated. All by default.",
)
@click.option("--decisions", metavar="PURPOSE", help="Selected by recorded decisions for this.")
@click.option("--selected-column", metavar="NAME", help="Selected by a column of the file.")
@click.option(
    "--selected",
    "words",
    multiple=True,
    metavar="WORD",
    help="What counts as selected; may be repeated.",
)
@click.option("--finding", metavar="RULE", help="Compare what a rule found in the newest scans.")
@click.option("--strengths", is_flag=True, help="Compare who has more strengths than the median.")
@click.option("--every-rule", is_flag=True, help="Tell which rules differ between groups.")
@click.option(
    "--smallest",
    type=click.IntRange(min=3),
    default=5,
    show_default=True,
    metavar="N",
    help="Groups of fewer people are not shown.",
)
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    metavar="N",
    help="Of groups of fewer people nothing is concluded.",
)
@click.option(
    "--least-share",
    type=click.FloatRange(min=0, max=50),
    default=2.0,
    show_default=True,
    metavar="PERCENT",
    help="Groups of a smaller share are left out of the ratio.",
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(("text", "md")),
    default="text",
    show_default=True,
    help="How to print it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_options(database)
def command(
    *,
    file: str,
    columns: tuple[str, ...],
    decisions: str | None,
    selected_column: str | None,
    words: tuple[str, ...],
    finding: str | None,
    strengths: bool,
    every_rule: bool,
    smallest: int,
    least: int,
    least_share: float,
    format_: str,
    as_json: bool,
    database: str | None,
) -> None:
    """Compare how often each group was selected, and each two kinds of groups together.

    The file is kept apart from the pool; it is read, counted and not kept. What is printed holds
    no handle and no group of few people. With --selected-column no pool is needed.
    """
    sources = (decisions, selected_column, finding, strengths or None, every_rule or None)
    if sum(one is not None for one in sources) != 1:
        raise UsageError(
            "say what is compared",
            "Give one of --decisions, --selected-column, --finding, --strengths and --every-rule.",
        )
    if bool(words) != bool(decisions is not None or selected_column is not None):
        raise UsageError(
            "--selected goes with --decisions or --selected-column",
            "It says which word means selected; repeat it for several.",
        )
    from portfolio_scan.duties import outcomes  # noqa: PLC0415 - not for --help
    from portfolio_scan.duties.groups import chosen_by, read_groups  # noqa: PLC0415
    from portfolio_scan.duties.impact import Settings, measure  # noqa: PLC0415 - as above

    settings = Settings(smallest=smallest, least=least, share=least_share)
    groups = read_groups(
        read_file(file), columns=columns, selected=selected_column or "",
        handles=selected_column is None,
    )  # fmt: skip
    if selected_column is not None:
        values = {str(at): row.selected for at, row in enumerate(groups.rows)}
        answers = chosen_by(values, words, f"the column {selected_column!r}")
        about = f"selected: {selected_column} is {', '.join(words)}"
        impact = measure(groups, list(answers.values()), about=about, settings=settings)
        _print(impact, format_, as_json=as_json)
        return
    people = {row.handle for row in groups.rows}
    with open_pool(database) as store:
        if every_rule:
            rules = outcomes.of_rules(store, people)
            _print_rules(groups, rules, settings, format_, as_json=as_json)
            measured = "every-rule"
        else:
            if decisions is not None:
                found = outcomes.of_decisions(store, people, decisions, words)
                measured = "decisions"
            elif finding is not None:
                found, measured = outcomes.of_rule(store, people, finding), "finding"
            else:
                found, measured = outcomes.of_strengths(store, people), "strengths"
            _print(_measured(groups, found, settings), format_, as_json=as_json)
        store.note("impact", None, now(), measured=measured, people=len(groups.rows))


def _measured(groups: Groups, found: Outcomes, settings: Settings) -> Impact:
    from portfolio_scan.duties.impact import measure  # noqa: PLC0415 - not for --help

    return measure(
        groups,
        [found.answers.get(row.handle) for row in groups.rows],
        about=found.about,
        settings=settings,
        not_in_file=found.not_in_file,
        notes=found.notes,
    )


def _print(impact: Impact, format_: str, *, as_json: bool) -> None:
    from portfolio_scan.duties.impact_words import markdown_of, text_of  # noqa: PLC0415

    if as_json:
        echo_json("impact", **{name: getattr(impact, name) for name in impact.__slots__})
    else:
        click.echo(markdown_of(impact) if format_ == "md" else text_of(impact), nl=False)


def _print_rules(
    groups: Groups,
    rules: dict[str, Outcomes],
    settings: Settings,
    format_: str,
    *,
    as_json: bool,
) -> None:
    from portfolio_scan.duties.impact_words import (  # noqa: PLC0415 - not for --help
        markdown_of_rules,
        text_of_rules,
    )
    from portfolio_scan.duties.rule_impact import measure_rules  # noqa: PLC0415 - as above

    found: RuleImpact = measure_rules(groups, rules, settings)
    if as_json:
        echo_json("rule-impact", **{name: getattr(found, name) for name in found.__slots__})
    else:
        click.echo(markdown_of_rules(found) if format_ == "md" else text_of_rules(found), nl=False)
