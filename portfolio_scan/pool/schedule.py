"""What to hand to a scheduler so that the pool is looked at every week. There is no daemon.

`pool rescan --due` may run as often as one likes: it looks only at who is due. Neither the token
nor the address of a database stands in what is printed, since both may be secret.
"""

from __future__ import annotations

import re
from enum import StrEnum

from portfolio_scan.errors import UsageError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class Scheduler(StrEnum):
    """Who is to start the run."""

    CRON = "cron"
    SYSTEMD = "systemd"
    GITHUB_ACTIONS = "github-actions"
    KUBERNETES = "kubernetes"


_CRON = """\
# portfolio-scan: look at who is due, every {day} at {hour}:{minute} of this machine's time.
# Put GH_TOKEN=... and, for PostgreSQL, PORTFOLIO_SCAN_POOL=... into ~/.config/portfolio-scan/env
# (chmod 600). Add this with: crontab -e
{minute} {hour} * * {day} . "$HOME/.config/portfolio-scan/env" && export GH_TOKEN PORTFOLIO_SCAN_POOL && portfolio-scan pool rescan --due --quiet
"""  # noqa: E501 - a line of a crontab cannot be broken
_SYSTEMD = """\
# ~/.config/systemd/user/portfolio-scan.service
[Unit]
Description=Look at the members of the talent pool who are due
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
# GH_TOKEN=... and, for PostgreSQL, PORTFOLIO_SCAN_POOL=...; chmod 600
EnvironmentFile=%h/.config/portfolio-scan/env
ExecStart=/usr/bin/env portfolio-scan pool rescan --due --quiet
# 4: something could not be read, 5: a limit; both are tried again next time.
SuccessExitStatus=4 5
NoNewPrivileges=true
PrivateTmp=true
UMask=0077

# ~/.config/systemd/user/portfolio-scan.timer
# Start it with: systemctl --user enable --now portfolio-scan.timer
[Unit]
Description=Look at the talent pool every week

[Timer]
OnCalendar={Day} *-*-* {hour}:{minute}:00
Persistent=true
RandomizedDelaySec=10min

[Install]
WantedBy=timers.target
"""
_GITHUB_ACTIONS = """\
# .github/workflows/portfolio-scan.yml, in a private repository: logs name the members.
# Secrets: PORTFOLIO_SCAN_TOKEN (a token of your own; that of Actions allows 1,000 requests an hour)
# and PORTFOLIO_SCAN_POOL (a PostgreSQL address: a runner keeps no files).
name: portfolio-scan
on:
  schedule:
    - cron: "{minute} {hour} * * {day}"  # UTC
  workflow_dispatch:
permissions: {{}}
concurrency: portfolio-scan
jobs:
  rescan:
    runs-on: ubuntu-latest
    timeout-minutes: 350
    steps:
      - run: pipx run --spec "portfolio-scan[postgres]" portfolio-scan pool rescan --due --quiet
        env:
          GH_TOKEN: ${{{{ secrets.PORTFOLIO_SCAN_TOKEN }}}}
          PORTFOLIO_SCAN_POOL: ${{{{ secrets.PORTFOLIO_SCAN_POOL }}}}
"""
_KUBERNETES = """\
# kubectl create secret generic portfolio-scan --from-literal=GH_TOKEN=... \\
#   --from-literal=PORTFOLIO_SCAN_POOL=postgresql+psycopg://...
# Put in the image that you built: pip install "portfolio-scan[postgres]"
apiVersion: batch/v1
kind: CronJob
metadata:
  name: portfolio-scan
spec:
  schedule: "{minute} {hour} * * {day}"
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 0
      activeDeadlineSeconds: 21600
      template:
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          containers:
            - name: portfolio-scan
              image: YOUR-REGISTRY/portfolio-scan:VERSION
              args: ["portfolio-scan", "pool", "rescan", "--due", "--quiet"]
              envFrom:
                - secretRef:
                    name: portfolio-scan
              resources:
                requests: {{cpu: "1", memory: 1Gi}}
                limits: {{memory: 2Gi}}
              securityContext:
                runAsNonRoot: true
                allowPrivilegeEscalation: false
"""
_TEXTS = {
    Scheduler.CRON: _CRON,
    Scheduler.SYSTEMD: _SYSTEMD,
    Scheduler.GITHUB_ACTIONS: _GITHUB_ACTIONS,
    Scheduler.KUBERNETES: _KUBERNETES,
}


def worded_schedule(scheduler: Scheduler, day: str, time: str) -> str:
    """Write what a scheduler needs for a run every week. Raises UsageError.

    The day is a name: schedulers do not agree which day is number 1.
    """
    day = day.strip().lower()[:3]
    if day not in DAYS:
        hint = f"Give one of {', '.join(DAYS)}; numbers mean different days to different programs."
        raise UsageError("the day of the week is given by its name", hint)
    hour, minute = read_time(time)
    if scheduler in {Scheduler.CRON, Scheduler.GITHUB_ACTIONS, Scheduler.KUBERNETES}:
        hour, minute = str(int(hour)), str(int(minute))
    text = _TEXTS[scheduler].format(day=day, Day=day.title(), hour=hour, minute=minute)
    if scheduler is Scheduler.CRON:
        text = text.replace(f"at {hour}:{minute} of", f"at {time.strip()} of")
    return text


def read_time(text: str) -> tuple[str, str]:
    """Read a time of day as hour and minute, two digits each. Raises UsageError."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text[:20]!r} is no time of day", "Give it as 06:00.")
    hour, minute = found.groups()
    return hour, minute
