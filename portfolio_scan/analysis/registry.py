"""The rules of a run: packs found, loaded, ordered, and fingerprinted for the cache."""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import portfolio_scan
from portfolio_scan.analysis.accuracy import with_accuracy
from portfolio_scan.analysis.packs import find_packs
from portfolio_scan.api import Catalogue, Heuristic, Pack, PortfolioHeuristic
from portfolio_scan.errors import PackError, PackShadowed
from portfolio_scan.flow import problems
from portfolio_scan.model import PackVersion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from portfolio_scan.model import Accuracy, Finding

BUILTIN = "builtin"
_ROOT = Path(portfolio_scan.__file__).resolve().parent
_WORDS = "words"
"""The table of word lists, to which every pack may add."""
_READING = ("parsing", "model")
"""Folders of the engine whose code decides what a record holds."""
_FOLLOWING = ("flow",)
"""Those whose code decides, besides, where values go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All rules that take part in a run, in the order in which they judge."""

    packs: tuple[PackVersion, ...]
    """Every pack asked for, those that could not be loaded included, with the reason."""
    heuristics: tuple[Heuristic, ...]
    portfolio: tuple[PortfolioHeuristic, ...]
    catalogue: Catalogue
    rubric: str = ""
    """TOML of the rubric that is applied where the user gives none."""
    fingerprint: str
    """Changes whenever the same file could give another record."""
    following: str = ""
    """Changes whenever the same records could give another trace."""
    accuracy: Mapping[str, Accuracy] = field(default_factory=dict)
    """What was measured, by the id of a rule."""

    def judged(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Give findings the measures of their rules, which may make notes of them."""
        for finding in findings:
            yield with_accuracy(finding, self.accuracy.get(finding.rule))


def load_rules(only: Sequence[str] = ()) -> Rules:
    """Load the built-in pack and those of other distributions; `only` limits them by id.

    A pack of another distribution that fails is listed with its reason and left out.

    Raises PackShadowed when another distribution's `heuristics` was imported, PackError when the
    built-in pack cannot be.
    """
    loaded: list[tuple[Pack, Any]] = []
    listed: list[PackVersion] = []
    catalogue = Catalogue(tables={})
    if not only or BUILTIN in only:
        loaded.append(_builtin())
        catalogue = loaded[0][0].catalogue
    for name, found in find_packs():
        if only and name not in only:
            continue
        error = found if isinstance(found, str) else _refused(found[0], loaded, catalogue)
        if isinstance(found, str) or error:
            listed.append(PackVersion(id=name, version="", rules=0, error=error))
        else:
            loaded.append(found)
            catalogue = _merged(catalogue, found[0].catalogue)
    packs = [pack for pack, _ in loaded]
    versions = tuple(_describe(pack) for pack in packs) + tuple(listed)
    heuristics, portfolio = _made(packs)
    fingerprint = _fingerprint(heuristics, catalogue, [module for _, module in loaded])
    return Rules(
        packs=versions,
        heuristics=heuristics,
        portfolio=portfolio,
        catalogue=catalogue,
        rubric=next((pack.rubric for pack in packs if pack.rubric), ""),
        fingerprint=fingerprint,
        following=_digest(fingerprint, [_ROOT / name for name in _FOLLOWING]),
        accuracy={rule: one for pack in packs for rule, one in pack.accuracy.items()},
    )


def _builtin() -> tuple[Pack, Any]:
    try:
        module = importlib.import_module("heuristics")
    except ImportError as error:
        raise PackError(
            f"the built-in heuristics could not be imported ({error})",
            "reinstall portfolio-scan; `portfolio-scan doctor` tells what is found where",
        ) from error
    if module.__file__ is None:
        raise PackError("the built-in heuristics are not installed", "reinstall portfolio-scan")
    where = Path(module.__file__).resolve().parent
    if where.parent != _ROOT.parent or not isinstance(getattr(module, "PACK", None), Pack):
        raise PackShadowed(
            f"another distribution's `heuristics` was imported, from {where}",
            "uninstall that distribution, or install portfolio-scan in an environment of its own",
        )
    return module.PACK, module


def _describe(pack: Pack) -> PackVersion:
    rules = len(pack.heuristics) + len(pack.portfolio_heuristics)
    return PackVersion(id=pack.id, version=pack.version, rules=rules)


def _refused(pack: Pack, loaded: Sequence[tuple[Pack, Any]], known: Catalogue) -> str:
    """Why a pack cannot take part beside those that are loaded; empty: it can."""
    others = [one for one, _ in loaded]
    if any(pack.id == one.id for one in others):
        return f"another pack has the id {pack.id}"
    try:
        _made([*others, pack])
    except PackError as error:
        return error.message
    return _unreadable(pack.catalogue, known)


def _unreadable(catalogue: Catalogue, known: Catalogue) -> str:
    """Why the lines of a pack cannot be taken in beside those that are known; empty: they can."""
    twice = [
        f"{table}.{name}: another pack lists it, and this line does not say `replaces`"
        for table, entries in catalogue.tables.items()
        for name, fields in entries.items()
        if table != _WORDS and name in known.table(table) and not fields.get("replaces")
    ]
    wrong = [*twice, *problems(catalogue, _merged(known, catalogue))]
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return f"its catalogue cannot be read: {wrong[0]}{more}" if wrong else ""


def _merged(known: Catalogue, added: Catalogue) -> Catalogue:
    """Both catalogues; word lists grow, and any other line of the second stands for the first's."""
    tables = {name: dict(entries) for name, entries in known.tables.items()}
    for name, entries in added.tables.items():
        table = tables.setdefault(name, {})
        for key, fields in entries.items():
            both = name == _WORDS and key in table
            table[key] = {"words": _words(table[key]) + _words(fields)} if both else fields
    return Catalogue(tables=tables)


def _words(fields: Mapping[str, object]) -> list[object]:
    words = fields.get("words")
    return list(words) if isinstance(words, list) else []


def _made(
    packs: Iterable[Pack],
) -> tuple[tuple[Heuristic, ...], tuple[PortfolioHeuristic, ...]]:
    """Make all rules of some packs. Raises PackError when they do not go together."""
    packs = tuple(packs)
    heuristics = _ordered([kind() for pack in packs for kind in pack.heuristics])
    portfolio = tuple(kind() for pack in packs for kind in pack.portfolio_heuristics)
    ids = [one.id for one in (*heuristics, *portfolio)]
    for name in ids:
        if ids.count(name) > 1:
            raise PackError(f"two heuristics have the id {name}")
    return heuristics, portfolio


def _ordered(heuristics: Sequence[Heuristic]) -> tuple[Heuristic, ...]:
    """Put each heuristic behind those it needs, otherwise keep the order of the packs."""
    by_id: dict[str, Heuristic] = {}
    for heuristic in heuristics:
        if heuristic.id in by_id:
            raise PackError(f"two heuristics have the id {heuristic.id}")
        by_id[heuristic.id] = heuristic
    done: dict[str, Heuristic] = {}
    waiting = list(heuristics)
    while waiting:
        ready = [one for one in waiting if all(need in done for need in one.needs)]
        if not ready:
            stuck = ", ".join(one.id for one in waiting)
            raise PackError(f"these heuristics need each other or what is not there: {stuck}")
        done[ready[0].id] = ready[0]
        waiting.remove(ready[0])
    return tuple(done.values())


def _fingerprint(
    heuristics: Iterable[Heuristic], catalogue: Catalogue, modules: Iterable[Any]
) -> str:
    """Digest everything that decides what reading a file gives.

    Versions alone would do for releases; the source text is taken in too, so that somebody who
    works on a rule never judges yesterday's records.
    """
    digest = hashlib.sha256(portfolio_scan.__version__.encode())
    for heuristic in sorted(heuristics, key=lambda one: one.id):
        digest.update(f"{heuristic.id}={heuristic.version};".encode())
    digest.update(msgspec.json.encode(catalogue.tables, order="deterministic"))
    folders = [_ROOT / name for name in _READING]
    for module in modules:
        origin = getattr(module, "__file__", None)
        if origin and Path(origin).name == "__init__.py":
            folders.append(Path(origin).resolve().parent)
    return _digest(digest.hexdigest(), folders)


def _digest(begin: str, folders: Iterable[Path]) -> str:
    """Digest the source texts in folders, after what was digested before."""
    digest = hashlib.sha256(begin.encode())
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]
