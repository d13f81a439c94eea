"""What the words on the command line mean."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.errors import SourceError, TargetNotFound, UsageError
from portfolio_scan.source import local
from portfolio_scan.source import target as target_module
from portfolio_scan.source.git import GitPlace, find_git
from portfolio_scan.source.github import find_server
from portfolio_scan.source.local import expand_target
from portfolio_scan.source.target import parse_target

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", ["ada-example", "@ada-example", "a", "x" * 39, "0day", " ada9 "])
def test_a_word_is_a_handle(text: str) -> None:
    target = parse_target(text)
    assert (target.owner, target.name) == (text.strip().removeprefix("@"), "")
    assert target.path is None


@pytest.mark.parametrize("text", ["-ada", "ada-", "a--b", "x" * 40, "ada_b", "ada b", "ádá", "a.b"])
def test_a_word_that_no_handle_can_be_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="nor a GitHub handle") as caught:
        parse_target(text)
    assert "\n" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/ada-example",
        "https://github.com/ada-example/",
        "http://www.github.com/ada-example?tab=repositories",
        "github.com/ada-example",
        "https://token@github.com/ada-example",
    ],
)
def test_a_user_url_is_a_handle(text: str) -> None:
    target = parse_target(text)
    assert (target.owner, target.name, target.path) == ("ada-example", "", None)
    assert "token" not in target.text


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/ada-example/churn.model",
        "https://github.com/ada-example/churn.model.git",
        "https://user:secret@github.com/ada-example/churn.model.git",
        "git@github.com:ada-example/churn.model.git",
        "ssh://git@github.com/ada-example/churn.model.git",
        "ssh://git@ssh.github.com:443/ada-example/churn.model.git",
        "github.com/ada-example/churn.model",
        "https://github.com/ada-example/churn.model/#readme",
    ],
)
def test_a_repository_url_is_a_repository(text: str) -> None:
    target = parse_target(text)
    assert (target.owner, target.name, target.note) == ("ada-example", "churn.model", "")
    assert target.path is None
    assert "secret" not in target.text


def test_a_url_into_a_repository_says_that_the_whole_is_read() -> None:
    target = parse_target("https://github.com/ada-example/churn/tree/dev/src")
    assert (target.owner, target.name) == ("ada-example", "churn")
    assert "read as a whole" in target.note
    assert "'tree/dev/src'" in target.note


@pytest.mark.parametrize(
    "text",
    [
        "https://gitlab.example.net/ada/churn",
        "https://github.com/",
        "https://github.com/orgs/some-company",
        "https://github.com/topics/titanic",
        "https://github.com/ada_example",
        "https://github.com/ada/..",
        "https://gist.github.com/ada/0123",
        "git@gitlab.example.net:ada/churn.git",
        "ftp://github.com/ada/churn",
        "https://[github.com/ada",
    ],
)
def test_other_urls_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not a user or repository on github\.com") as caught:
        parse_target(text)
    assert "https://github.com/USER" in caught.value.hint


def test_a_refused_url_does_not_show_its_password() -> None:
    with pytest.raises(UsageError) as caught:
        parse_target("https://me:hunter2@gitlab.example.net/ada/churn")
    assert "hunter2" not in str(caught.value)


def test_the_server_can_be_another() -> None:
    server = "http://127.0.0.1:8080"
    target = parse_target("http://127.0.0.1:8080/ada/churn", github_url=server)
    assert (target.owner, target.name) == ("ada", "churn")
    with pytest.raises(UsageError, match=r"127\.0\.0\.1:8080"):
        parse_target("https://github.com/ada/churn", github_url=server)
    target = parse_target("git@git.example.net:ada/churn", github_url="https://git.example.net")
    assert target.name == "churn"


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://api.corp.ghe.com", "https://corp.ghe.com"),
        ("https://git.example.net/api/v3", "https://git.example.net"),
        ("https://api.example.net", "https://api.example.net"),
    ],
)
def test_the_server_can_be_given_by_the_address_of_its_api(api: str, web: str) -> None:
    target = parse_target(f"{web}/ada/churn", github_url=api)
    assert (target.owner, target.name) == ("ada", "churn")
    assert find_server(api).web == web


@pytest.mark.parametrize("text", ["", "   ", "a\0b"])
def test_nothing_is_no_target(text: str) -> None:
    with pytest.raises(UsageError):
        parse_target(text)


@pytest.mark.parametrize(
    "text", ["./missing", "missing/", "/no/such/folder", "take-home.zip", "..x/y", "~nobody-here/x"]
)
def test_a_path_that_is_not_there_is_not_found(text: str) -> None:
    with pytest.raises(TargetNotFound, match="There is no file or folder"):
        parse_target(text)


def test_a_missing_path_that_could_be_a_repository_gets_the_hint() -> None:
    with pytest.raises(TargetNotFound) as caught:
        parse_target("ada-example/churn")
    assert "https://github.com/ada-example/churn" in caught.value.hint


def test_what_is_on_disk_is_a_path(inside: Path, make_work: Callable[..., Any]) -> None:
    make_work("clone").commit({"a.py": "1"})
    make_work("other").git("clone", "--quiet", "--bare", "../clone", "../bare.git")
    (inside / "plain").mkdir()
    for name in ("x.zip", "x.tar.gz", "X.TGZ", "x.tar", "train.py", "nb.ipynb"):
        (inside / name).write_bytes(b"")
    names = (
        "clone clone/.git bare.git plain plain/ ./x.zip x.tar.gz X.TGZ x.tar train.py nb.ipynb ."
    )
    for name in names.split():
        target = parse_target(name)
        assert (target.path, target.owner) == (Path(name), "")


def test_a_path_wins_over_a_handle_and_says_so(inside: Path) -> None:
    (inside / "ada-example").mkdir()
    target = parse_target("ada-example")
    assert target.path == Path("ada-example")
    assert "https://github.com/ada-example" in target.note
    assert parse_target("./ada-example").note == ""


def test_a_file_url_is_a_path(inside: Path) -> None:
    (inside / "a b").mkdir()
    target = parse_target(f"file://{inside}/a%20b")
    assert target.path == inside / "a b"


def test_files_of_other_kinds_are_refused(inside: Path, read: Any) -> None:
    (inside / "cv.pdf").write_bytes(b"%PDF")
    os.mkfifo(inside / "pipe")
    for name in ("cv.pdf", "pipe"):
        with pytest.raises(UsageError) as caught:
            parse_target(name)
        assert ".tar.gz" in caught.value.hint
        with pytest.raises(UsageError):
            read(inside / name)
    with pytest.raises(TargetNotFound):
        read(inside / "missing")


def test_a_folder_that_may_not_be_read_is_an_error(
    inside: Path, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = inside / "locked"
    locked.mkdir()

    def refuse(*_: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    for attempt in (parse_target, lambda _: read(locked)):
        with pytest.raises(SourceError, match="cannot be read: Permission denied") as caught:
            attempt("locked")
        assert caught.value.hint


def test_a_folder_whose_git_may_not_be_read_is_an_error(
    inside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inside / "locked").mkdir()

    def refuse(_: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(target_module, "find_git", refuse)
    with pytest.raises(SourceError, match="locked cannot be read: Permission denied"):
        parse_target("locked")


def test_a_folder_of_clones_is_read_clone_by_clone(
    inside: Path, make_work: Callable[..., Any]
) -> None:
    make_work("clones/b").commit({"a.py": "1"})
    make_work("clones/a").commit({"a.py": "1"})
    make_work("source").git("clone", "--quiet", "--bare", "../clones/a", "../clones/c.git")
    (inside / "clones/notes").mkdir()
    (inside / "clones/link").symlink_to(inside / "source")
    clones = inside / "clones"
    assert expand_target(clones) == [clones / "a", clones / "b", clones / "c.git"]
    assert expand_target(clones / "a") == [clones / "a"]
    assert expand_target(clones / "notes") == [clones / "notes"]


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system refuse to look into folders named `locked`, also to the superuser."""

    def refuse(path: Path) -> GitPlace:
        if path.name == "locked":
            raise PermissionError(13, "Permission denied")
        return find_git(path)

    monkeypatch.setattr(local, "find_git", refuse)


@pytest.mark.usefixtures("locked")
def test_a_child_that_may_not_be_looked_into_costs_itself_only(
    inside: Path, make_work: Callable[..., Any]
) -> None:
    for name in ("a", "b", "locked"):
        make_work(f"clones/{name}").commit({"a.py": "1"})
    clones = inside / "clones"
    assert expand_target(clones) == [clones / "a", clones / "b", clones / "locked"]
    assert expand_target(clones / "locked") == [clones / "locked"]
    with pytest.raises(SourceError, match="locked cannot be read: Permission denied"):
        local.open_local(clones / "locked", wanted=lambda *_: True)


@pytest.mark.usefixtures("locked")
def test_a_child_that_may_not_be_looked_into_makes_no_folder_of_clones(
    inside: Path, make_work: Callable[..., Any]
) -> None:
    make_work("outer/clone").commit({"a.py": "1"})
    (inside / "outer/locked").mkdir()
    assert expand_target(inside / "outer") == [inside / "outer"]


def test_one_clone_in_a_folder_counts_only_if_it_is_alone(
    inside: Path, make_work: Callable[..., Any]
) -> None:
    make_work("outer/clone").commit({"a.py": "1"})
    outer = inside / "outer"
    assert expand_target(outer) == [outer / "clone"]
    (outer / "train.py").write_text("x = 1\n")
    assert expand_target(outer) == [outer]


def test_a_repository_with_nested_clones_is_one_repository(
    inside: Path, make_work: Callable[..., Any]
) -> None:
    make_work("outer").commit({"a.py": "1"})
    make_work("outer/one").commit({"a.py": "1"})
    make_work("outer/two").commit({"a.py": "1"})
    assert expand_target(inside / "outer") == [inside / "outer"]
