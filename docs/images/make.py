"""Make docs/images/dossier.png, the picture in the README, from a real dossier.

    python docs/images/make.py            scans the demo account first
    python docs/images/make.py scan.json  renders a stored scan

Needs a Chromium on the path. The picture is the first screen at 1280 by 800, light scheme.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from portfolio_scan.report import load_json, render_html

TARGET = Path(__file__).with_name("dossier.png")
LIMIT = 300_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,800",
)
DEMO = "import sys; from portfolio_scan.cli.main import main; sys.exit(main())"


def main(arguments: list[str]) -> None:
    """Render, photograph, check the size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stored = Path(arguments[0]) if arguments else scan_demo(folder)
        page = folder / "dossier.html"
        page.write_text(render_html(load_json(stored.read_bytes())), encoding="utf-8")
        photograph(page, folder)
    size = TARGET.stat().st_size
    if size > LIMIT:
        raise SystemExit(f"{TARGET} has {size:,} bytes, more than {LIMIT:,}")
    print(f"wrote {TARGET} ({size:,} bytes)")


def scan_demo(folder: Path) -> Path:
    """Run the demo command and give its JSON."""
    command = [sys.executable, "-P", "-c", DEMO, "demo", "--no-open", "--output", str(folder)]
    subprocess.run(command, check=True)  # noqa: S603 - our own command, fixed arguments
    return next(folder.glob("*.json"))


def photograph(page: Path, folder: Path) -> None:
    """Take the first screen with a browser that has a profile of its own."""
    browser = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if browser is None:
        raise SystemExit(f"none of {', '.join(BROWSERS)} is on the path")
    command = [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--screenshot={TARGET}"]
    subprocess.run([*command, page.as_uri()], check=True, capture_output=True)  # noqa: S603 - fixed arguments


if __name__ == "__main__":
    main(sys.argv[1:])
