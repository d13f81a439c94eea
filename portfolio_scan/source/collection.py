"""Collection: the files of one repository as they come in, under the caps, with what was left out.

All readers (git, folder, zip, tar) put what they find into one of these, so that caps, Git LFS
pointers and the wording of the notes are the same everywhere.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING

from portfolio_scan.model import EntryMode, FileEntry
from portfolio_scan.source.limits import MEBIBYTE, Limits, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

LFS_HEADER = b"version https://git-lfs.github.com/spec/v1"
LFS_MAX_BYTES = 1024
LFS_MIN_BYTES = 100
_LFS_KINDS = """
    7z arrow avi bin bz2 ckpt csv db dll docx dylib feather gguf ggml gif gz h5 hdf5 ipynb jpeg jpg
    joblib json jsonl keras mat mlmodel model mov mp3 mp4 npy npz onnx parquet pb pdf pickle pkl png
    pt pth ply psd rar safetensors so sqlite tar tflite tgz tif tiff tsv txt wav weights webm xlsx
    xz zip zst
"""
LFS_SUFFIXES = frozenset(_LFS_KINDS.split())


def counted(number: int, noun: str) -> str:
    """`1 file`, `1,234 files`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def size_words(size: int) -> str:
    """Put a cap in words: `20 MiB`, `900 bytes`."""
    return f"{size / MEBIBYTE:,.0f} MiB" if size >= MEBIBYTE else f"{size:,} bytes"


class LeftOut(Enum):
    """Why a file's content is not in the collection: the sentence for one, and for several."""

    ABSENT = (
        "1 file is named in the tree and its content is not in this copy.",
        "{n:,} files are named in the tree and their content is not in this copy.",
    )
    DAMAGED = (
        "1 file could not be read: the stored content is damaged.",
        "{n:,} files could not be read: the stored content is damaged.",
    )
    LFS = (
        "1 file is a Git LFS pointer; the real file is kept elsewhere.",
        "{n:,} files are Git LFS pointers; the real files are kept elsewhere.",
    )
    SUBMODULE = (
        "1 submodule (a link to another repository) was not followed.",
        "{n:,} submodules (links to other repositories) were not followed.",
    )
    SYMLINK = ("1 symbolic link was not followed.", "{n:,} symbolic links were not followed.")
    TOO_LARGE = (
        "1 file is larger than the limit of {file_cap} and was not read.",
        "{n:,} files are larger than the limit of {file_cap} and were not read.",
    )
    NO_ROOM = (
        "1 file was not read: the limit of {repository_cap} for one repository was reached.",
        "{n:,} files were not read: the limit of {repository_cap} for one repository was reached.",
    )
    UNREADABLE = ("1 file could not be read.", "{n:,} files could not be read.")
    UNREADABLE_FOLDER = ("1 folder could not be read.", "{n:,} folders could not be read.")
    SPECIAL = (
        "1 device, pipe or socket was not opened.",
        "{n:,} devices, pipes or sockets were not opened.",
    )
    LINK = ("1 link inside the archive was not followed.", "{n:,} links were not followed.")
    ENCRYPTED = (
        "1 file of the archive is encrypted and was not read.",
        "{n:,} files of the archive are encrypted and were not read.",
    )
    PACKING = (
        "1 file of the archive is packed in a way that is not read.",
        "{n:,} files of the archive are packed in a way that is not read.",
    )
    UNSAFE = (
        "1 member of the archive has a path that leads out of it and was left out.",
        "{n:,} members of the archive have a path that leads out of it and were left out.",
    )
    DUPLICATE = (
        "1 path occurs more than once in the archive; the last one was read.",
        "{n:,} paths occur more than once in the archive; the last of each was read.",
    )
    NESTED = (
        "1 archive inside the archive was not opened.",
        "{n:,} archives inside the archive were not opened.",
    )
    METADATA = (
        "1 file that the packing program added (such as __MACOSX) was left out.",
        "{n:,} files that the packing program added (such as __MACOSX) were left out.",
    )


class Collection:
    """Entries and wanted contents of one repository, gathered file by file."""

    def __init__(self, wanted: Wanted, limits: Limits) -> None:
        self.limits = limits
        self._wanted = wanted
        self._entries: dict[str, FileEntry] = {}
        self._contents: dict[str, bytes] = {}
        self._tally: Counter[LeftOut] = Counter()
        self._kept_bytes = 0
        self._extra: list[str] = []

    @property
    def full(self) -> bool:
        """Whether no further path may be listed."""
        return len(self._entries) >= self.limits.max_entries

    def wants(self, path: str, size: int | None, blob: str = "") -> bool:
        """Whether the caller asks for this file and no cap stands against it; counts those cut."""
        if not self._wanted(path, size, blob):
            return False
        if size is not None and size > self.limits.max_file_bytes:
            self.leave_out(LeftOut.TOO_LARGE)
            return False
        if self._kept_bytes + (size or 0) > self.limits.max_repository_bytes:
            self.leave_out(LeftOut.NO_ROOM)
            return False
        return True

    def list_file(
        self, path: str, size: int | None, *, blob: str = "", mode: EntryMode = EntryMode.FILE
    ) -> None:
        """Put a path on the list without its content; a later one of the same path replaces it."""
        self._forget(path)
        self._entries[path] = FileEntry(path=path, size=size, blob=blob, mode=mode)

    def list_unread(
        self,
        path: str,
        size: int | None,
        why: LeftOut,
        *,
        mode: EntryMode = EntryMode.FILE,
        blob: str = "",
    ) -> None:
        """Put a path on the list whose content was not read, and count it."""
        self.list_file(path, size, blob=blob, mode=mode)
        self.leave_out(why)

    def keep(self, path: str, data: bytes, *, blob: str = "") -> None:
        """List a path and keep its content if there is room; mark a Git LFS pointer as such."""
        mode = EntryMode.LFS if is_lfs_pointer(data) else EntryMode.FILE
        self.list_file(path, len(data), blob=blob or blob_id(data), mode=mode)
        if mode is EntryMode.LFS:
            self.leave_out(LeftOut.LFS)
        elif self._kept_bytes + len(data) > self.limits.max_repository_bytes:
            self.leave_out(LeftOut.NO_ROOM)
        else:
            self._contents[path] = data
            self._kept_bytes += len(data)

    def probe(self, path: str, size: int, read: Callable[[], bytes | None]) -> None:
        """List a file nobody wants, looking only whether it is a Git LFS pointer.

        `read` is called only for small files of the kinds that are commonly kept in LFS.
        """
        data = read() if may_be_lfs_pointer(path, size) else None
        if data is not None and is_lfs_pointer(data):
            self.list_file(path, size, blob=blob_id(data), mode=EntryMode.LFS)
            self.leave_out(LeftOut.LFS)
        else:
            self.list_file(path, size)

    def leave_out(self, why: LeftOut, number: int = 1) -> None:
        """Count something that was not read."""
        self._tally[why] += number

    def note(self, sentence: str) -> None:
        """Add a sentence for the coverage statement."""
        if sentence not in self._extra:
            self._extra.append(sentence)

    def rename(self, renamed: Callable[[str], str]) -> None:
        """Give every path another name (an archive's common folder was taken off, or put back)."""
        self._contents = {renamed(path): data for path, data in self._contents.items()}
        entries = self._entries.values()
        self._entries = {
            renamed(e.path): FileEntry(path=renamed(e.path), size=e.size, blob=e.blob, mode=e.mode)
            for e in entries
        }

    def __contains__(self, path: str) -> bool:
        return path in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> tuple[FileEntry, ...]:
        """Every path listed, sorted."""
        return tuple(self._entries[path] for path in sorted(self._entries))

    def contents(self) -> dict[str, bytes]:
        """Bytes of the files that were wanted and read, sorted by path."""
        return {path: self._contents[path] for path in sorted(self._contents)}

    def notes(self) -> tuple[str, ...]:
        """Say what was left out and why, one sentence each."""
        words = {
            "file_cap": size_words(self.limits.max_file_bytes),
            "repository_cap": size_words(self.limits.max_repository_bytes),
        }
        sentences = [
            (why.value[0] if self._tally[why] == 1 else why.value[1]).format(
                n=self._tally[why], **words
            )
            for why in LeftOut
            if self._tally[why]
        ]
        return (*sentences, *self._extra)

    def _forget(self, path: str) -> None:
        old = self._contents.pop(path, None)
        if old is not None:
            self._kept_bytes -= len(old)


def blob_id(data: bytes, algorithm: str = "sha1") -> str:
    """Git's id of a file with this content, by the hash function of its repository."""
    state = hashlib.new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    state.update(data)
    return state.hexdigest()


def is_lfs_pointer(data: bytes) -> bool:
    """Whether the content is a Git LFS pointer: a small text that stands for the real file."""
    return len(data) < LFS_MAX_BYTES and data.startswith(LFS_HEADER)


def may_be_lfs_pointer(path: str, size: int | None) -> bool:
    """Whether a file is worth a look: of a kind commonly kept in LFS, and as small as a pointer."""
    if size is None or not LFS_MIN_BYTES <= size < LFS_MAX_BYTES:
        return False
    return path.rpartition(".")[2].lower() in LFS_SUFFIXES
