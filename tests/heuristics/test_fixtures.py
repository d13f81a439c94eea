"""Every built-in heuristic on the repositories of its own under fixtures/heuristics.

`expected.toml` beside the cases says, for each:

- `outcome`: the finding's outcome, or `silent` where the heuristic has nothing to tell;
- `verdict`, `dataset`: the words of the assessment, for heuristics that give one;
- `primary`: the lines of the first evidence, as `path:line`, `path:line-line` or `path[cell]:line`;
- `chain`: the lines of all evidence in order, where the way is the point of the case;
- `leaks`, `names`, `claimed`: for the heuristics that list leaks, metrics, techniques and skills;
- `message`, `question`: words that the finding's sentence, or its question, holds;
- `commits`: a git history to build; without it the folder is scanned as it lies on disk;
- `origin`: the address of that repository, whose account tells the candidate;
- `upstream`: what GitHub told of merged pull requests, for the heuristic about them.
"""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import heuristics
from portfolio_scan.api import Contribution, Contributions, PortfolioContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from portfolio_scan.api import Heuristic, PortfolioHeuristic
    from portfolio_scan.model import Evidence, Finding, RepositoryScan, Scan, Verdict

FIXTURES = Path(__file__).parents[2] / "fixtures" / "heuristics"
KEYS = {
    "training.trains-models": "trains",
    "training.inference-only": "inference_only",
    "evaluation.held-out": "evaluation",
    "originality.tutorial-project": "tutorial",
    "profile.machine-learning": "ml",
    "profile.kind": "kind",
    "profile.role": "role",
    "profile.portfolio-role": "role",
    "recency.portfolio-recency": "recency",
}
"""The word of the assessment that each heuristic gives."""
NAMES = {
    "evaluation.metrics": "metrics",
    "production.deployment": "deployment",
    "profile.skills": "skills",
}
ME = "The Candidate"
ALL: tuple[type[Heuristic | PortfolioHeuristic], ...] = (
    *heuristics.PACK.heuristics,
    *heuristics.PACK.portfolio_heuristics,
)


@dataclass(frozen=True)
class Case:
    heuristic: type[Heuristic | PortfolioHeuristic]
    folder: Path
    expected: dict[str, Any]

    @property
    def is_portfolio(self) -> bool:
        return self.heuristic in heuristics.PACK.portfolio_heuristics


def folder_of(heuristic: type[Heuristic | PortfolioHeuristic]) -> Path:
    _, area, module = heuristic.__module__.split(".")
    return FIXTURES / area / module


def cases() -> Iterator[Any]:
    for heuristic in ALL:
        folder = folder_of(heuristic)
        path = folder / "expected.toml"
        expected = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
        for name, words in expected.items():
            case = Case(heuristic, folder / name, words)
            yield pytest.param(case, id=f"{heuristic.id}-{name}")


@pytest.mark.parametrize("case", list(cases()))
def test_case(
    case: Case,
    tmp_path: Path,
    scan: Callable[[Path], Scan],
    make_work: Callable[..., Any],
) -> None:
    result = scan(laid_out(case, tmp_path, make_work))
    if "upstream" in case.expected:
        assert told(case, judged_upstream(case, result), None) == asked(case)
        return
    if case.is_portfolio:
        found = [f for f in result.portfolio.findings if f.rule == case.heuristic.id]
        word = KEYS.get(case.heuristic.id)
        verdict = getattr(result.portfolio, word) if word else None
        assert told(case, found, verdict) == asked(case)
        return
    (repository,) = result.repositories
    found = [f for f in repository.findings if f.rule == case.heuristic.id]
    key = KEYS.get(case.heuristic.id)
    verdict = getattr(repository.assessment, key) if key else None
    assert told(case, found, verdict) | listed(case, repository) == asked(case)


def judged_upstream(case: Case, result: Scan) -> Sequence[Finding]:
    """What a portfolio heuristic says once an account's pull requests are known."""
    upstream = case.expected["upstream"]
    context = PortfolioContext(
        repositories=result.repositories,
        today=date(2026, 11, 21),
        catalogue=heuristics.PACK.catalogue,
        contributions=Contributions(
            total=upstream.get("total"),
            reason=upstream.get("reason", ""),
            newest=tuple(
                Contribution(
                    repository=name,
                    number=number,
                    title=f"A change of {name}",
                    url=f"https://github.example/{name}/pull/{number}",
                    merged=date(2026, 3, 2),
                )
                for name, number in upstream.get("newest", ())
            ),
        ),
    )
    return case.heuristic().judge(context).findings  # type: ignore[arg-type]


def asked(case: Case) -> dict[str, Any]:
    """What expected.toml says of the result."""
    return {k: v for k, v in case.expected.items() if k not in {"commits", "origin", "upstream"}}


def told(case: Case, findings: Sequence[Finding], verdict: Verdict | None) -> dict[str, Any]:
    """The same words from the scan, for the keys that the case asks about."""
    evidence: Sequence[Evidence] = findings[0].evidence if findings else ()
    if verdict is not None and not evidence:
        evidence = verdict.evidence
    words: dict[str, Any] = {
        "outcome": findings[0].outcome.value if findings else "silent",
        "verdict": verdict.verdict if verdict else None,
        "dataset": verdict.dataset if verdict else None,
        "primary": lines(evidence[0]) if evidence else "",
        "chain": [lines(one) for one in evidence],
    }
    for part in ("message", "question"):
        if wanted := case.expected.get(part):
            held = any(wanted in getattr(one, part) for one in findings)
            words[part] = wanted if held else findings
    return {key: words[key] for key in case.expected if key in words}


def listed(case: Case, repository: RepositoryScan) -> dict[str, Any]:
    """Leaks, metrics or techniques, sorted."""
    words: dict[str, Any] = {}
    if "leaks" in case.expected:
        leaks = repository.assessment.leakage
        words["leaks"] = sorted(f"{leak.kind} {lines(leak.evidence[0])}" for leak in leaks)
    if "names" in case.expected:
        named = getattr(repository.assessment, NAMES[case.heuristic.id])
        words["names"] = [one.name for one in named]
    if "claimed" in case.expected:
        words["claimed"] = [one.name for one in repository.assessment.claimed]
    return words


def lines(evidence: Evidence) -> str:
    cell = f"[{evidence.cell}]" if evidence.cell is not None else ""
    end = f"-{evidence.end_line}" if evidence.end_line > evidence.start_line else ""
    return f"{evidence.path}{cell}:{evidence.start_line}{end}"


# Laying a case out -------------------------------------------------------------------------


def laid_out(case: Case, tmp_path: Path, make_work: Callable[..., Any]) -> Path:
    """A copy of the case outside the checkout, with its git history if it asks for one."""
    copy = tmp_path / case.folder.name
    commits = case.expected.get("commits", [])
    if not commits:
        shutil.copytree(case.folder, copy)
        return copy
    for name in sorted({commit.get("repository", "") for commit in commits}):
        own = [commit for commit in commits if commit.get("repository", "") == name]
        work = make_work(f"{case.folder.name}/{name}")
        build_history(work, case.folder / name, own)
        if "origin" in case.expected:
            work.git("config", "remote.origin.url", case.expected["origin"])
    return copy


def build_history(work: Any, source: Path, commits: Sequence[dict[str, Any]]) -> None:
    """Commit the named files in turn; a file named again changes by a comment."""
    for number, commit in enumerate(commits):
        files = {}
        for name in commit["files"]:
            text = (source / name).read_text("utf-8")
            again = (work.path / name).exists()
            files[name] = f"{text}# revision {number}\n" if again else text
        author = commit.get("author", ME)
        address = f"{author.lower().replace(' ', '.')}@example.org"
        work.commit(files, day=commit["day"], author=(author, address))


def test_every_case_folder_is_expected_and_the_other_way_round() -> None:
    for heuristic in ALL:
        folder = folder_of(heuristic)
        expected = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
        folders = {path.name for path in folder.iterdir() if path.is_dir()}
        assert folders == set(expected), heuristic.id
