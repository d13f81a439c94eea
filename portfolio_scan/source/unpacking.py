"""Unpacking: a compressed stream as a plain one, with a cap on what it may grow to."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import BinaryIO, Protocol

_CHUNK = 65_536
_XZ_MEMORY = 128 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_BZIP2 = b"BZh"
_XZ = b"\xfd7zXZ\x00"
_GZIP_WINDOW = 31  # zlib's word for "with a gzip header"
MAGIC_LENGTH = 6


class DamagedStreamError(Exception):
    """The compressed stream is broken off, is damaged, or grows beyond the cap."""


class _Decompressor(Protocol):
    """What bz2 and lzma offer, and zlib through `_Inflate`."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Inflate:
    """zlib's gzip decoder with the manners of the other two."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP_WINDOW)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


class UnpackedStream:
    """Reads a gzip, bzip2, xz or plain stream forward, chunk by chunk, never beyond the cap."""

    def __init__(self, source: BinaryIO, *, max_bytes: int) -> None:
        self._source = source
        self._left = max_bytes
        self._ready = bytearray()
        self._pending = _read_exactly(source, MAGIC_LENGTH)
        self._decompressor = _decompressor_for(self._pending)

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes, or fewer at the end of the stream.

        Raises DamagedStreamError where the stream breaks off, is damaged or exceeds the cap; what
        the caller's own stream raises passes through.
        """
        while len(self._ready) < size:
            part = self._next_part()
            if not part:
                break
            self._left -= len(part)
            if self._left < 0:
                raise DamagedStreamError("it unpacks to more than the limit")
            self._ready += part
        taken = bytes(memoryview(self._ready)[:size])
        del self._ready[:size]
        return taken

    def skip(self, size: int) -> int:
        """Pass over `size` bytes; how many there were."""
        left = size
        while left > 0 and (part := self.read(min(left, _CHUNK))):
            left -= len(part)
        return size - left

    def _next_part(self) -> bytes:
        if self._decompressor is None:
            part, self._pending = self._pending, b""
            return part or self._source.read(_CHUNK)
        while True:
            if self._decompressor.eof and not self._start_next_member():
                return b""
            part = self._decompress()
            if part:
                return part

    def _decompress(self) -> bytes:
        decompressor = self._decompressor
        if decompressor is None:
            return b""
        data = b""
        if decompressor.needs_input:
            data, self._pending = self._pending, b""
            data = data or self._source.read(_CHUNK)
            if not data:
                raise DamagedStreamError("it breaks off")
        try:
            return decompressor.decompress(data, _CHUNK)
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, MemoryError) as error:
            raise DamagedStreamError("it is damaged") from error

    def _start_next_member(self) -> bool:
        """Go on with a stream that follows directly, as parallel packers write them."""
        unused = self._decompressor.unused_data if self._decompressor else b""
        if len(unused) < MAGIC_LENGTH:
            unused += _read_exactly(self._source, MAGIC_LENGTH - len(unused))
        following = _decompressor_for(unused[:MAGIC_LENGTH])
        if following is None:
            return False
        self._decompressor, self._pending = following, unused
        return True


def _decompressor_for(magic: bytes) -> _Decompressor | None:
    if magic.startswith(_GZIP):
        return _Inflate()
    if magic.startswith(_BZIP2):
        return bz2.BZ2Decompressor()
    if magic.startswith(_XZ):
        return lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
    return None


def _read_exactly(source: BinaryIO, size: int) -> bytes:
    data = b""
    while len(data) < size and (part := source.read(size - len(data))):
        data += part
    return data
