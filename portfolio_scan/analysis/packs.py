"""Packs of other distributions: found by entry point, and looked over before they take part.

A pack is somebody's code. Whatever is wrong with it is a sentence in the scan, and the other rules
go on without it; only the built-in pack is trusted to be what it should be.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from importlib import metadata
from typing import TYPE_CHECKING, Any

import msgspec

from portfolio_scan.api import (
    Accuracy,
    Audience,
    Breadth,
    Catalogue,
    Claim,
    Depth,
    Finding,
    Heuristic,
    Judgement,
    Leak,
    Named,
    Pack,
    Pinned,
    Polarity,
    PortfolioHeuristic,
    PortfolioJudgement,
    RoleShare,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRY_POINTS = "portfolio_scan.heuristics"
_ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*")
_DESCRIPTION = {
    "version": int,
    "question": str,
    "polarity": Polarity,
    "weight": Weight,
    "audience": Audience,
    "interview": str,
    "would_change": str,
}
_PARTS: dict[str, type] = {
    "findings": Finding,
    "leakage": Leak,
    "metrics": Named,
    "deployment": Named,
    "skills": Named,
    "claimed": Named,
    "stack": Pinned,
    "claims": Claim,
    "techniques": Named,
}
_PORTFOLIO_PARTS: dict[str, type] = {
    "findings": Finding,
    "roles": RoleShare,
    "depths": Depth,
    "breadth": Breadth,
    "claims": Claim,
}
"""Lists of a judgement, and what they hold."""

_log = logging.getLogger(__name__)


def find_packs() -> Iterator[tuple[str, tuple[Pack, Any] | str]]:
    """Packs by entry point, each with what it was loaded from; a string: why there is none."""
    for point in sorted(metadata.entry_points(group=ENTRY_POINTS), key=lambda one: one.name):
        try:
            module = point.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it may even leave the program
            _log.warning("pack %s failed to load", point.name, exc_info=True)
            yield point.name, f"could not be imported: {type(error).__name__}: {error}"
            continue
        pack = module if isinstance(module, Pack) else getattr(module, "PACK", None)
        if not isinstance(pack, Pack):
            yield point.name, "its entry point names no pack"
            continue
        wrong = _misshapen(pack)
        yield point.name, wrong or (pack, module)


def sound_judgement(judgement: object) -> Judgement:
    """Give back what a heuristic said. Raises TypeError where it holds something else than it may.

    What is wrong in there would otherwise come to light when the dossier is written, and stop it.
    """
    if not isinstance(judgement, Judgement):
        raise TypeError("no judgement was given")
    for name, kind in _PARTS.items():
        for one in getattr(judgement, name):
            _check(one, kind)
    for verdict in judgement.verdicts.values():
        _check(verdict, Verdict)
    return judgement


def sound_portfolio_judgement(judgement: object) -> PortfolioJudgement:
    """Do the same for a rule about the whole portfolio."""
    if not isinstance(judgement, PortfolioJudgement):
        raise TypeError("no judgement was given")
    for name, kind in _PORTFOLIO_PARTS.items():
        for one in getattr(judgement, name):
            _check(one, kind)
    for verdict in (judgement.role, judgement.recency):
        if verdict is not None:
            _check(verdict, Verdict)
    return judgement


def _check(value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"a {type(value).__name__} stands where a {kind.__name__} should")
    try:
        msgspec.convert(msgspec.to_builtins(value), kind)
    except (msgspec.ValidationError, TypeError) as error:
        raise TypeError(f"a {kind.__name__} holds what it may not: {error}") from error


def _misshapen(pack: Any) -> str:
    """What in a pack is of the wrong kind; empty: nothing. Nothing of it has run so far."""
    if not isinstance(pack.id, str) or not isinstance(pack.version, str):
        return "its id and version are no texts"
    if not isinstance(pack.catalogue, Catalogue):
        return "its catalogue is none"
    for table, entries in pack.catalogue.tables.items():
        for name, fields in entries.items():
            if not isinstance(fields, Mapping):
                return f"its catalogue cannot be read: {table}.{name} is no table"
    for kinds, base in (
        (pack.heuristics, Heuristic),
        (pack.portfolio_heuristics, PortfolioHeuristic),
    ):
        if not isinstance(kinds, tuple):
            return f"its list of {base.__name__} classes is no tuple"
        for kind in kinds:
            wrong = _misdescribed(kind, base)
            if wrong:
                return wrong
    return _unmeasured(pack)


def _misdescribed(kind: object, base: type) -> str:
    if not isinstance(kind, type) or not issubclass(kind, base):
        return f"{_named(kind)} is no class derived from {base.__name__}"
    name = getattr(kind, "id", None)
    if not isinstance(name, str) or not _ID.fullmatch(name):
        return f"{_named(kind)} has no id of the form area.name"
    for field, wanted in _DESCRIPTION.items():
        if not isinstance(getattr(kind, field, None), wanted):
            return f"{name}: {field} is no {wanted.__name__}"
    needs = getattr(kind, "needs", ())
    if not isinstance(needs, tuple) or not all(isinstance(one, str) for one in needs):
        return f"{name}: needs is no tuple of ids"
    try:
        kind()
    except Exception as error:  # noqa: BLE001 - whatever a constructor of theirs does
        return f"{name} could not be made: {type(error).__name__}: {error}"
    return ""


def _unmeasured(pack: Any) -> str:
    if not isinstance(pack.accuracy, Mapping):
        return "its accuracy is no mapping"
    own = {kind.id for kind in (*pack.heuristics, *pack.portfolio_heuristics)}
    for rule, one in pack.accuracy.items():
        if rule not in own:
            return f"its accuracy speaks of {rule}, which is no heuristic of it"
        try:
            _check(one, Accuracy)
        except TypeError as error:
            return f"its accuracy of {rule}: {error}"
    return ""


def _named(kind: object) -> str:
    return str(getattr(kind, "__name__", None) or type(kind).__name__)
