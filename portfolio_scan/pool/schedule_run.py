"""A run over the pool at fixed times, for as long as this program is in the foreground.

APScheduler tells the times; what is done then is `fire`. It is done in the main thread, one at a
time: what came due meanwhile is done once afterwards. Asked to end, the program finishes the member
it is reading.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from portfolio_scan.errors import UsageError
from portfolio_scan.pool.schedule import DAYS, read_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import tzinfo
    from types import FrameType

    from portfolio_scan.analysis.progress import Progress

AFTER_RESET: Final = timedelta(seconds=10)
"""Waited beyond the instant at which GitHub gives a new budget: clocks differ."""
_FIELDS: Final = 5
_MAIN: Final = "run"
_AGAIN: Final = "again"
_HINT: Final = "For example: --cron '0 6 * * mon' for six o'clock on Mondays."
_INSTALL: Final = 'Install it with: pip install "portfolio-scan[schedule]"'


class Ended(KeyboardInterrupt):
    """The program was asked to end, and what it was doing has come to a good place for that."""


class Stop:
    """Whether the program was asked to end."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.asked: signal.Signals | None = None
        self.waiting: Callable[[], None] | None = None
        """Ends the wait for the next run; None: a run is going on."""
        self._tell = tell

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen to SIGTERM and to Ctrl-C; asked a second time, the program ends at once."""
        numbers = (signal.SIGTERM, signal.SIGINT)
        before = {one: signal.signal(one, self._ask) for one in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def check(self) -> None:
        """Raise Ended where the program was asked to end."""
        if self.asked is not None:
            raise Ended

    def _ask(self, number: int, frame: FrameType | None) -> None:
        del frame
        again = self.asked is not None
        self.asked = signal.Signals(number)
        if self.waiting is not None:
            self.waiting()
        elif again:
            raise KeyboardInterrupt
        else:
            self._tell("ends after this member; ask again to end at once")


class Stoppable:
    """A progress display that ends the run between two members when it is asked to."""

    def __init__(self, inner: Progress, stop: Stop) -> None:
        self._inner = inner
        self._stop = stop

    def stage(self, text: str, total: int | None = None) -> None:
        """Pass it on, unless it is time to end."""
        self._stop.check()
        self._inner.stage(text, total)

    def step(self) -> None:
        """Pass it on; a step is over, so this is a good place to end."""
        self._inner.step()
        self._stop.check()


def read_timezone(name: str | None) -> tzinfo:
    """Give a time zone by name, this machine's without one. Raises UsageError."""
    if name is None:
        _apscheduler()
        from tzlocal import get_localzone  # noqa: PLC0415 - comes with APScheduler

        return get_localzone()
    try:
        return ZoneInfo(name.strip())
    except (KeyError, ValueError, OSError) as error:
        hint = "Give a name such as Europe/Berlin or UTC."
        raise UsageError(f"{name[:60]!r} is no time zone", hint) from error


def read_trigger(cron: str | None, day: str, time: str, zone: tzinfo) -> Any:
    """Give the times of the runs: of a line as in a crontab, or of a day and a time of it.

    Raises UsageError, for days of the week that are numbers too: cron counts from Sunday and
    APScheduler from Monday, so that `0 6 * * 1` would run on Tuesdays.
    """
    trigger = _apscheduler().triggers.cron.CronTrigger
    if cron is None:
        name = day.strip().lower()[:3]
        if name not in DAYS:
            raise UsageError("the day of the week is given by its name", f"One of {_days()}.")
        hour, minute = read_time(time)
        cron = f"{minute} {hour} * * {name}"
    fields = cron.lower().split()
    if len(fields) != _FIELDS:
        message = f"a line of cron has {_FIELDS} fields, and {cron[:60]!r} has {len(fields)}"
        raise UsageError(message, _HINT)
    if any(sign.isdigit() for sign in fields[-1]):
        raise UsageError(
            "days of the week are given by their names: 1 is Monday to cron and Tuesday to the "
            "library that runs this",
            f"Write mon for Monday, or mon-fri; there are {_days()}.",
        )
    try:
        found = trigger.from_crontab(" ".join(fields), timezone=zone)
    except ValueError as error:
        raise UsageError(f"{cron[:60]!r} cannot be read: {error}", _HINT) from error
    if next_time(found, datetime.now(UTC)) is None:
        raise UsageError(f"{cron[:60]!r} never comes", _HINT)
    return found


def next_time(trigger: Any, now: datetime) -> datetime | None:
    """Give the first time after an instant."""
    found: datetime | None = trigger.get_next_fire_time(None, now + timedelta(microseconds=1))
    return found


def period(trigger: Any, now: datetime) -> timedelta:
    """Give the time between the next two runs."""
    first = next_time(trigger, now)
    second = next_time(trigger, first) if first is not None else None
    return second - first if first is not None and second is not None else timedelta(days=7)


def worded_time(instant: datetime, zone: tzinfo) -> str:
    """`Mon 2026-11-23 06:00 CET`."""
    return f"{instant.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


def run_scheduled(
    trigger: Any,
    fire: Callable[[], datetime | None],
    stop: Stop,
    *,
    zone: tzinfo,
    tell: Callable[[str], None],
    clock: Callable[[], datetime],
) -> None:
    """Do `fire` at the times of `trigger` until the program is asked to end.

    What `fire` gives is when to try again, or None; it is tried then if that is before the next
    time anyway. `fire` must not raise anything but Ended and KeyboardInterrupt; either ends it.
    """
    library = _apscheduler()
    scheduler = library.schedulers.blocking.BlockingScheduler(
        timezone=zone,
        executors={"default": library.executors.debug.DebugExecutor()},
        # Whatever came due while a run went on, or the machine slept, is done once.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    ended: list[KeyboardInterrupt] = []

    def end() -> None:
        with suppress(library.schedulers.SchedulerNotRunningError):
            scheduler.shutdown(wait=False)

    def end_soon() -> None:
        # Not here: the main thread may hold the very lock that this would wait for.
        Thread(target=end, daemon=True).start()

    def end_if_asked(_: object = None) -> None:
        if stop.asked is not None:
            end_soon()

    def run() -> None:
        stop.waiting = None
        try:
            stop.check()
            again = fire()
            stop.check()
        except KeyboardInterrupt as error:
            ended.append(error)
            end_soon()
            return
        now = clock()
        following = next_time(trigger, now)
        tried = again is not None and (following is None or again + AFTER_RESET < following)
        if again is not None and tried:
            scheduler.add_job(
                run, "date", run_date=max(again + AFTER_RESET, now), id=_AGAIN,
                replace_existing=True,
            )  # fmt: skip
            tell(f"goes on at {worded_time(again + AFTER_RESET, zone)}, when the limit is over")
        elif scheduler.get_job(_AGAIN) is not None:
            scheduler.remove_job(_AGAIN)
        if following is not None:
            tell(f"next run: {worded_time(following, zone)}")
        stop.waiting = end_soon
        end_if_asked()

    scheduler.add_listener(end_if_asked, library.events.EVENT_SCHEDULER_STARTED)
    scheduler.add_job(run, trigger, id=_MAIN)
    first = next_time(trigger, clock())
    if first is not None:
        tell(f"next run: {worded_time(first, zone)}")
    stop.waiting = end_soon
    with stop.listening():
        try:
            scheduler.start()
        except library.jobstores.base.JobLookupError:
            # Asked to end in the run after a limit, it looks for that run among others.
            if stop.asked is None:
                raise
    if ended and not isinstance(ended[0], Ended):
        raise ended[0]


def _days() -> str:
    return ", ".join(DAYS)


def _apscheduler() -> Any:
    """Load the library. Raises UsageError where it is not installed."""
    try:
        import apscheduler  # noqa: PLC0415 - not needed for --help, nor installed everywhere
        import apscheduler.events  # noqa: PLC0415
        import apscheduler.executors.debug  # noqa: PLC0415
        import apscheduler.jobstores.base  # noqa: PLC0415
        import apscheduler.schedulers.blocking  # noqa: PLC0415
        import apscheduler.triggers.cron  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("`schedule run` needs APScheduler", _INSTALL) from error
    return apscheduler
