"""Who runs the jobs of a scan: this process with its reading processes, or other machines.

`study.py` holds the jobs; an executor only decides where and when they run. `cluster.py` is the
one for other machines.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.study import Begun, Judged, Studied, Study, Summary, begin, judge

if TYPE_CHECKING:
    from datetime import date

    from portfolio_scan.analysis.kept import Kept
    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.analysis.runner import Reader
    from portfolio_scan.model import Repository

_T_co = TypeVar("_T_co", covariant=True)


class Promise(Protocol[_T_co]):
    """Something that is being made."""

    def result(self) -> _T_co:
        """Wait for it."""


class Work(Protocol):
    """One repository that is being studied somewhere."""

    def summary(self) -> Summary:
        """Wait until it is studied."""

    def judge(self, repository: Repository, today: date) -> Promise[Judged]:
        """Have it judged, with the history that `repository` carries."""


class Executor(Protocol):
    """Where repositories are studied and judged."""

    ahead: int
    """Accounts that are best open at a time, so that nobody who works has to wait."""

    def study(self, job: Study) -> Work:
        """Have a repository studied."""


class LocalExecutor:
    """This process and the reading processes of its `reader`, one repository after the other.

    While one is read, values are followed through the last. What was read is kept in the cache at
    once, so that a file that stands in two repositories is read once.
    """

    ahead = 1

    def __init__(self, rules: Rules, reader: Reader, progress: Progress, cache: Kept) -> None:
        self._rules = rules
        self._reader = reader
        self._progress = progress
        self._cache = cache

    def study(self, job: Study) -> Work:
        """Read a repository at once; values are followed through it in the background."""
        begun = begin(job, self._rules, self._reader, self._progress)
        self._cache.add_records(self._rules.fingerprint, begun.take_fresh())
        return _Local(begun, self._rules)


class BackgroundExecutor:
    """The same in a thread of its own, so that the caller can fetch what is to be studied next.

    A context manager.
    """

    ahead = 2

    def __init__(self, rules: Rules, reader: Reader) -> None:
        self._rules = rules
        self._reader = reader
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="study")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    def study(self, job: Study) -> Work:
        """Have a repository read when those before it are."""
        begun = self._thread.submit(begin, job, self._rules, self._reader, Silence())
        return _Local(begun, self._rules)


class _Local:
    """A repository studied by this process."""

    def __init__(self, begun: Begun | Future[Begun], rules: Rules) -> None:
        self._begun = begun
        self._rules = rules
        self._studied: Studied | None = None

    def summary(self) -> Summary:
        """Wait until it is read and values were followed."""
        return self._result().summary()

    def judge(self, repository: Repository, today: date) -> Promise[Judged]:
        """Judge it at once."""
        judged: Future[Judged] = Future()
        judged.set_result(judge(self._result(), repository, self._rules, today))
        return judged

    def _result(self) -> Studied:
        if self._studied is None:
            begun = self._begun.result() if isinstance(self._begun, Future) else self._begun
            self._studied = begun.studied(self._rules)
        return self._studied
