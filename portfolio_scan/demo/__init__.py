"""The demo: a made-up account, served from this machine as GitHub would serve it.

    with serve() as base_url:
        ...                     # the real crawl of HANDLE at base_url, with TOKEN

The repositories are written in `fixtures/demo_src`, the answers recorded by
`fixtures/record_demo.py`; docs/demo.md describes both.
"""

from portfolio_scan.demo.recording import HANDLE, TOKEN, WEB_URL
from portfolio_scan.demo.replay import serve

__all__ = ["HANDLE", "TOKEN", "WEB_URL", "serve"]
