"""Git history: one pass over `git log`, turned into figures in days and quarters.

Names and e-mail addresses are read to tell people apart and dropped when that is done: neither
`History` nor anything else that leaves this module holds one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from portfolio_scan.source.aliases import Identity
from portfolio_scan.source.authorship import Authored, Base, day_of, settle
from portfolio_scan.source.collection import counted
from portfolio_scan.source.git import Git, pipes, records
from portfolio_scan.source.paths import decode_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from portfolio_scan.model import History
    from portfolio_scan.source.limits import Limits

_LOG = (
    "log",
    "-z",
    "--format=format:%H%x00%an%x00%ae%x00%at%x00",
    "--encoding=UTF-8",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
)
_HEADER_FIELDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRead:
    """The figures, and what is kept beside them until the code has been analysed."""

    history: History
    own_path_dates: Mapping[str, date]
    """Day of the last own commit to each path of the tree that such a commit touched."""
    own_path_commits: Mapping[str, int]
    """Own commits that changed each path of the tree."""
    path_dates_known: bool
    """Whether the whole history was looked at, so that a path without a day was never touched by
    an own commit. False for shallow clones, capped and broken histories."""
    commits: frozenset[str]
    """Ids of the commits that were read."""
    base: Base | None = None
    """What others had committed before the first own commit, where the whole history tells."""


@dataclass(slots=True)
class _Log:
    """What one pass over the log gathered."""

    authored: dict[Identity, Authored] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    commits: int = 0
    capped: bool = False
    """More commits than are read."""
    broken: bool = False
    """Ended by a deadline, by damage or by a tree without end."""
    undated: bool = False
    """Read to the end without the paths that the commits changed."""


def read_history(
    git: Git,
    commit: str,
    *,
    paths: Iterable[str],
    owner: str,
    author: str | None,
    limits: Limits,
) -> HistoryRead:
    """Read who committed when, from the newest commit back, under the caps.

    `paths` are those of the tree; dates of other paths are not kept. `owner` is the login of the
    repository's owner where its address tells, `author` what the user of the tool said. Where the
    paths of the commits cannot be listed, the commits are counted without them.
    """
    cut = _shallow_commits(git)
    known = {path: path for path in paths}
    log = _read_log(git, commit, paths=known, cut=cut, limits=limits)
    if log.broken:
        undated = _read_log(git, commit, paths={}, cut=cut, limits=limits)
        if undated.commits > log.commits:
            log = undated
            log.undated = True
    settled = settle(log.authored, owner=owner, author=author or "")
    whole = not (cut or log.capped or log.broken or log.undated)
    return HistoryRead(
        history=settled.history(*_notes(log, shallow=bool(cut), limits=limits)),
        own_path_dates=settled.path_dates(),
        own_path_commits=dict(sorted(settled.own.path_commits.items())),
        path_dates_known=whole,
        commits=frozenset(log.ids),
        base=settled.base if whole else None,
    )


def _read_log(
    git: Git, commit: str, *, paths: Mapping[str, str], cut: frozenset[bytes], limits: Limits
) -> _Log:
    """One pass over the log; without `paths`, git is not even asked which ones changed."""
    log = _Log()
    command = [*_LOG, f"--max-count={limits.max_commits + 1}"]
    if paths:
        command += ["--name-only", "--no-renames", "--no-relative"]
    with git.start(*command, commit, "--", seconds=limits.history_seconds) as process:
        _, output = pipes(process)
        for header, changed in _commits(output):
            if log.commits >= limits.max_commits:
                log.capped = True
                return log
            log.commits += 1
            log.ids.add(decode_path(header[0]))
            name, email, seconds = (decode_path(value) for value in header[1:])
            authored = log.authored.setdefault(Identity(name=name, email=email), Authored())
            day = day_of(seconds)
            authored.add(day, log.commits)
            if header[0] in cut:
                continue  # its parent is not here, so every file would look changed
            for raw in changed:
                path = paths.get(decode_path(raw))
                if path is not None:
                    authored.touch(path, day)
    log.broken = process.returncode != 0
    return log


def _commits(output: IO[bytes]) -> Iterator[tuple[list[bytes], Iterator[bytes]]]:
    """Each commit's four header fields with its changed paths, to be read before the next commit.

    A commit's paths end with an empty field, and paths are never empty; nothing that a name or a
    path holds can be mistaken for the end of a commit.
    """
    fields = records(output)
    while True:
        header = [value for _, value in zip(range(_HEADER_FIELDS), fields, strict=False)]
        if len(header) < _HEADER_FIELDS:
            return
        changed = _changed_paths(fields)
        yield header, changed
        for _ in changed:
            continue


def _changed_paths(fields: Iterator[bytes]) -> Iterator[bytes]:
    first = next(fields, b"")
    if not first:
        return
    yield first.removeprefix(b"\n")
    for value in fields:
        if not value:
            return
        yield value


def _shallow_commits(git: Git) -> frozenset[bytes]:
    """List the commits at which a shallow clone was cut off."""
    try:
        listing = (git.common_dir / "shallow").read_bytes()
    except OSError:
        return frozenset()
    return frozenset(listing.split())


def _notes(log: _Log, *, shallow: bool, limits: Limits) -> Iterator[str]:
    if shallow:
        yield (
            "This is a shallow clone: older commits are not in it, "
            "so counts and first dates are lower bounds."
        )
    if log.capped:
        yield f"Only the newest {limits.max_commits:,} commits were read."
    if log.broken:
        yield f"The history could be read only in part ({counted(log.commits, 'commit')})."
    if log.undated:
        yield "Which files the commits changed could not be read."
