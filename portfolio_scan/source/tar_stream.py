"""Tar, read forward from a stream: headers are parsed here, with every size bounded.

The standard library's reader believes what headers say: it loads an extended header of any size
into memory and keeps a record of every member. This one reads the formats that occur (v7, ustar,
GNU, pax), holds one member at a time and stops where the stream stops making sense.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from portfolio_scan.source.paths import decode_path
from portfolio_scan.source.unpacking import DamagedStreamError, UnpackedStream

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 512
_MAX_EXTENDED = 1024 * 1024
_BASE_256 = 0x80
_NEGATIVE = 0x40
_CHECKSUM = slice(148, 156)
_GNU_SPARSE_CONTINUED = 482
_SPARSE_BLOCK_CONTINUED = 504


class MemberKind(Enum):
    """What a member is."""

    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    SPECIAL = "special"
    SPARSE = "sparse"


_KINDS = {
    b"0": MemberKind.FILE,
    b"\0": MemberKind.FILE,
    b"7": MemberKind.FILE,
    b"1": MemberKind.HARDLINK,
    b"2": MemberKind.SYMLINK,
    b"3": MemberKind.SPECIAL,
    b"4": MemberKind.SPECIAL,
    b"5": MemberKind.FOLDER,
    b"6": MemberKind.SPECIAL,
    b"S": MemberKind.SPARSE,
    b"D": MemberKind.FOLDER,
}
_EXTENSIONS = frozenset({b"x", b"X", b"g", b"L", b"K", b"N", b"V"})
_WITHOUT_DATA = frozenset(
    {MemberKind.HARDLINK, MemberKind.SYMLINK, MemberKind.SPECIAL, MemberKind.FOLDER}
)


class NotTarError(Exception):
    """The stream does not begin like a tar archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of the archive."""

    name: str
    size: int
    kind: MemberKind


class TarStream:
    """The members of a tar archive, in order; each must be read, or is skipped, before the next."""

    def __init__(self, stream: UnpackedStream, *, max_extended_bytes: int) -> None:
        self._stream = stream
        self._unread = 0
        self._padding = 0
        self._extended_left = max_extended_bytes
        self._global: dict[str, bytes] = {}
        self._seen_header = False

    @property
    def comment(self) -> str:
        """The archive's global comment: archives that git makes hold the commit id there."""
        return decode_path(self._global.get("comment", b""))

    def members(self) -> Iterator[Member]:
        """Every member up to the end of the archive.

        Raises NotTarError where the stream is no tar from the start, DamagedStreamError where it
        breaks off or loses its structure on the way.
        """
        local: dict[str, bytes] = {}
        while (header := self._next_header()) is not None:
            kind_byte = header[156:157]
            size = _number(header[124:136])
            if kind_byte in _EXTENSIONS:
                self._read_extension(kind_byte, size, local)
                continue
            member = _member(header, size, {**self._global, **local})
            local = {}
            if header[156:157] == b"S":
                self._skip_sparse_map(header)
            self._unread = 0 if member.kind in _WITHOUT_DATA else member.size
            self._padding = -self._unread % _BLOCK
            yield member
            self._finish_member()

    def read(self, most: int) -> bytes:
        """Up to `most` bytes of the current member."""
        data = self._stream.read(min(most, self._unread))
        self._unread -= len(data)
        return data

    def _finish_member(self) -> None:
        left = self._unread + self._padding
        if self._stream.skip(left) < self._unread:
            raise DamagedStreamError("it breaks off")
        self._unread = self._padding = 0

    def _next_header(self) -> bytes | None:
        """Read the next header block; None at the end of the archive."""
        block = self._stream.read(_BLOCK)
        if not block and self._seen_header:
            return None
        if len(block) < _BLOCK:
            raise DamagedStreamError("it breaks off") if self._seen_header else NotTarError
        if not any(block):
            if not self._seen_header and any(self._stream.read(_BLOCK)):
                raise NotTarError
            self._seen_header = True
            return None
        if not _checksum_fits(block):
            raise DamagedStreamError("it is damaged") if self._seen_header else NotTarError
        self._seen_header = True
        return block

    def _read_extension(self, kind: bytes, size: int, local: dict[str, bytes]) -> None:
        """Take in a header that describes the next member, or all that follow."""
        padded = size + -size % _BLOCK
        if kind in (b"N", b"V"):
            self._stream.skip(padded)
            return
        self._extended_left -= padded
        if size > _MAX_EXTENDED or self._extended_left < 0:
            raise DamagedStreamError("its headers are larger than the limit")
        data = self._stream.read(padded)
        if len(data) < padded:
            raise DamagedStreamError("it breaks off")
        data = data[:size]
        if kind == b"L":
            local["path"] = data.rstrip(b"\0")
        elif kind in (b"x", b"X"):
            local.update(_pax_records(data))
        elif kind == b"g":
            self._global.update(_pax_records(data))

    def _skip_sparse_map(self, header: bytes) -> None:
        more = header[_GNU_SPARSE_CONTINUED]
        while more:
            block = self._stream.read(_BLOCK)
            if len(block) < _BLOCK:
                raise DamagedStreamError("it breaks off")
            more = block[_SPARSE_BLOCK_CONTINUED]


def _member(header: bytes, size: int, extended: dict[str, bytes]) -> Member:
    name = _text(header[:100])
    if header[257:263] == b"ustar\0" and header[345:500].strip(b"\0"):
        name = _text(header[345:500]) + b"/" + name
    name = extended.get("GNU.sparse.name", extended.get("path", name))
    if "size" in extended:
        size = _decimal(extended["size"])
    # A type that a reader does not know is a file: so the standard asks.
    kind = _KINDS.get(header[156:157], MemberKind.FILE)
    if kind is MemberKind.FILE and name.endswith(b"/"):
        kind = MemberKind.FOLDER
    member = Member(name=decode_path(name), size=size, kind=kind)
    is_sparse = any(key.startswith("GNU.sparse.") for key in extended)
    return replace(member, kind=MemberKind.SPARSE) if is_sparse else member


def _pax_records(data: bytes) -> dict[str, bytes]:
    r"""`25 path=some/where\n` and so on; ends at the first record that does not add up."""
    found: dict[str, bytes] = {}
    position = 0
    while position < len(data):
        length_word, space, _ = data[position : position + 20].partition(b" ")
        length = int(length_word) if length_word.isdigit() else 0
        record = data[position : position + length]
        if not space or not record.endswith(b"\n"):
            break
        key, equals, value = record[len(length_word) + 1 : -1].partition(b"=")
        if equals:
            found[decode_path(key)] = value
        position += length
    return found


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _number(field: bytes) -> int:
    """Read a size, in octal digits or in base 256; DamagedStreamError where it is neither."""
    if field[0] & _BASE_256:
        if field[0] & _NEGATIVE:
            raise DamagedStreamError("it is damaged")
        return int.from_bytes(bytes([field[0] & ~_BASE_256]) + field[1:], "big")
    digits = field.partition(b"\0")[0].strip()
    try:
        size = int(digits or b"0", 8)
    except ValueError as error:
        raise DamagedStreamError("it is damaged") from error
    if size < 0:
        raise DamagedStreamError("it is damaged")
    return size


def _decimal(value: bytes) -> int:
    if not value.isdigit() or len(value) > 20:  # noqa: PLR2004 - digits of the largest 64-bit size
        raise DamagedStreamError("it is damaged")
    return int(value)


def _checksum_fits(block: bytes) -> bool:
    """Whether the header's sum of bytes is right; some old packers summed signed bytes."""
    try:
        stated = int(_text(block[_CHECKSUM]).strip() or b"-1", 8)
    except ValueError:
        return False
    counted = block[: _CHECKSUM.start] + b" " * 8 + block[_CHECKSUM.stop :]
    unsigned = sum(counted)
    signed = unsigned - 256 * sum(byte >= _BASE_256 for byte in counted)
    return stated in (unsigned, signed)
