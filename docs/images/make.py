"""Make the pictures of docs/images from a real dossier.

    python docs/images/make.py            scans the demo account first
    python docs/images/make.py scan.json  renders a stored scan

Needs Chromium and Node on the path, the packages of tests/gates (`npm ci --ignore-scripts` there,
or NODE_PATH), and pypdfium2 and Pillow for the picture of the printed page.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from portfolio_scan.report import load_json, render_html

HERE = Path(__file__).resolve().parent
MODULES = HERE.parents[1] / "tests" / "gates" / "node_modules"
LIMIT = 300_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DEMO = "import sys; from portfolio_scan.cli.main import main; sys.exit(main())"
WIDE = {"width": 1280, "height": 860}
PICTURES: dict[str, dict[str, Any]] = {
    "dossier": {**WIDE},
    "dossier-dark": {**WIDE, "dark": True},
    "dossier-mobile": {"width": 390, "height": 1400},
    "dossier-repository": {
        "width": 1280,
        "height": 1080,
        "unfold": ".repo",
        "from": ".repositories",
    },
    "dossier-charts": {"width": 1280, "height": 520, "from": "#activity"},
    "dossier-candidate": {"width": 1280, "height": 640, "from": "#correct", "reader": "candidate"},
    "dossier-print": {"width": 794, "height": 1123, "print": True},
}
"""Name -> size of the window, and what is done before the picture is taken."""


def main(arguments: list[str]) -> None:
    """Render, photograph, check the sizes."""
    browser = next((found for found in map(shutil.which, BROWSERS) if found), None)
    node = shutil.which("node")
    if browser is None or node is None:
        raise SystemExit(f"needs node and one of {', '.join(BROWSERS)} on the path")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stored = Path(arguments[0]) if arguments else scan_demo(folder)
        jobs = folder / "jobs.json"
        jobs.write_text(json.dumps(list(prepare(folder, stored.read_bytes()))), encoding="utf-8")
        paths = os.pathsep.join(filter(None, [str(MODULES), os.environ.get("NODE_PATH")]))
        command = [node, HERE / "photograph.mjs", browser, jobs]
        subprocess.run(command, check=True, env={**os.environ, "NODE_PATH": paths})  # noqa: S603 - our own script
        draw_printed(folder / "printed.pdf", HERE / "dossier-print.png")
    for picture in PICTURES:
        size = (HERE / f"{picture}.png").stat().st_size
        if size > LIMIT:
            raise SystemExit(f"{picture}.png has {size:,} bytes, more than {LIMIT:,}")
        print(f"wrote {picture}.png ({size:,} bytes)")


def prepare(folder: Path, stored: bytes) -> list[dict[str, Any]]:
    """Render the scan for each reader that a picture shows, and say what is to be taken."""
    scan = load_json(stored)
    jobs = []
    for name, what in PICTURES.items():
        reader = what.get("reader", "engineer")
        page = folder / f"{reader}.html"
        if not page.exists():
            page.write_text(render_html(scan, reader), encoding="utf-8")
        goal = {"pdf": str(folder / "printed.pdf")} if what.get("print") else {}
        jobs.append({**what, **goal, "page": str(page), "out": str(HERE / f"{name}.png")})
    return jobs


def scan_demo(folder: Path) -> Path:
    """Run the demo command and give its JSON."""
    command = [sys.executable, "-P", "-c", DEMO, "demo", "--no-open", "--output", str(folder)]
    subprocess.run(command, check=True)  # noqa: S603 - our own command, fixed arguments
    return next(folder.glob("*.json"))


def draw_printed(printed: Path, target: Path) -> None:
    """Draw the first page of a PDF and one with a repository on it, side by side."""
    try:
        import pypdfium2  # noqa: PLC0415 - needed for one picture only
        from PIL import Image  # noqa: PLC0415
    except ImportError:
        raise SystemExit("needs pypdfium2 and Pillow: pip install pypdfium2 pillow") from None
    document = pypdfium2.PdfDocument(printed)
    text = [document[at].get_textpage().get_text_range() for at in range(len(document))]
    second = next(at for at, page in enumerate(text) if "Repository by repository" in page)
    pages = [document[at].render(scale=1.0).to_pil() for at in (0, second)]
    width, height = pages[0].size
    sheet = Image.new("RGB", (2 * width + 20, height), "#bbb")
    for at, page in enumerate(pages):
        sheet.paste(page, (at * (width + 20), 0))
    sheet.quantize(96).save(target, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
