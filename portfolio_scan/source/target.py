"""Targets: what the words on the command line mean, before anything is read or asked."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from portfolio_scan.errors import SourceError, TargetNotFound, UsageError
from portfolio_scan.source.address import Address, is_handle, parse_address, server_of
from portfolio_scan.source.git import find_git

ARCHIVE_SUFFIXES = (
    ".zip",
    ".tar",
    ".tar.gz",
    ".tgz",
    ".tar.bz2",
    ".tbz2",
    ".tar.xz",
    ".txz",
)
CODE_SUFFIXES = (".py", ".ipynb")
_KINDS_HINT = (
    "Give a GitHub handle, a GitHub URL, a folder, a git repository, or a .zip or .tar.gz file."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target, understood: a path on disk, or an account or a repository on the server."""

    text: str
    """As it was given."""
    owner: str = ""
    """Handle of the account, or of the repository's owner; empty for what is on disk."""
    name: str = ""
    """Name of the repository on the server; empty for all else."""
    path: Path | None = None
    """Where it is on disk; None for what is on the server."""
    note: str = ""
    """How an ambiguous target was taken, in one sentence for the user."""


def parse_target(text: str, *, github_url: str = "https://github.com") -> Target:
    """Understand a target, or say in one line why it cannot be.

    What exists on disk wins over what could be a handle. Raises UsageError for what is no target,
    TargetNotFound for a path that does not exist, SourceError for one that may not be looked at.
    """
    text = text.strip()
    if not text or "\0" in text:
        raise UsageError("An empty target was given.", _KINDS_HINT)
    if text.lower().startswith("file://"):
        return _existing(unquote(urlsplit(text).path), text)
    server = server_of(github_url)
    if "://" in text:
        return _from_address(text, server)
    if _exists(text):
        return _existing(text, text, ambiguous_with=server if is_handle(text) else "")
    if _is_scp(text):
        return _from_address(text, server)
    if is_handle(text.removeprefix("@")):
        return Target(text=text, owner=text.removeprefix("@"))
    if text.lower().removeprefix("www.").startswith(f"{server}/"):
        return _from_address(text, server)
    raise _not_a_target(text)


def is_archive(path: Path) -> bool:
    """Whether the file's name is that of an archive this tool reads."""
    return path.name.lower().endswith(ARCHIVE_SUFFIXES)


def is_single_file(path: Path) -> bool:
    """Whether the file can be read as a folder of one file."""
    return path.suffix.lower() in CODE_SUFFIXES


def refuse_file(path: Path) -> UsageError:
    """Make the error for a file of a kind that is not read."""
    return UsageError(f"{path.name} is a file of a kind that cannot be scanned.", _KINDS_HINT)


def _from_address(text: str, server: str) -> Target:
    shown = _without_credentials(text)
    address = parse_address(text, server)
    if address is None:
        raise UsageError(
            f"{shown} is not a user or repository on {server}.",
            f"Give https://{server}/USER or https://{server}/USER/REPOSITORY; "
            "for code that is hosted elsewhere, clone it and give the folder.",
        )
    return _on_server(address, shown)


def _on_server(address: Address, text: str) -> Target:
    if not address.name:
        return Target(text=text, owner=address.owner)
    note = ""
    if address.inside:
        note = (
            f"{address.owner}/{address.name} is read as a whole, at the head of its main branch; "
            f"'{address.inside}' was not looked at on its own."
        )
    return Target(text=text, owner=address.owner, name=address.name, note=note)


def _existing(location: str, text: str, *, ambiguous_with: str = "") -> Target:
    path = Path(location).expanduser()
    if not _exists(location):
        raise _not_a_target(location)
    note = ""
    if ambiguous_with:
        note = (
            f"'{text}' was read as the path ./{text}; "
            f"for the account of that name give https://{ambiguous_with}/{text}."
        )
    _check_on_disk(path)
    return Target(text=text, path=path, note=note)


def _check_on_disk(path: Path) -> None:
    """Raise for what may not be looked at, and for a file of a kind that is not read."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            with os.scandir(path) as listing:
                next(listing, None)
            find_git(path)  # its .git may be closed to us where the folder is not
            return
        if stat.S_ISREG(mode):
            path.open("rb").close()
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror or 'the system refused'}.",
            "Check its permissions.",
        ) from error
    if not stat.S_ISREG(mode):
        raise UsageError(f"{path} is neither a file nor a folder.", _KINDS_HINT)
    if not is_archive(path) and not is_single_file(path):
        raise refuse_file(path)


def _exists(location: str) -> bool:
    try:
        return Path(location).expanduser().exists()
    except PermissionError:
        return True
    except (OSError, RuntimeError, ValueError):
        return False


def _is_scp(text: str) -> bool:
    return "@" in text.partition(":")[0] and ":" in text and not text.startswith(("/", "."))


def _looks_like_path(text: str) -> bool:
    return (
        any(separator in text for separator in ("/", "\\"))
        or text.startswith((".", "~"))
        or text.lower().endswith((*ARCHIVE_SUFFIXES, *CODE_SUFFIXES))
    )


def _not_a_target(text: str) -> UsageError | TargetNotFound:
    if not _looks_like_path(text):
        return UsageError(
            f"'{text}' is neither a path that exists nor a GitHub handle.", _KINDS_HINT
        )
    owner, _, name = text.partition("/")
    hint = "Check the spelling, or the folder you are in."
    if is_handle(owner) and name and "/" not in name:
        hint += f" For a repository on GitHub give https://github.com/{text}."
    return TargetNotFound(f"There is no file or folder {text}.", hint)


def _without_credentials(text: str) -> str:
    head, mark, rest = text.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{head}{mark}{authority.rpartition('@')[2]}{slash}{path}" if mark else text
