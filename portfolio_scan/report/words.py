"""Words: how each verdict, reason and measure is put to a reader.

Absence is worded "not found in the code read", doubt "could not tell"; nothing here says what a
person can or cannot do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Identity, Outcome, Polarity, SourceKind
from portfolio_scan.report.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from portfolio_scan.model import Evidence, Verdict

COULD_NOT_TELL: Final = "Could not tell"
NOTHING: Final = "\N{EN DASH}"
"""In a table: no such figure, or it does not apply."""

STRENGTH: Final = "strength"
FLAG: Final = "flag"
NOTE: Final = "note"
UNCLEAR: Final = "unclear"
NEUTRAL: Final = "neutral"

# Verdict word -> (answer for a reader, tone). The verdict words are defined in docs/assessment.md.
KIND: Final[Mapping[str, tuple[str, str]]] = {
    "tutorial": ("Course or tutorial exercise", NOTE),
    "applied": ("Applied project", NEUTRAL),
    "inference_only": ("Uses ready-made models", NEUTRAL),
    "analysis": ("Data analysis", NEUTRAL),
    "library": ("Library or tool", NEUTRAL),
    "research": ("Research code", NEUTRAL),
    "course_notes": ("Course notes", NOTE),
    "other": ("Other software", NEUTRAL),
}
ML: Final[Mapping[str, tuple[str, str]]] = {
    "yes": ("Machine-learning work", NEUTRAL),
    "no": ("Machine learning not found in the code read", NEUTRAL),
}
TUTORIAL: Final[Mapping[str, tuple[str, str]]] = {
    "yes": ("A well-known exercise or data set", NOTE),
    "no": ("No known exercise recognised", NEUTRAL),
}
TRAINS: Final[Mapping[str, tuple[str, str]]] = {
    "yes": ("Trains a model in its own code", STRENGTH),
    "no": ("Training code not found in the code read", NEUTRAL),
}
INFERENCE_ONLY: Final[Mapping[str, tuple[str, str]]] = {
    "yes": ("Calls models that others trained; own training not found in the code read", NOTE),
    "no": ("More than calls to ready-made models", NEUTRAL),
}
EVALUATION: Final[Mapping[str, tuple[str, str]]] = {
    "held_out": ("Scored on held-out data", STRENGTH),
    "cross_validation": ("Scored by cross-validation", STRENGTH),
    "validation_only": ("Scored on validation data only", NOTE),
    "train_only": ("Scored on rows it was trained on", FLAG),
    "none": ("Trains; a score was not found in the code read", FLAG),
    "not_applicable": ("Does not apply: trains nothing that has a held-out score", NEUTRAL),
}
SHORT: Final[Mapping[str, str]] = {
    TRAINS["yes"][0]: "Trains",
    TRAINS["no"][0]: "Not found",
    EVALUATION["held_out"][0]: "Held-out data",
    EVALUATION["cross_validation"][0]: "Cross-validation",
    EVALUATION["validation_only"][0]: "Validation data only",
    EVALUATION["train_only"][0]: "Training rows",
    EVALUATION["none"][0]: "Not found",
    EVALUATION["not_applicable"][0]: "Does not apply",
}
"""The same answers for a narrow column whose heading says what is meant."""
LEAKAGE: Final[Mapping[str, str]] = {
    "preprocessing": "Preprocessing was fitted on rows that include the test rows",
    "overlap": "Rows of the test part are also among the training rows",
    "multi_test": "The test score also steered a choice of model or parameters",
    "temporal": "Later rows inform the prediction of earlier ones",
    "group": "Copies or pieces of one example stand on both sides of the split",
    "target": "The label can be read off the inputs",
}
ROLES: Final[Mapping[str, str]] = {
    "tie": "Several, equally",
    "ml_engineer": "Machine-learning engineer",
    "data_scientist": "Data scientist",
    "llm_integration": "LLM integration engineer",
    "mlops": "MLOps engineer",
    "computer_vision": "Computer-vision engineer",
    "nlp": "NLP engineer",
    "research": "Research engineer",
}
NOT_READ: Final[Mapping[str, str]] = {
    "empty": "Empty repository",
    "fork": "Fork, set aside",
    "mirror": "Mirror, set aside",
    "blocked": "Blocked by the host",
    "gone": "Listed by the host, and not there for download",
    "too_large": "Larger than the limit of this scan",
    "lfs_only": "Its files are kept in Git LFS",
    "submodule_only": "Only points to other repositories",
    "limit": "The scan had to stop before it",
    "duplicate": "The same repository again",
    "cap": "Beyond the limit of this scan",
    "no_code": "No Python code or notebook",
    "failed": "Could not be read",
}
SOURCES: Final[Mapping[SourceKind, str]] = {
    SourceKind.GITHUB: "GitHub",
    SourceKind.GIT: "a git repository on disk",
    SourceKind.FOLDER: "a folder on disk, without history",
    SourceKind.ARCHIVE: "an archive file, without history",
}
IDENTITIES: Final[Mapping[Identity, str]] = {
    Identity.LINKED: "GitHub links these commits to the account",
    Identity.GIVEN: "the author was named by whoever ran the scan",
    Identity.ASSUMED: "assumed: the author with most commits in this repository",
    Identity.UNKNOWN: "whose commits these are could not be told",
}
UNREAD: Final[Mapping[str, str]] = {
    "partly": "Some cells could not be read",
    "python2": "Python 2",
    "syntax_error": "Does not parse",
    "too_large": "Larger than the limit for one file",
    "too_deep": "Nested too deeply to read safely",
    "bad_notebook": "Not a readable notebook",
    "other_language": "In another language",
    "crashed": "The parser gave up on it",
    "lfs": "Kept in Git LFS",
    "absent": "Its content is not to be had",
    "symlink": "A link to another path",
    "cap": "Beyond the limit of this scan",
    "timed_out": "Reading took too long",
}
ORIGINS: Final[Mapping[str, str]] = {
    "vendored": "Copy of somebody else's code",
    "environment": "Committed environment or packages",
    "checkpoint": "Automatic copy by an editor",
    "generated": "Written by a program",
    "template": "Unchanged part of a project template",
    "course": "Course material or published example",
    "forked": "Came in with another project's history",
}
POLARITIES: Final[Mapping[Polarity, str]] = {
    Polarity.STRENGTH: "Strength",
    Polarity.FLAG: "To ask about",
    Polarity.NOTE: "Note",
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.UNCLEAR: COULD_NOT_TELL,
    Outcome.ERROR: "The rule could not finish",
}
"""For what is neither present nor absent: those have words of their own."""

HIGH_CONFIDENCE: Final = 0.85
MEDIUM_CONFIDENCE: Final = 0.6


def answer(verdict: Verdict, words: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Put a verdict in plain words, with its tone; a word that is not known is shown as it is."""
    if verdict.verdict in {"unknown", ""}:
        return COULD_NOT_TELL, UNCLEAR
    return words.get(verdict.verdict, (humanise(verdict.verdict), NEUTRAL))


def humanise(word: str) -> str:
    """`feature_store` as `Feature store`."""
    text = " ".join(word.replace("_", " ").replace("-", " ").split())[:80]
    return text[:1].upper() + text[1:]


def sentence(text: str, limit: int) -> str:
    """Write a reason as a sentence: one line, a capital first, a full stop last."""
    line = one_line(text, limit)
    if not line:
        return ""
    return line[0].upper() + line[1:] + ("" if line[-1] in ".!?…" else ".")


def role(word: str) -> str:
    """Name a role profile by name; empty when it could not be told."""
    if word in {"unknown", "none", ""}:
        return ""
    return ROLES.get(word, humanise(word))


def confidence(value: float) -> str:
    """Tell how sure, as a word; empty for a verdict that claims nothing."""
    if value <= 0:
        return ""
    if value >= HIGH_CONFIDENCE:
        return "high"
    return "medium" if value >= MEDIUM_CONFIDENCE else "low"


def count(number: int, singular: str, plural: str = "") -> str:
    """`1 file`, `1,200 files`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def join(parts: list[str]) -> str:
    """Write `a, b and c`."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def lines(start: int, end: int, cell: int | None = None) -> str:
    """`line 4`, `lines 4 to 9`, `cell 3, line 2`."""
    where = f"line {start}" if start == end else f"lines {start} to {end}"
    return where if cell is None else f"cell {cell}, {where}"


def place(evidence: Evidence) -> str:
    """Tell where evidence stands, inside its file."""
    return lines(evidence.start_line, evidence.end_line, evidence.cell)


def short_commit(commit: str | None) -> str:
    """Cut a commit's id to what tells it from others; empty where there is no git."""
    return one_line(commit or "", 64)[:10]


def day(value: date | None) -> str:
    """`21 Nov 2026`, in English whatever the locale."""
    return f"{value.day} {_MONTHS[value.month - 1][:3]} {value.year}" if value else ""


def month(value: date) -> str:
    """`Nov 2026`."""
    return f"{_MONTHS[value.month - 1][:3]} {value.year}"


def size(number: int) -> str:
    """Put bytes in the unit that a person would use."""
    value = float(number)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:  # noqa: PLR2004 - the step of the decimal units
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
