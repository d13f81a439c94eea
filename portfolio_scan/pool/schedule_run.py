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
_STEP: Final = timedelta(microseconds=1)
_HOUR: Final = timedelta(hours=1)
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

        zone: tzinfo = get_localzone()
        return zone
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
        found = _once_each(trigger.from_crontab(" ".join(fields), timezone=zone))
    except ValueError as error:
        raise UsageError(f"{cron[:60]!r} cannot be read: {error}", _HINT) from error
    if next_time(found, datetime.now(UTC)) is None:
        raise UsageError(f"{cron[:60]!r} never comes", _HINT)
    return found


def next_time(trigger: Any, now: datetime) -> datetime | None:
    """Give the first time after an instant."""
    found: datetime | None = trigger.get_next_fire_time(None, now + timedelta(microseconds=1))
    return found


def _once_each(cron: Any) -> Any:
    """Give times that come once each.

    In the hour that comes twice when the clocks go back, APScheduler 3.11 gives the second time for
    ever, so that a run would begin again as soon as it ends.
    """

    class OnceEach(_apscheduler().triggers.base.BaseTrigger):  # type: ignore[misc]
        def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
            start = now.astimezone(UTC) if previous is None else previous.astimezone(UTC) + _STEP
            wanted = start
            while True:
                found: datetime | None = cron.get_next_fire_time(None, start)
                if found is None or (not found.fold and found.astimezone(UTC) >= wanted):
                    return found
                start += _HOUR

    return OnceEach()


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
    _Foreground(trigger, fire, stop, zone=zone, tell=tell, clock=clock).go()


class _Foreground:
    """A scheduler that does one thing in the main thread."""

    def __init__(
        self,
        trigger: Any,
        fire: Callable[[], datetime | None],
        stop: Stop,
        *,
        zone: tzinfo,
        tell: Callable[[str], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._library = _apscheduler()
        self._scheduler = self._library.schedulers.blocking.BlockingScheduler(
            timezone=zone,
            executors={"default": self._library.executors.debug.DebugExecutor()},
            # Whatever came due while a run went on, or the machine slept, is done once.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._trigger = trigger
        self._fire = fire
        self._stop = stop
        self._zone = zone
        self._tell = tell
        self._clock = clock
        self._interrupted: KeyboardInterrupt | None = None

    def go(self) -> None:
        """Wait and fire until the program is asked to end."""
        started = self._library.events.EVENT_SCHEDULER_STARTED
        self._scheduler.add_listener(lambda _: self._end_if_asked(), started)
        self._scheduler.add_job(self._run, self._trigger, id=_MAIN)
        self._tell_next(next_time(self._trigger, self._clock()))
        self._stop.waiting = self._end_soon
        with self._stop.listening():
            try:
                self._scheduler.start()
            except self._library.jobstores.base.JobLookupError:
                # Asked to end in the run after a limit, it looks for that run among others.
                if self._stop.asked is None:
                    raise
        if self._interrupted is not None and not isinstance(self._interrupted, Ended):
            raise self._interrupted

    def _run(self) -> None:
        self._stop.waiting = None
        try:
            self._stop.check()
            again = self._fire()
            self._stop.check()
        except KeyboardInterrupt as error:
            self._interrupted = error
            self._end_soon()
            return
        following = next_time(self._trigger, self._clock())
        self._plan_again(again, following)
        self._tell_next(following)
        self._stop.waiting = self._end_soon
        self._end_if_asked()

    def _plan_again(self, again: datetime | None, following: datetime | None) -> None:
        """Have it done once more when a limit is over, unless it is done soon anyway."""
        at = None if again is None else max(again + AFTER_RESET, self._clock())
        if at is not None and (following is None or at < following):
            self._scheduler.add_job(
                self._run, "date", run_date=at, id=_AGAIN, replace_existing=True
            )
            self._tell(f"goes on at {worded_time(at, self._zone)}, when the limit is over")
        elif self._scheduler.get_job(_AGAIN) is not None:
            self._scheduler.remove_job(_AGAIN)

    def _tell_next(self, following: datetime | None) -> None:
        if following is not None:
            self._tell(f"next run: {worded_time(following, self._zone)}")

    def _end_if_asked(self) -> None:
        if self._stop.asked is not None:
            self._end_soon()

    def _end_soon(self) -> None:
        # Not here: the main thread may hold the very lock that this would wait for.
        Thread(target=self._end, daemon=True).start()

    def _end(self) -> None:
        with suppress(self._library.schedulers.SchedulerNotRunningError):
            self._scheduler.shutdown(wait=False)


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
        import apscheduler.triggers.base  # noqa: PLC0415
        import apscheduler.triggers.cron  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("`schedule run` needs APScheduler", _INSTALL) from error
    return apscheduler
