"""What one code unit comes to, and how it is kept. No LibCST: a scan decodes what workers read."""

from __future__ import annotations

import msgspec

from portfolio_scan.model import Observation, UnitFacts
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.fingerprint import Fingerprint


class UnitRecord(msgspec.Struct, frozen=True):
    """What one unit comes to; cached by blob id, path and rule fingerprint."""

    facts: UnitFacts
    program: ir.Program
    observations: tuple[Observation, ...] = ()
    fingerprint: Fingerprint = Fingerprint()
    """By which copies of known code are told."""


class UnitHead(msgspec.Struct, frozen=True):
    """A record without its program: what judgement needs, at a fraction of the cost."""

    facts: UnitFacts
    observations: tuple[Observation, ...] = ()
    fingerprint: Fingerprint = Fingerprint()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(UnitRecord)
_HEAD_DECODER = msgspec.msgpack.Decoder(UnitHead)


def encode_record(record: UnitRecord) -> bytes:
    """A record as bytes, for the cache and the way back from a worker."""
    return _ENCODER.encode(record)


def decode_record(data: bytes) -> UnitRecord:
    """The record of `encode_record`'s bytes."""
    return _DECODER.decode(data)


def decode_head(data: bytes) -> UnitHead:
    """The record of `encode_record`'s bytes but for its program, which is passed over."""
    return _HEAD_DECODER.decode(data)
