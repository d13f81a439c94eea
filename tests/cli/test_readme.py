"""The README's help blocks are what the program prints.

Write them anew after a change:  PORTFOLIO_SCAN_UPDATE=1 pytest tests/cli/test_readme.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from click.testing import CliRunner

from portfolio_scan.cli.main import cli

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"<!-- help: (?P<words>[^>]+) -->\n(?P<text>.*?)<!-- /help -->", re.DOTALL)


def printed(words: str) -> str:
    arguments = words.split()[1:]
    result = CliRunner().invoke(
        cli, [*arguments, "--help"], prog_name="portfolio-scan", terminal_width=80
    )
    assert result.exit_code == 0
    return f"```text\n{result.output.rstrip()}\n```\n"


def test_help_blocks_are_current():
    text = README.read_text("utf-8")
    assert len(BLOCK.findall(text)) >= 2
    current = BLOCK.sub(
        lambda m: f"<!-- help: {m['words']} -->\n{printed(m['words'])}<!-- /help -->", text
    )
    if os.environ.get("PORTFOLIO_SCAN_UPDATE"):
        README.write_text(current, "utf-8")
    assert text == current or os.environ.get("PORTFOLIO_SCAN_UPDATE")
