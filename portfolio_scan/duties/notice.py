"""The notice: what a candidate is told before their work is read.

It says what GDPR articles 13 and 14, New York City's Local Law 144 and article 26(11) of the EU AI
Act ask for, as far as this tool knows it. Nobody is written to from here: whoever uses the tool
sends the text to an address that the candidate gave.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from portfolio_scan.analysis.registry import load_rules
from portfolio_scan.duties.plain_text import fill_text
from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from portfolio_scan.storage import Member

LANGUAGES: Final = ("en",)
MAX_TEXT: Final = 300
_FAMILIES: Final = {
    "claims": "what the README says beside what the code does",
    "data": "how data is cleaned, checked, explored and kept",
    "efficiency": "whether the cost of training and use is attended to",
    "engineering": "tests, layout and age of the code",
    "evaluation": "how models are scored, and whether the score can be relied on",
    "llm": "work with language models",
    "originality": "which code came from others, and who is named for it",
    "production": "how the work is put into use",
    "profile": "which kind of machine-learning work it is",
    "recency": "when the code last changed",
    "reproducibility": "whether the work can be repeated",
    "responsibility": "explanations, fairness and privacy in the work",
    "security": "secrets and unsafe loading in the files",
    "training": "how models are trained",
}
_ASKED: Final = (
    "{number} questions are put to the code, each answered with found, not found in the code read, "
    "could not be told, or does not apply. What was found is given with file, line and commit."
)
_NOT_ASKED: Final = "No check takes part; the code is listed only."
_MORE: Final = (
    "How each question is decided, when that is wrong, and how often it was right where it was "
    "measured, stands in the program's documentation (docs/heuristics.md, docs/accuracy.md). Ask "
    "{sender.contact} for the full list."
)
_DECIDER: Final = "A person at {sender.controller}, who is named to you on request,"
_ALTERNATIVE: Final = (
    "Write to {sender.contact}, and your application is looked at without the program. You need "
    "not say why. The same address takes requests for an accommodation because of a disability."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who gives the notice."""

    controller: str
    contact: str
    decider: str = ""
    alternative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A text for one member."""

    member: int
    handle: str
    text: str

    @property
    def digest(self) -> str:
        """What the log keeps of it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """The questions that are asked of the code, by family."""

    families: tuple[tuple[str, int], ...]
    questions: tuple[tuple[str, str], ...]
    """Id and question."""


def read_sender(controller: str, contact: str, decider: str = "", alternative: str = "") -> Sender:
    """Check who gives the notice. Raises UsageError without a controller or a contact."""
    given = {
        "controller": controller, "contact": contact, "decider": decider,
        "alternative": alternative,
    }  # fmt: skip
    plain = {name: " ".join(text.split()) for name, text in given.items()}
    if not plain["controller"]:
        raise UsageError(
            "nobody answers for the notice",
            "Name the company or person: --controller NAME, or PORTFOLIO_SCAN_CONTROLLER.",
        )
    if not plain["contact"]:
        raise UsageError(
            "the notice has no contact",
            "Give where candidates can write to: --contact ADDRESS, or PORTFOLIO_SCAN_CONTACT.",
        )
    for name, text in plain.items():
        if len(text) > MAX_TEXT or not text.isprintable():
            raise UsageError(f"--{name} is no plain text of up to {MAX_TEXT} characters")
    return Sender(**plain)


def read_checks(packs: Sequence[str]) -> Checks:
    """List what is asked of the code, from the rules that take part."""
    rules = load_rules(packs)
    everything = sorted((*rules.heuristics, *rules.portfolio), key=lambda one: one.id)
    counted = Counter(one.id.partition(".")[0] for one in everything)
    return Checks(
        families=tuple(sorted(counted.items())),
        questions=tuple((one.id, one.question) for one in everything),
    )


def write_notice(
    member: Member, sender: Sender, checks: Checks, today: date, *, every_check: bool = False
) -> Notice:
    """Write the text for a member."""
    number = sum(one for _, one in checks.families)
    values = {
        "day": today.isoformat(),
        "handle": member.handle,
        "github_id": member.github_id,
        "server": member.server,
        "controller": sender.controller,
        "contact": sender.contact,
        "purpose": member.purpose,
        "basis": member.basis,
        "asked": _ASKED.format(number=number) if number else _NOT_ASKED,
        "families": _families(checks),
        "more": _more(checks, sender, every_check=every_check) if number else "",
        "decider": sender.decider or _DECIDER.format(sender=sender),
        "alternative": sender.alternative or _ALTERNATIVE.format(sender=sender),
        "until": _until(member, sender),
    }
    text = fill_text("notice_en.txt", values)
    return Notice(member=member.id, handle=member.handle, text=text)


def _families(checks: Checks) -> str:
    return "\n".join(
        f"- {family} ({count}){': ' + _FAMILIES[family] if family in _FAMILIES else ''}"
        for family, count in checks.families
    )


def _more(checks: Checks, sender: Sender, *, every_check: bool) -> str:
    if every_check:
        return "\n".join(f"- {rule}: {question}" for rule, question in checks.questions)
    return _MORE.format(sender=sender)


def _until(member: Member, sender: Sender) -> str:
    if member.expires is not None:
        return f"until {member.expires.isoformat()}, and are removed after that day"
    return f"until {sender.controller} removes them or you ask for it; no last day was set"
