"""Dealing: choices that look random and are the same for the same key, for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from zlib import crc32

from portfolios.hostile import HOSTILE, HOSTILE_ADDRESSES

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

EVERY_TEXT = 5
EVERY_ADDRESS = 9


def number(most: int, *key: object) -> int:
    """A number from 0 up to, and without, `most`."""
    return crc32(repr(key).encode("utf-8", "surrogatepass")) % most


def one_of(options: Sequence[T], *key: object) -> T:
    return options[number(len(options), *key)]


def some_of(options: Sequence[T], most: int, *key: object) -> tuple[T, ...]:
    """Up to `most` of the options, at least one, in their order."""
    start = number(len(options), "start", *key)
    count = 1 + number(most, "count", *key)
    return tuple(options[(start + at) % len(options)] for at in range(min(count, len(options))))


class Pen:
    """Writes texts and addresses, now and then hostile ones."""

    def __init__(self, *, hostile: bool) -> None:
        self._hostile = hostile
        self._texts = 0
        self._addresses = 0

    def text(self, plain: str) -> str:
        """The text; every fifth time with something hostile after it, each in its turn."""
        self._texts += 1
        turn, rest = divmod(self._texts, EVERY_TEXT)
        if not self._hostile or rest:
            return plain
        return f"{plain} {HOSTILE[turn % len(HOSTILE)]}"

    def bare(self, plain: str) -> str:
        """The text, or something hostile and nothing else: for what opens a cell or a header."""
        self._texts += 1
        turn, rest = divmod(self._texts, EVERY_TEXT)
        return HOSTILE[turn % len(HOSTILE)] if self._hostile and not rest else plain

    def address(self, plain: str) -> str:
        self._addresses += 1
        turn, rest = divmod(self._addresses, EVERY_ADDRESS)
        if not self._hostile or rest:
            return plain
        return HOSTILE_ADDRESSES[turn % len(HOSTILE_ADDRESSES)]
