"""Archives, read in memory: never extracted, no link followed, nothing believed that a header says.

`read_tar` works on a stream, so a download can be read while it comes in; `read_archive` opens
a file. Both put the files under a single top folder, if that is all the archive holds, at the top.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from portfolio_scan.errors import NothingToScan, UsageError
from portfolio_scan.model import EntryMode, FileEntry, Repository, Snapshot, SourceKind
from portfolio_scan.source.collection import Collection, LeftOut
from portfolio_scan.source.members import (
    GIT_FOLDER_NOTE,
    CommonRoot,
    CorruptArchiveError,
    is_git_metadata,
    is_nested_archive,
    is_packer_metadata,
    without_archive_suffix,
)
from portfolio_scan.source.paths import decode_path, member_path
from portfolio_scan.source.tar_stream import Member, MemberKind, NotTarError, TarStream
from portfolio_scan.source.unpacking import DamagedStreamError, UnpackedStream
from portfolio_scan.source.zip_file import read_zip

if TYPE_CHECKING:
    from pathlib import Path

    from portfolio_scan.source.limits import Limits, Wanted

__all__ = ["ArchiveFiles", "CorruptArchiveError", "read_archive", "read_tar"]

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFiles:
    """What an archive holds."""

    entries: tuple[FileEntry, ...]
    contents: dict[str, bytes]
    notes: tuple[str, ...]
    commit: str | None
    """The commit it was made from, where the archive says so (those of git and GitHub do)."""


def read_tar(fileobj: BinaryIO, wanted: Wanted, limits: Limits) -> ArchiveFiles:
    """Read a tar archive from a stream, plain or packed by gzip, bzip2 or xz, holding little.

    Memory: the contents wanted, one file at a time, and a record for each path. `fileobj` needs
    nothing but `read(size)`; what that raises passes through. `wanted` is asked without a blob id,
    with the path as it is below the archive's top folder. Raises CorruptArchiveError where not one
    member could be read; later damage is said in the notes.
    """
    collection = Collection(wanted, limits)
    stream = UnpackedStream(fileobj, max_bytes=limits.max_unpacked_bytes)
    tar = TarStream(stream, max_extended_bytes=limits.max_index_bytes)
    root = CommonRoot()
    try:
        _read_members(tar, root, collection)
    except NotTarError as error:
        raise CorruptArchiveError("it does not begin like a tar archive") from error
    except DamagedStreamError as error:
        if not len(collection):
            raise CorruptArchiveError(str(error)) from error
        collection.note(f"The archive was read only in part: {error}.")
    return _gathered(collection, tar.comment)


def read_archive(path: Path, *, wanted: Wanted, limits: Limits) -> Snapshot:
    """Read a .zip or tar file as a snapshot.

    Raises UsageError for a file that is no readable archive, NothingToScan for an empty one.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
            file.seek(0)
            if start.startswith(b"PK") or path.suffix.lower() == ".zip":
                files = _read_zip(file, wanted, limits)
            else:
                files = read_tar(file, wanted, limits)
    except CorruptArchiveError as error:
        raise UsageError(
            f"{path.name} is not a readable archive: {error}.",
            "Download or pack it again; .zip, .tar.gz, .tgz, .tar.bz2, .tar.xz and .tar are read.",
        ) from error
    if not files.entries:
        raise NothingToScan(
            f"The archive {path.name} holds no file that could be read.", _why_empty(files)
        )
    name = without_archive_suffix(path.resolve().name)
    repository = Repository(
        name=decode_path(os.fsencode(name)), source=SourceKind.ARCHIVE, commit=files.commit
    )
    return Snapshot(
        repository=repository, entries=files.entries, contents=files.contents, notes=files.notes
    )


def _why_empty(files: ArchiveFiles) -> str:
    return " ".join(files.notes) or "Give an archive with code in it."


def _read_zip(file: BinaryIO, wanted: Wanted, limits: Limits) -> ArchiveFiles:
    collection = Collection(wanted, limits)
    return _gathered(collection, read_zip(file, collection))


def _gathered(collection: Collection, comment: str) -> ArchiveFiles:
    return ArchiveFiles(
        entries=collection.entries(),
        contents=collection.contents(),
        notes=collection.notes(),
        commit=comment if _COMMIT.fullmatch(comment) else None,
    )


def _read_members(tar: TarStream, root: CommonRoot, collection: Collection) -> None:
    """Read every member, up to the cap on entries."""
    for member in tar.members():
        path = member_path(member.name)
        if path is None:
            collection.leave_out(LeftOut.UNSAFE)
        elif is_packer_metadata(path):
            collection.leave_out(LeftOut.METADATA)
        elif path and collection.full:
            cap = collection.limits.max_entries
            collection.note(f"Only the first {cap:,} files of the archive are listed.")
            return
        elif path:
            inner = root.strip(path, is_folder=member.kind is MemberKind.FOLDER)
            if root.just_lost:
                collection.rename(root.restore)
            if is_git_metadata(inner):
                collection.note(GIT_FOLDER_NOTE)
            elif inner:
                _read_member(tar, member, inner, collection)


def _read_member(tar: TarStream, member: Member, path: str, collection: Collection) -> None:
    if member.kind is MemberKind.FOLDER:
        return
    if member.kind is MemberKind.SPECIAL:
        collection.leave_out(LeftOut.SPECIAL)
        return
    if path in collection:
        collection.leave_out(LeftOut.DUPLICATE)
    if member.kind is MemberKind.SYMLINK:
        collection.list_unread(path, None, LeftOut.SYMLINK, mode=EntryMode.SYMLINK)
    elif member.kind is MemberKind.HARDLINK:
        collection.list_unread(path, None, LeftOut.LINK, mode=EntryMode.ABSENT)
    elif member.kind is MemberKind.SPARSE:
        collection.list_unread(path, None, LeftOut.PACKING, mode=EntryMode.ABSENT)
    else:
        _read_file(tar, member, path, collection)


def _read_file(tar: TarStream, member: Member, path: str, collection: Collection) -> None:
    if is_nested_archive(path):
        collection.leave_out(LeftOut.NESTED)
    if not collection.wants(path, member.size):
        collection.probe(path, member.size, lambda: tar.read(member.size))
        return
    data = tar.read(member.size)
    if len(data) < member.size:
        collection.list_file(path, member.size, mode=EntryMode.ABSENT)
        raise DamagedStreamError("it breaks off")
    collection.keep(path, data)
