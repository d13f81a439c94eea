from __future__ import annotations

import subprocess
import sys


def test_json_needs_neither_pandas_nor_jinja() -> None:
    code = (
        "import sys; from portfolio_scan.report import load_json, render_json, to_document; "
        "print(sorted({'pandas', 'jinja2', 'github', 'libcst'} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-P", "-c", code], check=True, capture_output=True, text=True
    )
    assert shown.stdout.strip() == "[]"
