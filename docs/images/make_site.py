"""Make docs/images/pool-site.png, the picture in docs/pool.md, from a pool of made-up members.

    python docs/images/make_site.py

Needs Chromium and Node on the path, and the packages of tests/gates as make.py does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from portfolio_scan.analysis.progress import Silence
from portfolio_scan.pool.site import SiteWishes, write_site
from portfolio_scan.storage import open_store

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODULES = ROOT / "tests" / "gates" / "node_modules"
TARGET = HERE / "pool-site.png"
LIMIT = 300_000
MEMBERS = 40
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Write a site, photograph its index, check the size."""
    browser = next((found for found in map(shutil.which, BROWSERS) if found), None)
    node = shutil.which("node")
    if browser is None or node is None:
        raise SystemExit(f"needs node and one of {', '.join(BROWSERS)} on the path")
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    from site_pool import NOW, fill  # noqa: PLC0415 - found by the line above

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_store(str(folder / "pool.sqlite")) as store:
            fill(store, MEMBERS)
            wishes = SiteWishes(
                folder=folder / "site",
                since=NOW - timedelta(days=7),
                title="Machine-learning engineers, winter",
            )
            write_site(store, wishes, clock=lambda: NOW, progress=Silence())
        page = str(folder / "site" / "index.html")
        jobs = folder / "jobs.json"
        jobs.write_text(
            json.dumps([{"page": page, "out": str(TARGET), "width": 1280, "height": 1080}]),
            encoding="utf-8",
        )
        paths = os.pathsep.join(filter(None, [str(MODULES), os.environ.get("NODE_PATH")]))
        command = [node, HERE / "photograph.mjs", browser, jobs]
        subprocess.run(command, check=True, env={**os.environ, "NODE_PATH": paths})  # noqa: S603 - our own script
    size = TARGET.stat().st_size
    if size > LIMIT:
        raise SystemExit(f"{TARGET.name} has {size:,} bytes, more than {LIMIT:,}")
    print(f"wrote {TARGET.name} ({size:,} bytes)")


if __name__ == "__main__":
    main()
