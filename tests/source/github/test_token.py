from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.source.github import find_token
from portfolio_scan.source.github import token as token_module
from portfolio_scan.source.github.token import redact

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from portfolio_scan.source.github import Hub

SECRET = "ghp_" + "aB3" * 12


@pytest.fixture
def gh(tmp_path: Path) -> Callable[[str], str]:
    """Put a program named gh on a PATH of its own; the text is its shell script."""

    def make(text: str) -> str:
        program = tmp_path / "gh"
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
        return f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin"

    return make


def test_gh_token_wins_over_github_token():
    assert find_token("github.com", {"GH_TOKEN": " a ", "GITHUB_TOKEN": "b"}) == "a"
    assert find_token("github.com", {"GH_TOKEN": "", "GITHUB_TOKEN": "b"}) == "b"


def test_the_github_cli_is_asked_for_the_right_host(gh: Callable[[str], str]):
    path = gh('[ "$*" = "auth token --hostname git.corp.example" ] && echo gho_fromcli')
    assert find_token("git.corp.example", {"PATH": path}) == "gho_fromcli"
    assert find_token("github.com", {"PATH": path}) is None


@pytest.mark.parametrize("text", ["exit 1", "echo; exit 0", "printf '\\377\\376'"])
def test_a_cli_that_knows_nothing_means_no_token(gh: Callable[[str], str], text: str):
    assert find_token("github.com", {"PATH": gh(text)}) is None


def test_a_cli_that_hangs_is_not_waited_for(
    gh: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(token_module, "GH_SECONDS", 0.2)
    start = time.monotonic()
    assert find_token("github.com", {"PATH": gh("exec sleep 30")}) is None
    assert time.monotonic() - start < 5


def test_without_a_cli_there_is_no_token(tmp_path: Path):
    assert find_token("github.com", {"PATH": str(tmp_path)}) is None


@pytest.mark.parametrize(
    "token",
    [
        "ghp_1234567890abcdef",
        "gho_1234567890abcdef",
        "ghu_1234567890",
        "ghs_1234567890",
        "ghr_1234567890",
        "github_pat_11AAAA_bbbb",
    ],
)
def test_tokens_are_taken_out_of_texts(token: str):
    assert redact(f"failed with {token}, sorry") == "failed with [token], sorry"


def test_the_token_in_use_is_taken_out_whatever_it_looks_like():
    assert redact("key 0123abcd!", "0123abcd") == "key [token]!"


def test_signed_links_lose_their_token():
    assert (
        redact("GET /x/legacy.tar.gz?token=ABC-1 200") == "GET /x/legacy.tar.gz?token=[token] 200"
    )


def test_nothing_that_is_logged_or_told_holds_the_token(
    script: Any, hub_at: Callable[..., Hub], caplog: pytest.LogCaptureFixture, tmp_path: Path
):
    caplog.set_level(logging.DEBUG)
    script.answer = lambda *_: (404, {}, f'{{"message": "no {SECRET} here"}}'.encode())
    account = hub_at(script.url, token=SECRET).open("some-body")
    with pytest.raises(Exception, match="404") as caught:
        account.inventory()
    account.save_state()
    for name in ("httpx", "urllib3.connectionpool", "portfolio_scan.source.github"):
        logging.getLogger(name).warning("sent %s", SECRET)
    texts = [str(caught.value), *caplog.messages]
    texts += [path.read_text() for path in tmp_path.rglob("*.json")]
    assert len(texts) > 3
    assert not [text for text in texts if SECRET in text]
    assert script.asked[0][2]["authorization"].endswith(SECRET)


def test_filters_are_taken_off_with_the_connection(script: Any, hub_at: Callable[..., Hub]):
    before = list(logging.getLogger("httpx").filters)
    hub = hub_at(script.url)
    assert len(logging.getLogger("httpx").filters) == len(before) + 1
    hub.close()
    assert logging.getLogger("httpx").filters == before
