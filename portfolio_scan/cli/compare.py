"""`portfolio-scan compare`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio_scan.cli import environment
from portfolio_scan.cli.blinding import blind_options
from portfolio_scan.cli.documents import STANDARD_INPUT
from portfolio_scan.cli.output import (
    DEFAULT_FOLDER,
    STANDARD_OUTPUT,
    format_option,
    output_option,
)
from portfolio_scan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from portfolio_scan.analysis.options import Options
    from portfolio_scan.cli.blinding import Blinding
    from portfolio_scan.model import Scan
    from portfolio_scan.report.comparison import Comparison

NAME = "comparison"
FORMATS = ("html", "json", "md")
_EPILOG = """\
Examples:

\b
  portfolio-scan compare dossiers/one.json dossiers/other.json
  portfolio-scan compare one-handle other-handle --job job.md --blind ml-engineer-2026
  portfolio-scan compare one.json other.json third.json --sort-by evaluation -f md -o -
"""


@click.command(name="compare", epilog=_EPILOG, short_help="Put portfolios side by side.")
@click.argument("targets", metavar="SCAN.json|TARGET...", nargs=-1, required=True)
@output_option("Folder to write to")
@format_option(", ".join(FORMATS))
@click.option(
    "--sort-by",
    metavar="AREA",
    default="",
    help="Sort by what the code shows of an area of the rubric; otherwise in the order given.",
)
@click.option("--max-repos", type=click.IntRange(min=1), metavar="N", help="As for scan.")
@click.option("--job", metavar="FILE|-", help="As for scan, for what is not a stored scan.")
@click.option("--rubric", metavar="FILE", help="As for scan, for what is not a stored scan.")
@click.option("--offline", is_flag=True, help="Never use the network; handles are refused.")
@click.option(
    "--github-url",
    default="https://github.com",
    show_default=True,
    metavar="URL",
    help="A GitHub Enterprise server.",
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="As for scan.")
@click.option("--no-cache", is_flag=True, help="Neither use nor fill the observation cache.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no notes; errors only.")
@blind_options
def command(
    *,
    targets: tuple[str, ...],
    output: str | None,
    formats: str,
    sort_by: str,
    max_repos: int | None,
    job: str | None,
    rubric: str | None,
    offline: bool,
    github_url: str,
    jobs: int | None,
    no_cache: bool,
    quiet: bool,
    blinding: Blinding | None,
) -> ExitCode:
    """Put portfolios side by side: areas, roles, techniques, each with its places.

    Each is a scan that `--format json` stored, or a target as for `scan`, which is read first. All
    must have been judged by the same rules, or nothing is written. They stand in the order given:
    there is no ranking.
    """
    from portfolio_scan.analysis.options import Options  # noqa: PLC0415 - not for --help
    from portfolio_scan.cli.documents import read_document  # noqa: PLC0415 - as above

    names = _formats(formats, output)
    options = Options(
        jobs=jobs or environment.default_jobs(),
        max_repos=max_repos,
        offline=offline,
        job=read_document(job, "--job", stdin=True) if job is not None else None,
        rubric=read_document(rubric, "--rubric") if rubric is not None else None,
        github_url=github_url,
        cache_folder=None if no_cache else environment.cache_folder(),
        packs=environment.packs(),
    )
    scans = list(_scans(targets, options, quiet=quiet))
    from portfolio_scan.report.comparison import compare_scans  # noqa: PLC0415 - as above

    comparison = compare_scans(
        [blinding(scan) if blinding else scan for scan in scans], sort_by=sort_by
    )
    _write(comparison, names, output, quiet=quiet)
    return ExitCode.DONE


def _formats(text: str, output: str | None) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    for name in names:
        if name not in FORMATS:
            raise UsageError(f"no such format: {name}", f"the formats are {', '.join(FORMATS)}")
    if not names:
        raise UsageError("no format given", f"the formats are {', '.join(FORMATS)}")
    if output == STANDARD_OUTPUT and len(names) != 1:
        raise UsageError("--output - takes exactly one format", "use --format json")
    return names


def _scans(targets: Iterable[str], options: Options, *, quiet: bool) -> Iterator[Scan]:
    """Read stored scans and scan the rest, in the order given. Any failure ends it."""
    from portfolio_scan.analysis.scan import scan_targets  # noqa: PLC0415 - loads LibCST
    from portfolio_scan.cli.console import show_note, shown_progress  # noqa: PLC0415
    from portfolio_scan.report.reading import read_scans  # noqa: PLC0415 - not for --help

    with shown_progress(quiet=quiet) as progress:
        for target in targets:
            if target == STANDARD_INPUT:
                yield from read_scans(sys.stdin.buffer)
                continue
            if target.lower().endswith(".json"):
                yield from read_scans(Path(target))
                continue
            for result in scan_targets([target], options, clock=_now, progress=progress):
                for note in () if quiet else result.notes:
                    show_note(note)
                if result.error is not None:
                    raise result.error
                if result.scan is not None:
                    yield result.scan


def _write(
    comparison: Comparison, names: tuple[str, ...], output: str | None, *, quiet: bool
) -> None:
    from portfolio_scan.cli.console import show_note  # noqa: PLC0415 - not for --help
    from portfolio_scan.report.writing import check_folder, write_whole  # noqa: PLC0415

    rendered = {name: _renderer(name)(comparison) for name in names}
    if output == STANDARD_OUTPUT:
        click.echo(rendered[names[0]], nl=False)
        return
    folder = Path(output or DEFAULT_FOLDER)
    check_folder(folder)
    for name, text in rendered.items():
        write_whole(folder / f"{NAME}.{name}", text)
        if not quiet:
            show_note(f"wrote {folder / f'{NAME}.{name}'}")


def _renderer(name: str) -> Callable[[Comparison], str]:
    if name == "json":
        from portfolio_scan.report.comparison import render_comparison_json  # noqa: PLC0415

        return render_comparison_json
    from portfolio_scan.report import comparison_page  # noqa: PLC0415 - loads Jinja

    if name == "md":
        return comparison_page.render_comparison_markdown
    return comparison_page.render_comparison_html


def _now() -> datetime:
    return datetime.now(UTC)
