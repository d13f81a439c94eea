"""Writes portfolio_scan/parsing/known_code.bin from clones of what known_code.toml lists.

    python docs/build_known_code.py FOLDER

FOLDER holds one bare or plain clone per source, named owner+name. Of each, a commit per quarter
and, in its first year, per month is read, so that copies of older versions are known too. Nothing
of the code is kept but the numbers of parsing/fingerprint.py. A source without a clone keeps no
marks, and is named.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from portfolio_scan.parsing import known_code
from portfolio_scan.parsing.fingerprint import code_text, fingerprint
from portfolio_scan.parsing.foreign import glob_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = Path(known_code.__file__).with_name("known_code.bin")
LEAST_MARKS = 2
"""Files with fewer say too little."""
MAX_BYTES = 6_000_000


class Clone:
    """One clone, read through git."""

    def __init__(self, folder: Path) -> None:
        self._git_dir = folder / ".git" if (folder / ".git").exists() else folder

    def git(self, *words: str) -> bytes:
        """What a git command prints."""
        command = ["git", "-c", "safe.directory=*", "--git-dir", str(self._git_dir), *words]
        return subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603

    def commits(self, until: str) -> list[str]:
        """A commit for each time that is looked at, the newest first, without repetition."""
        last = [f"--before={until}"] if until else []
        dates = self.git("log", "--format=%cs", *last, "HEAD").decode().split()
        days = [date.fromisoformat(day) for day in (dates[-1], dates[0])]
        found = [self.git("rev-list", "-1", *last, "HEAD").decode().strip()]
        for day in reversed(list(_times(*days))):
            words = ("rev-list", "-1", f"--before={day.isoformat()}", "HEAD")
            found.append(self.git(*words).decode().strip())
        return list(dict.fromkeys(commit for commit in found if commit))

    def files(self, commit: str) -> Iterator[tuple[str, str]]:
        """Path and blob of each file of a commit."""
        for line in self.git("ls-tree", "-r", "-l", "-z", "--full-tree", commit).split(b"\0"):
            meta, _, path = line.partition(b"\t")
            words = meta.decode().split()
            is_file = bool(words) and words[0].startswith("100") and words[3].isdigit()
            if is_file and int(words[3]) <= MAX_BYTES:
                yield path.decode("utf-8", "replace"), words[2]


def _times(first: date, last: date) -> Iterator[date]:
    day = first
    while day < last:
        young = day < first + timedelta(days=365)
        day += timedelta(days=30 if young else 91)
        yield min(day, last)


def fingerprints(clone: Clone, source: known_code.KnownSource) -> dict[str, tuple[set[int], int]]:
    """Marks of all versions of each file, with their number in the newest one."""
    wanted = re.compile("|".join(glob_pattern(glob) for glob in source.files))
    versions: dict[str, list[str]] = defaultdict(list)
    for commit in clone.commits(source.until):
        for path, blob in clone.files(commit):
            if wanted.fullmatch(path) and blob not in versions[_short(path)]:
                versions[_short(path)].append(blob)
    found: dict[str, tuple[set[int], int]] = {}
    for path, blobs in versions.items():
        texts = (code_text(path, clone.git("cat-file", "blob", blob)) for blob in blobs)
        each = [fingerprint(text) for text in texts]
        whole = {one.whole for one in each if one.whole}
        found[path] = (whole.union(*(one.marks for one in each)), len(each[0].marks))
    return _without_doubles(found)


def _short(path: str) -> str:
    """The last two parts: files move between folders, and keep these."""
    return "/".join(path.split("/")[-2:])


def _without_doubles(files: dict[str, tuple[set[int], int]]) -> dict[str, tuple[set[int], int]]:
    """Leave out files that stand whole in a larger one of the same source."""
    kept: dict[str, tuple[set[int], int]] = {}
    for path in sorted(files, key=lambda one: (-len(files[one][0]), one)):
        found, size = files[path]
        if len(found) >= LEAST_MARKS and not any(found <= other for other, _ in kept.values()):
            kept[path] = (found, size)
    return kept


def main(folder: Path) -> None:
    """Read every clone and write the table."""
    table: dict[tuple[int, str], tuple[frozenset[int], int]] = {}
    for number, source in enumerate(known_code.known_sources()):
        owner, name = source.url.rstrip("/").split("/")[-2:]
        where = folder / f"{owner}+{name}"
        if not where.exists():
            print(f"no clone of {source.url}")
            continue
        found = fingerprints(Clone(where), source)
        total = sum(len(one) for one, _ in found.values())
        print(f"{source.url}: {len(found)} files, {total} marks")
        table |= {(number, path): (frozenset(one), size) for path, (one, size) in found.items()}
    packed = known_code.pack(table)
    TARGET.write_bytes(packed)
    print(
        f"{len(table)} files, {sum(len(m) for m, _ in table.values())} marks, {len(packed)} bytes"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
