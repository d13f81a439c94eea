"""Known code: which public files a file's fingerprint stands in, and how much of it.

known_code.toml lists the sources, known_code.bin holds their marks; docs/build_known_code.py
writes the second from clones of the first.
"""

from __future__ import annotations

import re
import sys
import tomllib
import zlib
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import msgspec

from portfolio_scan.model import Likeness
from portfolio_scan.parsing.fingerprint import Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSource:
    """One entry of known_code.toml."""

    title: str
    kind: str
    """`library`, `example`, `template` or `course`."""
    url: str
    license: str
    files: tuple[str, ...]
    until: str = ""
    """ISO day after which commits do not count; empty: all do."""

    @property
    def owner(self) -> str:
        """The account that the code belongs to, in lower case."""
        return urlsplit(self.url).path.strip("/").partition("/")[0].lower()


class PackedMarks(msgspec.Struct, frozen=True):
    """The layout of known_code.bin: what it holds of each file, and all marks in one table."""

    files: tuple[tuple[int, str, int], ...]
    """(position of the source in known_code.toml, path, number of marks in the newest version)."""
    marks: bytes
    """Ascending, four bytes each, lowest first."""
    holders: bytes
    """For each of `marks` the position of its file in `files`, two bytes, lowest first."""


def pack(files: Mapping[tuple[int, str], tuple[frozenset[int], int]]) -> bytes:
    """Write the table; equal input gives equal bytes.

    `files` has, by (source, path), the marks of all versions and the number in the newest one.
    """
    names = sorted(files)
    pairs = sorted((mark, n) for n, name in enumerate(names) for mark in files[name][0])
    table = PackedMarks(
        files=tuple((*name, files[name][1]) for name in names),
        marks=b"".join(mark.to_bytes(4, "little") for mark, _ in pairs),
        holders=b"".join(holder.to_bytes(2, "little") for _, holder in pairs),
    )
    return zlib.compress(msgspec.msgpack.encode(table), 9)


@cache
def organisations() -> re.Pattern[str]:
    """A pattern for the holders whose licence headers known_code.toml lists."""
    names = _table()["organisations"]
    return re.compile("|".join(rf"\b(?:{name})\b" for name in names), re.IGNORECASE)


def known_sources() -> tuple[KnownSource, ...]:
    """Read known_code.toml."""
    return tuple(
        KnownSource(
            title=item["title"],
            kind=item["kind"],
            url=item["url"],
            license=item["license"],
            files=tuple(item["files"]),
            until=str(item.get("until", "")),
        )
        for item in _table()["source"]
    )


def _table() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("known_code.toml").read_text("utf-8")
    return tomllib.loads(text)


class KnownCode:
    """The table of marks, ready to be asked."""

    def __init__(self, sources: Sequence[KnownSource], packed: bytes) -> None:
        table = msgspec.msgpack.decode(zlib.decompress(packed), type=PackedMarks)
        self._sources = sources
        self.files = table.files
        """As in `PackedMarks`."""
        self._marks = _numbers("I", table.marks)
        self._holders = _numbers("H", table.holders)

    def compare(
        self, path: str, own: Fingerprint, *, owner: str = "", among: Collection[str] = ()
    ) -> Likeness | None:
        """Find the source that shares most of a file's marks; None: no source shares any.

        Sources of one title count together, for their files were moved between them. `owner` is
        the account of the repository: its own public code is no copy. `among` asks for these titles
        only.
        """
        by_title: dict[str, set[int]] = defaultdict(set)
        by_file: dict[tuple[str, int], int] = defaultdict(int)
        for mark in own.marks:
            for holder in self._holders_of(mark):
                source = self._sources[self.files[holder][0]]
                if (among and source.title not in among) or (
                    owner and source.owner == owner.lower()
                ):
                    continue
                by_title[source.title].add(mark)
                by_file[source.title, holder] += 1
        if not by_title:
            return None
        title = min(by_title, key=lambda one: (-len(by_title[one]), one))
        count, holder = min((-n, holder) for (of, holder), n in by_file.items() if of == title)
        number, name, size = self.files[holder]
        source = self._sources[number]
        return Likeness(
            path=path,
            source=title,
            kind=source.kind,
            url=source.url,
            license=source.license,
            file=name,
            shared=len(by_title[title]),
            share=len(by_title[title]) / len(own.marks),
            covered=min(1.0, -count / max(1, size)),
            exact=own.whole > 0 and title in self._titles_of(own.whole, owner),
        )

    def shared(self, marks: Iterable[int], title: str) -> frozenset[int]:
        """Those of some marks that stand in the source of a title."""
        return frozenset(mark for mark in marks if title in self._titles_of(mark))

    def _titles_of(self, mark: int, but: str = "") -> set[str]:
        """Titles that a mark stands in, without the sources of one owner."""
        found = (self._sources[self.files[holder][0]] for holder in self._holders_of(mark))
        return {one.title for one in found if not but or one.owner != but.lower()}

    def _holders_of(self, mark: int) -> Iterable[int]:
        position = bisect_left(self._marks, mark)
        while position < len(self._marks) and self._marks[position] == mark:
            yield self._holders[position]
            position += 1


@cache
def known_code() -> KnownCode:
    """Load the table that comes with the tool."""
    packed = resources.files(__package__).joinpath("known_code.bin").read_bytes()
    return KnownCode(known_sources(), packed)


def _numbers(code: str, packed: bytes) -> array[int]:
    numbers = array(code)
    numbers.frombytes(packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
