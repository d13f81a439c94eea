"""Node, its packages and Chromium.

Without them the gates are skipped; where PORTFOLIO_SCAN_GATES is set, as `.ci/run gates` does,
they fail.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from portfolio_scan.report import load_json

if TYPE_CHECKING:
    from portfolio_scan.model import Scan

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("axe-core", "playwright-core", "html-validate")
HINT = "`.ci/run gates` brings them; by hand: npm ci --ignore-scripts in tests/gates, and Chromium"
DEMO = "import sys; from portfolio_scan.cli.main import main; sys.exit(main())"


@dataclass(frozen=True)
class Gates:
    """The programs that judge a page."""

    node: str
    modules: Path
    browser: str

    def judge(self, page: Path) -> dict[str, Any]:
        """What a browser says: violations, overflow, requests, errors."""
        printed = self._run(HERE / "page.mjs", self.browser, page)
        judged: dict[str, Any] = json.loads(printed.stdout)
        return judged

    def press(self, page: Path, keys: list[str]) -> dict[str, int]:
        """How many cards are seen after pressing each filter, or going to each anchor."""
        printed = self._run(HERE / "press.mjs", self.browser, page, *keys)
        seen: dict[str, int] = json.loads(printed.stdout)
        return seen

    def search(self, page: Path, words: list[str], presses: list[str]) -> dict[str, Any]:
        """How many dossiers are seen after searching for each of the words, and each press."""
        asked = json.dumps([words, presses])
        printed = self._run(HERE / "search.mjs", self.browser, page, asked)
        seen: dict[str, Any] = json.loads(printed.stdout)
        return seen

    def validate(self, page: Path) -> str:
        """What html-validate complains about, as text; empty: nothing."""
        program = self.modules / "html-validate" / "bin" / "html-validate.mjs"
        options = ("--config", HERE / "htmlvalidate.json", "--formatter", "text")
        printed = self._run(program, *options, page, check=False)
        return printed.stdout + printed.stderr if printed.returncode else ""

    def _run(
        self, script: Path, *arguments: str | Path, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.node, script, *arguments],
            env={**os.environ, "NODE_PATH": str(self.modules)},
            check=check,
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="session")
def gates() -> Gates:
    node = shutil.which("node")
    if node is None:
        _missing("node is not on the path")
    browser = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if browser is None:
        _missing("no Chromium is on the path")
    folders = [HERE / "node_modules", *map(Path, os.environ.get("NODE_PATH", "").split(os.pathsep))]
    complete = (each for each in folders if all((each / name).is_dir() for name in PACKAGES))
    modules = next(complete, None)
    if modules is None:
        _missing(f"{', '.join(PACKAGES)} are not installed")
    return Gates(node=node, modules=modules.resolve(), browser=browser)


@pytest.fixture(scope="session")
def demo_scan(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """The scan of the demo account, made by the command that a new user types first."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-P", "-c", DEMO, "demo", "--no-open", "--format", "json"]
    subprocess.run([*command, "--output", folder], check=True, capture_output=True)
    (stored,) = folder.glob("*.json")
    return load_json(stored.read_bytes())


def _missing(what: str) -> NoReturn:
    if os.environ.get("PORTFOLIO_SCAN_GATES"):
        pytest.fail(f"{what}: {HINT}", pytrace=False)
    pytest.skip(f"{what}: {HINT}")
