from __future__ import annotations

import configparser
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from portfolio_scan.errors import UsageError
from portfolio_scan.pool.schedule import Scheduler, worded_schedule

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = "portfolio-scan pool rescan --due --quiet"


def test_a_crontab():
    *comments, line = worded_schedule(Scheduler.CRON, "Monday", "06:05").splitlines()
    assert all(one.startswith("#") for one in comments)
    assert line.startswith("5 6 * * mon ")
    assert line.endswith(COMMAND)
    assert "%" not in line  # cron takes it for a new line


def test_units_of_systemd(tmp_path: Path):
    text = worded_schedule(Scheduler.SYSTEMD, "fri", "23:59")
    service, timer = text.split("# ~/.config/systemd/user/portfolio-scan.timer")
    for name, part in (("service", service), ("timer", timer)):
        (tmp_path / f"portfolio-scan.{name}").write_text(part)
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(timer)
    assert read["Timer"]["OnCalendar"] == "Fri *-*-* 23:59:00"
    if analyze := shutil.which("systemd-analyze"):
        when = read["Timer"]["OnCalendar"]
        subprocess.run([analyze, "calendar", when], check=True, capture_output=True)


def test_a_workflow():
    text = worded_schedule(Scheduler.GITHUB_ACTIONS, "sun", "00:30")
    read = yaml.safe_load(text)
    assert read[True]["schedule"] == [{"cron": "30 0 * * sun"}]
    assert read["permissions"] == {}
    (step,) = read["jobs"]["rescan"]["steps"]
    assert step["run"].endswith(COMMAND)
    assert step["env"]["GH_TOKEN"] == "${{ secrets.PORTFOLIO_SCAN_TOKEN }}"  # noqa: S105


def test_a_cron_job():
    read = yaml.safe_load(worded_schedule(Scheduler.KUBERNETES, "tue", "09:00"))
    assert (read["kind"], read["spec"]["schedule"]) == ("CronJob", "0 9 * * tue")
    assert read["spec"]["concurrencyPolicy"] == "Forbid"
    (container,) = read["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert " ".join(container["args"]) == COMMAND


@pytest.mark.parametrize(
    ("day", "time"), [("1", "06:00"), ("", "06:00"), ("mon", "6"), ("mon", "24:00"), ("mon", "6:0")]
)
@pytest.mark.parametrize("scheduler", Scheduler)
def test_numbers_of_days_and_odd_times_are_refused(scheduler: Scheduler, day: str, time: str):
    with pytest.raises(UsageError):
        worded_schedule(scheduler, day, time)
