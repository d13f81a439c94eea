"""Runs at fixed times: when, what each does, how they fail and how they end. Nothing waits."""

from __future__ import annotations

import builtins
import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from mail_server import serve
from site_pool import fill

from portfolio_scan.cli import pool_runs
from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode, NetworkFailure, RateLimited, UsageError
from portfolio_scan.pool.report import RunReport
from portfolio_scan.pool.schedule_run import (
    Ended,
    Stop,
    Stoppable,
    next_time,
    period,
    read_timezone,
    read_trigger,
    run_scheduled,
)
from portfolio_scan.storage import Kind, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

BERLIN = ZoneInfo("Europe/Berlin")
TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ456789"  # noqa: S105 - nobody's


def when(instant: datetime | None) -> str:
    assert instant is not None
    return instant.strftime("%a %Y-%m-%d %H:%M %Z")


def weekly(cron: str = "0 6 * * mon") -> Any:
    return read_trigger(cron, "mon", "06:00", BERLIN)


def test_mondays_are_mondays():
    saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert when(next_time(weekly(), saturday)) == "Mon 2026-11-23 06:00 CET"
    assert when(next_time(read_trigger(None, "Sunday", "23:30", BERLIN), saturday)) == (
        "Sun 2026-11-22 23:30 CET"
    )
    # What the library makes of the number, and why numbers are refused.
    number = CronTrigger.from_crontab("0 6 * * 1", timezone=BERLIN)
    assert when(next_time(number, saturday)) == "Tue 2026-11-24 06:00 CET"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Mon 2027-03-22 06:00 CET", "Mon 2027-03-29 06:00 CEST"),
        ("Mon 2026-10-19 06:00 CEST", "Mon 2026-10-26 06:00 CET"),
    ],
)
def test_six_stays_six_when_the_clocks_change(before: str, after: str):
    first = next_time(weekly(), datetime.strptime(before[4:14], "%Y-%m-%d").replace(tzinfo=BERLIN))
    assert when(first) == before
    assert first is not None
    assert when(next_time(weekly(), first)) == after
    second = next_time(weekly(), first)
    assert second is not None
    hours = (second.astimezone(UTC) - first.astimezone(UTC)) / timedelta(hours=1)
    assert hours == (167 if "03-29" in after else 169)


def test_an_hour_that_does_not_exist_or_comes_twice_is_one_run_a_day():
    trigger = read_trigger("30 2 * * sun", "", "", BERLIN)
    spring = next_time(trigger, datetime(2027, 3, 27, 12, tzinfo=UTC))
    assert spring is not None
    assert spring.astimezone(UTC) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    autumn = next_time(trigger, datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert autumn is not None
    assert autumn.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    # The library by itself would give half past two of the second time, for ever.
    for following in (
        next_time(trigger, autumn),
        next_time(trigger, autumn.astimezone(UTC) + timedelta(hours=1)),
        trigger.get_next_fire_time(autumn, autumn + timedelta(hours=3)),
    ):
        assert following is not None
        assert following.astimezone(UTC) == datetime(2026, 11, 1, 1, 30, tzinfo=UTC)


def test_times_that_were_missed_are_given_one_after_the_other():
    """The scheduler asks for them, to do them once."""
    trigger = weekly("0 6 * * *")
    first = datetime(2026, 11, 20, 6, tzinfo=BERLIN)
    assert when(trigger.get_next_fire_time(first, first + timedelta(days=9))) == (
        "Sat 2026-11-21 06:00 CET"
    )


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("0 6 * * 1", "given by their names"),
        ("0 6 * * mon,3", "given by their names"),
        ("0 6 * * 0-5", "given by their names"),
        ("0 6 * *", "5 fields"),
        ("", "5 fields"),
        ("0 25 * * mon", "cannot be read"),
        ("0 6 * * sat-mon", "cannot be read"),
        ("0 6 * * moon", "cannot be read"),
        ("0 6 31 2 *", "never comes"),
    ],
)
def test_times_that_are_refused(cron: str, told: str):
    with pytest.raises(UsageError, match=told):
        weekly(cron)


def test_time_zones():
    assert read_timezone("Europe/Berlin") == BERLIN
    assert read_timezone(None) is not None
    for name in ("Mars/Olympus", "", "../../etc/passwd", "/etc/localtime", "a\x00b"):
        with pytest.raises(UsageError, match="no time zone"):
            read_timezone(name)


def test_the_time_between_runs():
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert period(weekly(), now) == timedelta(days=7)
    assert period(weekly("0 6 * * *"), now) == timedelta(days=1)


class Fired:
    """Something to do at fixed times; after so many times the program is asked to end."""

    def __init__(self, stop: Stop, *, times: int, number: int = signal.SIGTERM) -> None:
        self.stop = stop
        self.times = times
        self.number = number
        self.done: list[datetime] = []
        self.again: list[datetime | None] = []
        self.threads: set[str] = set()

    def __call__(self) -> datetime | None:
        self.done.append(datetime.now(UTC))
        self.threads.add(threading.current_thread().name)
        if len(self.done) >= self.times:
            os.kill(os.getpid(), self.number)
        return self.again.pop(0) if self.again else None


def now() -> datetime:
    return datetime.now(UTC)


def go(trigger: Any, fired: Callable[[], datetime | None], stop: Stop, told: list[str]) -> None:
    run_scheduled(trigger, fired, stop, zone=UTC, tell=told.append, clock=now)


def test_it_fires_in_the_main_thread_until_it_is_asked_to_end():
    told: list[str] = []
    stop = Stop(told.append)
    fired = Fired(stop, times=2)
    go(CronTrigger(second="*", timezone=UTC), fired, stop, told)
    assert len(fired.done) == 2
    assert fired.threads == {"MainThread"}
    assert stop.asked is signal.SIGTERM
    assert told[0].startswith("next run: ")
    assert "ends after this member" in told[-1]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_it_ends_at_once_while_it_waits():
    told: list[str] = []
    stop = Stop(told.append)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    go(weekly(), lambda: pytest.fail("not due"), stop, told)
    timer.join()
    assert stop.asked is signal.SIGINT


def test_a_second_time_it_ends_at_once():
    stop = Stop(lambda _: None)

    def fire() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
        pytest.fail("goes on")

    with pytest.raises(KeyboardInterrupt):
        go(CronTrigger(second="*", timezone=UTC), fire, stop, [])


def test_after_a_limit_it_goes_on_when_the_limit_is_over(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portfolio_scan.pool.schedule_run.AFTER_RESET", timedelta(seconds=0.1))
    told: list[str] = []
    stop = Stop(told.append)
    fired = Fired(stop, times=2)
    fired.again = [now() + timedelta(seconds=0.2)]
    go(_Times(now() + timedelta(seconds=0.1)), fired, stop, told)
    assert len(fired.done) == 2
    assert "goes on at" in told[1]
    assert told[2].startswith("next run: ")


def test_a_limit_that_ends_after_the_next_run_is_left_to_that_run():
    told: list[str] = []
    stop = Stop(told.append)
    fired = Fired(stop, times=2)
    fired.again = [now() + timedelta(days=1)]
    start = now()
    go(_Times(start + timedelta(seconds=0.1), start + timedelta(seconds=0.6)), fired, stop, told)
    assert len(fired.done) == 2
    assert not any("goes on at" in one for one in told)


class _Times(DateTrigger):  # type: ignore[misc]
    """Certain instants, one after the other."""

    def __init__(self, *instants: datetime) -> None:
        super().__init__(instants[0], UTC)
        self.instants = (*instants, instants[-1] + timedelta(days=365))

    def get_next_fire_time(self, previous: datetime | None, at: datetime) -> datetime | None:
        return next((one for one in self.instants if one >= at and one != previous), None)


def test_a_run_ends_between_members():
    stop = Stop(lambda _: None)
    seen: list[str] = []

    class Display:
        def stage(self, text: str, total: int | None = None) -> None:
            seen.append(f"{text} {total}")

        def step(self) -> None:
            seen.append("step")

    progress = Stoppable(Display(), stop)
    progress.stage("Looking", 3)
    progress.step()
    stop.asked = signal.SIGTERM
    with pytest.raises(Ended):
        progress.step()
    assert seen == ["Looking 3", "step", "step"]


# The command


@pytest.fixture
def pool_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pool that GitHub need not be asked about."""
    file = tmp_path / "pool.sqlite"
    with open_store(str(file)) as store:
        fill(store, 2)
    monkeypatch.setenv("PORTFOLIO_SCAN_POOL", str(file))
    monkeypatch.setenv("PORTFOLIO_SCAN_OUTBOX", str(tmp_path / "outbox"))
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.chdir(tmp_path)
    return file


@pytest.fixture
def reports(pool_file: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What runs report, one after the other, in place of runs; or what they raise."""
    del pool_file
    given: list[Any] = []

    def look_again(store: Any, progress: Any, **options: Any) -> RunReport:
        del store
        progress.stage("Looking at members", 1)
        progress.step()
        one: Any = given.pop(0) if given else RunReport(run="r")
        if isinstance(one, BaseException):
            raise one
        given.append(options)
        return one  # type: ignore[no-any-return]

    monkeypatch.setattr(pool_runs, "look_again", look_again)
    return given


def schedule(*arguments: str) -> int:
    return run(["schedule", "run", *arguments])


def test_once_now_looks_writes_the_site_and_sends_the_digest(
    reports: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    looked = RunReport(run="r")
    looked.outcomes[Kind.UNCHANGED] = 2
    reports.append(looked)
    with serve() as inbox:
        code = schedule(
            "--once-now", "--site", str(tmp_path / "site"), "--title", "Engineers",
            "--digest-to", "hiring@example.net", "--digest-from", "pool@example.net",
            "--smtp-url", f"smtp://127.0.0.1:{inbox.port}", "--cron", "0 6 1 1 *",
            "--", "--every", "3", "--reserve", "9",
        )  # fmt: skip
    assert code == ExitCode.DONE
    said = capsys.readouterr()
    assert said.out.startswith("2 unchanged; 0 new versions")
    assert "2 of 2 dossiers written" in said.err
    assert (tmp_path / "site" / "index.html").is_file()
    assert len(inbox.messages) == 1
    assert TOKEN not in said.out + said.err
    (options,) = reports
    assert (options["every"], options["reserve"], options["everyone"]) == (3, 9, False)


def test_a_run_that_a_limit_ended_sends_no_digest_yet(
    reports: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    resets = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    reports.append(
        RunReport(run="r", stopped=RateLimited("the budget is used up", resets_at=resets))
    )
    with serve() as inbox:
        code = schedule(
            "--once-now", "--site", str(tmp_path / "site"),
            "--digest-to", "hiring@example.net", "--digest-from", "pool@example.net",
            "--smtp-url", f"smtp://127.0.0.1:{inbox.port}",
        )  # fmt: skip
    assert code == ExitCode.TRY_LATER
    assert inbox.messages == []
    assert (tmp_path / "site" / "index.html").is_file()
    assert "The budget is used up." in capsys.readouterr().err


@pytest.mark.parametrize("failure", [NetworkFailure("no connection"), ZeroDivisionError("x")])
def test_what_fails_does_not_end_it(
    reports: list[Any], failure: Exception, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    reports.append(failure)
    code = schedule("--once-now", "--site", str(tmp_path / "site"))
    assert code in {ExitCode.PARTIAL, ExitCode.FAILED}
    assert (tmp_path / "site" / "index.html").is_file()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, ExitCode.DONE), (signal.SIGINT, ExitCode.INTERRUPTED)]
)
def test_the_exit_code_tells_how_it_ended(
    reports: list[Any], number: int, code: ExitCode, capsys: pytest.CaptureFixture[str]
):
    del reports
    timer = threading.Timer(0.5, os.kill, (os.getpid(), number))
    timer.start()
    assert schedule("--timezone", "Europe/Berlin") == code
    timer.join()
    said = capsys.readouterr().err
    assert "next run: Mon 20" in said
    assert said.rstrip().endswith(f"ended ({signal.Signals(number).name})")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--cron", "0 6 * * 1"], "given by their names"),
        (["--cron", "0 6 * * mon", "--day", "tue"], "--cron says day and time already"),
        (["--day", "1"], "given by its name"),
        (["--time", "6"], "no time of day"),
        (["--timezone", "Nowhere"], "no time zone"),
        (["--digest-to", "a@example.net"], "--digest-to, --digest-from and --smtp-url"),
        (["--blind-table", "t.sqlite"], "--blind-table goes with --blind"),
        (["--", "--due", "--all"], "Say which members"),
        (["--", "--nonsense"], "No such option"),
    ],
)
def test_what_is_refused_before_any_waiting(
    reports: list[Any], arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
):
    del reports
    assert schedule(*arguments) == ExitCode.USAGE
    assert told in capsys.readouterr().err


def test_a_folder_of_something_else_is_told_at_the_start(
    reports: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    del reports
    (tmp_path / "thesis.tex").write_text("mine")
    assert schedule("--site", str(tmp_path)) == ExitCode.USAGE
    assert "holds files of something else" in capsys.readouterr().err


def test_without_a_token_it_does_not_wait_for_monday(
    pool_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    del pool_file
    monkeypatch.setattr("portfolio_scan.source.github.token._ask_gh", lambda *_: None)
    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert schedule() == ExitCode.TRY_LATER
    assert "token" in capsys.readouterr().err


def test_without_the_library_it_says_how_to_get_it(
    pool_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    del pool_file
    imported = builtins.__import__

    def without(name: str, *arguments: Any, **keywords: Any) -> Any:
        if name.startswith("apscheduler"):
            raise ImportError(name)
        return imported(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without)
    assert schedule() == ExitCode.USAGE
    assert 'pip install "portfolio-scan[schedule]"' in capsys.readouterr().err


@pytest.mark.double
def test_a_real_run(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PORTFOLIO_SCAN_POOL", str(tmp_path / "pool.sqlite"))
    monkeypatch.setenv("PORTFOLIO_SCAN_PACKS", "none")
    monkeypatch.setenv("GH_TOKEN", "ghp_double")
    world.add("ada", "alpha")
    world.start()
    at = ("--github-url", world.url)
    added = run(["pool", "add", "ada", "--basis", "application", "--purpose", "ML", *at])
    assert added == ExitCode.DONE
    folder = tmp_path / "site"
    assert schedule("--once-now", "--site", str(folder), "--", *at, "-j", "1") == ExitCode.DONE
    said = capsys.readouterr()
    assert "1 scanned; 1 new version" in said.out
    assert "ghp_double" not in said.out + said.err
    (page,) = (folder / "members").iterdir()
    assert "alpha" in page.read_text("utf-8")
