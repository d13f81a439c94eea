"""A page inside another page, such as a notebook: in a frame, where neither styles the other."""

from __future__ import annotations

import re
from html import escape
from typing import Final

HEIGHT: Final = 680
"""Pixels."""
_HEAD: Final = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)
_OUTWARD: Final = re.compile(r'(<a\b[^>]*?\bhref="https?:)', re.IGNORECASE)
_AWAY: Final = 'target="_blank" rel="noopener noreferrer"'
# Without a base of its own, `#coverage` would lead to the page around the frame.
_BASE: Final = '<base href="about:srcdoc">'


def frame(page: str, title: str) -> str:
    """Put a whole page into a frame: no script runs in it, and its links open in new tabs."""
    inner = _HEAD.sub(lambda head: head[0] + _BASE, page, count=1)
    inner = _OUTWARD.sub(lambda link: f"{link[1][:2]} {_AWAY}{link[1][2:]}", inner)
    return (
        f'<iframe title="{escape(title)}" srcdoc="{escape(inner)}" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" '
        f'style="width: 100%; height: {HEIGHT}px; border: 1px solid #8886;"></iframe>'
    )
