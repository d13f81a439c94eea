"""Archives, as a server on loopback hands them out: pinned, capped, and the token kept at home."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.model import NotRead, Repository, Snapshot, SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.source.github import Account, Hub

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = Repository(name="some-body/some-work", source=SourceKind.GITHUB, commit=COMMIT)
ARCHIVE = f"/repos/some-body/some-work/tarball/{COMMIT}"


def pack(files: Mapping[str, bytes], *, commit: str = COMMIT) -> bytes:
    packed = io.BytesIO()
    headers = {"comment": commit}
    with tarfile.open(
        fileobj=packed, mode="w:gz", format=tarfile.PAX_FORMAT, pax_headers=headers
    ) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"some-body-some-work-0123456/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


FILES = {"train.py": b"import sklearn\n", "data.bin": bytes(2000)}
WHOLE = (200, {"content-type": "application/x-gzip"}, pack(FILES))
BROKEN = (200, {"content-type": "application/x-gzip"}, pack(FILES)[:-30])


def python_only(path: str, size: int | None, blob: str) -> bool:
    del size, blob
    return path.endswith(".py")


@pytest.fixture
def account(script: Any, hub_at: Callable[..., Hub]) -> Account:
    return hub_at(script.url).open("some-body")


def test_wanted_files_come_with_content_and_the_rest_is_listed(account: Account, script: Any):
    script.say(WHOLE)
    got = account.download(REPOSITORY, python_only)
    assert isinstance(got, Snapshot)
    assert got.contents == {"train.py": b"import sklearn\n"}
    assert [(entry.path, entry.size) for entry in got.entries] == [
        ("data.bin", 2000),
        ("train.py", 15),
    ]
    assert got.repository == REPOSITORY
    assert got.notes == ()
    assert [request[:2] for request in script.asked] == [("GET", ARCHIVE)]
    receipt = account.receipt
    assert (receipt.rest_requests, receipt.downloads) == (1, 1)
    assert receipt.bytes_downloaded == len(WHOLE[2])


def test_the_token_stays_with_the_api(account: Account, script: Any, other_script: Any):
    script.say((302, {"location": f"{other_script.url}/archive"}, b""))
    other_script.say(WHOLE)
    assert isinstance(account.download(REPOSITORY, python_only), Snapshot)
    assert script.asked[0][2]["authorization"] == "Bearer ghp_double"
    assert "authorization" not in other_script.asked[0][2]
    assert "ghp_double" not in str(other_script.asked)


def test_the_token_comes_along_on_the_same_host(account: Account, script: Any):
    script.say((301, {"location": "/repositories/7/tarball/x"}, b""), WHOLE)
    assert isinstance(account.download(REPOSITORY, python_only), Snapshot)
    assert [request[1] for request in script.asked] == [ARCHIVE, "/repositories/7/tarball/x"]
    assert all("authorization" in request[2] for request in script.asked)


def test_a_name_cannot_lead_to_another_address(account: Account, script: Any):
    script.say((404, {}, b"{}"))
    odd = Repository(name="some-body/a?b#c d", source=SourceKind.GITHUB, branch="x/../y")
    account.download(odd, python_only)
    assert script.asked[0][1] == "/repos/some-body/a%3Fb%23c%20d/tarball/x%2F..%2Fy"


def test_redirects_in_circles_end(account: Account, script: Any):
    script.answer = lambda *_: (302, {"location": "/again"}, b"")
    got = account.download(REPOSITORY, python_only)
    assert isinstance(got, NotRead)
    assert "redirects in circles" in got.detail
    assert len(script.asked) == 8


@pytest.mark.parametrize(
    "bad",
    [
        BROKEN,
        (200, {}, WHOLE[2][:60] + b"\xff" * 40 + WHOLE[2][100:]),
        (200, {}, b"<!DOCTYPE html><title>Unicorn!</title>"),
        (200, {}, b""),
        (502, {}, b"<html>"),
        (200, {"content-length": "99999", "connection": "close"}, WHOLE[2][:-30]),
    ],
    ids=["truncated", "damaged", "html", "empty", "502", "cut-off"],
)
class TestBadArchives:
    def test_one_more_try_helps(self, account: Account, script: Any, bad: Any):
        script.say(bad, WHOLE)
        assert isinstance(account.download(REPOSITORY, python_only), Snapshot)
        assert len(script.asked) == 2

    def test_two_are_enough(self, account: Account, script: Any, bad: Any):
        script.say(bad, bad, WHOLE)
        got = account.download(REPOSITORY, python_only)
        assert isinstance(got, NotRead)
        assert got.reason == "failed"
        assert got.detail.startswith("Its archive could not be read: ")
        assert len(script.asked) == 2
        assert account.partial == ""


@pytest.mark.parametrize(
    ("status", "reason"), [(404, "gone"), (451, "blocked"), (403, "blocked"), (410, "blocked")]
)
def test_refusals_are_data_and_final(account: Account, script: Any, status: int, reason: str):
    script.say((status, {}, b'{"message": "Repository access blocked"}'))
    got = account.download(REPOSITORY, python_only)
    assert isinstance(got, NotRead)
    assert (got.reason, len(script.asked)) == (reason, 1)


def test_a_commit_other_than_the_pinned_one_is_refused(account: Account, script: Any):
    other = (200, {}, pack(FILES, commit="f" * 40))
    script.say(other, other)
    got = account.download(REPOSITORY, python_only)
    assert isinstance(got, NotRead)
    assert "another commit" in got.detail


def test_without_a_pin_the_commit_comes_from_the_archive(account: Account, script: Any):
    script.say(WHOLE)
    loose = Repository(name="some-body/some-work", source=SourceKind.GITHUB, branch="main")
    got = account.download(loose, python_only)
    assert isinstance(got, Snapshot)
    assert got.repository.commit == COMMIT


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)  # noqa: S311 - only hard to compress


def test_a_cap_keeps_what_was_read_and_says_so(hub_at: Callable[..., Hub], script: Any):
    files = {"a.py": b"import a\n", "big.bin": noise(900_000), "z.py": b"import z\n"}
    script.say((200, {}, pack(files)))
    account = hub_at(script.url, max_repository_bytes=300_000).open("some-body")
    got = account.download(REPOSITORY, python_only)
    assert isinstance(got, Snapshot)
    assert got.contents == {"a.py": b"import a\n"}
    assert got.notes[0].startswith("Only the first 300,000 bytes")
    assert account.receipt.bytes_downloaded < 600_000


def test_the_cap_of_a_scan_leaves_the_rest_unasked(hub_at: Callable[..., Hub], script: Any):
    script.say(WHOLE)
    account = hub_at(script.url, max_scan_bytes=100).open("some-body")
    assert isinstance(account.download(REPOSITORY, python_only), NotRead | Snapshot)
    got = account.download(REPOSITORY, python_only)
    assert isinstance(got, NotRead)
    assert got.reason == "cap"
    assert len(script.asked) == 1


def test_a_bomb_is_unpacked_in_small_pieces(account: Account, script: Any):
    packed = gzip.compress(bytes(50_000_000))
    script.say((200, {}, packed), (200, {}, packed))
    assert isinstance(account.download(REPOSITORY, python_only), NotRead)


def test_a_server_that_trickles_is_cut_off(hub_at: Callable[..., Hub], script: Any, clock: Any):
    script.say((200, {}, pack({"a.py": noise(600_000), "b.py": noise(600_000)})))
    hub = hub_at(script.url, download_seconds=10.0)
    account = hub.open("some-body")
    start = clock.now

    def late(path: str, size: int | None, blob: str) -> bool:
        del path, size, blob
        clock.sleep(11)
        return True

    got = account.download(REPOSITORY, late)
    assert clock.now > start
    notes = got.notes if isinstance(got, Snapshot) else (got.detail,)
    assert any("took too long" in note for note in notes)


class TestLimits:
    def test_a_short_one_is_waited_for(self, account: Account, script: Any, clock: Any):
        script.say((429, {"retry-after": "5"}, b"{}"), WHOLE)
        assert isinstance(account.download(REPOSITORY, python_only), Snapshot)
        assert clock.slept == [5]

    def test_a_long_one_ends_all_downloads(self, account: Account, script: Any, clock: Any):
        reset = str(round(clock.now.timestamp()) + 3000)
        headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
        script.say((403, headers, b'{"message": "API rate limit exceeded"}'))
        first = account.download(REPOSITORY, python_only)
        second = account.download(REPOSITORY, python_only)
        assert isinstance(first, NotRead)
        assert first == second
        assert first.reason == "limit"
        assert account.resume_after in first.detail
        assert len(script.asked) == 1, "a limit is not knocked at again"
        assert clock.slept == []
        assert account.partial

    def test_a_refused_token_ends_all_downloads(self, account: Account, script: Any):
        script.say((401, {}, b'{"message": "Bad credentials"}'))
        first = account.download(REPOSITORY, python_only)
        account.download(REPOSITORY, python_only)
        assert isinstance(first, NotRead)
        assert "refused the token" in first.detail
        assert len(script.asked) == 1

    def test_a_silent_server_ends_all_downloads(self, account: Account, script: Any):
        script.answer = lambda *_: (502, {}, b"")
        for _ in range(8):
            assert isinstance(account.download(REPOSITORY, python_only), NotRead)
        assert len(script.asked) == 10
        assert "5 archives in a row" in account.partial


def test_nobody_listening_is_a_failure_in_words(hub_at: Callable[..., Hub], script: Any):
    script.close()
    got = hub_at(script.url).open("some-body").download(REPOSITORY, python_only)
    assert isinstance(got, NotRead)
    assert "the connection failed" in got.detail
