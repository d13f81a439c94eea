"""Ordering: things in the order in which one needs what another makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

_Item = TypeVar("_Item", bound="Hashable")


def needs_first(items: Iterable[_Item], needs: Callable[[_Item], Iterable[_Item]]) -> list[_Item]:
    """Items as they come, each after those it needs; a circle is entered where it is met first."""
    found: dict[_Item, None] = {}
    begun: set[_Item] = set()
    for item in items:
        stack = [item]
        while stack:
            last = stack[-1]
            if last in found:
                stack.pop()
            elif last in begun:
                found[last] = None
                stack.pop()
            else:
                begun.add(last)
                stack.extend(n for n in reversed(list(needs(last))) if n not in begun)
    return list(found)
