"""Make docs/images/mail.png, the picture in docs/email.md, from a real message.

    python docs/images/make_mail.py            scans the demo account first
    python docs/images/make_mail.py scan.json  renders a stored scan

Needs a Chromium on the path. On the left the message as a desktop shows it, on the right as a
telephone does at night.
"""

from __future__ import annotations

import base64
import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from portfolio_scan.report import load_json, render_mail

TARGET = Path(__file__).with_name("mail.png")
LIMIT = 400_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HEIGHT = 1_500
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
    f"--window-size=1090,{HEIGHT}",
)
DEMO = "import sys; from portfolio_scan.cli.main import main; sys.exit(main())"
TABLE = """<!DOCTYPE html>
<html lang="en"><head><title>The message</title><style>
body {{ margin: 0; background: #c9cdd1; display: flex; gap: 20px; padding: 20px; }}
iframe {{ border: 0; height: {height}px; border-radius: 8px; }}
.desktop {{ width: 640px; color-scheme: light; }}
.telephone {{ width: 390px; color-scheme: dark; }}
</style></head><body>
<iframe class="desktop" title="Desktop" srcdoc="{message}"></iframe>
<iframe class="telephone" title="Telephone" srcdoc="{message}"></iframe>
</body></html>
"""


def main(arguments: list[str]) -> None:
    """Render, photograph, check the size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stored = Path(arguments[0]) if arguments else scan_demo(folder)
        page = folder / "message.html"
        page.write_text(lay_out(stored), encoding="utf-8")
        photograph(page, folder)
    size = TARGET.stat().st_size
    if size > LIMIT:
        raise SystemExit(f"{TARGET} has {size:,} bytes, more than {LIMIT:,}")
    print(f"wrote {TARGET} ({size:,} bytes)")


def lay_out(stored: Path) -> str:
    """Put the message beside itself, with the pictures that a mail reader would add."""
    scan = load_json(stored.read_bytes())
    mail = render_mail(scan, attachment=f"{scan.subject.label}.html")
    message = mail.html
    for picture in mail.pictures:
        data = base64.b64encode(picture.png).decode()
        message = message.replace(f"cid:{picture.content_id}", f"data:image/png;base64,{data}")
    return TABLE.format(height=HEIGHT - 40, message=html.escape(message))


def scan_demo(folder: Path) -> Path:
    """Run the demo command and give its JSON."""
    command = [sys.executable, "-P", "-c", DEMO, "demo", "--no-open", "--output", str(folder)]
    subprocess.run(command, check=True)  # noqa: S603 - our own command, fixed arguments
    return next(folder.glob("*.json"))


def photograph(page: Path, folder: Path) -> None:
    """Take the picture with a browser that has a profile of its own."""
    browser = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if browser is None:
        raise SystemExit(f"none of {', '.join(BROWSERS)} is on the path")
    command = [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--screenshot={TARGET}"]
    subprocess.run([*command, page.as_uri()], check=True, capture_output=True)  # noqa: S603 - fixed arguments


if __name__ == "__main__":
    main(sys.argv[1:])
