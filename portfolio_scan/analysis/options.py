"""What the user asked for, as values: the analysis reads neither flags nor environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text of the user's with the name by which messages call it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The settings of one run."""

    jobs: int = 1
    """Worker processes that read files."""
    scheduler: str | None = None
    """Address of a dask scheduler whose workers study repositories; None: this machine does."""
    author: str | None = None
    """Whose commits count in repositories on disk: a name or e-mail."""
    max_repos: int | None = None
    include_forks: bool = False
    offline: bool = False
    """Refuse every target that would need the network."""
    plan: bool = False
    """Tell what a scan would cost, and stop before downloading anything."""
    resume: bool = False
    """Go on with the scan that a rate limit stopped."""
    github_url: str = "https://github.com"
    token: str | None = field(default=None, repr=False)
    """Sent to that server only; None: look for one where the user keeps it."""
    web_url: str | None = None
    """Where permalinks point, if not to `github_url`: the demo is served from a passing port."""
    cache_folder: Path | None = None
    """Where observations and unfinished scans are kept; None: nowhere."""
    rubric: Document | None = None
    """A rubric in TOML; None: that of the built-in pack."""
    total: bool = False
    """Add the rubric's areas up."""
    job: Document | None = None
    """A job to hold the portfolio against."""
    packs: tuple[str, ...] = ()
    """Ids of the packs that take part; empty: all."""
