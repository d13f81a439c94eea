"""A pool with kept scans, made without a server: on both kinds of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from site_pool import as_found

from portfolio_scan.model import (
    Accuracy,
    Assessment,
    Audience,
    Evidence,
    Finding,
    History,
    Outcome,
    PackVersion,
    Polarity,
    Portfolio,
    PortfolioCoverage,
    Receipt,
    Repository,
    RepositoryCoverage,
    RepositoryScan,
    Scan,
    SourceKind,
    Subject,
    SubjectKind,
    Tool,
    Weight,
)
from portfolio_scan.pool.documents import to_row
from portfolio_scan.storage import Cause, Kind, NewMember, Settlement, Store, open_store
from portfolio_scan.storage.leases import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SERVER = "https://github.example"


def finding(rule: str, outcome: str = "present", polarity: str = "flag", **more: Any) -> Finding:
    piece = Evidence(path="train.py", start_line=3, end_line=3, snippet="x = 1")
    return Finding(
        rule=rule,
        version=1,
        outcome=Outcome(outcome),
        polarity=Polarity(polarity),
        weight=Weight.MEDIUM,
        audience=Audience.RECRUITER,
        confidence=0.9,
        message=f"What {rule} says.",
        evidence=(piece,) if outcome == "present" else (),
        **more,
    )


def repository(name: str, *findings: Finding) -> RepositoryScan:
    return RepositoryScan(
        repository=Repository(
            name=name, source=SourceKind.GITHUB, commit="a" * 40, url=f"{SERVER}/{name}",
            node_id=f"R_{name}", history=History(),
        ),
        coverage=RepositoryCoverage(files=1, code_files=1, code_read=1),
        assessment=Assessment(),
        findings=findings,
    )  # fmt: skip


@pytest.fixture
def make() -> Any:
    """The parts of a scan, by name."""

    class Make:
        finding = staticmethod(finding)
        repository = staticmethod(repository)

    return Make


@pytest.fixture
def scan() -> Scan:
    """Two repositories: one with a leak, one where something could not be told."""
    shaky = Accuracy(version=1, measures="leaks", right=6, wrong=4, cases=20)
    return Scan(
        tool=Tool(name="portfolio-scan", version="0.1.0"),
        scanned_at="2026-11-21T12:00:00+00:00",
        subject=Subject(kind=SubjectKind.ACCOUNT, label="ada", id=1, url=f"{SERVER}/ada"),
        packs=(PackVersion(id="builtin", version="0.1.0", rules=5),),
        coverage=PortfolioCoverage(found=2, read=2),
        receipt=Receipt(),
        repositories=(
            repository(
                "ada/alpha",
                finding("evaluation.leakage"),
                finding("evaluation.held-out", polarity="strength"),
                finding("data.cleaning", "absent", "strength"),
            ),
            repository(
                "ada/beta",
                finding("evaluation.leakage", "unclear"),
                finding("engineering.secrets", accuracy=shaky),
            ),
        ),
        portfolio=Portfolio(
            findings=(finding("originality.upstream-work", polarity="strength"),),
        ),
    )


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address) as opened:
        yield opened


@pytest.fixture
def add_member(store: Store) -> Callable[..., Any]:
    """Add a member, and keep scans of it."""

    def add(handle: str, number: int, *scans: Scan, purpose: str = "ML engineer 2026") -> Any:
        new = NewMember(
            server=SERVER, github_id=number, node_id=f"U_{number}", handle=handle,
            basis="application", purpose=purpose,
        )  # fmt: skip
        (member,) = store.members.add([new], NOW)
        for at, one in enumerate(scans):
            keep(store, member.id, replace(one, receipt=Receipt(downloads=at)), str(at))
        return member

    return add


def keep(store: Store, member: int, scan: Scan, mark: str) -> None:
    """Keep a scan the way a run does."""
    run = f"run-{member}-{mark}"
    store.results.begin(run, "r", NOW)
    wanted = Wanted(
        run=run, started=NOW, today=NOW.date(), checked_before=NOW + timedelta(days=1),
        numbers=(member,), server=SERVER,
    )  # fmt: skip
    (held,) = store.leases.claim(wanted, "me", most=1, now=NOW, until=NOW + timedelta(hours=1))
    row = to_row(as_found(scan), cause=Cause.CHANGED, rules=f"0.1.0:{'f' * 64}::2026Q4", heads=mark)
    row = replace(row, digest=mark)
    settlement = Settlement(member=held.id, kind=Kind.SCANNED, told=True, scan=row)
    store.results.settle(run, "me", [settlement], NOW)


@pytest.fixture
def ada(add_member: Callable[..., Any], scan: Scan) -> Any:
    """One member with one scan."""
    return add_member("ada", 1, scan)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def typed(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Type a command over the test's pool: exit code, what was printed, what was told."""
    from portfolio_scan.cli.main import run  # noqa: PLC0415 - as late as the command line does

    monkeypatch.setenv("PORTFOLIO_SCAN_POOL", address)
    monkeypatch.setenv("PORTFOLIO_SCAN_PACKS", "none")
    monkeypatch.setenv("GH_TOKEN", "ghp_double")
    monkeypatch.delenv("PORTFOLIO_SCAN_DEBUG", raising=False)

    def type_it(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return type_it
