"""`portfolio-scan export`."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from portfolio_scan.cli import environment
from portfolio_scan.cli.console import show_note
from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    echo_json,
    now,
    open_pool,
    with_options,
)
from portfolio_scan.cli.taking_away import places_of
from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_EPILOG = """\
Examples:

\b
  portfolio-scan export --subject some-handle --output copy
  portfolio-scan export --subject some-handle --output copy.zip

Hand it to the person themselves, at an address they gave you: it holds everything about them.
"""
_ZIP = ".zip"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


class _Sink(Protocol):
    def put(self, name: str, data: bytes) -> None:
        """Keep a file."""


@click.command(
    name="export", epilog=_EPILOG, short_help="Write the copy of their data that a person asks for."
)
@click.option("--subject", required=True, metavar="HANDLE", help="Whose data.")
@click.option(
    "-o", "--output", required=True, metavar="DIR|ZIP", help="A new folder, or a file x.zip."
)
@click.option("--controller", metavar="NAME", help="Who answers for the reading: your company.")
@click.option("--contact", metavar="ADDRESS", help="Where the person can write to.")
@click.option(
    "--github-url", metavar="URL", help="On which server, if several members have the handle."
)
@with_options(database, as_json)
def command(
    *,
    subject: str,
    output: str,
    controller: str | None,
    contact: str | None,
    github_url: str | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Write everything that is kept of a member, to read and as data, and of nobody else.

    Dossiers in the candidate's edition, findings, files, log lines, notices, annotations,
    decisions, recipients, and a README.txt in plain words. For their owner alone (mode 0600).
    """
    import hashlib  # noqa: PLC0415

    from portfolio_scan.duties.notice import Sender  # noqa: PLC0415 - not for --help
    from portfolio_scan.duties.persons import of_member  # noqa: PLC0415
    from portfolio_scan.duties.subject_copy import write_copy  # noqa: PLC0415
    from portfolio_scan.pool.selection import find_members  # noqa: PLC0415
    from portfolio_scan.source.github import find_server  # noqa: PLC0415

    sender = Sender(
        controller=" ".join((controller or environment.controller()).split()),
        contact=" ".join((contact or environment.contact()).split()),
    )
    target = Path(output)
    digest = hashlib.sha256()
    number = size = 0
    with open_pool(database) as store:
        server = find_server(github_url).web if github_url else None
        members = find_members(store, [subject], server)
        if len(members) > 1:
            message = f"several members have the handle {subject}"
            raise UsageError(message, "Say on which server: --github-url URL.")
        person = of_member(store, members[0])
        moment = now()
        with _opened(target) as sink:
            for file in write_copy(store, places_of(), person, sender, moment):
                sink.put(file.name, file.data)
                digest.update(hashlib.sha256(file.data).digest())
                number, size = number + 1, size + len(file.data)
        detail = {"files": number, "sha256": digest.hexdigest()}
        store.note("export", members[0].id, moment, **detail)
    if as_json:
        echo_json("export", output=str(target), files=number, bytes=size)
    else:
        click.echo(f"wrote {number} files ({size / 1024**2:.1f} MiB) to {target}")
    show_note("hand it to the person themselves; it holds everything about them")
    if not (sender.controller and sender.contact):
        show_note("--controller and --contact make it say who answers, and where to write to")


@contextmanager
def _opened(target: Path) -> Iterator[_Sink]:
    """Give a place for files that is there as a whole in the end, or not at all."""
    from portfolio_scan.report.writing import unwritable  # noqa: PLC0415

    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise UsageError(f"{target} is there already", "Give a new folder, or a new file x.zip.")
    draft = ""
    try:
        target.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        draft = tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-")
        if target.suffix.lower() == _ZIP:
            with _zipped(Path(draft) / target.name) as sink:
                yield sink
            (Path(draft) / target.name).replace(target)
        else:
            yield _Folder(Path(draft))
            Path(draft).replace(target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        if draft:
            shutil.rmtree(draft, ignore_errors=True)


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, name: str, data: bytes) -> None:
        path = self._path / name
        for folder in reversed(path.relative_to(self._path).parents):
            # One by one: for folders on the way the mode would be the usual one.
            (self._path / folder).mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
        descriptor = os.open(path, _NEW, _PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)


@contextmanager
def _zipped(path: Path) -> Iterator[_Sink]:
    import zipfile  # noqa: PLC0415

    class _Zip:
        def put(self, name: str, data: bytes) -> None:
            info = zipfile.ZipInfo(name, moment.timetuple()[:6])
            info.external_attr = _PRIVATE_FILE << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)

    moment = now()
    descriptor = os.open(path, _NEW, _PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
        yield _Zip()
