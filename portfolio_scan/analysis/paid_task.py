"""The paid test task: chosen by role and by the area of which the code read shows least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.model import Level, PaidTask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio_scan.api import Catalogue
    from portfolio_scan.model import Rubric, RubricArea

ANY_ROLE = "any"
_GAPS = {Level.NOT_FOUND: 0, Level.SOME: 1, Level.UNCLEAR: 2, Level.SOLID: 3, Level.STRONG: 4}
_WORDS = {
    Level.NOT_FOUND: "of which nothing was found in the code read",
    Level.SOME: "of which the code read shows little",
    Level.UNCLEAR: "which could not be told from the code read",
    Level.SOLID: "which is solid; of no area that such a task shows was less found",
    Level.STRONG: "which is strong; of no area that such a task shows was less found",
}


def choose_task(role: str, rubric: Rubric | None, catalogue: Catalogue) -> PaidTask | None:
    """The task of the role for its weightiest gap; None where the catalogue has no tasks.

    A role of which there is no task, and none at all, get those for anybody.
    """
    table = catalogue.table("tasks")
    fitting = {name: one for name, one in table.items() if role in _listed(one, "roles")}
    taken = role
    if not fitting:
        fitting = {name: one for name, one in table.items() if ANY_ROLE in _listed(one, "roles")}
        taken = ANY_ROLE
    if not fitting:
        return None
    areas = rubric.areas if rubric else ()
    for area in sorted((one for one in areas if one.level in _GAPS and one.weight), key=_need):
        ranked = [
            (_listed(fields, "gaps").index(area.id), name)
            for name, fields in fitting.items()
            if area.id in _listed(fields, "gaps")
        ]
        if ranked:
            _, name = min(ranked, key=lambda one: one[0])
            return _task(name, fitting[name], taken, catalogue, area)
    name = next(iter(fitting))
    return _task(name, fitting[name], taken, catalogue, None)


def _need(area: RubricArea) -> tuple[int, float, str]:
    return _GAPS[area.level], -area.weight, area.id


def _task(
    name: str,
    fields: Mapping[str, object],
    role: str,
    catalogue: Catalogue,
    area: RubricArea | None,
) -> PaidTask:
    title = str(catalogue.table("roles").get(role, {}).get("title", ""))
    points = f"chosen for the role “{title}”" if title else "the code points to no single role"
    gap = f", and to see {_lowered(area.title)}, {_WORDS[area.level]}" if area else ""
    return PaidTask(
        id=name,
        title=str(fields["title"]),
        role=title,
        hours=str(fields["hours"]),
        brief=str(fields["brief"]),
        deliverables=_listed(fields, "deliverables"),
        look_at=_listed(fields, "look_at"),
        reason=f"{points}{gap}",
    )


def _lowered(title: str) -> str:
    """A title inside a sentence; abbreviations stay as they are."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _listed(fields: Mapping[str, object], key: str) -> tuple[str, ...]:
    found: object = fields.get(key)
    return tuple(str(one) for one in found) if isinstance(found, list) else ()
