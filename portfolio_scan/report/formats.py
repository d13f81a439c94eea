"""Formats: what a scan can be written as, one entry each; what an entry needs is loaded when used.

A renderer takes the scan, and by name the settings that its entry lists; it gives a text, bytes,
or, for a format of several files, the bytes of each file by its name. Equal scans and settings give
the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from portfolio_scan.model import Scan

Rendered = str | bytes | Mapping[str, bytes]
Renderer = Callable[..., Rendered]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way to write a scan."""

    name: str
    """As the user says it."""
    suffix: str
    """Follows the name of the subject in the name of the file or, for several files, the folder."""
    home: str
    """Module of this package and function, such as `document:render_json`."""
    about: str
    """What it is, in a few words."""
    takes: tuple[str, ...] = ()
    """Names of the settings that its renderer takes; it is not given any others."""
    needs: str = ""
    """A function beside it that raises OutputError where what it needs is not installed."""
    streams: bool = True
    """Whether it may go to standard output; several files may not."""
    binary: bool = False
    """Whether it is nothing that a terminal could show."""
    lines: bool = False
    """Whether it can stand on one line, so that several can follow each other in one stream."""

    def render(self, scan: Scan, **settings: Any) -> Rendered:
        """Render the scan with those of the settings that the format takes."""
        renderer: Renderer = _load(self.home)
        return renderer(scan, **{name: settings[name] for name in self.takes if name in settings})

    def files(self, scan: Scan, stem: str, **settings: Any) -> dict[str, bytes]:
        """Render the scan: the bytes of each file by its path, which begins with `stem`."""
        rendered = self.render(scan, **settings)
        if isinstance(rendered, Mapping):
            return {f"{stem}{self.suffix}/{name}": data for name, data in rendered.items()}
        return {f"{stem}{self.suffix}": _encoded(rendered)}

    def stream(self, scan: Scan, **settings: Any) -> bytes:
        """Render the scan as one stretch of bytes. Raises UsageError where it is several files."""
        rendered = self.render(scan, **settings)
        if isinstance(rendered, Mapping):
            raise UsageError(f"{self.name} is several files", "give a folder to write them to")
        return _encoded(rendered)

    def check(self) -> None:
        """Find out before any work whether what the renderer needs is there."""
        if self.needs:
            _load(self.needs)()


_ALL: Final = (
    Format(
        name="html",
        suffix=".html",
        home="dossier:render_html",
        about="the dossier as one page",
        takes=("audience",),
    ),
    Format(
        name="json",
        suffix=".json",
        home="document:render_json",
        about="the whole scan as data",
        lines=True,
    ),
    Format(
        name="md",
        suffix=".md",
        home="markdown:render_markdown",
        about="the dossier as Markdown, short enough for an issue",
        takes=("audience",),
    ),
    Format(
        name="pdf",
        suffix=".pdf",
        home="pdf:render_pdf",
        needs="pdf:check_pdf",
        about="the dossier for paper and archives",
        takes=("audience",),
        binary=True,
    ),
    Format(
        name="csv",
        suffix="-csv",
        home="table_files:render_csv",
        about="tables for a spreadsheet, in a folder",
        streams=False,
    ),
    Format(
        name="parquet",
        suffix="-parquet",
        home="table_files:render_parquet",
        needs="table_files:check_parquet",
        about="tables with their types, in a folder",
        streams=False,
    ),
)
FORMATS: Final[Mapping[str, Format]] = {one.name: one for one in _ALL}


def find_format(name: str) -> Format:
    """Look a format up by its name. Raises UsageError, with the names there are."""
    try:
        return FORMATS[name.strip().lower()]
    except KeyError:
        raise UsageError(f"no such format: {name.strip()}", f"the formats are {NAMES}") from None


NAMES: Final = ", ".join(FORMATS)


def _load(home: str) -> Any:
    module, _, function = home.partition(":")
    return getattr(import_module(f"portfolio_scan.report.{module}"), function)


def _encoded(rendered: str | bytes) -> bytes:
    # Names that are no Unicode can reach us with lone surrogates, which UTF-8 has no bytes for.
    return rendered.encode("utf-8", "replace") if isinstance(rendered, str) else rendered
