"""A site of the pool: what is in it, what is written again, who goes, what nobody can do to it."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import markup
import pytest
from hostile import HOSTILE
from site_pool import NOW, SERVER, enrol, fill, handle_of, keep, scan_of, with_less

from portfolio_scan.analysis.progress import Silence
from portfolio_scan.errors import OutputError, UsageError
from portfolio_scan.model import Scan
from portfolio_scan.pool import site as sites
from portfolio_scan.pool.site import (
    SiteReport,
    SiteWishes,
    forget,
    pages_of,
    sites_here,
    write_site,
)
from portfolio_scan.pool.site_folder import MANIFEST, SiteFolder
from portfolio_scan.report.blind import BlindTable
from portfolio_scan.storage import Account, NewAnnotation, ScanRow, Store, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

WEEK = NOW - timedelta(days=7)


class Written:
    """A site in a folder, and what can be read from it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.now = NOW

    def write(self, **wishes: Any) -> SiteReport:
        wanted = SiteWishes(**{"folder": self.folder, "since": WEEK, **wishes})
        return write_site(self.store, wanted, clock=lambda: self.now, progress=Silence())

    def page(self, name: str = "index.html") -> str:
        return (self.folder / name).read_text("utf-8")

    def files(self) -> list[str]:
        found = self.folder.rglob("*")
        return sorted(str(one.relative_to(self.folder)) for one in found if one.is_file())

    def members(self) -> list[str]:
        return [one for one in self.files() if one.startswith("members/")]

    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.page(MANIFEST))
        return found

    def data(self) -> dict[str, Any]:
        """What the script reads."""
        (text,) = re.findall(r'id="data">(.*?)</script>', self.page(), re.DOTALL)
        found: dict[str, Any] = json.loads(text)
        return found


@pytest.fixture
def written(store: Store, tmp_path: Path) -> Written:
    return Written(store, tmp_path / "site")


@pytest.fixture
def table(tmp_path: Path) -> BlindTable:
    return BlindTable(tmp_path / "table.sqlite")


@pytest.fixture
def blind(table: BlindTable) -> Callable[[Scan], Scan]:
    return lambda scan: table.blind(scan, "ml-2026")


def text_of(page: str) -> str:
    return " ".join(
        re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL).split()
    )


def test_a_site_in_each_kind_of_database(address: str, written: Written):
    del address
    fill(written.store, 3)
    report = written.write()
    assert (report.members, report.written, report.removed, report.waiting) == (3, 3, 0, 0)
    assert written.files() == [
        MANIFEST, "changes.html", "index.html", "members/ada-amari-demo-1000.html",
        "members/bo-amari-demo-1001.html", "members/cy-amari-demo-1002.html", "reading.html",
    ]  # fmt: skip
    (row,) = sites_here(written.store)
    assert (row.path, row.written) == (str(written.folder), NOW)
    assert written.store.log()[-1].action == "site"


def test_nobody_else_can_read_it(written: Written):
    fill(written.store, 2)
    written.write()
    for one in (written.folder, *written.folder.rglob("*")):
        mode = stat.S_IMODE(one.stat().st_mode)
        assert mode == (0o700 if one.is_dir() else 0o600), one


def test_the_index_is_complete_without_script(written: Written):
    fill(written.store, 12)
    written.write()
    page = re.sub(r"<script.*?</script>", "", written.page(), flags=re.DOTALL)
    rows = re.findall(r'<li><div><h3><a href="(members/[^"]+)">([^<]+)</a></h3>', page)
    assert [label for _, label in rows] == sorted(handle_of(one) for one in range(12))
    assert all((written.folder / file).is_file() for file, _ in rows)
    text = text_of(page)
    assert "Machine-learning engineer" in text
    assert "1 of 3 repositories" in text
    assert "Evaluation rigour" in text
    assert "the order is no ranking" in text
    assert 'id="narrow" hidden' in page  # shown by the script


def test_what_is_searched(written: Written):
    fill(written.store, 3)
    written.write()
    data = written.data()
    role, shown, untold, bits, repositories, rules, skills = data["rows"][0]
    assert repositories.split("\n") == _entry(written, 0)["repositories"]
    found = [term for at, term in enumerate(data["rules"]) if int(rules, 16) >> at & 1]
    assert set(found) == set(_entry(written, 0)["rules"])
    known = [term for at, term in enumerate(data["skills"]) if int(skills, 16) >> at & 1]
    assert sorted(known) == sorted(_entry(written, 0)["skills"])
    named = {name for at, name in enumerate(data["areas"]) if shown >> at & 1}
    assert named == set(_entry(written, 0)["shown"])
    assert not shown & untold
    roles = re.findall(r'for="role-\d+">([^<]+) <b>', written.page())
    assert roles[role] == "Machine-learning engineer"
    assert bits >> 2 & 1 == (_entry(written, 0)["flags"] > 0)


def _entry(written: Written, number: int) -> Any:
    return written.manifest()["members"][f"{SERVER}#{1000 + number}"]["entry"]


def test_only_what_changed_is_written_again(written: Written):
    ada, *_ = fill(written.store, 4)
    assert written.write().written == 4
    times = {one: (written.folder / one).stat().st_mtime_ns for one in written.members()}
    assert written.write().written == 0
    assert times == {one: (written.folder / one).stat().st_mtime_ns for one in written.members()}
    keep(written.store, ada, scan_of(0, size=2), NOW)
    assert written.write().written == 1
    assert written.write(audience=sites.Reader.RECRUITER).written == 4
    (written.folder / "members/bo-amari-demo-1001.html").unlink()
    assert written.write(audience=sites.Reader.RECRUITER).written == 1


def account(number: int) -> Account:
    return Account(server=SERVER, github_id=number)


def test_one_scan_is_read_at_a_time(written: Written, monkeypatch: pytest.MonkeyPatch):
    fill(written.store, 5)
    open_scans: list[int] = []
    read = sites.read_with_statements

    def counted(store: Store, row: ScanRow) -> Scan:
        scan = read(store, row)
        open_scans.append(id(scan))
        return scan

    monkeypatch.setattr(sites, "read_with_statements", counted)
    written.write()
    assert len(open_scans) == 5
    written.write()
    assert len(open_scans) == 5  # the index was made of what was kept beside the pages


def test_who_left_and_whose_basis_expired_go(written: Written):
    ada, bo, _ = fill(written.store, 3)
    written.write()
    written.store.members.remove([ada.id], NOW)
    enrol(written.store, [1], expires=date(2026, 11, 20))
    del bo
    assert written.write().removed == 2
    assert written.members() == ["members/cy-amari-demo-1002.html"]
    for page in ("index.html", "changes.html", MANIFEST):
        assert "ada-amari" not in written.page(page)
        assert "bo-amari" not in written.page(page)


def test_a_renamed_member_has_one_page(written: Written):
    ada, _ = fill(written.store, 2)
    written.write()
    scan = scan_of(0)
    renamed = replace(scan, subject=replace(scan.subject, label="ada-new"))
    keep(written.store, ada, renamed, NOW)
    assert written.write().removed == 1
    assert written.members() == ["members/ada-new-1000.html", "members/bo-amari-demo-1001.html"]


def test_members_without_a_scan_are_counted_only(written: Written):
    fill(written.store, 1)
    enrol(written.store, [7])
    assert written.write().waiting == 1
    assert handle_of(7) not in written.page()
    assert "One more member has not been read yet" in text_of(written.page())


def test_an_empty_pool_has_a_site(written: Written):
    assert written.write().members == 0
    assert "No dossier yet" in written.page()
    assert not markup.read(written.page("changes.html")).scripts


def test_some_members_by_handle(written: Written):
    fill(written.store, 3)
    written.write(handles=(handle_of(1),))
    assert written.members() == ["members/bo-amari-demo-1001.html"]
    with pytest.raises(UsageError, match="not in the pool"):
        written.write(handles=("nobody",))


def test_what_changed_and_whose_doing_it_was(written: Written):
    (cy,) = enrol(written.store, [2])
    scan = scan_of(2)
    keep(written.store, cy, with_less(scan), NOW - timedelta(days=30))
    keep(written.store, cy, scan, NOW - timedelta(hours=3))
    assert written.write().changed == 1
    own, _, other = written.page("changes.html").partition('id="first"')
    assert "New strength" in own
    assert "New strength" in written.page()
    assert "New strength" not in other


def test_rules_and_github_are_told_apart_from_the_candidate(written: Written):
    (ada,) = enrol(written.store, [0])
    scan = scan_of(0)
    before = replace(scan, repositories=(replace(scan.repositories[0], findings=()),))
    keep(written.store, ada, before, NOW - timedelta(days=30), rules="0.0:old:r:2026Q4")
    keep(written.store, ada, scan, NOW - timedelta(hours=3), cause=sites_cause("rules"))
    assert written.write().changed == 0
    own, _, other = written.page("changes.html").partition('id="not-theirs"')
    assert "our rules changed" in other
    assert "our rules changed" not in own


def sites_cause(name: str) -> Any:
    from portfolio_scan.storage import Cause  # noqa: PLC0415

    return Cause(name)


def test_rows_of_different_rules_are_told(written: Written):
    ada, _ = fill(written.store, 2)
    assert written.write().rule_sets == 1
    assert "by the same rules" not in written.page()
    keep(written.store, ada, scan_of(0, size=3), NOW, rules="0.2:rules:rubric:2026Q4")
    assert written.write().rule_sets == 2
    assert "Not all were judged by the same rules" in written.page()


def test_there_is_no_rank_no_total_and_no_threshold(written: Written):
    fill(written.store, 5)
    written.write()
    live = markup.read(written.page())
    assert not {tag for tag, _ in live.attributes} & {"select", "meter", "progress"}
    assert 'type="number"' not in written.page()
    assert 'type="range"' not in written.page()
    assert not re.search(r"(?i)\b(sort by|score|top|best)\b", text_of(written.page()))


@pytest.mark.parametrize("name", ["index.html", "changes.html", "reading.html", "member"])
def test_pages_load_nothing_and_run_nothing_else(written: Written, name: str):
    fill(written.store, 3, hostile=True)
    written.write()
    page = written.page(written.members()[0] if name == "member" else name)
    live = markup.read(page)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert live.inline_styles == []
    assert not {name for _, name in live.attributes if name.startswith("on")}
    assert ("link", "") not in live.attributes
    assert ("img", "") not in live.attributes
    if name != "index.html":
        assert not live.scripts
        assert "script-src" not in policy


def test_hostile_texts_stay_texts(written: Written):
    """Names of repositories, areas and skills, and a title, that try to become something else."""
    (ada,) = enrol(written.store, [0])
    scan = scan_of(0)
    part = scan.repositories[0]
    rubric = scan.portfolio.rubric
    assert rubric is not None
    parts = tuple(
        replace(part, repository=replace(part.repository, name=text, node_id=str(at)))
        for at, text in enumerate(HOSTILE)
    )
    breadth = replace(scan.portfolio.breadth[0], skills=HOSTILE)
    areas = tuple(replace(rubric.areas[0], title=text) for text in HOSTILE[:20])
    told = replace(
        scan.portfolio, breadth=(breadth,), rubric=replace(rubric, areas=areas),
        role=replace(scan.portfolio.role, verdict="</script><script>alert(1)</script>"),
    )  # fmt: skip
    scan = replace(scan, repositories=parts, portfolio=told)
    keep(written.store, ada, with_less(replace(scan, repositories=parts[:1])), NOW - timedelta(30))
    keep(written.store, ada, scan, NOW)
    written.write(title="<script>alert(1)</script>\u202e")
    own = markup.ours("site")
    for name in ("index.html", "changes.html"):
        live = markup.read(written.page(name))
        # Those that Python writes and not a template.
        rows = {("li", "class"), ("div", ""), ("h3", ""), ("ul", ""), ("bdi", ""), ("b", "class"),
                ("meta", "http-equiv")}  # fmt: skip
        assert live.attributes <= own | rows
        assert len(live.scripts) == (2 if name == "index.html" else 0)
        assert not any("evil.example" in link or "alert" in link for link in live.links)
        assert not re.search("[\u2028\u202a-\u202e\u2066-\u2069\x00]", written.page(name))
    data = written.data()
    assert len(data["skills"]) > 150
    assert not re.search("[\u2028\u202a-\u202e\u2066-\u2069]", json.dumps(data, ensure_ascii=False))


def test_a_folder_of_something_else_is_left_alone(written: Written):
    written.folder.mkdir()
    (written.folder / "thesis.tex").write_text("mine")
    with pytest.raises(UsageError, match="files of something else"):
        written.write()
    assert written.files() == ["thesis.tex"]
    assert sites_here(written.store) == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema": "portfolio-scan/site/9"}', "\xff", '{"pages": 3}']
)
def test_a_damaged_list_of_pages_is_refused(written: Written, text: str):
    fill(written.store, 1)
    written.write()
    (written.folder / MANIFEST).write_text(text, "latin-1")
    with pytest.raises(UsageError, match="cannot be read"):
        written.write()


def test_an_altered_list_cannot_remove_other_files(written: Written, tmp_path: Path):
    fill(written.store, 1)
    written.write()
    other = tmp_path / "precious.html"
    other.write_text("mine")
    manifest = written.manifest()
    manifest["pages"]["x#1"] = ["members/../../precious.html"]
    (written.folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(UsageError, match="outside its folder"):
        written.write()
    assert other.exists()


def test_two_at_once_do_not_write_one_site(written: Written):
    fill(written.store, 1)
    written.write()
    with (
        SiteFolder(written.folder).opened(create=False),
        pytest.raises(OutputError, match="another run"),
    ):
        written.write()


def test_a_run_that_is_cut_short_is_known_and_healed(
    written: Written, monkeypatch: pytest.MonkeyPatch
):
    fill(written.store, 4)
    render, seen = sites.render_html, []

    def dying(*arguments: Any) -> str:
        seen.append(1)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return render(*arguments)

    monkeypatch.setattr(sites, "render_html", dying)
    with pytest.raises(KeyboardInterrupt):
        written.write()
    listed = {page for some in written.manifest()["pages"].values() for page in some}
    assert set(written.members()) <= listed  # whoever is erased now goes
    assert len(sites_here(written.store)) == 1
    (written.folder / "members" / ".x.html-abcd1234").write_text("half")
    assert written.write().members == 4
    assert len(written.members()) == 4


def test_who_is_erased_goes_from_every_page(written: Written):
    fill(written.store, 4)
    written.write()
    page = "members/cy-amari-demo-1002.html"
    assert pages_of(written.store, written.folder, [account(1002), account(9999)]) == [page]
    assert forget(written.store, written.folder, [account(1002), account(9999)]) == 1
    assert pages_of(written.store, written.folder, [account(1002)]) == []
    assert pages_of(written.store, written.folder / "elsewhere", [account(1002)]) == []
    assert "members/cy-amari-demo-1002.html" not in written.files()
    for one in written.files():
        assert "cy-amari" not in written.page(one), one
    assert "ada-amari-demo" in written.page()
    with pytest.raises(UsageError, match="no folder"):
        forget(written.store, written.folder / "elsewhere", [])


def test_a_blind_site_names_nobody(
    written: Written, table: BlindTable, blind: Callable[[Scan], Scan]
):
    fill(written.store, 6)
    report = written.write(blind=blind, requisition="ml-2026")
    assert report.members == 6
    assert all(re.fullmatch(r"members/candidate-\w{8}\.html", one) for one in written.members())
    for number in range(6):
        secrets = (handle_of(number), str(1000 + number), f'U_{number}"', SERVER)
        for file in written.files():
            text = (file + written.page(file)).lower()
            found = [one for one in secrets if re.search(rf"\b{re.escape(one.lower())}", text)]
            assert not found, (file, found)
    labels = re.findall(r'">(candidate-\w{8})</a></h3>', written.page())
    assert labels == sorted(labels)
    assert {table.person(one).label for one in labels} == {handle_of(one) for one in range(6)}
    assert written.write(blind=blind, requisition="ml-2026").written == 0


def test_who_is_erased_goes_from_a_blind_site(written: Written, blind: Callable[[Scan], Scan]):
    fill(written.store, 3)
    written.write(blind=blind, requisition="ml-2026")
    (page,) = pages_of(written.store, written.folder, [account(1000)])
    label = page.partition("/")[2].removesuffix(".html")
    assert label in written.page()
    assert forget(written.store, written.folder, [account(1000)]) == 1
    assert len(written.members()) == 2
    assert all(label not in written.page(one) for one in written.files())


def test_a_site_with_names_does_not_become_a_blind_one(
    written: Written, blind: Callable[[Scan], Scan]
):
    fill(written.store, 1)
    written.write()
    with pytest.raises(UsageError, match="names its members"):
        written.write(blind=blind, requisition="ml-2026")
    other = Written(written.store, written.folder.parent / "other")
    other.write(blind=blind, requisition="ml-2026")
    with pytest.raises(UsageError, match="is blind for ml-2026"):
        other.write()


def test_the_changes_of_a_blind_site_are_those_of_the_other(
    written: Written, blind: Callable[[Scan], Scan]
):
    fill(written.store, 9)
    plain = written.write()
    other = Written(written.store, written.folder.parent / "other")
    assert other.write(blind=blind, requisition="ml-2026").changed == plain.changed

    def groups(of: Written) -> list[list[tuple[str, str]]]:
        members = of.manifest()["members"].values()
        news = (one["news"] for one in members)
        return sorted(sorted((n["group"], n["because"]) for n in some) for some in news)

    assert groups(other) == groups(written)


def test_memory_does_not_grow_with_the_pool(tmp_path: Path):
    """The list of what is kept grows; nothing of a scan may."""
    with open_store(str(tmp_path / "pool.sqlite")) as store:
        fill(store, 3)
        written = Written(store, tmp_path / "site")
        written.write()
        kept = len(json.dumps(written.manifest()["members"][f"{SERVER}#1002"]))
        page = (written.folder / "members/cy-amari-demo-1002.html").stat().st_size
    assert kept < page / 10


def test_what_is_said_about_a_finding_stands_on_the_page(written: Written):
    ada, *_ = fill(written.store, 2)
    written.write()
    note = NewAnnotation(
        member=ada.id, author="Jo Doe", kind="contest", repository="", rule="",
        text="It was a take-home, and the split was given.",
    )  # fmt: skip
    written.store.annotations.add(note, NOW, "d")
    assert written.write().written == 1
    page = written.page("members/ada-amari-demo-1000.html")
    assert "It was a take-home, and the split was given." in page
