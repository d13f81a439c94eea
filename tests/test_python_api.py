"""`portfolio_scan.scan` and `load`, as docs/python-api.md describes them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from portfolios import SIZES, make_scan

import portfolio_scan
from portfolio_scan import Dossier
from portfolio_scan.errors import NothingToScan, OutputError, TargetNotFound, UsageError
from portfolio_scan.report import render_html, render_json, render_markdown, to_document
from portfolio_scan.report.reader import Reader
from portfolio_scan.report.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
OLD = ROOT / "fixtures" / "scans" / "v1.json"
HEAVY = ("github", "httpx", "libcst", "radon", "pandas", "jinja2", "click", "rich", "msgspec")
TRAIN = """\
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

rows = pd.read_csv("ponds.csv")
train, test = train_test_split(rows, random_state=1)
model = LogisticRegression().fit(train[["depth"]], train["frogs"])
print(accuracy_score(test["frogs"], model.predict(test[["depth"]])))
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with something to scan, and a cache of its own."""
    monkeypatch.setenv("PORTFOLIO_SCAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PORTFOLIO_SCAN_PACKS", raising=False)
    folder = tmp_path / "here"
    (folder / "take-home").mkdir(parents=True)
    (folder / "take-home" / "train.py").write_text(TRAIN)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="module")
def old() -> Dossier:
    return portfolio_scan.load(OLD)


def test_importing_the_package_loads_nothing() -> None:
    code = (
        "import sys, portfolio_scan; portfolio_scan.scan, portfolio_scan.load; "
        f"print([one for one in {HEAVY!r} if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_names_of_the_package() -> None:
    assert {"Dossier", "scan", "load", "__version__"} <= set(dir(portfolio_scan))
    with pytest.raises(AttributeError, match="no attribute 'scam'"):
        _ = portfolio_scan.scam


def test_the_examples_of_the_documentation_run(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "python-api.md").read_text("utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, "docs/python-api.md", "exec"), names)  # noqa: S102 - our own page
    said = capsys.readouterr().out
    assert "take-home held_out" in said
    assert "There is no file or folder ./no-such-folder. | Check" in said
    assert {"take-home.html", "take-home.json", "take-home-tables"} <= {
        path.name for path in here.iterdir()
    }


def test_a_scan_is_what_the_command_gives(here: Path) -> None:
    from portfolio_scan.cli.main import run  # noqa: PLC0415 - the other front door

    dossier = portfolio_scan.scan(here / "take-home", cache=False, jobs=1)
    run(["scan", "take-home", "-f", "json", "-o", "out", "-q", "--no-cache"])
    ours, theirs = dossier.to_dict(), json.loads(Path("out/take-home.json").read_text())
    for one in (ours, theirs):
        one["scanned_at"] = ""
    assert ours == theirs


def test_notes_of_a_run_are_kept(here: Path) -> None:
    del here
    assert "was read as the path" in " ".join(portfolio_scan.scan("take-home").notes)
    assert portfolio_scan.scan(Path("take-home")).notes == ()


def test_progress_is_told(here: Path) -> None:
    told: list[str] = []

    class Listener:
        def stage(self, text: str, total: int | None = None) -> None:
            del total
            told.append(text)

        def step(self) -> None:
            told.append("step")

    portfolio_scan.scan(here / "take-home", progress=Listener())
    assert told


@pytest.mark.parametrize(
    ("target", "options", "error", "words"),
    [
        ("./gone", {}, TargetNotFound, "gone"),
        (Path("somebody"), {}, TargetNotFound, "somebody"),
        ("./empty", {}, NothingToScan, "empty"),
        ("somebody", {"offline": True}, UsageError, "network"),
        ("./take-home", {"job": "gone.md"}, UsageError, "job gone.md cannot be read"),
        ("./take-home", {"rubric": "not = [toml\n"}, UsageError, "rubric"),
    ],
)
def test_failures_are_exceptions_of_the_package(
    target: str | Path, options: dict[str, object], error: type[UsageError], words: str
) -> None:
    Path("empty").mkdir()
    with pytest.raises(error, match=words) as caught:
        portfolio_scan.scan(target, **options)  # type: ignore[arg-type]
    assert caught.value.hint or error is UsageError


def test_texts_and_tables_are_those_of_the_report(old: Dossier) -> None:
    assert old.to_html() == render_html(old.scan)
    assert old.to_json() == render_json(old.scan)
    assert old.to_markdown() == render_markdown(old.scan)
    assert old.to_dict() == to_document(old.scan)
    assert old.to_html("recruiter") == render_html(old.scan, Reader.RECRUITER)
    assert old.to_markdown("candidate") == render_markdown(old.scan, Reader.CANDIDATE)
    with pytest.raises(UsageError, match="no such audience: press"):
        old.to_html("press")
    assert old.to_frame()["repository"][0] == "mira-demo/dotfiles"
    assert list(old.to_frames()) == list(TABLES)
    with pytest.raises(UsageError, match="no such table"):
        old.to_frame("people")


@pytest.mark.parametrize("suffix", [".html", ".HTM", ".json", ".md", ".markdown"])
def test_the_suffix_chooses_the_format(old: Dossier, suffix: str) -> None:
    wanted = {".htm": old.to_html, ".html": old.to_html, ".json": old.to_json}
    path = old.save(f"deep/down/mira{suffix}")
    assert path == Path(f"deep/down/mira{suffix}")
    assert path.read_text("utf-8") == wanted.get(suffix.lower(), old.to_markdown)()


def test_a_named_format_goes_before_the_suffix(old: Dossier) -> None:
    assert old.save("page.txt", format="md").read_text("utf-8") == old.to_markdown()


def test_a_file_is_saved_for_an_audience(old: Dossier) -> None:
    path = old.save("page.html", audience="candidate")
    assert path.read_text("utf-8") == old.to_html("candidate") != old.to_html()


def test_tables_are_saved_into_a_folder(old: Dossier) -> None:
    folder = old.save(Path("tables"), format="csv")
    assert {path.stem for path in folder.iterdir()} == set(TABLES)


@pytest.mark.parametrize(
    ("path", "options", "error", "words"),
    [
        ("x.docx", {}, UsageError, "no format has the suffix .docx"),
        ("x", {}, UsageError, r"suffix \(none\)"),
        ("x.csv", {}, UsageError, "csv is several files"),
        ("x.html", {"format": "word"}, UsageError, "no such format: word"),
        ("x.html", {"audience": "press"}, UsageError, "no such audience: press"),
        ("take-home/train.py/x.html", {}, OutputError, "cannot write"),
        ("take-home", {"format": "html"}, OutputError, "cannot write"),
    ],
)
def test_what_cannot_be_saved_leaves_nothing(
    old: Dossier, path: str, options: dict[str, str], error: type[Exception], words: str
) -> None:
    before = sorted(Path().rglob("*"))
    with pytest.raises(error, match=words):
        old.save(path, **options)
    assert sorted(Path().rglob("*")) == before


def test_what_was_saved_loads_again(old: Dossier) -> None:
    path = old.save("mira.json")
    assert portfolio_scan.load(path) == old
    assert portfolio_scan.load(str(path)) == old
    with path.open("rb") as stream:
        assert portfolio_scan.load(stream) == old
    assert hash(portfolio_scan.load(path)) == hash(old)


def test_what_is_no_scan_is_told() -> None:
    Path("newer.json").write_text('{"schema": "portfolio-scan/scan/99"}')
    Path("damaged.json").write_text('{"schema": "portfolio-scan/scan/1"}')
    line = json.dumps(json.loads(OLD.read_text("utf-8")))
    Path("two.json").write_text(f"{line}\n{line}\n")
    for name, error, words in (
        ("gone.json", UsageError, "cannot be read"),
        ("take-home/train.py", UsageError, "no JSON"),
        ("newer.json", UsageError, "newer"),
        ("damaged.json", OutputError, "damaged"),
        ("two.json", UsageError, "2 scans"),
    ):
        with pytest.raises(error, match=words):
            portfolio_scan.load(name)


def test_it_says_what_it_is(old: Dossier) -> None:
    assert repr(old) == "<Dossier of 'mira-demo': 7 repositories, 2026-11-21T09:30:00Z>"
    assert old != "a dossier"


class _Frames(HTMLParser):
    """The tags of a page, with the page that a frame holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _links(tags: list[tuple[str, dict[str, str | None]]]) -> Iterator[dict[str, str | None]]:
    yield from (attributes for tag, attributes in tags if tag == "a")


@pytest.mark.parametrize("size", SIZES)
def test_a_notebook_shows_the_page_in_a_frame_that_nothing_leaves(size: int) -> None:
    dossier = Dossier(make_scan(size))
    ((tag, outer),) = _Frames(dossier._repr_html_()).tags
    assert tag == "iframe"
    assert "allow-scripts" not in str(outer["sandbox"])
    assert "allow-same-origin" not in str(outer["sandbox"])
    page = str(outer["srcdoc"])
    away = '<a target="_blank" rel="noopener noreferrer"'
    plain = page.replace('<base href="about:srcdoc">', "").replace(away, "<a")
    assert plain == dossier.to_html()
    links = list(_links(_Frames(page).tags))
    outward = [one for one in links if str(one["href"]).startswith("http")]
    assert outward
    assert all(one["target"] == "_blank" for one in outward)
    assert all("noopener" in str(one["rel"]) for one in outward)
    inward = [one for one in links if str(one["href"]).startswith("#")]
    assert len(inward) + len(outward) == len(links)
    assert not any("target" in one for one in inward)
