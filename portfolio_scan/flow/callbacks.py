"""Callbacks of a training run: which of them choose a model by the score that they watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.values import Const, Extern, Growing, Sequence

if TYPE_CHECKING:
    from portfolio_scan.flow.site import Site
    from portfolio_scan.flow.values import Value

_STOPS = {"EarlyStopping", "ReduceLROnPlateau"}
_KEEPS = "ModelCheckpoint"
_CHOOSES = _STOPS | {_KEEPS}
_ARGUMENTS = {"early_stopping_rounds", "early_stopping"}


def is_callback(name: str) -> bool:
    """Whether a library name is a callback that can choose."""
    return name.rpartition(".")[2] in _CHOOSES


def chooses(name: str, site: Site) -> bool:
    """Whether a callback, as it is made here, chooses by a score on watched rows.

    One that watches the training loss does not, nor does a checkpoint that keeps every epoch:
    Keras' does unless `save_best_only`, Lightning's unless it is given something to `monitor`.
    """
    monitor = site.text(None, "monitor")
    if monitor and "val" not in monitor and "test" not in monitor:
        return False
    if name.rpartition(".")[2] != _KEEPS:
        return True
    best = site.arg(None, "save_best_only")
    if best is not None:
        return not (isinstance(best, Const) and not best.value)
    return "lightning" in name and bool(monitor)


def stops_early(site: Site) -> bool:
    """Whether a call asks a library to stop by a watched score: `early_stopping_rounds=10`."""
    return bool(site.words() & _ARGUMENTS)


def steer(site: Site) -> bool:
    """Whether a call is given something that chooses the model by what is watched."""
    if stops_early(site):
        return True
    given = _flatten(site.arg(None, "callbacks"))
    return any(isinstance(value, Extern) and is_callback(value.name) for value in given)


def _flatten(value: Value | None) -> list[Value]:
    if isinstance(value, Sequence):
        return [inner for item in value.items for inner in _flatten(item)]
    if isinstance(value, Growing):
        items = [*value.items, *([value.element] if value.element is not None else [])]
        return [inner for item in items for inner in _flatten(item)]
    return [value] if value is not None else []
