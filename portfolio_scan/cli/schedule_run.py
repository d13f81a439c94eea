"""`portfolio-scan schedule run`: runs over the pool at fixed times, in the foreground."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portfolio_scan.cli import pool_runs, pool_site
from portfolio_scan.cli.blinding import pool_blind_options
from portfolio_scan.cli.codes import worst
from portfolio_scan.cli.console import set_up_logging, show_error, show_note, shown_progress
from portfolio_scan.cli.mail_options import smtp_password_file, smtp_url
from portfolio_scan.cli.output import audience_of
from portfolio_scan.cli.pool_options import now, open_pool, options_of
from portfolio_scan.cli.pool_reports import digest_text, send_digest
from portfolio_scan.errors import ExitCode, PortfolioScanError, RateLimited, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.cli.blinding import Blinding
    from portfolio_scan.cli.mailing import Wishes
    from portfolio_scan.pool.report import RunReport
    from portfolio_scan.pool.schedule_run import Stop
    from portfolio_scan.report.reader import Reader
    from portfolio_scan.storage import Store

log = logging.getLogger("portfolio_scan.cli")
_EPILOG = """\
Examples:

\b
  portfolio-scan schedule run
  portfolio-scan schedule run --cron "30 5 * * mon,thu" --timezone Europe/Berlin --site pool-site
  portfolio-scan schedule run --once-now --site pool-site -- --all --reserve 1000
"""


@click.command(name="run", epilog=_EPILOG, short_help="Do it here, in the foreground.")
@click.option("--cron", metavar="LINE", help="When, as in a crontab; days of the week by name.")
@click.option("--day", metavar="NAME", help="Day of the week [default: mon].")
@click.option("--time", metavar="HH:MM", help="Time of day [default: 06:00].")
@click.option("--timezone", metavar="NAME", help="Such as Europe/Berlin [default: this machine's].")
@click.option("--once-now", is_flag=True, help="Do it once, now, and end.")
@click.option("--site", "folder", metavar="DIR", help="Write `pool site` after each run.")
@click.option("--title", metavar="TEXT", help="Of the site.")
@audience_of("the dossiers of the site")
@pool_blind_options
@click.option(
    "--digest-to", multiple=True, metavar="ADDRESS", help="Send `pool digest` after each run."
)
@click.option("--digest-from", metavar="ADDRESS", help="Whose message it is.")
@smtp_url
@smtp_password_file
@click.argument("rescan", metavar="[-- RESCAN OPTIONS]", nargs=-1, type=click.UNPROCESSED)
def run(
    *,
    cron: str | None,
    day: str | None,
    time: str | None,
    timezone: str | None,
    once_now: bool,
    folder: str | None,
    title: str | None,
    audience: Reader,
    blinding: Blinding | None,
    digest_to: tuple[str, ...],
    digest_from: str | None,
    smtp_url: str | None,
    smtp_password_file: str | None,
    rescan: tuple[str, ...],
) -> ExitCode:
    """Look at the pool at fixed times, for as long as this program runs.

    Each time `pool rescan --due` is done, with the options behind --, then the site is written and
    the digest sent, if you say so. One run at a time. What fails is told, and the next time it is
    tried again; a limit of GitHub's is waited for. Ctrl-C or SIGTERM ends it after the member it is
    reading, a second one at once. Needs pip install "portfolio-scan[schedule]".
    """
    if cron is not None and (day is not None or time is not None):
        raise UsageError("--cron says day and time already", "Leave --day and --time out.")
    from portfolio_scan.pool import schedule_run  # noqa: PLC0415 - not for --help

    zone = schedule_run.read_timezone(timezone)
    trigger = schedule_run.read_trigger(cron, day or "mon", time or "06:00", zone)
    stop = schedule_run.Stop(show_note)
    weekly = _Weekly(
        rescan=_rescan_options(rescan),
        site=_SitePlan(folder, pool_site.check_title(title), audience) if folder else None,
        digest=_digest_wishes(digest_to, digest_from, smtp_url, smtp_password_file),
        blinding=blinding,
        since=now() - schedule_run.period(trigger, now()),
        stop=stop,
    )
    weekly.check()
    if once_now:
        with stop.listening():
            try:
                weekly.fire()
            except schedule_run.Ended:
                return _ended(stop)
        return weekly.code
    schedule_run.run_scheduled(
        trigger, weekly.fire, stop, zone=zone, tell=_told_with_time(zone), clock=now
    )
    return _ended(stop)


@dataclass(frozen=True, slots=True)
class _SitePlan:
    """The site that is written after each run."""

    folder: str
    title: str
    audience: Reader


class _Weekly:
    """What is done each time. Nothing that fails ends the program."""

    def __init__(
        self,
        *,
        rescan: dict[str, Any],
        site: _SitePlan | None,
        digest: Wishes | None,
        blinding: Blinding | None,
        since: datetime,
        stop: Stop,
    ) -> None:
        self._rescan = rescan
        self._database = rescan.pop("database")
        self._quiet: bool = rescan.pop("quiet")
        self._as_json: bool = rescan.pop("as_json")
        set_up_logging(rescan.pop("verbose"))
        self._site = site
        self._digest = digest
        self._blinding = blinding
        self._since = since
        self._stop = stop
        self.code = ExitCode.DONE
        """Of the last time."""

    def check(self) -> None:
        """Find out at the start what would fail at six in the morning. Raises what it finds."""
        from portfolio_scan.pool.session import open_hub, with_token  # noqa: PLC0415

        with open_pool(self._database), open_hub(
            with_token(options_of(self._rescan["github_url"])), now
        ) as hub:  # fmt: skip
            hub.watch()
        if self._site is not None:
            from portfolio_scan.pool.site_folder import SiteFolder  # noqa: PLC0415

            folder = SiteFolder(Path(self._site.folder))
            with folder.opened(create=True):
                folder.read_for(self._blinding.requisition if self._blinding else "")

    def fire(self) -> datetime | None:
        """Do it once; when to try again, where a limit of GitHub's ended the run."""
        started = now()
        codes: list[ExitCode] = []
        again: list[datetime] = []
        self._tried(codes, self._look, again)
        if self._site is not None:
            self._tried(codes, self._write_site, self._site)
        if self._digest is not None and not again:
            self._tried(codes, self._send_digest, self._digest)
        if not again:
            # The next digest begins where this one ended.
            self._since = started
        self.code = worst(codes)
        return again[0] if again else None

    def _tried(self, codes: list[ExitCode], step: Callable[..., ExitCode], *about: Any) -> None:
        """Do a step; what it raises is told, but for being asked to end."""
        try:
            codes.append(step(*about))
        except PortfolioScanError as error:
            show_error(error)
            codes.append(error.exit_code)
        except Exception as error:
            log.debug("unexpected", exc_info=True)
            show_note(f"unexpected {type(error).__name__}: {error}")
            codes.append(ExitCode.FAILED)

    def _look(self, again: list[datetime]) -> ExitCode:
        with self._opened() as (store, progress):
            report = pool_runs.look_again(store, progress, **self._rescan)
        if (at := _resets(report)) is not None:
            again.append(at)
        return pool_runs.shown(report, as_json=self._as_json, quiet=self._quiet)

    def _write_site(self, plan: _SitePlan) -> ExitCode:
        with self._opened() as (store, progress):
            report = pool_site.write(
                store,
                plan.folder,
                title=plan.title,
                reader=plan.audience,
                since=self._since,
                blinding=self._blinding,
                progress=progress,
            )
        if not self._quiet:
            show_note(pool_site.told(report))
        return ExitCode.DONE

    def _send_digest(self, wishes: Wishes) -> ExitCode:
        with open_pool(self._database) as store:
            text, about = digest_text(store, self._since, self._blinding)
        return send_digest(text, about, self._since, wishes) if text else ExitCode.DONE

    @contextmanager
    def _opened(self) -> Iterator[tuple[Store, Progress]]:
        from portfolio_scan.pool.schedule_run import Stoppable  # noqa: PLC0415

        with open_pool(self._database) as store, shown_progress(quiet=self._quiet) as inner:
            yield store, Stoppable(inner, self._stop)


def _resets(report: RunReport) -> datetime | None:
    return report.stopped.resets_at if isinstance(report.stopped, RateLimited) else None


def _rescan_options(given: tuple[str, ...]) -> dict[str, Any]:
    """Read the options behind `--` as `pool rescan` does. Raises what click says about them."""
    context = pool_runs.rescan.make_context("portfolio-scan pool rescan", list(given))
    found = dict(context.params)
    due = found.pop("due")
    if due + found["everyone"] + bool(found["handles"]) > 1:
        raise UsageError("say which members", "Give one of --due, --all and --handle behind --.")
    return found


def _digest_wishes(
    recipients: tuple[str, ...], sender: str | None, url: str | None, password_file: str | None
) -> Wishes | None:
    if not (recipients or sender or url):
        return None
    from portfolio_scan.cli.mailing import check_wishes  # noqa: PLC0415 - not for --help

    if not (recipients and sender and url):
        raise UsageError(
            "a digest is sent with --digest-to, --digest-from and --smtp-url", "Give all three."
        )
    return check_wishes(
        eml=None, fragment=False, recipients=recipients, sender=sender, smtp_url=url,
        password_file=password_file, link="", again=False,
    )  # fmt: skip


def _told_with_time(zone: Any) -> Callable[[str], None]:
    def tell(text: str) -> None:
        show_note(f"{now().astimezone(zone):%Y-%m-%d %H:%M:%S}: {text}")

    return tell


def _ended(stop: Stop) -> ExitCode:
    """Ctrl-C interrupts; to be told to end is how such a program ends."""
    name = stop.asked.name if stop.asked is not None else ""
    show_note(f"ended ({name})" if name else "ended")
    return ExitCode.INTERRUPTED if name == "SIGINT" else ExitCode.DONE
