"""Writing files that are whole or not there at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
from pathlib import Path

from portfolio_scan.errors import OutputError

MAX_NAME = 100
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)$")


def file_name(label: str) -> str:
    """Make a label (a handle, `owner/name`, a folder's name) safe as a file name anywhere."""
    plain = re.sub(r"[^\w.-]+", "-", label.replace("/", "__"), flags=re.ASCII).strip("-.")
    if not plain or _RESERVED.match(plain):
        plain = f"scan-{plain}".rstrip("-")
    return plain[:MAX_NAME]


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file by way of a temporary one beside it, so that it is never half there.

    `private`: its owner alone may read it.
    """
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o600 if private else 0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise unwritable(path, error) from error


def check_folder(path: Path) -> None:
    """Find out before any work whether a folder can be written to; it is made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path, prefix=".portfolio-scan-"):
            pass
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> OutputError:
    """Word why a path could not be written to."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        hint = "the disk is full; nothing half-written was left behind"
    else:
        hint = "choose another folder (--output), or make this one writable"
    return OutputError(f"cannot write to {path}: {error.strerror or error}", hint)


def _umask() -> int:
    """Read the process's umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
