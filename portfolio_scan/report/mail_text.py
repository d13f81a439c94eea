"""The message as plain text, for readers without HTML: whole by itself, 72 columns wide."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING, Final

from portfolio_scan.report.text import neutralise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portfolio_scan.report.mail_view import AreaLine, MailView
    from portfolio_scan.report.view import CodeLine, Highlight, QuestionView

WIDTH: Final = 72
BAR: Final = 12
_MARKS: Final = {"found": "#", "unclear": "?", "empty": "."}


def write_text(mail: MailView) -> str:
    """Write the message; everything that others wrote is made visible as on the page."""
    blocks = [*_opening(mail), *_body(mail), *_closing(mail)]
    return neutralise("\n\n".join(block for block in blocks if block)) + "\n"


def _opening(mail: MailView) -> Iterator[str]:
    yield f"EVIDENCE DOSSIER: {_plain(mail.subject)}\n{'=' * WIDTH}"
    sure = f" ({mail.role_confidence})" if mail.role_confidence else ""
    facts = (
        ("Role profile", mail.role + sure),
        ("Scanned", mail.scanned_on),
        ("Read", mail.commits),
        ("Source", mail.subject_url),
    )
    yield "\n".join(f"{label + ':':<14}{value}" for label, value in facts if value)
    for band in mail.bands:
        yield _wrap(f"NOTE: {band.title}. {band.text}")
    yield _wrap(mail.headline)
    if mail.link:
        yield f"The full dossier:\n{mail.link}"
    elif mail.attachment:
        yield _wrap(
            f"The full dossier is attached. Open {mail.attachment} in a browser: it works "
            "offline and asks for nothing from the network."
        )


def _body(mail: MailView) -> Iterator[str]:
    yield from _areas(mail)
    yield _title("Evidence to open first")
    yield from map(_highlight, mail.highlights)
    if not mail.highlights:
        yield "No finding with lines to show."
    yield _title("Ask in the interview")
    yield from (_question(number, item) for number, item in enumerate(mail.questions, 1))
    if not mail.questions:
        yield "The findings of this scan give rise to no question."
    yield _left_out(mail.more_questions, mail)
    yield from _job(mail)
    yield from _repositories(mail)
    if mail.only_in_page:
        yield _title(f"What the {mail.where} adds")
        yield "\n".join(f"{pair.label:>6}  {pair.value}" for pair in mail.only_in_page)


def _areas(mail: MailView) -> Iterator[str]:
    if mail.areas:
        yield _title("What the code shows")
        yield "\n".join(line for area in mail.areas for line in _area(area))
        yield "Each bar: # found, ? could not tell, . not found in the code read."
    if mail.not_examined:
        yield _wrap(f"Not examined by the rules of this scan: {mail.not_examined}.")


def _job(mail: MailView) -> Iterator[str]:
    if mail.job:
        yield _title("For this job")
        yield _wrap(mail.job)
        yield "\n".join(
            _wrap(f"- {row.name} ({row.importance.lower()}): {row.answer}", "  ")
            for row in mail.skills
        )
        yield _left_out(mail.more_skills, mail)


def _repositories(mail: MailView) -> Iterator[str]:
    if mail.repositories or mail.more_repositories:
        yield _title("Repositories")
    for row in mail.repositories:
        answers = "; ".join(f"{label}: {answer}" for label, answer in row.answers)
        lines = (row.kind, answers, row.counts)
        parts = [_plain(row.name), *(_wrap(line, "  ", "  ") for line in lines if line)]
        yield "\n".join([*parts, *([f"  {row.url}"] if row.url else [])])
    yield _left_out(mail.more_repositories, mail)


def _left_out(number: str, mail: MailView) -> str:
    return f"{number} in the {mail.where}." if number else ""


def _closing(mail: MailView) -> Iterator[str]:
    yield "-" * WIDTH
    yield _wrap(
        f"{mail.coverage} Absence of public code is not absence of skill: this message shows "
        "evidence, a person decides."
    )
    yield _wrap(
        "Whoever it is about may see it, object to any line, and have it deleted; the end of the "
        "dossier says how."
    )
    yield _wrap(f"Written by {mail.tool} from the scan of {mail.scanned_at}.")


def _title(text: str) -> str:
    return f"\n{text.upper()}\n{'-' * len(text)}"


def _area(area: AreaLine) -> Iterable[str]:
    yield f"{area.name:<13}[{_bar(area)}]  {area.level}"
    details = ", ".join(part for part in (area.counts, area.sure) if part)
    if details:
        yield _wrap(details, " " * 13, " " * 13)


def _bar(area: AreaLine) -> str:
    """Draw a bar of `BAR` signs; every state that occurs has at least one."""
    signs = ""
    done = 0
    for part in area.parts:
        done += part.width
        signs += _MARKS.get(part.state, ".") * max(1, round(done * BAR / 100) - len(signs))
    return f"{signs[:BAR]:.<{BAR}}" if signs else " " * BAR


def _highlight(item: Highlight) -> str:
    where = f"{item.repository.name}: {item.path}, {item.place}"
    parts = [_wrap(f"* {item.word}: {item.claim}", "  ")]
    if item.lines:
        parts.append("\n".join(_code(line) for line in item.lines))
    parts.append(_wrap(where, "  ", "  "))
    if item.url:
        parts.append(f"  {item.url}")
    return "\n".join(parts)


def _code(line: CodeLine) -> str:
    if line.kind == "gap":
        return "        ..."
    text = _plain(line.text.replace("\N{NO-BREAK SPACE}", " "))
    return f"    {text}" if line.kind == "file" else f"  {line.number:>5} | {text}"


def _question(number: int, item: QuestionView) -> str:
    place = f", {item.place}" if item.place else ""
    where = f"{item.repository.name}: {item.path}{place}" if item.path else item.repository.name
    parts = [_wrap(f"{number}. {item.text}", "   ")]
    parts.extend(_wrap(text, "   ", "   ") for text in (item.about, where) if text)
    if item.url:
        parts.append(f"   {item.url}")
    return "\n".join(parts)


def _plain(text: str) -> str:
    """Keep a name on one line."""
    return " ".join(text.split())


def _wrap(text: str, indent: str = "", first: str = "") -> str:
    """Fill lines by the columns they take on a screen: letters of East Asia take two."""
    narrow = WIDTH - sum(_is_wide(sign) for sign in text[:WIDTH])
    return textwrap.fill(
        _plain(text),
        width=max(narrow, WIDTH // 2),
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in {"W", "F"}
