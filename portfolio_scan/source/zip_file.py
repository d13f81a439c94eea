"""Zip files: read through the standard library, member by member, by what comes out of them."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from typing import BinaryIO

from portfolio_scan.model import EntryMode
from portfolio_scan.source.collection import Collection, LeftOut
from portfolio_scan.source.members import (
    GIT_FOLDER_NOTE,
    CommonRoot,
    CorruptArchiveError,
    is_git_metadata,
    is_nested_archive,
    is_packer_metadata,
)
from portfolio_scan.source.paths import member_path

_END_SIGNATURE = b"PK\x05\x06"
_END_BYTES = 22
_END64_SIGNATURE = b"PK\x06\x06"
_LONGEST_COMMENT = 65_535
_END64_BYTES = 56 + 20
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_UNIX = 3
_READABLE_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
"""LZMA is not among them: its header makes the reader allocate up to 4 GiB."""
_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    UnicodeError,
    ValueError,
)


def read_zip(file: BinaryIO, collection: Collection) -> str:
    """Gather the files of a zip; returns its comment (GitHub's holds the commit id).

    Raises CorruptArchiveError where its table of contents cannot be read; a member that cannot is
    counted as such.
    """
    _check_index(file, collection.limits.max_index_bytes)
    try:
        with zipfile.ZipFile(file) as archive:
            left = collection.limits.max_unpacked_bytes
            for path, info in _listed(archive, collection).items():
                left -= _read_member(archive, path, info, collection, left)
            return archive.comment.decode("ascii", "replace")
    except _FAILURES as error:
        raise CorruptArchiveError("its table of contents cannot be read") from error


def _check_index(file: BinaryIO, most: int) -> None:
    """Refuse a table of contents that would take too much memory, before it is read."""
    size = file.seek(0, os.SEEK_END)
    tail_bytes = min(size, _END_BYTES + _LONGEST_COMMENT + _END64_BYTES)
    file.seek(size - tail_bytes)
    tail = file.read(tail_bytes)
    file.seek(0)
    end = tail.rfind(_END_SIGNATURE)
    if end < 0 or len(tail) < end + _END_BYTES:
        raise CorruptArchiveError("its table of contents is missing, so it may be cut off")
    (index_bytes,) = struct.unpack_from("<L", tail, end + 12)
    end64 = tail.rfind(_END64_SIGNATURE, 0, end)
    if end64 >= 0 and len(tail) >= end64 + 48:
        (index64_bytes,) = struct.unpack_from("<Q", tail, end64 + 40)
        index_bytes = max(index_bytes if index_bytes != 2**32 - 1 else 0, index64_bytes)
    if index_bytes > min(most, size):
        raise CorruptArchiveError("its table of contents is too large")


def _listed(archive: zipfile.ZipFile, collection: Collection) -> dict[str, zipfile.ZipInfo]:
    """Members that are files of the project, by path below the common folder; the last wins."""
    named: list[tuple[str, zipfile.ZipInfo]] = []
    for info in archive.infolist():
        path = member_path(_name(info), backslash_separates=True)
        if path is None:
            collection.leave_out(LeftOut.UNSAFE)
        elif is_packer_metadata(path):
            collection.leave_out(LeftOut.METADATA)
        elif path:
            named.append((path, info))
    root = CommonRoot()
    stripped = [root.strip(path, is_folder=_is_folder(info)) for path, info in named]
    inner = stripped if root.common else [path for path, _ in named]
    members: dict[str, zipfile.ZipInfo] = {}
    for path, (_, info) in zip(inner, named, strict=True):
        if is_git_metadata(path):
            collection.note(GIT_FOLDER_NOTE)
            continue
        if not path or _is_folder(info):
            continue
        if len(members) >= collection.limits.max_entries:
            cap = collection.limits.max_entries
            collection.note(f"Only the first {cap:,} files of the archive are listed.")
            break
        if path in members:
            collection.leave_out(LeftOut.DUPLICATE)
        members[path] = info
    return members


def _read_member(
    archive: zipfile.ZipFile,
    path: str,
    info: zipfile.ZipInfo,
    collection: Collection,
    unpacked_left: int,
) -> int:
    """List one member and keep it if wanted; returns how many bytes were unpacked for it."""
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    if kind == stat.S_IFLNK:
        collection.list_unread(path, None, LeftOut.SYMLINK, mode=EntryMode.SYMLINK)
        return 0
    if kind not in (0, stat.S_IFREG):
        collection.leave_out(LeftOut.SPECIAL)
        return 0
    if is_nested_archive(path):
        collection.leave_out(LeftOut.NESTED)
    refused = _refusal(info)
    if refused is not None:
        collection.list_unread(path, info.file_size, refused, mode=EntryMode.ABSENT)
        return 0
    if not collection.wants(path, info.file_size):
        collection.probe(path, info.file_size, lambda: _unpack(archive, info, info.file_size))
        return 0
    most = min(collection.limits.max_file_bytes, max(unpacked_left, 0)) + 1
    data = _unpack(archive, info, most)
    if data is None:
        collection.list_unread(path, info.file_size, LeftOut.DAMAGED, mode=EntryMode.ABSENT)
        return most
    if len(data) >= most:
        why = LeftOut.TOO_LARGE if unpacked_left > len(data) else LeftOut.NO_ROOM
        collection.list_unread(path, info.file_size, why)
    else:
        collection.keep(path, data)
    return len(data)


def _refusal(info: zipfile.ZipInfo) -> LeftOut | None:
    if info.flag_bits & _ENCRYPTED:
        return LeftOut.ENCRYPTED
    return None if info.compress_type in _READABLE_METHODS else LeftOut.PACKING


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes | None:
    """Up to `most` bytes of a member; None where it is damaged."""
    try:
        with archive.open(info) as member:
            return member.read(most)
    except _FAILURES:
        return None


def _name(info: zipfile.ZipInfo) -> str:
    """Decode the member's name; UTF-8 that claims to be of an old code page is taken as UTF-8."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_NAME:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.orig_filename.endswith(("/", "\\"))
