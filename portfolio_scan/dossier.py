"""The Python interface: scan somebody or something, or load a stored scan, then look, count, save.

    import portfolio_scan

    dossier = portfolio_scan.scan("./take-home")
    dossier.to_frame("findings")
    dossier.save("take-home.html")

Every failure is one of `portfolio_scan.errors`. What could not be read is no failure: it stands in
`dossier.scan.coverage`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from portfolio_scan.analysis.options import Document
    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.model import Scan

    Pathlike = str | os.PathLike[str]


class Dossier:
    """A scan with everything that can be made of it. It holds no connection and never changes."""

    def __init__(self, scan: Scan, *, notes: tuple[str, ...] = ()) -> None:
        self.scan = scan
        """The whole record, as `portfolio_scan.model` describes it."""
        self.notes = notes
        """What the run had to say that is no part of the scan."""

    def to_frame(self, table: str = "repositories") -> pd.DataFrame:
        """Give one table: repositories, findings, verdicts, claims, evidence and more.

        Raises UsageError, with the names there are.
        """
        from portfolio_scan.report import tables  # noqa: PLC0415 - loads pandas

        return tables.to_frame(self.scan, table)

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Give all tables by their names."""
        from portfolio_scan.report import tables  # noqa: PLC0415 - loads pandas

        return tables.to_frames(self.scan)

    def to_html(self, audience: str = "engineer") -> str:
        """Render the page for the candidate, a recruiter, an engineer or an auditor."""
        from portfolio_scan.report.dossier import render_html  # noqa: PLC0415 - loads pandas
        from portfolio_scan.report.reader import read_reader  # noqa: PLC0415 - not for an import

        return render_html(self.scan, read_reader(audience))

    def to_json(self) -> str:
        """Write the whole scan as JSON, as `load` reads it."""
        from portfolio_scan.report import render_json  # noqa: PLC0415 - loads msgspec

        return render_json(self.scan)

    def to_dict(self) -> dict[str, Any]:
        """Lay the whole scan out as dictionaries, lists and plain values, as in the JSON."""
        from portfolio_scan.report import to_document  # noqa: PLC0415 - loads msgspec

        return to_document(self.scan)

    def to_markdown(self, audience: str = "engineer") -> str:
        """Render the dossier as Markdown, short enough for an issue on GitHub."""
        from portfolio_scan.report.markdown import render_markdown  # noqa: PLC0415 - loads pandas
        from portfolio_scan.report.reader import read_reader  # noqa: PLC0415 - not for an import

        return render_markdown(self.scan, read_reader(audience))

    def save(
        self,
        path: Pathlike,
        *,
        format: str | None = None,  # noqa: A002 - as pandas and Pillow call it
        audience: str = "engineer",
    ) -> Path:
        """Write a file in the format of its suffix: .html, .json, .md or .pdf.

        With `format="csv"` or `format="parquet"` the path is a folder, which gets a file for each
        table. Raises UsageError for a suffix that is none of these, OutputError where it cannot be
        written; a file is written whole or not at all.
        """
        from portfolio_scan.report.formats import find_format  # noqa: PLC0415 - not for an import
        from portfolio_scan.report.reader import read_reader  # noqa: PLC0415 - not for an import
        from portfolio_scan.report.writing import write_whole  # noqa: PLC0415

        place = Path(path).expanduser()
        chosen = find_format(format) if format is not None else _format_of(place)
        reader = read_reader(audience)
        rendered: str | bytes | Mapping[str, bytes] = chosen.render(self.scan, audience=reader)
        if isinstance(rendered, (str, bytes)):
            write_whole(place, rendered)
            return place
        for name, data in rendered.items():
            write_whole(place / name, data)
        return place

    def __repr__(self) -> str:
        read = len(self.scan.repositories)
        repositories = "1 repository" if read == 1 else f"{read} repositories"
        return f"<Dossier of {self.scan.subject.label!r}: {repositories}, {self.scan.scanned_at}>"

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame of its own."""
        from portfolio_scan.report.frame import frame  # noqa: PLC0415 - not for an import

        return frame(self.to_html(), f"Evidence dossier of {self.scan.subject.label}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dossier) and other.scan == self.scan

    def __hash__(self) -> int:
        return hash((self.scan.subject, self.scan.scanned_at))


def scan(
    target: Pathlike,
    *,
    author: str | None = None,
    job: Pathlike | None = None,
    rubric: Pathlike | None = None,
    total: bool = False,
    max_repos: int | None = None,
    include_forks: bool = False,
    offline: bool = False,
    resume: bool = False,
    github_url: str = "https://github.com",
    token: str | None = None,
    cache: bool = True,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Dossier:
    """Scan a GitHub handle or address, a folder, a git repository or an archive.

    A `Path` is a path; a text that could be a handle too is taken as the path where there is one.
    The other arguments are the options of `portfolio-scan scan`. `job` and `rubric` are paths, or,
    where they hold more than one line, the texts themselves. `token` is found as the command finds
    it when it is not given. `progress` is told what is being done (`analysis.progress.Progress`).

    Raises UsageError (TargetNotFound, NothingToScan), SourceError (NetworkFailure, RateLimited,
    AuthenticationFailed) or PackError. A scan that a rate limit stopped is returned, and says so in
    `scan.coverage.partial`; `resume=True` goes on with it.
    """
    # The engine loads LibCST and more: not for `import portfolio_scan`.
    from portfolio_scan.analysis.options import Options  # noqa: PLC0415
    from portfolio_scan.analysis.progress import Silence  # noqa: PLC0415
    from portfolio_scan.analysis.scan import scan_targets  # noqa: PLC0415
    from portfolio_scan.cli import environment  # noqa: PLC0415

    options = Options(
        jobs=jobs or environment.default_jobs(),
        author=author,
        max_repos=max_repos,
        include_forks=include_forks,
        offline=offline,
        resume=resume,
        github_url=github_url,
        token=token,
        cache_folder=environment.cache_folder() if cache else None,
        rubric=_document(rubric, "rubric"),
        job=_document(job, "job"),
        total=total,
        packs=environment.packs(),
    )
    # A path to nothing must never become the account of that name.
    text = target if isinstance(target, str) else str(Path(os.curdir, target).absolute())
    results = scan_targets(
        [text],
        options,
        clock=lambda: datetime.now(UTC),
        progress=progress or Silence(),
    )
    (result,) = results
    if result.error is not None:
        raise result.error
    if result.scan is None:  # pragma: no cover - only a plan has neither
        raise UsageError(f"{target}: nothing was scanned")
    return Dossier(result.scan, notes=result.notes)


def load(source: Pathlike | BinaryIO) -> Dossier:
    """Read a scan that `--format json` or `Dossier.save` wrote, whichever version wrote it.

    Raises UsageError where there is no such file, where it is no scan, holds more than one or is of
    a newer version, and OutputError where it is damaged.
    """
    from portfolio_scan.report.reading import read_scans  # noqa: PLC0415 - loads msgspec

    place = Path(source).expanduser() if isinstance(source, (str, os.PathLike)) else source
    stored = read_scans(place)
    if len(stored) != 1:
        raise UsageError(f"{source} holds {len(stored)} scans", "load them one by one")
    return Dossier(stored[0])


def _format_of(path: Path) -> Any:
    from portfolio_scan.report.formats import FORMATS  # noqa: PLC0415 - not for an import

    suffix = {".htm": ".html", ".markdown": ".md"}.get(path.suffix.lower(), path.suffix.lower())
    files = {one.suffix: one for one in FORMATS.values() if one.streams}
    if suffix in files:
        return files[suffix]
    if suffix.removeprefix(".") in FORMATS:
        name = suffix.removeprefix(".")
        raise UsageError(
            f"{path}: {name} is several files",
            f"give a folder and format={name!r}, or save one table with to_frame().to_{name}()",
        )
    raise UsageError(
        f"{path}: no format has the suffix {suffix or '(none)'}",
        f"use {', '.join(files)}, or name the format",
    )


def _document(given: Pathlike | None, name: str) -> Document | None:
    if given is None:
        return None
    from portfolio_scan.analysis.options import Document  # noqa: PLC0415 - not for an import
    from portfolio_scan.cli.documents import read_document  # noqa: PLC0415

    if isinstance(given, str) and "\n" in given:
        return Document(name=name, text=given)
    return read_document(os.fspath(given), name)
