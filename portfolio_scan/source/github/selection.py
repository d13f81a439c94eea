"""Which repositories are worth a download, and the sentence for each that is not.

Everything here rests on what the listing said. What it left out speaks for reading, never against:
the archive shows what is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.model import EntryMode, NotRead
from portfolio_scan.source.github.authorship import NOT_TOLD
from portfolio_scan.source.github.ordering import NOTEBOOK, PYTHON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portfolio_scan.model import FileEntry, History
    from portfolio_scan.source.github.limits import CrawlLimits
    from portfolio_scan.source.github.listing import Listed, RootEntry

_CODE = (".py", ".pyw", ".ipynb")
_BESIDE_SUBMODULES = ("readme", "license", "licence", ".git", "changelog")
_ONLY_SUBMODULES = "It holds links to other repositories (submodules) and no files of its own."
_SHOWN_LANGUAGES = 4


def refuse(item: Listed, limits: CrawlLimits) -> NotRead | None:
    """Say why a repository is not worth asking for, or None if it is."""
    repository = item.repository

    def because(reason: str, detail: str) -> NotRead:
        return NotRead(name=repository.name, reason=reason, detail=detail)

    if item.disabled:
        return because("blocked", "GitHub has disabled access to this repository.")
    if item.empty:
        return because("empty", "It has no commits on its main branch.")
    size = repository.size_kb or 0
    if size > limits.max_disk_kb:
        shown = f"{size / 1024:,.0f} MiB"
        limit = f"{limits.max_disk_kb / 1024:,.0f} MiB"
        return because("too_large", f"GitHub gives its size as {shown}; the limit is {limit}.")
    if item.root is not None and _is_only_submodules(item.root):
        return because("submodule_only", _ONLY_SUBMODULES)
    if _has_no_code(item) and not _is_profile(repository.name):
        names = [name for name, _ in repository.languages]
        shown = ", ".join(names[:_SHOWN_LANGUAGES])
        rest = f" and {len(names) - _SHOWN_LANGUAGES} more" if len(names) > _SHOWN_LANGUAGES else ""
        seen = f"GitHub lists {shown}{rest}" if names else "GitHub lists no programming language"
        return because("no_code", f"{seen}; Python and notebooks are not among them.")
    return None


def refuse_foreign(item: Listed, history: History) -> NotRead | None:
    """Refuse a fork or a mirror unless a commit of the account is known to be in it.

    Where GitHub did not tell, the reason says that: somebody else's code must not be taken for the
    account's, and an unanswered question must not be taken for an answer.
    """
    repository = item.repository
    if history.own_commits or history.last_own or not (repository.fork_of or item.mirror):
        return None
    what = f"a fork of {repository.fork_of}" if repository.fork_of else "a mirror"
    reason = "fork" if repository.fork_of else "mirror"
    known = history.own_commits == 0
    if not known and (history.note == NOT_TOLD or item.gap):
        # Asked and not answered: that may be different next time.
        reason = "failed"
    seen = "no commit in it is linked to" if known else "it is not known whether it has commits of"
    detail = f"It is {what}, and {seen} this account."
    return NotRead(name=repository.name, reason=reason, detail=detail)


def drop_copies(items: Sequence[Listed]) -> tuple[list[Listed], list[NotRead]]:
    """Let each commit count once: a repository under two names is read under the first.

    Forks give way to originals, else the order given decides.
    """
    first: dict[str, str] = {}
    for item in sorted(items, key=lambda item: bool(item.repository.fork_of)):
        if item.repository.commit:
            first.setdefault(item.repository.commit, item.repository.name)
    kept, dropped = [], []
    for item in items:
        name, commit = item.repository.name, item.repository.commit
        if commit and first[commit] != name:
            detail = f"It is at the same commit as {first[commit]}, which counts once."
            dropped.append(NotRead(name=name, reason="duplicate", detail=detail))
        else:
            kept.append(item)
    return kept, dropped


def refuse_content(name: str, entries: Iterable[FileEntry]) -> NotRead | None:
    """Refuse what the archive shows to hold nothing but pointers elsewhere, or nothing at all."""
    files = [entry for entry in entries if not _is_beside(entry.path)]
    modes = {entry.mode for entry in files}
    if not modes:
        detail = "Its archive holds no files; submodules come empty."
        return NotRead(name=name, reason="empty", detail=detail)
    if modes == {EntryMode.LFS}:
        detail = "All its files are Git LFS pointers; their content is stored elsewhere."
        return NotRead(name=name, reason="lfs_only", detail=detail)
    if modes == {EntryMode.SUBMODULE}:
        return NotRead(name=name, reason="submodule_only", detail=_ONLY_SUBMODULES)
    return None


def _is_profile(name: str) -> bool:
    """Whether GitHub shows the README of a repository on its owner's page."""
    owner, _, own = name.partition("/")
    return owner.lower() == own.lower()


def _is_only_submodules(root: Sequence[RootEntry]) -> bool:
    rest = [entry for entry in root if not (entry.kind == "blob" and _is_beside(entry.name))]
    return bool(rest) and all(entry.kind == "commit" for entry in rest)


def _is_beside(path: str) -> bool:
    """Whether a file at the top says something about a repository and is not its content."""
    return "/" not in path and path.lower().startswith(_BESIDE_SUBMODULES)


def _has_no_code(item: Listed) -> bool:
    """Whether the languages rule out Python; gaps, long lists and overrides do not."""
    names = {name for name, _ in item.repository.languages}
    if item.gap or item.language_total is None or item.root is None:
        return False
    if names & {PYTHON, NOTEBOOK} or item.language_total > len(names):
        return False
    # .gitattributes can hide notebooks or Python from GitHub's count.
    top = [entry.name.lower() for entry in item.root]
    return not any(name.endswith(_CODE) or name == ".gitattributes" for name in top)
