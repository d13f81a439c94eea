"""What a scan and its reading processes say to each other over pipes.

A frame is a length of four bytes, big-endian, and a MessagePack message of that length.
"""

from __future__ import annotations

import struct
from typing import IO

import msgspec

from portfolio_scan.model import Trace

_TRACE = msgspec.msgpack.Decoder(Trace)
_LENGTH = struct.Struct(">I")


class Setup(msgspec.Struct):
    """The first message: which packs observe."""

    packs: tuple[str, ...]


class Task(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One file to read: bytes with their path and blob id."""

    path: str
    blob: str
    data: bytes


class Follow(msgspec.Struct, tag=True):
    """The encoded records of a repository, through which values are to be followed."""

    records: tuple[bytes, ...]
    texts: dict[str, str] = {}
    """Small files by path, in which settings and command lines stand."""
    foreign: tuple[str, ...] = ()
    """Paths of somebody else's files, which own code may call."""


class Reply(msgspec.Struct):
    """The encoded record of a file, or why there is none; of a repository its encoded trace."""

    record: bytes = b""
    status: str = ""
    reason: str = ""


def write_frame(stream: IO[bytes], message: msgspec.Struct) -> None:
    """Send one message."""
    data = msgspec.msgpack.encode(message)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Receive one message, undecoded; None at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(head)[0]
    data = stream.read(size)
    return data if len(data) == size else None


def encode_trace(trace: Trace) -> bytes:
    """A trace as bytes, for the way back to the scan."""
    return msgspec.msgpack.encode(trace)


def decode_trace(data: bytes) -> Trace:
    """The trace of `encode_trace`'s bytes."""
    return _TRACE.decode(data)
