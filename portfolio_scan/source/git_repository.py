"""A git repository on disk as a snapshot: which commit, under which name, with which files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_scan.errors import NothingToScan, SourceError
from portfolio_scan.model import Repository, Snapshot, SourceKind
from portfolio_scan.source.address import Address, parse_address
from portfolio_scan.source.collection import Collection
from portfolio_scan.source.git import Git
from portfolio_scan.source.git_history import read_history
from portfolio_scan.source.git_objects import read_tree
from portfolio_scan.source.local_read import LocalRead

if TYPE_CHECKING:
    from pathlib import Path

    from portfolio_scan.source.limits import Limits, Wanted

_SERVER = "github.com"
_EMPTY_NAMES = frozenset({"", ".git", "bare", "clone", "git", "repo", "repository"})
_MAX_REFS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The commit that is read."""

    commit: str
    branch: str | None
    """None: detached."""
    note: str = ""


def read_git(
    path: Path, git_dir: Path, *, wanted: Wanted, limits: Limits, author: str | None
) -> LocalRead:
    """Read what is committed at HEAD, and the days of the last own commit to each path.

    Raises NothingToScan for a repository without commits or files, SourceError for one that git
    cannot read at all.
    """
    git = Git(git_dir, memory_bytes=limits.git_memory_bytes)
    head = read_head(git)
    collection = Collection(wanted, limits)
    if head.note:
        collection.note(head.note)
    read_tree(git, head.commit, collection)
    if not len(collection):
        _refuse_empty(git, head)
    address = _origin(git)
    read = read_history(
        git,
        head.commit,
        paths=(entry.path for entry in collection.entries()),
        owner=address.owner if address else "",
        author=author,
        limits=limits,
    )
    repository = Repository(
        name=f"{address.owner}/{address.name}" if address else local_name(path),
        source=SourceKind.GIT,
        commit=head.commit,
        branch=head.branch,
        url=f"https://{_SERVER}/{address.owner}/{address.name}" if address else "",
        history=read.history,
    )
    snapshot = Snapshot(
        repository=repository,
        entries=collection.entries(),
        contents=collection.contents(),
        notes=collection.notes(),
    )
    return LocalRead(
        snapshot=snapshot,
        own_path_dates=read.own_path_dates,
        own_path_commits=read.own_path_commits,
        path_dates_known=read.path_dates_known,
        commits=read.commits,
        base=read.base,
    )


def read_head(git: Git) -> Head:
    """Find the commit at HEAD; where HEAD leads nowhere, the newest branch, with a note."""
    reference = git.run("symbolic-ref", "--quiet", "HEAD").text
    commit = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if commit.code == 0:
        return Head(commit=commit.text, branch=_short(reference) if reference else None)
    listing = git.run(
        "for-each-ref",
        f"--count={_MAX_REFS}",
        "--format=%(objectname) %(refname)",
        "refs/heads",
        "refs/remotes",
    )
    if listing.code != 0:
        raise SourceError(
            f"{local_name(git.git_dir)} is a git repository that git cannot read.",
            "Run `git fsck` in it, or clone it again.",
        )
    branches: dict[str, str] = {}
    for line in listing.text.splitlines():
        oid, _, name = line.partition(" ")
        if name and not name.endswith("/HEAD"):
            branches.setdefault(oid, name)
    return _newest_branch(git, branches, missing=_short(reference))


def local_name(path: Path) -> str:
    """Take the folder's name, or its parent's where the own one says nothing (`repo`, `.git`)."""
    path = path.resolve()
    for part in (path, *path.parents):
        name = part.name.removesuffix(".git")
        if name.lower() not in _EMPTY_NAMES:
            return name
    return path.name or "repository"


def _newest_branch(git: Git, branches: dict[str, str], *, missing: str) -> Head:
    if not branches:
        raise NothingToScan(
            f"{local_name(git.git_dir)} is a git repository without any commit.",
            "Commit something, or give a folder that holds files.",
        )
    answer = git.run("rev-list", "--no-walk=sorted", "--ignore-missing", "--max-count=1", *branches)
    newest = answer.text
    if newest not in branches:
        raise SourceError(
            f"The commits of {local_name(git.git_dir)} are not in this copy.",
            "Clone it again; this copy is incomplete.",
        )
    branch = _short(branches[newest])
    wrong = f"the branch '{missing}', which is not there" if missing else "a commit that is missing"
    note = f"HEAD points to {wrong}; the newest branch, '{branch}', was read instead."
    return Head(commit=newest, branch=branch, note=note)


def _refuse_empty(git: Git, head: Head) -> None:
    kind = git.run("cat-file", "-t", f"{head.commit}^{{tree}}")
    name = local_name(git.git_dir)
    if kind.code == 0:
        raise NothingToScan(f"The last commit of {name} holds no files.")
    raise SourceError(
        f"The files of {name} are not in this copy.", "Clone it again; this copy is incomplete."
    )


def _short(reference: str) -> str:
    if reference.startswith("refs/remotes/"):
        return reference.removeprefix("refs/remotes/").partition("/")[2]
    return reference.removeprefix("refs/heads/")


def _origin(git: Git) -> Address | None:
    url = git.setting("remote.origin.url")
    address = parse_address(url, _SERVER) if url else None
    return address if address and address.name and not address.inside else None
