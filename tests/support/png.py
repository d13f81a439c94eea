"""Reads the pixels of a PNG as the renderer writes it: eight bits, no interlacing."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


def read_png(data: bytes) -> tuple[int, int, list[list[tuple[int, ...]]]]:
    """Give width, height, and rows of pixels."""
    assert data.startswith(SIGNATURE)
    chunks: dict[bytes, bytes] = {}
    at = len(SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        chunks[kind] = chunks.get(kind, b"") + data[at + 8 : at + 8 + length]
        at += length + 12
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, interlaced) == (8, 0)
    size = CHANNELS[colour]
    raw = zlib.decompress(chunks[b"IDAT"])
    rows = []
    before = bytes(width * size)
    for place in range(height):
        start = place * (width * size + 1)
        line = _unfiltered(raw[start], raw[start + 1 : start + 1 + width * size], before, size)
        rows.append([tuple(line[x : x + size]) for x in range(0, len(line), size)])
        before = line
    return width, height, rows


def _unfiltered(kind: int, line: bytes, above: bytes, size: int) -> bytes:
    done = bytearray(line)
    for place, value in enumerate(line):
        left = done[place - size] if place >= size else 0
        corner = above[place - size] if place >= size else 0
        guesses = (0, left, above[place], (left + above[place]) // 2)
        guess = guesses[kind] if kind < len(guesses) else _paeth(left, above[place], corner)
        done[place] = (value + guess) & 0xFF
    return bytes(done)


def _paeth(left: int, above: int, corner: int) -> int:
    estimate = left + above - corner
    return min((left, above, corner), key=lambda each: abs(estimate - each))
