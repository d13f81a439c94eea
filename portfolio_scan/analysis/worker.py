"""The program of a working process: files come in on standard input, records go out.

A process of its own, because LibCST can be killed by what it reads. It never sees the network, a
token or a path on disk: only bytes. It also follows values through the records of a repository,
so that one repository is followed while the next one is read.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, BinaryIO

import libcst as cst
import msgspec

from portfolio_scan.analysis.frames import (
    Follow,
    Reply,
    Setup,
    Task,
    encode_trace,
    read_frame,
    write_frame,
)
from portfolio_scan.analysis.registry import Rules, load_rules
from portfolio_scan.flow import trace_repository
from portfolio_scan.model import UnitStatus
from portfolio_scan.parsing.unit import decode_record, encode_record, read_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    import resource
except ImportError:  # no such limits on Windows; the parent's patience remains
    resource = None  # type: ignore[assignment]

CPU_SECONDS = 5.0
"""Processor time for one file, after which Python code in it is stopped."""
FOLLOW_SECONDS = 60.0
"""Processor time for following the values of one repository; its steps are bounded besides."""
KILL_SECONDS = 10
"""Processor time beyond which the kernel ends the process: native code hears nothing else."""
MEMORY_BYTES = 3 * 1024**3
_COLLECT_EVERY = 200


class _OutOfTime(BaseException):
    """The file took too long; a BaseException, so that no reader's `except Exception` eats it."""


def main() -> None:
    """Serve until standard input ends."""
    source = sys.stdin.buffer
    # Whatever prints must not get between the frames.
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with open(os.devnull, "w", encoding="utf-8") as silence:  # noqa: PTH123 - a device, no path
        os.dup2(silence.fileno(), sys.stdout.fileno())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _limit_memory()
        _trust_the_parser()
        _serve(source, target)


def _serve(source: BinaryIO, target: BinaryIO) -> None:
    first = read_frame(source)
    if first is None:
        return
    rules = load_rules(msgspec.msgpack.decode(first, type=Setup).packs)
    write_frame(target, Reply())
    # Syntax trees hold no cycles, so that looking for some costs a tenth of the time and finds
    # nothing; what is left over of errors and of followed values is collected now and then.
    gc.freeze()
    gc.disable()
    decoder = msgspec.msgpack.Decoder(Task | Follow)
    for number, frame in enumerate(_frames(source), start=1):
        task = decoder.decode(frame)
        if isinstance(task, Follow):
            reply = _follow(task, rules)
            gc.collect()
        else:
            reply = _read(task, rules)
        write_frame(target, reply)
        if number % _COLLECT_EVERY == 0:
            gc.collect()


def _read(task: Task, rules: Rules) -> Reply:
    try:
        with _Deadline(CPU_SECONDS):
            record = read_unit(task.path, task.blob, task.data, rules.heuristics)
            return Reply(record=encode_record(record))
    except _OutOfTime:
        return Reply(
            status=UnitStatus.TIMED_OUT,
            reason=f"reading it took more than {CPU_SECONDS:.0f} s of processor time",
        )
    except RecursionError:
        return Reply(status=UnitStatus.TOO_DEEP, reason="nests deeper than can be followed")
    except MemoryError:
        return Reply(status=UnitStatus.TOO_LARGE, reason="needs too much memory to be read")
    except Exception as error:  # noqa: BLE001 - one file must never end the reading of others
        return Reply(
            status=UnitStatus.CRASHED, reason=f"the reader failed ({type(error).__name__})"
        )


def _follow(task: Follow, rules: Rules) -> Reply:
    """Follow values; what fails here is a trail that ends, not a scan."""
    try:
        with _Deadline(FOLLOW_SECONDS):
            records = [decode_record(record) for record in task.records]
            foreign = frozenset(task.foreign)
            trace = trace_repository(records, rules.catalogue, texts=task.texts, foreign=foreign)
            return Reply(record=encode_trace(trace))
    except _OutOfTime:
        return Reply(reason=f"it took more than {FOLLOW_SECONDS:.0f} s of processor time")
    except Exception as error:  # noqa: BLE001 - hostile code may find a way; the facts remain
        return Reply(reason=f"the engine failed ({type(error).__name__})")


def _frames(source: BinaryIO) -> Iterator[bytes]:
    while (frame := read_frame(source)) is not None:
        yield frame


def _trust_the_parser() -> None:
    """Stop LibCST from validating every node it makes, which is an eighth of the time of parsing.

    The checks are for trees that are put together by hand. Those of the native parser are sound,
    and nothing in this process makes others.
    """
    cst.CSTNode.__post_init__ = _nothing  # type: ignore[assignment,method-assign]


def _nothing(_: cst.CSTNode) -> None:
    pass


def _limit_memory() -> None:
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


class _Deadline:
    """Limits the processor time of one task; processor time, for other programs may be busy."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        if resource is None:
            return
        signal.signal(signal.SIGPROF, _stop)
        signal.setitimer(signal.ITIMER_PROF, self._seconds)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        spare = self._seconds - CPU_SECONDS + KILL_SECONDS
        limit = int(usage.ru_utime + usage.ru_stime + spare) + 1
        if hard == resource.RLIM_INFINITY or limit < hard:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))

    def __exit__(self, *_: object) -> None:
        if resource is not None:
            signal.setitimer(signal.ITIMER_PROF, 0)


def _stop(*_: object) -> None:
    raise _OutOfTime
