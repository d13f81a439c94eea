"""Repositories studied by other machines, by way of dask.distributed.

The caller fetches, decides and writes; workers only compute. A job goes out with all that it needs
and holds no token, no database and no path. What a study gives stays on the worker that made it
until it was judged. A worker that dies loses nothing: the scheduler has its jobs done by another.
Only this module and `cluster_jobs` know dask.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from portfolio_scan.analysis.cluster_jobs import (
    describe,
    judge_job,
    own_description,
    study_job,
    summarise,
    unpack,
)
from portfolio_scan.errors import ClusterUnavailable, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from portfolio_scan.analysis.executor import Promise, Work
    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.analysis.study import Judged, Study, Summary
    from portfolio_scan.model import Repository

CONNECT_SECONDS = 10
WORKERS_SECONDS = 30
"""How long to wait for a first worker, and for another one when all are gone."""
_LOOK_SECONDS = 5.0
_SETTINGS = {
    # It would write to standard error of its own accord, from the moment it is imported.
    "logging.distributed": "critical",
    "distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s",
    # Contents of files travel with their job; there is nowhere else that every worker can read.
    "distributed.admin.large-graph-warning-threshold": "4GiB",
}


class ClusterExecutor:
    """The workers behind a scheduler. A context manager.

    Raises UsageError without the packages, ClusterUnavailable where no scheduler or worker answers,
    and where a worker has another version of this tool, other packs or another Python.
    """

    def __init__(self, scheduler: str, rules: Rules, packs: tuple[str, ...]) -> None:
        self._packs = packs
        self._following = rules.following
        self._address = scheduler
        self._client = _connect(scheduler)
        try:
            self._check(rules)
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def ahead(self) -> int:
        """Give one account for each thread that works, and two that are being fetched."""
        return sum(self._workers().values()) + 2

    def study(self, job: Study) -> Work:
        """Send a repository to whichever worker is free."""
        with _worded():
            studied = self._client.submit(
                study_job, job, self._packs, self._following,
                key=f"study-{uuid.uuid4().hex}", pure=False,
            )  # fmt: skip
            summary = self._client.submit(
                summarise, studied, key=f"summary-{uuid.uuid4().hex}", pure=False, priority=1
            )
        return _Sent(self, studied, summary)

    def send_judgement(self, studied: Any, repository: Repository, today: date) -> Any:
        """Have a study judged where it lies; before further ones are begun."""
        with _worded():
            return self._client.submit(
                judge_job, studied, repository, today, self._packs, self._following,
                key=f"judge-{uuid.uuid4().hex}", pure=False, priority=2,
            )  # fmt: skip

    def wait(self, future: Any) -> Any:
        """Give the result of a job. Raises ClusterUnavailable when nobody is left to do it."""
        from distributed import TimeoutError as NotYet  # noqa: PLC0415 - heavy, and not for all

        waited = 0.0
        while True:
            with _worded():
                try:
                    return future.result(timeout=_LOOK_SECONDS)
                except NotYet:
                    waited = 0.0 if self._workers() else waited + _LOOK_SECONDS
            if waited >= WORKERS_SECONDS:
                message = f"no worker is left on the scheduler {self._address}"
                raise ClusterUnavailable(message, "Start workers, then run the same command again.")

    def _workers(self) -> Mapping[str, int]:
        with _worded():
            found: Mapping[str, int] = self._client.nthreads()
            return found

    def _check(self, rules: Rules) -> None:
        """Have every worker say what it is, and compare."""
        with _worded():
            try:
                self._client.wait_for_workers(1, timeout=WORKERS_SECONDS)
            except TimeoutError as error:
                message = f"the scheduler {self._address} has no workers"
                hint = f"Start some: dask worker {self._address} --nthreads 1"
                raise ClusterUnavailable(message, hint) from error
            told = self._client.run(describe, self._packs, on_error="return")
        own = own_description(rules)
        for worker, found in sorted(told.items()):
            if isinstance(found, BaseException):
                message = f"the worker {worker} cannot load this tool ({type(found).__name__})"
                raise ClusterUnavailable(message, _SAME)
            other = [
                f"{name} {found.get(name)} and not {own[name]}"
                for name in own
                if found.get(name) != own[name]
            ]
            if other:
                raise ClusterUnavailable(f"the worker {worker} has {', '.join(other)}", _SAME)


_SAME = "Install the same version, packs and Python on all machines, then start the workers again."


class _Sent:
    """A repository that a worker studies."""

    def __init__(self, executor: ClusterExecutor, studied: Any, summary: Any) -> None:
        self._executor = executor
        self._studied = studied
        self._summary = summary

    def summary(self) -> Summary:
        """Wait until it is studied."""
        found: Summary = self._executor.wait(self._summary)
        return found

    def judge(self, repository: Repository, today: date) -> Promise[Judged]:
        """Have it judged where it was studied."""
        judged = self._executor.send_judgement(self._studied, repository, today)
        return _Awaited(self._executor, judged)


class _Awaited:
    """A judgement on its way."""

    def __init__(self, executor: ClusterExecutor, judged: Any) -> None:
        self._executor = executor
        self._judged = judged

    def result(self) -> Judged:
        """Wait for it."""
        return unpack(self._executor.wait(self._judged))


def _connect(scheduler: str) -> Any:
    try:
        import dask  # noqa: PLC0415 - an extra

        dask.config.set(_SETTINGS)
        from distributed import Client  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        hint = 'Install it with: pip install "portfolio-scan[cluster]"'
        raise UsageError("the packages for other machines are not installed", hint) from error
    try:
        return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError) as error:
        message = f"no scheduler answers at {scheduler}"
        raise ClusterUnavailable(message, "Start one: dask scheduler --host 127.0.0.1") from error
    except ValueError as error:
        message = f"{scheduler!r} is no address of a scheduler"
        raise UsageError(message, "Give it as tcp://HOST:8786, or tls://HOST:8786.") from error


@contextmanager
def _worded() -> Iterator[None]:
    """Tell a connection that is gone as what it is."""
    from distributed.client import FutureCancelledError  # noqa: PLC0415
    from distributed.comm import CommClosedError  # noqa: PLC0415 - heavy, and not for all

    try:
        yield
    except (CommClosedError, FutureCancelledError) as error:
        message = "the scheduler does not answer any more"
        hint = "Nothing was lost: run the same command again when it does."
        raise ClusterUnavailable(message, hint) from error
