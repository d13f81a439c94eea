"""The README's help blocks are what the program says. `UPDATE_README=1` writes them anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

from click.testing import CliRunner

from portfolio_scan.cli.main import cli

README = Path(__file__).resolve().parents[2] / "README.md"
WIDTH = 80
_BLOCK = re.compile(
    r"(<!-- help: portfolio-scan(.*?) -->\n```text\n)(.*?)(```\n<!-- /help -->)", re.DOTALL
)


def said(words: str) -> str:
    result = CliRunner().invoke(
        cli, [*words.split(), "--help"], prog_name="portfolio-scan", terminal_width=WIDTH
    )
    assert result.exit_code == 0
    return result.output


def test_help_blocks_are_up_to_date() -> None:
    text = README.read_text("utf-8")
    assert {words.strip() for _, words, _, _ in _BLOCK.findall(text)} >= {"", "scan"}
    wanted = _BLOCK.sub(lambda m: m[1] + said(m[2]) + m[4], text)
    if os.environ.get("UPDATE_README"):
        README.write_text(wanted, "utf-8")
    assert text == wanted
