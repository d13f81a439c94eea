"""How the copy of a person's data begins: a page to read, and a file that says what is what.

Both are made of the same data that goes along as `data.json`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from portfolio_scan.duties.plain_text import fill_text
from portfolio_scan.report import words
from portfolio_scan.report.subject_page import Cell, Section, SubjectPage, render_subject_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DIGEST: Final = 64
_ACTIONS: Final = {
    "add": "Your account was added.",
    "renew": "The ground for keeping it was renewed.",
    "notice": "A notice was given.",
    "export": "A copy was handed out.",
    "annotate": "Words were put beside a finding.",
    "annotation-withdrawn": "Words beside a finding were withdrawn.",
    "decision": "A decision was recorded.",
}
_DETAILS: Final = {
    "basis_sha256": "digest of the ground",
    "purpose_sha256": "digest of the purpose",
    "sha256": "digest",
    "expires": "last day",
}
_KINDS: Final = {
    "scanned": "read",
    "unchanged": "looked at, nothing was new",
    "rejudged": "judged again by newer rules",
    "vanished": "GitHub showed no such account; nothing follows from that",
    "unread": "could not be read; nothing follows from that",
    "limited": "a limit ended the run before",
}


def read_me(data: Mapping[str, Any]) -> str:
    """Say in plain words what the copy is, and what its owner can ask for."""
    account = data["account"]
    sent = [one for one in data["messages"] if one["state"] in {"sent", "uncertain"}]
    letters = "; ".join(f"{one['recipient']} on {one['changed'][:10]}" for one in sent)
    values = {
        "controller": data["controller"] or "whoever gave you this",
        "contact": data["contact"] or "whoever gave you this",
        "handle": account["handle"],
        "day": data["written"][:10],
        "server": account["server"],
        "purpose": account["purpose"],
        "basis": account["basis"],
        "until": _until(account),
        "letters": f"Messages about it went to: {letters}." if letters else "No message was sent.",
    }
    return fill_text("copy_en.txt", values)


def overview(data: Mapping[str, Any]) -> str:
    """Render the page that leads through the copy."""
    account = data["account"]
    who = data["controller"] or "The people who gave you this"
    page = SubjectPage(
        title=f"What is kept of {account['handle']}",
        kicker=f"Copy of {data['written'][:10]}",
        heading=f"What is kept of {account['handle']}",
        lead=(
            (
                f"{who} looked at your public code on {account['server']} for: "
                f"{account['purpose']}. This is everything that is kept because of it."
            ),
        ),
        sections=tuple(_sections(data)),
        footer=f"Written by {data['tool']}. Nothing on this page was asked from the network.",
    )
    return render_subject_page(page)


def _sections(data: Mapping[str, Any]) -> Iterator[Section]:
    yield _entry(data)
    yield _dossiers(data)
    yield _kept(data)
    yield _words(data["annotations"])
    yield _decisions(data["decisions"])
    yield _recipients(data)
    yield _log(data["log"])
    yield _runs(data["runs"])
    yield _rights(data)


def _entry(data: Mapping[str, Any]) -> Section:
    account = data["account"]
    others = ", ".join(data["other_handles"])
    given = [line["at"][:10] for line in data["log"] if line["action"] == "notice"]
    return Section(
        title="Your entry",
        facts=(
            ("Account", f"{account['handle']}, number {account['github_id']}"),
            *((("Earlier handles", others),) if others else ()),
            ("Ground on which it is read", account["basis"]),
            ("Purpose", account["purpose"]),
            ("Added", account["added"][:10]),
            ("Kept", _until(account)),
            ("Notice given", ", ".join(given) or "never"),
            ("Last looked at", (account["checked"] or "never")[:10]),
            *((("Last trouble", account["reason"]),) if account["reason"] else ()),
        ),
    )


def _dossiers(data: Mapping[str, Any]) -> Section:
    return Section(
        title="What was found in your code",
        texts=(
            (
                "Each dossier is shown in the candidate's edition: it says what every statement "
                "means, on which lines it rests, and how it can be corrected. The newest is last."
            ),
        ),
        columns=("Dossier", "Written", "Repositories", "Everything read", "As data"),
        rows=tuple(
            (
                Cell(text=f"version {one['version']}", file=one["files"][0]),
                Cell(text=one["scanned_at"][:10]),
                Cell(text=str(one["repositories"])),
                Cell(text="yes" if one["complete"] else "not all could be read"),
                Cell(text="JSON", file=one["files"][1]),
            )
            for one in data["scans"]
        ),
        nothing="" if data["scans"] else "Your code has not been read.",
    )


def _kept(data: Mapping[str, Any]) -> Section:
    return Section(
        title="What was read, and from where",
        texts=(
            f"All of it is public on {data['account']['server']}. Your code was read, never run.",
        ),
        columns=("In this copy", "What it holds"),
        rows=(
            *(
                (
                    Cell(text=one["name"], file=one["folder"] if one["kept"] else ""),
                    Cell(
                        text=f"{one['kept']} of {words.count(one['files'], 'file')} "
                        f"at commit {one['commit'][:12]}"
                    ),
                )
                for one in data["repositories"]
            ),
            _row("github.json", "what GitHub told about your account and your repositories"),
            _row("files.json", "which file is which path, at which commit"),
            _row("reading.jsonl", "what reading each file gave"),
            _row("data.json", "everything on this page, for programs"),
        ),
    )


def _words(annotations: list[dict[str, Any]]) -> Section:
    return Section(
        title="Words beside the findings",
        columns=("Day", "By", "About", "Words"),
        rows=tuple(
            (
                Cell(text=one["at"][:10]),
                Cell(text=one["author"]),
                Cell(text=", ".join(filter(None, (one["repository"], one["rule"]))) or "all"),
                Cell(text=one["text"]),
            )
            for one in annotations
        ),
        nothing="" if annotations else "None. You can ask to have some put there.",
    )


def _decisions(decisions: list[dict[str, Any]]) -> Section:
    return Section(
        title="Decisions that people recorded",
        columns=("Day", "Who decided", "Decision", "Reason"),
        rows=tuple(
            (
                Cell(text=one["at"][:10]),
                Cell(text=one["decided_by"]),
                Cell(text=one["decision"]),
                Cell(text=one["reason"]),
            )
            for one in decisions
        ),
        nothing="" if decisions else "None was recorded here. The program itself decides nothing.",
    )


def _recipients(data: Mapping[str, Any]) -> Section:
    who = data["controller"] or "whoever gave you this"
    blind = [f"{one['pseudonym']} ({one['requisition']})" for one in data["pseudonyms"]]
    hidden = f"Dossiers without your name were made under: {', '.join(blind)}." if blind else ""
    states = {"sent": "sent", "uncertain": "may have arrived"}
    return Section(
        title="Who has received it",
        texts=tuple(filter(None, (f"The people at {who} who work on this purpose.", hidden))),
        columns=("To", "Day", "What became of it"),
        rows=tuple(
            (
                Cell(text=one["recipient"]),
                Cell(text=one["changed"][:10]),
                Cell(text=states.get(one["state"], "not sent"), file=one["file"] or ""),
            )
            for one in data["messages"]
        ),
        nothing="" if data["messages"] else "No message about you is known to the program.",
    )


def _log(lines: list[dict[str, Any]]) -> Section:
    return Section(
        title="The log's lines about you",
        texts=(
            (
                "Each line is chained to the one before, so that none can be altered unseen. It "
                "stays when you are erased: it knows you by a number only, which then leads to "
                "nobody."
            ),
        ),
        columns=("Line", "Day", "What was done", "Detail"),
        rows=tuple(
            (
                Cell(text=str(one["id"])),
                Cell(text=one["at"][:10]),
                Cell(text=_ACTIONS.get(one["action"], one["action"])),
                Cell(text=_short(one["detail"])),
            )
            for one in lines
        ),
    )


def _runs(runs: list[dict[str, Any]]) -> Section:
    return Section(
        title="When your account was looked at",
        columns=("Day", "What came of it", "Why"),
        rows=tuple(
            (
                Cell(text=one["at"][:10]),
                Cell(text=_KINDS.get(one["kind"], one["kind"])),
                Cell(text=one["reason"]),
            )
            for one in runs
        ),
        nothing="" if runs else "Never.",
    )


def _rights(data: Mapping[str, Any]) -> Section:
    return Section(
        title="What you can ask for",
        texts=(f"Write to {data['contact'] or 'whoever gave you this'}.",),
        items=(
            "Correct something, or put your own words beside a finding.",
            "Erase everything, and do not take the account up again.",
            "Stop reading, or hold it.",
            "Have a person look at a decision again.",
            "Complain to the data protection authority where you live or work.",
        ),
    )


def _row(name: str, holds: str) -> tuple[Cell, ...]:
    return (Cell(text=name, file=name), Cell(text=holds))


def _short(detail: Mapping[str, Any]) -> str:
    told = {
        key: value[:12] + "…" if isinstance(value, str) and len(value) == _DIGEST else value
        for key, value in detail.items()
        if value not in ("", None, [], {})
    }
    return ", ".join(
        f"{_DETAILS.get(key, key)} {value if isinstance(value, str | int) else json.dumps(value)}"
        for key, value in told.items()
    )


def _until(account: Mapping[str, Any]) -> str:
    if account["expires"]:
        return f"until {account['expires']}, and removed after that day"
    return "until it is removed or you ask for it; no last day was set"
