"""The pack that docs/catalogue.md shows, installed as a distribution is, and asked to work."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.analysis.registry import load_rules
from portfolio_scan.api import read_catalogue
from portfolio_scan.flow import trace_repository
from portfolio_scan.model import EventKind, Relation
from portfolio_scan.parsing.unit import read_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[2] / "docs" / "catalogue.md"

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the page is not beside the tests")


def blocks() -> dict[str, str]:
    """The page's code by the path in its first comment; the program has none and is `main.py`."""
    found = {}
    for code in re.findall(
        r"^```(?:toml|python)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    ):
        name = re.match(r"# (\S+)\n", code)
        found[name[1] if name else "main.py"] = code
    return found


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The example's files on the path, with the metadata that an installer writes."""
    files = blocks()
    for name in ("acme_rules/__init__.py", "acme_rules/acme.toml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(files[name], "utf-8")
    project = tomllib.loads(files["pyproject.toml"])["project"]
    metadata = tmp_path / "acme_rules-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    lines = [
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in points.items())
        for group, points in project["entry-points"].items()
    ]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    yield files
    sys.modules.pop("acme_rules", None)


def test_the_example_is_found_by_its_entry_point_and_its_program_is_followed(
    pack: dict[str, str],
) -> None:
    rules = load_rules(["builtin", "acme"])
    assert [(one.id, one.version, one.error) for one in rules.packs][1:] == [("acme", "1.0", "")]
    record = read_unit("main.py", "blob", pack["main.py"].encode())
    trace = trace_repository([record], rules.catalogue)
    (fit,) = (event for event in trace.events if event.kind is EventKind.FIT)
    (pairing,) = trace.pairings
    assert fit.name == "acme.Forest"
    assert (pairing.score.name, pairing.relation, pairing.part) == (
        "judge",
        Relation.DISJOINT,
        "test",
    )
    assert trace.leaks == ()


def test_without_the_pack_nothing_is_said_of_the_program(pack: dict[str, str]) -> None:
    record = read_unit("main.py", "blob", pack["main.py"].encode())
    trace = trace_repository([record], load_rules(["builtin"]).catalogue)
    assert [event for event in trace.events if event.kind is EventKind.FIT] == []
    assert trace.pairings == ()


def test_a_folder_may_not_list_a_name_twice(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('[api]\n"acme.x" = { kind = "reader" }\n')
    with pytest.raises(ValueError, match=r"b.toml: api.acme.x is listed twice"):
        read_catalogue(tmp_path)


def test_the_built_in_catalogue_is_what_its_folder_holds() -> None:
    folder = resources.files("heuristics.catalogue")
    assert read_catalogue(folder).tables == load_rules(["builtin"]).catalogue.tables
