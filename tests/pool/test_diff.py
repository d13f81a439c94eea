"""What two scans say differently, and whose doing it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portfolio_scan.model import (
    Assessment,
    Audience,
    Evidence,
    Finding,
    History,
    Identity,
    Leak,
    NotRead,
    Outcome,
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
    Verdict,
    Weight,
)
from portfolio_scan.pool.changes import MemberChanges
from portfolio_scan.pool.diff import Because, Change, What, compare, know, merged
from portfolio_scan.pool.digest import worded_digest

PLACE = Evidence(path="train.py", start_line=3, end_line=4, url="https://github.example/x#L3")


def finding(rule: str, outcome: Outcome = Outcome.PRESENT, **changes: Any) -> Finding:
    fields: dict[str, Any] = {
        "version": 1,
        "polarity": Polarity.STRENGTH,
        "weight": Weight.HIGH,
        "audience": Audience.RECRUITER,
        "confidence": 0.9,
        "message": f"{rule} was looked for.",
        "evidence": (PLACE,),
    }
    return Finding(rule=rule, outcome=outcome, **{**fields, **changes})


def repository(name: str = "alpha", commit: str = "c1", **changes: Any) -> RepositoryScan:
    fields: dict[str, Any] = {
        "coverage": RepositoryCoverage(files=3, code_files=2, code_read=2),
        "assessment": Assessment(ml=Verdict(verdict="yes")),
        "findings": (finding("testing.tests"),),
    }
    history = changes.pop("history", History(identity=Identity.LINKED, own_commits=5))
    about = Repository(
        name=f"ada/{name}", source=SourceKind.GITHUB, commit=commit, node_id=f"R_{name}",
        url=f"https://github.example/ada/{name}", history=history,
    )  # fmt: skip
    return RepositoryScan(repository=about, **{**fields, **changes})


def scan(*repositories: RepositoryScan, **changes: Any) -> Scan:
    not_read = changes.pop("not_read", ())
    fields: dict[str, Any] = {
        "tool": Tool(name="portfolio-scan", version="1"),
        "scanned_at": "2026-11-21T12:00:00Z",
        "subject": Subject(kind=SubjectKind.ACCOUNT, label="ada", id=1),
        "packs": (),
        "coverage": PortfolioCoverage(not_read=not_read),
        "receipt": Receipt(),
        "portfolio": Portfolio(),
    }
    return Scan(repositories=repositories, **{**fields, **changes})


def told(before: Scan, after: Scan, because: Because = Because.CANDIDATE) -> list[tuple[Any, ...]]:
    return [
        (one.because, one.what, one.key, one.before, one.after)
        for one in compare(before, after, because)
    ]


def test_silence_where_nothing_differs():
    one = scan(repository())
    later = replace(one, scanned_at="2026-11-28T12:00:00Z", receipt=Receipt(downloads=3))
    for because in Because:
        assert compare(one, later, because) == []
    assert worded_digest([], "2026-11-14") == ""


def test_what_was_unread_for_a_while_is_compared_with_what_was_read_last():
    """A repository that failed once has neither come nor gone, and what it got meanwhile counts."""
    flag = finding("leakage.preprocessing", polarity=Polarity.FLAG)
    failed = (NotRead(name="ada/alpha", reason="failed"), NotRead(name="ada/new", reason="failed"))
    first = scan(repository(), repository("beta"))
    torn = scan(repository("beta"), not_read=failed)
    whole = scan(
        repository(commit="c2", findings=(flag,)),
        repository("beta"),
        repository("new", findings=()),
    )
    known = know(torn, know(first))
    steps = [
        compare(first, torn, Because.CANDIDATE),
        compare(torn, whole, Because.CANDIDATE, known=known),
    ]
    assert [(one.because, one.repository, one.key) for one in merged(steps)] == [
        (Because.CANDIDATE, "ada/new", "read"),
        (Because.CANDIDATE, "ada/alpha", "leakage.preprocessing"),
        (Because.CANDIDATE, "ada/alpha", "testing.tests"),
    ]
    # Without the scan before it cannot be told what is new.
    assert {one.because for one in compare(torn, whole, Because.CANDIDATE)} == {Because.READING}


def test_a_repository_without_a_name_that_was_not_read_may_be_any():
    torn = scan(repository(), not_read=(NotRead(name="", reason="failed"),))
    after = scan(repository(), repository("beta", findings=()))
    assert {one.because for one in compare(torn, after, Because.CANDIDATE)} == {Because.READING}
    assert [one.because for one in compare(torn, after, Because.CANDIDATE, known=know(
        torn, know(scan(repository()))))] == [Because.CANDIDATE]  # fmt: skip


def test_what_is_unclear_because_github_kept_silent_is_not_the_candidates_doing():
    upstream = finding("originality.upstream-work")
    silent = finding("originality.upstream-work", Outcome.UNCLEAR)
    before = scan(repository(), portfolio=Portfolio(findings=(upstream,)))
    after = scan(repository(commit="c2"), portfolio=Portfolio(findings=(silent,)))
    for one, other in ((before, after), (after, before)):
        (change,) = compare(one, other, Because.CANDIDATE, in_part=True)
        assert change.because is Because.READING
        (change,) = compare(one, other, Because.CANDIDATE)
        assert change.because is Because.CANDIDATE


def test_whose_commits_they_are_was_not_told_at_a_new_commit():
    silent = History(note="GitHub did not tell about the commits.")
    before, after = scan(repository()), scan(repository(commit="c2", findings=(), history=silent))
    (change,) = compare(before, after, Because.CANDIDATE)
    assert change.because is Because.READING


def test_new_commits_are_the_candidates():
    before = scan(repository(findings=(finding("testing.tests"),)))
    flag = finding("leakage.preprocessing", polarity=Polarity.FLAG)
    after = scan(repository(commit="c2", findings=(flag,)))
    assert told(before, after) == [
        (Because.CANDIDATE, What.FINDING, "leakage.preprocessing", "", "found"),
        (Because.CANDIDATE, What.FINDING, "testing.tests", "found", "not said any more"),
    ]
    (first, second) = compare(before, after, Because.CANDIDATE)
    assert (first.polarity, first.repository, first.url) == ("flag", "ada/alpha", PLACE.url)
    assert second.polarity == "strength"


def test_the_same_commits_by_other_rules_are_ours():
    before = scan(repository())
    after = scan(repository(findings=(finding("testing.tests", Outcome.ABSENT, evidence=()),)))
    assert told(before, after, Because.RULES) == [
        (Because.RULES, What.FINDING, "testing.tests", "found", "not found in the code read")
    ]


def test_what_only_time_changes():
    before = scan(repository(), portfolio=Portfolio(recency=Verdict(verdict="older")))
    after = scan(repository(), portfolio=Portfolio(recency=Verdict(verdict="dormant")))
    assert told(before, after, Because.TIME) == [
        (Because.TIME, What.RECENCY, "recency", "older", "dormant")
    ]
    assert told(before, after)[0][0] is Because.TIME


def test_other_rules_explain_what_the_same_commits_say_in_a_scan_that_was_read():
    other = (finding("testing.other"),)
    before = scan(repository(), repository("beta"))
    after = scan(repository(findings=other), repository("beta", commit="c2", findings=other))
    found = compare(before, after, Because.CANDIDATE, other_rules=True)
    assert {(one.repository, one.because) for one in found} == {
        ("ada/alpha", Because.RULES), ("ada/beta", Because.CANDIDATE),
    }  # fmt: skip


@pytest.mark.parametrize("reason", ["failed", "limit", "blocked", "gone"])
def test_a_repository_that_could_not_be_read_has_lost_nothing(reason: str):
    flag = finding("leakage.overlap", polarity=Polarity.FLAG)
    before = scan(repository(), repository("beta", findings=(flag,)))
    after = scan(repository(), not_read=(NotRead(name="ada/beta", reason=reason, detail="Torn."),))
    (change,) = compare(before, after, Because.CANDIDATE)
    assert (change.because, change.what, change.message) == (
        Because.READING, What.REPOSITORY, "Torn.",
    )  # fmt: skip
    (back,) = compare(after, before, Because.CANDIDATE)
    assert (back.because, back.message) == (Because.READING, "It can be read now")


def test_a_repository_that_github_does_not_show_is_not_the_candidates_doing():
    (change,) = compare(
        scan(repository(), repository("beta")), scan(repository()), Because.CANDIDATE
    )
    assert (change.because, change.repository) == (Because.READING, "ada/beta")
    assert "deleted, made private or moved" in change.message


def test_a_repository_that_was_emptied_is():
    empty = NotRead(name="ada/beta", reason="empty", detail="It has no commits.")
    after = scan(repository(), not_read=(empty,))
    (change,) = compare(scan(repository(), repository("beta")), after, Because.CANDIDATE)
    assert change.because is Because.CANDIDATE


def test_a_new_repository_is_told_with_its_address():
    (change,) = compare(
        scan(repository()), scan(repository(), repository("new")), Because.CANDIDATE
    )
    assert (change.because, change.repository, change.url) == (
        Because.CANDIDATE, "ada/new", "https://github.example/ada/new",
    )  # fmt: skip


def test_a_rename_is_no_change():
    old, new = repository(), repository()
    renamed = replace(new, repository=replace(new.repository, name="ada-lee/alpha"))
    assert compare(scan(old), scan(renamed), Because.CANDIDATE) == []


def test_a_file_that_could_not_be_read_takes_no_finding_away():
    part = RepositoryCoverage(files=3, code_files=2, code_read=1)
    before = scan(repository())
    after = scan(repository(commit="c2", coverage=part, findings=(finding("testing.new"),)))
    assert told(before, after) == [
        (Because.CANDIDATE, What.FINDING, "testing.new", "", "found"),
        (Because.READING, What.FINDING, "testing.tests", "found", "not said any more"),
    ]


def test_authorship_that_was_not_told_is_githubs():
    unknown = History(note="GitHub did not tell about the commits.")
    role = {"assessment": Assessment(ml=Verdict(verdict="unknown"))}
    after = scan(repository(history=unknown, **role))
    assert told(scan(repository()), after) == [
        (Because.READING, What.VERDICT, "ml", "Machine-learning work", "Could not tell")
    ]


def test_a_rule_that_failed_is_ours():
    broken = finding("testing.tests", Outcome.ERROR, evidence=())
    after = scan(repository(commit="c2", findings=(broken,)))
    assert told(scan(repository()), after)[0][:3] == (
        Because.RULES, What.FINDING, "testing.tests",
    )  # fmt: skip


def test_notes_and_wording_are_no_news():
    note = finding("recency.note", polarity=Polarity.NOTE)
    reworded = finding("testing.tests", message="Said otherwise.")
    after = scan(repository(commit="c2", findings=(reworded, note)))
    assert compare(scan(repository()), after, Because.CANDIDATE) == []


def test_verdicts_and_leaks_are_compared():
    leak = Leak(kind="overlap", confidence=0.9, evidence=(PLACE,))
    better = Assessment(
        ml=Verdict(verdict="yes"),
        evaluation=Verdict(verdict="held_out", evidence=(PLACE,)),
        leakage=(leak,),
    )
    after = scan(repository(commit="c2", assessment=better))
    assert told(scan(repository()), after) == [
        (
            Because.CANDIDATE,
            What.VERDICT,
            "evaluation",
            "Could not tell",
            "Scored on held-out data",
        ),
        (Because.CANDIDATE, What.LEAK, "overlap", "", "found"),
    ]


def test_the_portfolio_is_judged_by_what_was_read():
    """A statement about the whole is not the candidate's doing when a part was not read."""
    whole = Portfolio(findings=(finding("portfolio.breadth"),))
    before = scan(repository(), repository("beta"), portfolio=whole)
    torn = NotRead(name="ada/beta", reason="failed")
    after = scan(repository(commit="c2"), not_read=(torn,))
    changes = {one.what: one.because for one in compare(before, after, Because.CANDIDATE)}
    assert changes == {What.REPOSITORY: Because.READING, What.FINDING: Because.READING}
    after = scan(repository(commit="c2"), repository("beta"))
    (change,) = compare(before, after, Because.CANDIDATE)
    assert (change.because, change.repository) == (Because.CANDIDATE, "")


def test_steps_are_put_together_and_what_came_and_went_is_left_out():
    first, second = scan(repository()), scan(repository(commit="c2", findings=()))
    third = scan(repository(commit="c3"), repository("new"))
    steps = [
        compare(first, second, Because.CANDIDATE),
        compare(second, third, Because.CANDIDATE),
    ]
    (only,) = merged(steps)
    assert (only.repository, only.before, only.after) == ("ada/new", "not read", "read")


def test_the_digest_says_what_is_new_and_no_more():
    def change(because: Because, what: What, **more: Any) -> Change:
        return Change(because=because, what=what, **more)

    changes = (
        change(Because.CANDIDATE, What.FINDING, repository="ada/alpha", polarity="strength",
               key="testing.tests", after="found", message="Tests call own code.", url="https://x"),
        change(Because.CANDIDATE, What.FINDING, repository="ada/alpha", polarity="flag",
               key="leakage.overlap", after="found", message="Rows overlap."),
        change(Because.TIME, What.RECENCY, key="recency", before="older", after="dormant",
               message="the newest own commit is of 2024-01-01"),
        change(Because.READING, What.FINDING, polarity="strength", key="x", after="found"),
        change(Because.READING, What.REPOSITORY, repository="ada/beta", before="read",
               after="not read", message="Torn."),
        change(Because.RULES, What.FINDING, polarity="flag", key="y", after="found"),
    )  # fmt: skip
    members = [
        MemberChanges(handle="ada", first=1, last=2, changes=changes),
        MemberChanges(handle="bo", first=None, last=1, changes=(), new=True),
    ]
    assert worded_digest(members, "2026-11-14") == (
        "Changes in the pool since 2026-11-14. What the code shows, not what anybody can do.\n\n"
        "Read for the first time\n  bo\n\n"
        "New strengths\n  ada in ada/alpha: Tests call own code.\n    https://x\n\n"
        "New flags\n  ada in ada/alpha: Rows overlap.\n\n"
        "Newly dormant\n  ada: the newest own commit is of 2024-01-01\n\n"
        "Could not be read (nothing follows from that)\n  ada in ada/beta: Torn.\n\n"
        "Our rules changed\n  1 statement says something else about the same code; "
        "`portfolio-scan pool diff` shows which\n"
    )
