"""Writes the list of tables in docs/formats.md: `python docs/tables.py`; a test compares them."""

from __future__ import annotations

from pathlib import Path

from portfolio_scan.report.tables import TABLES

TARGET = Path(__file__).with_name("formats.md")
HEAD = "| Table | Rows | Columns after `subject`, `scanned_at` |\n|---|---|---|\n"


def rows() -> str:
    """Word one row of Markdown for each table."""
    return "".join(
        f"| `{name}` | {table.about} | {', '.join(f'`{column}`' for column in table.columns)} |\n"
        for name, table in TABLES.items()
    )


def render(text: str) -> str:
    """Return the page with its list of tables, which is the last thing on it, written anew."""
    before, _, _ = text.partition(HEAD)
    return before + HEAD + rows()


if __name__ == "__main__":
    TARGET.write_text(render(TARGET.read_text("utf-8")), "utf-8")
    print(f"wrote {TARGET}")
