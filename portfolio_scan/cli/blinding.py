"""`--blind` and what goes with it: the same options for every command that writes dossiers."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portfolio_scan.cli import environment
from portfolio_scan.cli.output import DEFAULT_FOLDER, STANDARD_OUTPUT
from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.model import Scan

_OPTIONS = (
    click.option(
        "--blind",
        "requisition",
        metavar="REQUISITION",
        help="Hide whose work it is, under a pseudonym that holds for this requisition.",
    ),
    click.option(
        "--blind-table",
        metavar="FILE",
        help="Where the coordinator keeps which pseudonym is whose.",
    ),
    click.option(
        "--blind-id",
        metavar="TEXT",
        help="With --blind: what tells this candidate from others, such as the application's "
        "number.",
    ),
    click.option(
        "--blind-hide",
        multiple=True,
        metavar="TEXT",
        help="With --blind: a name to hide as well; may be given again.",
    ),
)


def blind_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which is given `blinding`: a `Blinding`, or None."""

    @wraps(command)
    def with_blinding(**arguments: Any) -> Any:
        requisition = arguments.pop("requisition")
        rest = {name: arguments.pop(f"blind_{name}") for name in ("table", "id", "hide")}
        blinding = None
        if requisition is not None:
            blinding = Blinding(
                requisition,
                table=rest["table"],
                person=rest["id"] or "",
                hidden=(*rest["hide"], *filter(None, (arguments.get("author"),))),
                output=arguments.get("output"),
                several=len(arguments.get("targets") or arguments.get("scans") or ()) > 1,
            )
        elif any(rest.values()):
            raise UsageError("--blind-table, --blind-id and --blind-hide go with --blind")
        return command(blinding=blinding, **arguments)

    for option in reversed(_OPTIONS):
        with_blinding = option(with_blinding)
    return with_blinding


def pool_blind_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --blind and --blind-table to a command over the pool, which is given `blinding`.

    Its members are told apart by their numbers. `folder`: where the output goes, if not to standard
    output.
    """

    @wraps(command)
    def with_blinding(**arguments: Any) -> Any:
        requisition, table = (arguments.pop(name) for name in ("requisition", "blind_table"))
        if requisition is None and table is not None:
            raise UsageError("--blind-table goes with --blind")
        blinding = None
        if requisition is not None:
            output = arguments.get("folder") or STANDARD_OUTPUT
            blinding = Blinding(
                requisition, table=table, person="", hidden=(), output=output, several=True
            )
        return command(blinding=blinding, **arguments)

    for option in reversed(_OPTIONS[:2]):
        with_blinding = option(with_blinding)
    return with_blinding


class Blinding:
    """Makes scans blind before they are written. Raises UsageError before any work is done."""

    def __init__(
        self,
        requisition: str,
        *,
        table: str | None,
        person: str,
        hidden: tuple[str, ...],
        output: str | None,
        several: bool,
    ) -> None:
        # SQLite is not needed for --help.
        from portfolio_scan.report.blind.table import (  # noqa: PLC0415
            BlindTable,
            check_requisition,
        )

        self.requisition = check_requisition(requisition)
        if person and several:
            raise _one_candidate()
        self._person = person
        self._used = False
        self._hidden = hidden
        path = Path(table) if table is not None else environment.blind_table()
        _keep_apart(path, output)
        self._table = BlindTable(path)

    def __call__(self, scan: Scan) -> Scan:
        """Blind a scan; what leads back is in the table when this returns."""
        if self._person and self._used:
            raise _one_candidate()
        self._used = True
        return self._table.blind(scan, self.requisition, person=self._person, hidden=self._hidden)


def _one_candidate() -> UsageError:
    return UsageError(
        "--blind-id names one candidate, and there are several targets", "take them one by one"
    )


def _keep_apart(table: Path, output: str | None) -> None:
    """Refuse a table that would be handed on together with the dossiers."""
    if output == STANDARD_OUTPUT:
        return
    folder = Path(output or DEFAULT_FOLDER).resolve()
    if table.resolve().is_relative_to(folder):
        raise UsageError(
            f"the table {table} would lie among the dossiers, and it names the candidates",
            "keep it elsewhere: --blind-table FILE",
        )
