"""The folder of a static site: which pages are whose, and writing them so that none is half there.

The list of pages lies in the folder itself. It is written before the pages are, with those that are
there and those that will be, so that it names every page of a member even if the program is killed.
"""

from __future__ import annotations

import contextlib
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

import msgspec

from portfolio_scan.errors import OutputError, UsageError
from portfolio_scan.report.site import Entry, News
from portfolio_scan.report.writing import unwritable, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no such locks
    fcntl = None  # type: ignore[assignment]

MANIFEST: Final = ".portfolio-scan-site.json"
MEMBERS: Final = "members"
Schema = Literal["portfolio-scan/site/1"]
SCHEMA: Final[Schema] = get_args(Schema)[0]
_PRIVATE: Final = 0o700
_PAGE: Final = re.compile(rf"{MEMBERS}/[\w.-]+\.html", re.ASCII)
_TEMPORARY: Final = re.compile(r"\.(?:[\w.-]+\.html|\.portfolio-scan-site\.json)-\w{8}", re.ASCII)
_HINT: Final = "Give a new or an empty folder, or one that `pool site` wrote."


class Kept(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What is kept of one member beside the pages, so that the index can be written from it."""

    made_of: str
    """Digest of all that the page was made of."""
    page: str
    rules: str
    entry: Entry
    new: bool = False
    unread: bool = False
    news: tuple[News, ...] = ()


class Manifest(msgspec.Struct, kw_only=True, frozen=True):
    """What is in the folder, and whose."""

    tool: str = ""
    title: str = ""
    reader: str = ""
    written: str = ""
    since: str = ""
    schema: Schema = SCHEMA
    blind: str = ""
    """The requisition for which it is blind; empty: it names the members."""
    waiting: int = 0
    pages: dict[str, list[str]] = {}
    """`server#github_id` -> its files. Of a blind site: a digest, salted with the pool's salt."""
    members: dict[str, Kept] = {}


class SiteFolder:
    """A folder that is a site, or is to become one."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    @contextmanager
    def opened(self, *, create: bool) -> Iterator[None]:
        """Keep others from writing to it meanwhile.

        Raises UsageError where it is another program's, OutputError where it cannot be written to.
        """
        self._prepare(create=create)
        if fcntl is None:  # pragma: no cover - Windows
            yield
            return
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            message = f"another run is writing the site {self.path}"
            raise OutputError(message, "Run the same command again when it is done.") from error
        try:
            yield
        finally:
            os.close(descriptor)

    def read(self) -> Manifest | None:
        """Read what is in the folder; None: it is empty. Raises UsageError for what is not ours."""
        file = self.path / MANIFEST
        try:
            found = msgspec.json.decode(file.read_bytes(), type=Manifest)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            message = f"{file} cannot be read as the list of a site's pages"
            hint = "A newer version may have written it; else remove the folder and write it anew."
            raise UsageError(message, hint) from error
        odd = [one for some in found.pages.values() for one in some if not _PAGE.fullmatch(one)]
        odd += [one.page for one in found.members.values() if not _PAGE.fullmatch(one.page)]
        if odd:
            raise UsageError(f"{file} names pages outside its folder", "Somebody altered it.")
        return found

    def read_for(self, requisition: str) -> Manifest | None:
        """Read what is in the folder, for a site that is blind for a requisition (empty: is not).

        Raises UsageError as `read` does, and where the folder holds a site of the other kind.
        """
        found = self.read()
        if found is not None and found.blind != requisition:
            was = f"is blind for {found.blind}" if found.blind else "names its members"
            raise UsageError(
                f"the site in {self.path} {was}",
                "Give another folder: a blind site and one with names are kept apart.",
            )
        return found

    def keep(self, manifest: Manifest) -> None:
        """Write the list of pages."""
        self.write(MANIFEST, msgspec.json.encode(manifest))

    def write(self, name: str, content: str | bytes) -> None:
        """Write one file for its owner alone; it is whole or as it was before."""
        target = self.path / name
        if target.parent != self.path and not target.parent.is_dir():
            _make(target.parent)
        write_whole(target, content, private=True)

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return (self.path / name).is_file()

    def remove(self, names: Iterable[str]) -> int:
        """Remove files; how many there were."""
        removed = 0
        for name in names:
            try:
                (self.path / name).unlink()
                removed += 1
            except FileNotFoundError:
                continue
            except OSError as error:
                raise unwritable(self.path / name, error) from error
        return removed

    def _prepare(self, *, create: bool) -> None:
        try:
            if self.path.exists() and not self.path.is_dir():
                raise UsageError(f"{self.path} is no folder", _HINT)
            if not self.path.is_dir():
                if not create:
                    raise UsageError(f"there is no folder {self.path}", _HINT)
                _make(self.path)
            self._tidy()
            if not self.has(MANIFEST) and any(self.path.iterdir()):
                raise UsageError(f"{self.path} holds files of something else", _HINT)
        except OSError as error:
            raise unwritable(self.path, error) from error

    def _tidy(self) -> None:
        """Remove what a run that was killed had not yet moved to its place."""
        for folder in (self.path, self.path / MEMBERS):
            for each in folder.iterdir() if folder.is_dir() else ():
                if _TEMPORARY.fullmatch(each.name):
                    with contextlib.suppress(FileNotFoundError):
                        each.unlink()


def _make(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
    # Where a umask is generous, too.
    path.chmod(_PRIVATE)
