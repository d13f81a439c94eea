"""`portfolio-scan verify`: kept findings derived anew, and the log's chain checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portfolio_scan.cli.console import one_line, set_up_logging, show_note, shown_progress
from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    echo_json,
    github_url,
    jobs,
    now,
    open_pool,
    options_of,
    quiet,
    verbose,
    with_options,
)
from portfolio_scan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from portfolio_scan.duties.verification import Verification, Verified

_EPILOG = """\
Examples:

\b
  portfolio-scan verify some-handle --repository churn
  portfolio-scan verify --scan some-handle.json --rule evaluation.leakage
  portfolio-scan verify --log
"""
_MOST = 40
"""Findings of one repository that are told one by one."""


@click.command(name="verify", epilog=_EPILOG, short_help="Derive findings anew; check the log.")
@click.argument("handle", metavar="[HANDLE]", required=False)
@click.option("--scan", "file", metavar="FILE", help="A scan in JSON, in place of the pool's.")
@click.option("--log", "of_log", is_flag=True, help="Check the log instead.")
@click.option(
    "--expect",
    multiple=True,
    metavar="HASH@LINE",
    help="A line of the log as it was noted elsewhere; may be repeated.",
)
@click.option("--rule", default="", metavar="ID", help="Only what this rule or verdict says.")
@click.option("--repository", default="", metavar="NAME", help="Only this repository.")
@click.option(
    "--version",
    type=click.IntRange(min=1),
    metavar="N",
    help="Which version of the kept scan; the newest by default.",
)
@click.option("--offline", is_flag=True, help="Use the code that the pool keeps; fetch nothing.")
@with_options(database, github_url, jobs, as_json, quiet, verbose)
def command(
    *,
    handle: str | None,
    file: str | None,
    of_log: bool,
    expect: tuple[str, ...],
    rule: str,
    repository: str,
    version: int | None,
    offline: bool,
    database: str | None,
    github_url: str,
    jobs: int | None,
    as_json: bool,
    quiet: bool,
    verbose: int,
) -> ExitCode:
    """Derive findings anew at their commits, from the beginning, and compare.

    HANDLE is a member of the pool; a scan in a file needs no pool. One archive is fetched for each
    repository. The rules are today's, the day is the scan's. Ends with 0 where all is confirmed, 1
    where something differs, 4 where something could not be verified.

    --log checks the log's chain and prints its last hash: note it elsewhere, and give it with
    --expect another time.
    """
    if bool(handle) + bool(file) + of_log != 1:
        raise UsageError("say what to verify", "Give a HANDLE, --scan FILE or --log.")
    if expect and not of_log:
        raise UsageError("--expect is about the log", "Give --log too.")
    if of_log and (rule or repository or version or offline):
        raise UsageError("--log takes --expect and --json only", "Leave the others out.")
    if of_log:
        return _check_log(database, expect, as_json=as_json)
    if file and (offline or version):
        hint = "They are about the pool: give a HANDLE."
        raise UsageError("--scan goes neither with --offline nor with --version", hint)
    from portfolio_scan.duties.verification import verify_member, verify_scan  # noqa: PLC0415

    set_up_logging(verbose)
    options = options_of(github_url, jobs)
    with shown_progress(quiet=quiet) as progress:
        if handle:
            with open_pool(database) as store:
                done = verify_member(
                    store, handle, version=version, rule=rule, repository=repository,
                    offline=offline, options=options, clock=now, progress=progress,
                )  # fmt: skip
        else:
            from pathlib import Path  # noqa: PLC0415 - not for --help

            from portfolio_scan.report.reading import read_scans  # noqa: PLC0415 - not for --help

            scans = read_scans(Path(str(file)))
            if len(scans) != 1:
                raise UsageError(f"{file} holds {len(scans)} scans", "Give a file with one.")
            done = verify_scan(
                scans[0], rule=rule, repository=repository, options=options, clock=now,
                progress=progress,
            )  # fmt: skip
    return _shown(done, as_json=as_json, every=bool(rule), quiet=quiet)


def _shown(done: Verification, *, as_json: bool, every: bool, quiet: bool) -> ExitCode:
    from portfolio_scan.duties.verification import Result  # noqa: PLC0415 - not for --help

    counts = {result: done.count(result) for result in Result}
    if as_json:
        echo_json(
            "verification", subject=done.subject, version=done.version, scanned_at=done.scanned_at,
            tool=done.tool, same_rules=done.same_rules, counts=counts, items=done.items,
        )  # fmt: skip
    else:
        of = f"version {done.version}, " if done.version is not None else ""
        click.echo(one_line(f"{done.subject}, {of}scanned {done.scanned_at[:10]}"))
        for name in dict.fromkeys(one.repository for one in done.items):
            _show_repository([one for one in done.items if one.repository == name], every=every)
        click.echo(
            f"{counts[Result.CONFIRMED]} confirmed, {counts[Result.ELSEWHERE]} from other lines, "
            f"{counts[Result.DIFFERENT]} different, {counts[Result.UNVERIFIED]} could not be "
            "verified"
        )
    differs = counts[Result.DIFFERENT] + counts[Result.ELSEWHERE]
    if differs and not quiet:
        show_note(_cause(done))
    if differs:
        return ExitCode.FAILED
    return ExitCode.PARTIAL if counts[Result.UNVERIFIED] else ExitCode.DONE


def _cause(done: Verification) -> str:
    if done.same_rules:
        return "the rules are the same as then: the kept scan, or this tool, is at fault"
    if done.same_rules is None:
        return f"the scan does not tell whether its rules were today's; both are of {done.tool}"
    return f"other rules judged then (portfolio-scan {done.tool}); that version can verify them"


def _show_repository(items: list[Verified], *, every: bool) -> None:
    from portfolio_scan.duties.verification import Result  # noqa: PLC0415 - not for --help

    name, commit = items[0].repository, items[0].commit
    head = f"{name} at {commit[:10]}" if name else "the portfolio as a whole"
    reasons = {one.reason for one in items if one.result is Result.UNVERIFIED}
    if len(reasons) == 1 and all(one.result is Result.UNVERIFIED for one in items):
        click.echo(one_line(f"{head}: could not be verified: {reasons.pop()}"))
        return
    confirmed = sum(one.result is Result.CONFIRMED for one in items)
    click.echo(one_line(f"{head}: {confirmed} of {len(items)} confirmed"))
    told = [one for one in items if every or one.result is not Result.CONFIRMED]
    for one in told[:_MOST]:
        click.echo(f"  {one_line(_worded(one))}")
    if len(told) > _MOST:
        click.echo(f"  and {len(told) - _MOST} more, with --json")


def _worded(one: Verified) -> str:
    from portfolio_scan.duties.verification import Result  # noqa: PLC0415 - not for --help

    why = f" ({one.reason})" if one.reason else ""
    at = f" at {one.place}" if one.place else ""
    at_now = f" at {one.place_now}" if one.place_now else ""
    if one.result is Result.CONFIRMED:
        return f"confirmed: {one.rule}: {one.before}{at}"
    if one.result is Result.UNVERIFIED:
        return f"could not be verified: {one.rule}: {one.before}{at}{why}"
    if one.result is Result.ELSEWHERE:
        return f"other lines: {one.rule}: {one.before}{at}, now{at_now or ' without a line'}{why}"
    return f"different: {one.rule}: {one.before}{at}, now {one.now}{at_now}{why}"


def _check_log(address: str | None, expect: tuple[str, ...], *, as_json: bool) -> ExitCode:
    from portfolio_scan.duties.log_check import check_log, read_noted  # noqa: PLC0415

    noted = [read_noted(text) for text in expect]
    with open_pool(address) as store:
        found = check_log(store, noted)
    if as_json:
        echo_json("log", lines=found.lines, last=found.last, problems=found.problems)
    else:
        for problem in found.problems:
            click.echo(problem)
        how = "not whole" if found.problems else "whole"
        met = f", {len(noted)} noted found again" if noted and not found.problems else ""
        click.echo(f"the log is {how}: {found.lines} lines{met}")
        if found.last and not found.problems:
            click.echo(f"note elsewhere: {found.last}@{found.lines}")
    return ExitCode.FAILED if found.problems else ExitCode.DONE
