from __future__ import annotations

import importlib
import types
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.analysis import registry
from portfolio_scan.analysis.registry import load_rules
from portfolio_scan.api import Catalogue, Heuristic, Pack
from portfolio_scan.errors import PackError, PackShadowed

if TYPE_CHECKING:
    from collections.abc import Callable


class Point:
    """An entry point as `importlib.metadata` gives it."""

    def __init__(self, name: str, load: Callable[[], object]) -> None:
        self.name = name
        self.load = load


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def install(*points: Point) -> None:
        monkeypatch.setattr(metadata, "entry_points", lambda **_: points)

    return install


def pack(name: str, *heuristics: Heuristic, **tables: dict[str, dict[str, object]]) -> Pack:
    kinds = tuple(type(one) for one in heuristics)
    return Pack(id=name, version="1", heuristics=kinds, catalogue=Catalogue(tables=tables))


def test_the_built_in_pack_loads() -> None:
    rules = load_rules(["builtin"])
    assert [one.id for one in rules.packs] == ["builtin"]
    assert rules.heuristics
    assert all(
        need in {one.id for one in rules.heuristics} for h in rules.heuristics for need in h.needs
    )


def test_a_foreign_heuristics_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = types.ModuleType("heuristics")
    foreign.__file__ = "/somewhere/else/heuristics/__init__.py"
    monkeypatch.setattr(importlib, "import_module", lambda _: foreign)
    with pytest.raises(PackShadowed, match="/somewhere/else"):
        load_rules()


def test_a_missing_pack_is_an_error_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise ImportError("no module")

    monkeypatch.setattr(importlib, "import_module", fail)
    with pytest.raises(PackError) as caught:
        load_rules()
    assert "doctor" in caught.value.hint


def test_packs_of_other_distributions_take_part(
    installed: Callable[..., None], heuristic: Callable[..., Heuristic]
) -> None:
    installed(
        Point("good", lambda: pack("good", heuristic("area.one"), api={"x": {"kind": "reader"}})),
        Point("broken", lambda: 1 / 0),
        Point("empty", object),
    )
    rules = load_rules(["good", "broken", "empty"])
    assert [one.id for one in rules.heuristics] == ["area.one"]
    assert rules.catalogue.table("api") == {"x": {"kind": "reader"}}
    errors = {one.id: one.error for one in rules.packs}
    assert errors["good"] == ""
    assert "ZeroDivisionError" in errors["broken"]
    assert "no pack" in errors["empty"]


def test_a_pack_adds_lines_and_words_to_those_there_are(installed: Callable[..., None]) -> None:
    added = pack(
        "acme",
        api={"acme.Forest": {"kind": "estimator", "manner": "booster"}},
        words={"fit": {"words": ["grow"]}, "acme": {"words": ["its own"]}},
        acme={"anything": {"for": "its own heuristics"}},
    )
    installed(Point("acme", lambda: added))
    known, rules = load_rules(["builtin"]).catalogue, load_rules(["builtin", "acme"])
    assert [one.error for one in rules.packs] == ["", ""]
    names = set(rules.catalogue.table("api")) - set(known.table("api"))
    assert names == {"acme.Forest"}
    before, after = (set(one.table("words")["fit"]["words"]) for one in (known, rules.catalogue))  # type: ignore[call-overload]
    assert after - before == {"grow"}
    assert before < after
    assert rules.catalogue.table("acme") == {"anything": {"for": "its own heuristics"}}


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({"api": {"acme.x": {"kind": "spell"}}}, "api.acme.x: no kind is called 'spell'"),
        ({"api": {"acme.x": {}}}, "api.acme.x: no kind is called None"),
        ({"api": {"acme.x": {"kind": "reader", "colour": 1}}}, "no field is called 'colour' here"),
        ({"api": {"acme.x": {"kind": "wrap", "first": "yes"}}}, "first is no bool"),
        (
            {"api": {"acme.x": {"kind": "tune", "names": [1]}}},
            "names holds something else than words",
        ),
        ({"api": {"acme.x": {"kind": "estimator", "manner": "odd"}}}, "no manner is called 'odd'"),
        ({"api": {"acme.x": {"kind": "dataset", "shape": "odd"}}}, "shape is none of bunch, flag"),
        ({"api": {"acme.x": {"kind": "split", "shuffles": "so"}}}, "shuffles is none of always, a"),
        ({"api": {"acme.x": {"kind": "wrap", "makes": "tea"}}}, "makes is none of copies, frames"),
        ({"api": {"acme x": {"kind": "reader"}}}, "this is no dotted name"),
        ({"api": {"pytorch_lightning.x": {"kind": "plain"}}}, "it is never looked up"),
        ({"api": {"pandas.read_csv": {"kind": "reader"}}}, "another pack lists it"),
        ({"manners": {"acme": {"fit": "grow"}}}, "manners.acme: fit is no list"),
        ({"manners": {"acme": {"fit": ["a"], "score": ["a"]}}}, "manners.acme: a does two things"),
        ({"methods": {"melt": {"effect": "warm"}}}, "methods.melt: no effect is called 'warm'"),
        ({"trainers": {"acme": {"starts": "(grow"}}}, "trainers.acme: (grow is no regular expres"),
        ({"deployment": {"acme": {"files": ["*"]}}}, "deployment.acme: * is no regular expression"),
        ({"aliases": {"acme2": {}}}, "aliases.acme2: is is missing"),
        ({"given": {"acme": {"is": 3}}}, "given.acme: is is no str"),
    ],
)
def test_a_pack_with_a_wrong_line_is_left_out_and_says_why(
    tables: dict[str, dict[str, dict[str, object]]],
    reason: str,
    installed: Callable[..., None],
    heuristic: Callable[..., Heuristic],
) -> None:
    installed(Point("acme", lambda: pack("acme", heuristic("acme.one"), **tables)))
    rules, alone = load_rules(["builtin", "acme"]), load_rules(["builtin"])
    assert reason in rules.packs[-1].error
    assert rules.catalogue == alone.catalogue
    assert len(rules.heuristics) == len(alone.heuristics)


def test_a_line_may_replace_another_packs_where_it_says_so(installed: Callable[..., None]) -> None:
    line = {"kind": "plain", "replaces": True}
    installed(Point("acme", lambda: pack("acme", api={"pandas.read_csv": line})))
    rules = load_rules(["builtin", "acme"])
    assert rules.packs[-1].error == ""
    assert rules.catalogue.table("api")["pandas.read_csv"] == line


def test_several_wrong_lines_are_counted(installed: Callable[..., None]) -> None:
    lines: dict[str, dict[str, object]] = {
        name: {"kind": "spell"} for name in ("a.x", "a.y", "a.z")
    }
    installed(Point("acme", lambda: pack("acme", api=lines)))
    assert load_rules(["builtin", "acme"]).packs[-1].error.endswith("(and 2 more)")


def test_each_judges_after_those_it_needs(
    installed: Callable[..., None], heuristic: Callable[..., Heuristic]
) -> None:
    parts = (
        heuristic("a.last", needs=("a.middle",)),
        heuristic("a.other"),
        heuristic("a.middle", needs=("a.first",)),
        heuristic("a.first"),
    )
    installed(Point("p", lambda: pack("p", *parts)))
    ids = [one.id for one in load_rules(["p"]).heuristics]
    assert ids.index("a.first") < ids.index("a.middle") < ids.index("a.last")
    assert sorted(ids) == ["a.first", "a.last", "a.middle", "a.other"]


@pytest.mark.parametrize(
    "needs", [{"a.x": ("a.y",), "a.y": ("a.x",)}, {"a.x": ("a.gone",)}, {"a.x": ("a.x",)}]
)
def test_needs_that_cannot_be_met_are_an_error(
    needs: dict[str, tuple[str, ...]],
    installed: Callable[..., None],
    heuristic: Callable[..., Heuristic],
) -> None:
    parts = [heuristic(name, needs=wanted) for name, wanted in needs.items()]
    installed(Point("p", lambda: pack("p", *parts)))
    with pytest.raises(PackError, match=r"a\.x"):
        load_rules(["p"])


def test_an_id_is_used_once(
    installed: Callable[..., None], heuristic: Callable[..., Heuristic]
) -> None:
    installed(Point("p", lambda: pack("p", heuristic("a.x"), heuristic("a.x"))))
    with pytest.raises(PackError, match="two heuristics"):
        load_rules(["p"])


def test_the_fingerprint_changes_with_versions_and_catalogue(
    installed: Callable[..., None], heuristic: Callable[..., Heuristic]
) -> None:
    def fingerprint(version: int, **tables: dict[str, dict[str, object]]) -> str:
        one = heuristic("a.x")
        type(one).version = version
        installed(Point("p", lambda: pack("p", one, **tables)))
        return load_rules(["p"]).fingerprint

    found = [fingerprint(1), fingerprint(2), fingerprint(1, api={"x": {"kind": "reader"}})]
    assert len(set(found)) == 3
    assert fingerprint(1) == found[0]


def test_the_fingerprint_changes_with_the_readers_source(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path_factory.mktemp("engine")
    (root / "parsing").mkdir()
    module = root / "parsing" / "facts.py"
    module.write_text("x = 1\n")
    monkeypatch.setattr(registry, "_ROOT", root)
    before = load_rules(["none"]).fingerprint
    module.write_text("x = 2\n")
    assert load_rules(["none"]).fingerprint != before
