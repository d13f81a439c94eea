"""Origin: signs of where a file comes from, as they are found in its text."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_scan.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How much of one own file stands, line for line, in a published one."""

    path: str
    source: str
    """The title of the published code."""
    kind: str
    """`library`, `example`, `template` or `course`."""
    url: str
    license: str
    file: str
    """The published file that shares most."""
    shared: int
    """Marks of the fingerprint in common."""
    share: float
    """Part of the own file's marks that the published code has, 0 to 1."""
    covered: float
    """Part of the published file's marks that the own file has, 0 to 1."""
    exact: bool = False
    """A short file that is the published one, but for layout, comments and imports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Own code of one repository that stands in another one of the same portfolio."""

    repository: str
    """The one with less code."""
    other: str
    share: float
    """Part of its code that the other has too, 0 to 1."""
    evidence: tuple[Evidence, ...] = ()
    """Files that are in both, first as they lie in `repository`, then in `other`."""
