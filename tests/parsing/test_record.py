"""What a scan loads of the parsing: the records of units, and not what reads them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_scan_starts_without_the_syntax_tree_library() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); "
        "import portfolio_scan.analysis.local; sys.exit('libcst' in sys.modules)"
    )
    command = [sys.executable, "-P", "-c", code, str(ROOT)]
    assert subprocess.run(command, check=False, timeout=60).returncode == 0
