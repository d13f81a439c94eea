"""Reads files and follows values in worker processes; what kills one costs itself only.

Each process gets one file at a time over a pipe, so it is always known which file it died of. A
process that dies is replaced and the file tried once more, alone; dying again makes it `crashed`.
Plain subprocesses rather than a process pool: a pool fails all its waiting files together, and
cannot be used from a daemonic process.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Self

import msgspec

import portfolio_scan
from portfolio_scan.analysis.frames import (
    Follow,
    Reply,
    Setup,
    Task,
    decode_trace,
    read_frame,
    write_frame,
)
from portfolio_scan.errors import PackError
from portfolio_scan.flow import find_commands
from portfolio_scan.model import CommandLine, Trace, UnitFacts, UnitStatus
from portfolio_scan.parsing.notebook import is_notebook
from portfolio_scan.parsing.record import decode_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import IO

WALL_SECONDS = 60.0
"""How long a process may be silent over one file: for machines where processor limits fail."""
FOLLOW_WALL_SECONDS = 300.0
"""The same for following the values of one repository."""
START_SECONDS = 60.0
SMALL_BYTES = 200_000
"""Below this starting a second process costs more (0.4 s) than it saves."""
_START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from portfolio_scan.analysis.worker import main; main()"
)
_CPU_SIGNALS = frozenset(
    getattr(signal, name) for name in ("SIGXCPU", "SIGPROF") if hasattr(signal, name)
)

_REPLY = msgspec.msgpack.Decoder(Reply)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An encoded record, or facts that say why there is none."""

    task: Task
    record: bytes = b""
    failure: UnitFacts | None = None


class Reader:
    """A few worker processes, started when first needed and kept until `close`.

    At most `jobs` of them work at a time, whether they read files or follow values.
    """

    def __init__(self, *, jobs: int, packs: Sequence[str] = (), wall: float = WALL_SECONDS) -> None:
        self._jobs = max(1, jobs)
        self._packs = tuple(packs)
        self._wall = wall
        self._idle: list[_Worker] = []
        self._begun = 0
        self._turns = threading.Semaphore(self._jobs)
        self._following: deque[threading.Thread] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        self._wait(0)
        for worker in self._idle:
            worker.stop()
        self._idle.clear()

    def read(self, tasks: Sequence[Task], step: Callable[[], None] = lambda: None) -> list[Outcome]:
        """Read files; outcomes come in the order of the tasks. `step` is called after each."""
        if not tasks:
            return []
        outcomes: list[Outcome | None] = [None] * len(tasks)
        todo: SimpleQueue[int] = SimpleQueue()
        # Largest first, so that no process is left with a giant at the end.
        for index in sorted(range(len(tasks)), key=lambda one: -len(tasks[one].data)):
            todo.put(index)
        done: SimpleQueue[tuple[int, Outcome] | BaseException] = SimpleQueue()
        stop = threading.Event()
        threads = [
            threading.Thread(target=self._drain, args=(tasks, todo, done, stop), daemon=True)
            for _ in range(self._threads_for(tasks))
        ]
        for thread in threads:
            thread.start()
        try:
            for index, outcome in _received(done, len(tasks)):
                outcomes[index] = outcome
                step()
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        return [outcome for outcome in outcomes if outcome is not None]

    def _threads_for(self, tasks: Sequence[Task]) -> int:
        small = sum(len(task.data) for task in tasks) < SMALL_BYTES
        most = max(1, self._begun) if small else self._jobs
        return min(most, self._jobs, len(tasks))

    def follow(
        self,
        records: Sequence[bytes],
        *,
        texts: Mapping[str, str] | None = None,
        foreign: Iterable[str] = (),
    ) -> Future[Trace]:
        """Follow values through the encoded records of one repository, in the background.

        Never fails: where following does, the trace is not complete and names the commands only.
        Waits while `jobs` others are followed, so that no more records are held than of those and
        this. `texts` are small files by path, in which settings and command lines stand.
        """
        future: Future[Trace] = Future()
        task = Follow(
            records=tuple(records), texts=dict(texts or {}), foreign=tuple(sorted(foreign))
        )
        if not records:
            future.set_result(Trace(commands=_commands(task)))
            return future
        self._wait(self._jobs - 1)
        thread = threading.Thread(target=self._follow, args=(task, future), daemon=True)
        self._following.append(thread)
        thread.start()
        return future

    def _wait(self, most: int) -> None:
        """Wait until values are followed through so many repositories at most."""
        while len(self._following) > most:
            try:
                first = self._following.popleft()
            except IndexError:
                return
            first.join()

    def _follow(self, task: Follow, future: Future[Trace]) -> None:
        lost = "the process that did it ended"
        try:
            with self._turns:
                worker = self._healthy()
                reply = worker.follow(task)
                self._rest(worker)
            if reply is not None and reply.record:
                future.set_result(decode_trace(reply.record))
                return
            lost = (reply.reason if reply is not None else worker.died_of_time) or lost
            _log.warning("values could not be followed: %s", lost)
        except Exception:  # noqa: BLE001 - the scan waits for an answer, whatever happens
            _log.warning("values could not be followed", exc_info=True)
        future.set_result(Trace(complete=False, lost=lost, commands=_commands(task)))

    def _drain(
        self,
        tasks: Sequence[Task],
        todo: SimpleQueue[int],
        done: SimpleQueue[tuple[int, Outcome] | BaseException],
        stop: threading.Event,
    ) -> None:
        """Have files read until nothing is left; runs in a thread of its own."""
        try:
            while not stop.is_set():
                with self._turns:
                    try:
                        index = todo.get_nowait()
                    except Empty:
                        break
                    done.put((index, self._read(tasks[index])))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            done.put(error)

    def _read(self, task: Task) -> Outcome:
        worker = self._healthy()
        reply = worker.ask(task)
        if reply is None and worker.died_of_time is None:
            worker = self._healthy()
            reply = worker.ask(task)
        self._rest(worker)
        return _outcome(task, reply, worker)

    def _healthy(self) -> _Worker:
        try:
            return self._idle.pop()
        except IndexError:
            self._begun += 1
            return _Worker(self._packs, self._wall)

    def _rest(self, worker: _Worker) -> None:
        # The watchdog may have given up at the very moment in which the answer came.
        if worker.alive and worker.died_of_time is None:
            self._idle.append(worker)
        else:
            worker.stop()


def _received(
    done: SimpleQueue[tuple[int, Outcome] | BaseException], count: int
) -> Iterator[tuple[int, Outcome]]:
    for _ in range(count):
        item = done.get()
        if isinstance(item, BaseException):
            raise item
        yield item


def _outcome(task: Task, reply: Reply | None, worker: _Worker) -> Outcome:
    if reply is not None and reply.record:
        return Outcome(task=task, record=reply.record)
    if reply is not None:
        return failed(task, UnitStatus(reply.status), reply.reason)
    if worker.died_of_time is not None:
        return failed(task, UnitStatus.TIMED_OUT, worker.died_of_time)
    return failed(task, UnitStatus.CRASHED, "reading it ended the reading process, twice")


def _commands(task: Follow) -> tuple[CommandLine, ...]:
    """The command lines of a repository through which values could not be followed."""
    try:
        units = [decode_head(record).facts for record in task.records]
        theirs = frozenset(task.foreign)
        return find_commands((unit for unit in units if unit.path not in theirs), task.texts)
    except Exception:  # noqa: BLE001 - the scan waits for an answer, whatever happens
        _log.warning("command lines could not be read", exc_info=True)
        return ()


def failed(task: Task, status: UnitStatus, reason: str) -> Outcome:
    """Build the outcome of a file that could not be read."""
    facts = UnitFacts(
        path=task.path,
        blob=task.blob,
        notebook=is_notebook(task.path),
        status=status,
        reason=reason,
    )
    return Outcome(task=task, failure=facts)


class _Worker:
    """One reading process, as the thread that feeds it sees it."""

    def __init__(self, packs: tuple[str, ...], wall: float) -> None:
        self.died_of_time: str | None = None
        self._wall = wall
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed arguments
            [sys.executable, "-P", "-c", _START, str(_root())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        ready = self._exchange(Setup(packs=packs), START_SECONDS)
        if ready is None:
            self.stop()
            raise PackError(
                "the reading process did not start",
                "`portfolio-scan doctor` tells whether LibCST and the heuristics can be imported",
            )

    @property
    def alive(self) -> bool:
        """Whether it can take another file."""
        return self._process.poll() is None

    def ask(self, task: Task) -> Reply | None:
        """Have one file read; None: the process died of it, `died_of_time` may say why."""
        return self._task(task, self._wall, task.path)

    def follow(self, task: Follow) -> Reply | None:
        """Have values followed; None: the process died of it."""
        return self._task(task, FOLLOW_WALL_SECONDS, "following values")

    def _task(self, task: Task | Follow, seconds: float, what: str) -> Reply | None:
        frame = self._exchange(task, seconds)
        if frame is not None:
            return _REPLY.decode(frame)
        self.stop()
        code = self._process.returncode
        if self.died_of_time is None and code is not None and -code in _CPU_SIGNALS:
            self.died_of_time = "it took too much processor time"
        _log.info("a working process ended with %s over %s", code, what)
        return None

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _close(stream)

    def _exchange(self, message: msgspec.Struct, seconds: float) -> bytes | None:
        """Send a message and wait for the answer; a watchdog kills a process that stays silent."""
        sent, received = self._process.stdin, self._process.stdout
        if sent is None or received is None:
            return None
        watchdog = threading.Timer(seconds, self._give_up, (seconds,))
        watchdog.daemon = True
        watchdog.start()
        try:
            write_frame(sent, message)
            return read_frame(received)
        except (BrokenPipeError, OSError, ValueError):
            return None
        finally:
            watchdog.cancel()

    def _give_up(self, seconds: float) -> None:
        self.died_of_time = f"no answer within {seconds:.0f} s"
        self._process.kill()


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        # What was still buffered cannot reach a process that is gone.
        _log.debug("closing a dead pipe", exc_info=True)


def _root() -> Path:
    """Return the folder that holds our packages, for a child started from somewhere else."""
    return Path(portfolio_scan.__file__).resolve().parent.parent


_ALLOCATION = {
    "GLIBC_TUNABLES": "glibc.malloc.mxfast=0",
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_TOP_PAD_": "16777216",
}
"""LibCST's parser allocates and frees millions of small pieces, which makes glibc tidy up all the
time: a tenth of the time of parsing. Other C libraries ignore these names."""


def _environment() -> dict[str, str]:
    """Give the child no token and no working directory on its path."""
    hidden = ("TOKEN", "SECRET", "PASSWORD")
    kept = {k: v for k, v in os.environ.items() if not any(word in k.upper() for word in hidden)}
    return _ALLOCATION | kept | {"PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
