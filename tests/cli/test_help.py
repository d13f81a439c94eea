from __future__ import annotations

import subprocess
import sys
import time

import click
import pytest

from portfolio_scan import __version__
from portfolio_scan.cli.main import _COMMANDS, cli, run

HEAVY = ("github", "httpx", "libcst", "radon", "pandas", "jinja2", "rich", "requests", "msgspec",
         "sqlite3", "numpy", "css_inline", "resvg_py", "smtplib", "sqlalchemy",
         "alembic", "apscheduler", "tzlocal")  # fmt: skip
LOADED = f"""
import sys
from portfolio_scan.cli.main import run
code = run(sys.argv[1:])
print(",".join(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["scan", "--help"], ["demo", "--help"], ["heuristics", "--help"],
     ["erase", "--help"], ["export", "--help"], ["notice", "--help"], ["retention", "sweep", "-h"],
     ["report", "--help"], ["email", "--help"], ["outbox", "--help"], ["doctor", "--help"],
     ["cache", "--help"], ["pool", "--help"], ["pool", "rescan", "--help"],
     ["pool", "site", "--help"], ["schedule", "print", "--help"], ["schedule", "run", "--help"],
     ["annotate", "x", "--help"], ["impact", "--help"],
     ["decision", "record", "--help"], ["verify", "--help"]],
    ids=" ".join,
)  # fmt: skip
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout
    assert done.stderr.strip() == ""


def test_help_is_quick() -> None:
    def once() -> float:
        started = time.perf_counter()
        program = "from portfolio_scan.cli.main import run; run(['--help'])"
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
        return time.perf_counter() - started

    # The best of several: other programs share this machine.
    assert min(once() for _ in range(5)) < 0.3


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in _COMMANDS:
        assert run([name, "--help"]) == 0
        text = capsys.readouterr().out
        assert text.startswith(f"Usage: portfolio-scan {name}")
        assert len(text.splitlines()) > 4


def test_commands_are_listed_with_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    listed = capsys.readouterr().out
    for name in _COMMANDS:
        assert f"\n  {name} " in listed


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"portfolio-scan, version {__version__}\n"


def test_options_of_scan_are_all_described() -> None:
    command = cli.get_command(None, "scan")  # type: ignore[arg-type]
    assert command is not None
    options = [one for one in command.params if isinstance(one, click.Option)]
    undescribed = [one.name for one in options if not one.help]
    assert options
    assert undescribed == []
