"""Git on disk: finding a repository, and running git on it as on something hostile.

A candidate's repository brings its own configuration, hooks, replacement objects and references
to other folders. None of them takes effect here: git is only ever called with an explicit git
directory, without hooks, helpers, network or locks, and what it may use is bounded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from portfolio_scan.errors import SourceError

if sys.platform == "linux":
    import resource

if TYPE_CHECKING:
    from collections.abc import Iterator

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.commitGraph=false",
    "core.multiPackIndex=false",
    "core.quotePath=false",
    "core.deltaBaseCacheLimit=32m",
    "core.pager=cat",
    "diff.orderFile=/dev/null",
    "gc.auto=0",
    "log.showSignature=false",
    "log.showRoot=true",
    "log.mailmap=false",
    "maintenance.auto=false",
    "protocol.allow=never",
    "safe.directory=*",
    "submodule.recurse=false",
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SMALL_FILE = 4096
_CHUNK = 65536
_LONGEST_RECORD = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class GitPlace:
    """Whether, and where, a folder keeps its git repository."""

    git_dir: Path | None
    """Git's own folder; None: the folder is read without git."""
    note: str = ""
    """Why something that looks like git is not used, for the coverage statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one git command said."""

    code: int
    output: bytes

    @property
    def text(self) -> str:
        """The output as text, without the final line end."""
        return self.output.decode("utf-8", "backslashreplace").rstrip("\n")


def find_git(path: Path) -> GitPlace:
    """Find the git directory of a work tree, of a bare repository, or of a folder around `.git`.

    A `.git` file, a `.git` link or a `commondir` file may lead anywhere on this machine, so they
    are followed only where the place they lead to points back at this folder.
    """
    inner = path / ".git"
    if inner.is_symlink():
        return GitPlace(git_dir=None, note="The .git of this folder is a link and was not used.")
    if inner.is_dir():
        return _checked(inner)
    if inner.is_file():
        return _follow_git_file(inner)
    if _is_git_dir(path):
        return _checked(path)
    return GitPlace(git_dir=None)


def _checked(git_dir: Path) -> GitPlace:
    if not _is_git_dir(git_dir):
        note = "The .git of this folder is no complete repository; no history was read."
        return GitPlace(git_dir=None, note=note)
    if (git_dir / "commondir").exists() and not _is_linked_work_tree(git_dir):
        note = "The git repository refers to another folder of this machine and was not used."
        return GitPlace(git_dir=None, note=note)
    return GitPlace(git_dir=git_dir)


def _follow_git_file(pointer: Path) -> GitPlace:
    target = _first_line(pointer)
    git_dir = (pointer.parent / target.removeprefix("gitdir:").strip()).resolve()
    points_back = _is_linked_work_tree(git_dir) and _same(
        Path(_first_line(git_dir / "gitdir")), pointer
    )
    if not points_back:
        points_back = _is_submodule_of(git_dir, pointer.parent)
    if target.startswith("gitdir:") and points_back:
        return GitPlace(git_dir=git_dir)
    note = (
        "The .git file of this folder leads to a place that does not refer to it; it was not used."
    )
    return GitPlace(git_dir=None, note=note)


def _is_git_dir(path: Path) -> bool:
    common = path
    if (path / "commondir").is_file():
        common = path / _first_line(path / "commondir")
    return (
        ((path / "HEAD").is_file() or (path / "HEAD").is_symlink())
        and (common / "objects").is_dir()
        and ((common / "refs").is_dir() or (common / "packed-refs").is_file())
    )


def _is_linked_work_tree(git_dir: Path) -> bool:
    main = git_dir.parent.parent
    common = _first_line(git_dir / "commondir")
    return bool(common) and git_dir.parent.name == "worktrees" and _same(git_dir / common, main)


def _is_submodule_of(git_dir: Path, work_tree: Path) -> bool:
    if not _is_git_dir(git_dir) or "modules" not in git_dir.parts:
        return False
    answer = Git(git_dir).setting("core.worktree")
    return bool(answer) and _same(git_dir / answer, work_tree)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except OSError:
        return False


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_SMALL_FILE)
    except OSError:
        return ""
    return os.fsdecode(raw.partition(b"\n")[0].strip()).replace("\0", "")


class Git:
    """One repository, and the hardened ways to ask git about it."""

    def __init__(self, git_dir: Path, *, memory_bytes: int | None = None) -> None:
        self.git_dir = git_dir.absolute()
        self._memory_bytes = memory_bytes

    @property
    def common_dir(self) -> Path:
        """The folder of what linked worktrees share; the repository's own where it is none."""
        return self.git_dir / _first_line(self.git_dir / "commondir")

    def run(self, *arguments: str, seconds: float = 60.0) -> Answer:
        """Run a command of small output to its end; code -1 where it took too long."""
        with self.start(*arguments, seconds=seconds) as process:
            output = _pipe(process.stdout).read()
        return Answer(code=process.returncode, output=output)

    def setting(self, key: str) -> str:
        """Read a value of the repository's own configuration, without includes; empty: not set."""
        answer = self.run("config", "--local", "--no-includes", "--get", key)
        return answer.text if answer.code == 0 else ""

    @contextmanager
    def start(self, *arguments: str, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
        """Start a command to talk with; it is killed at the deadline and when the caller leaves.

        A reader that sees the output end early finds out why from `returncode`.
        """
        command = ["git", "--no-pager", f"--git-dir={self.git_dir}"]
        for setting in _SETTINGS:
            command += ["-c", setting]
        try:
            process = subprocess.Popen(  # noqa: S603 - an argument list, no shell, fixed words
                [*command, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self.git_dir,
                env=_environment(),
            )
        except FileNotFoundError as error:
            raise SourceError(
                "The program git was not found, so the repository could not be read.",
                "Install git, or pack the files as a .zip and scan that.",
            ) from error
        self._bound_memory(process)
        deadline = threading.Timer(seconds, process.kill)
        deadline.daemon = True
        deadline.start()
        try:
            yield process
            _close(process)
            process.wait()
        finally:
            deadline.cancel()
            process.kill()
            _close(process)
            process.wait()

    def _bound_memory(self, process: subprocess.Popen[bytes]) -> None:
        if sys.platform == "linux" and self._memory_bytes is not None:
            limit = (self._memory_bytes, self._memory_bytes)
            try:
                resource.prlimit(process.pid, resource.RLIMIT_DATA, limit)
            except (OSError, ValueError):
                return  # it has ended already, or the system sets a lower limit: both are fine


def _environment() -> dict[str, str]:
    """Copy the caller's environment (git needs PATH and the like) without any git setting of it."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**kept, **_ENVIRONMENT}


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("the process was started without this pipe")
    return stream


def records(stream: IO[bytes]) -> Iterator[bytes]:
    """Split output at the NULs that end its records; what was cut off in a record is dropped.

    Ends early where one record is too long to be meant seriously.
    """
    rest = b""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
        if len(rest) > _LONGEST_RECORD:
            return


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is None or stream.closed:
            continue
        try:
            stream.close()
        except BrokenPipeError:
            continue  # git ended before it had read everything; its return code tells


def pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Give the (input, output) ends of a process started by `Git.start`."""
    return _pipe(process.stdin), _pipe(process.stdout)
