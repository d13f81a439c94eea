from __future__ import annotations

import pytest

from portfolio_scan.errors import UsageError
from portfolio_scan.source.github import find_server


@pytest.mark.parametrize(
    ("url", "web", "api", "host"),
    [
        ("https://github.com", "https://github.com", "https://api.github.com", "github.com"),
        ("github.com/", "https://github.com", "https://api.github.com", "github.com"),
        ("https://api.github.com", "https://github.com", "https://api.github.com", "github.com"),
        (
            "https://git.corp.example",
            "https://git.corp.example",
            "https://git.corp.example/api/v3",
            "git.corp.example",
        ),
        (
            "https://Git.Corp.Example:8443/api/v3/",
            "https://git.corp.example:8443",
            "https://git.corp.example:8443/api/v3",
            "git.corp.example:8443",
        ),
        (
            "https://octo.ghe.com",
            "https://octo.ghe.com",
            "https://api.octo.ghe.com",
            "octo.ghe.com",
        ),
        (
            "http://127.0.0.1:8765",
            "http://127.0.0.1:8765",
            "http://127.0.0.1:8765",
            "127.0.0.1:8765",
        ),
        (
            "http://localhost:1/api/v3",
            "http://localhost:1",
            "http://localhost:1/api/v3",
            "localhost:1",
        ),
        ("http://[::1]:2", "http://[::1]:2", "http://[::1]:2", "[::1]:2"),
    ],
)
def test_addresses_follow_from_the_url(url: str, web: str, api: str, host: str):
    server = find_server(url)
    assert (server.web, server.api, server.host) == (web, api, host)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://github.com",
        "https://",
        "https://user:pass@github.com",
        "https://github.com/somebody",
        "https://github.com:port",
        "http://git.corp.example",
        "http://127.0.0.1.evil.example",
    ],
)
def test_what_is_no_server_is_refused_with_a_hint(url: str):
    with pytest.raises(UsageError) as caught:
        find_server(url)
    assert caught.value.hint
