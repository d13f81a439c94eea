"""Rows: which examples a table, array, loader or index holds, as symbols.

A `Part` is a source narrowed by splits: `(source, ((split, index), ...))`. Two parts of one split
with different indexes are disjoint; a part lies inside each of its prefixes. A set of parts holds
the examples of all of them. The empty set means: not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from portfolio_scan.model import Place, Relation


@dataclass(frozen=True, slots=True)
class SplitId:
    """One division of rows. Equal ids divide the same way."""

    kind: str
    """`call`, `shuffled`, `fold`, `slice`, `where`, `official`, `files`, `within`, `lost` …"""
    text: str = ""
    """Of a shuffled division whose seed is known: sizes and `|seed`, and it has no place then."""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A source, narrowed."""

    source: str
    path: tuple[tuple[SplitId, str], ...] = ()


Rows = frozenset[Part]
UNKNOWN_ROWS: Rows = frozenset()
BY_IDS = "ids"
"""The kind of a split by the ids in one column: groups of rows with one id stay together."""
NAMED = "names in "
"""Begins the name of a source of which only variables' names are known."""
LOST = "~"
"""Begins the name of a source whose file or origin is not known: it may be any other's."""

SHUFFLED = "shuffled"
"""The kind of a division that draws its rows at random."""

SAME, INSIDE, AROUND, APART, CROSSED, UNRELATED, UNCLEAR = [
    "same",
    "inside",
    "around",
    "apart",
    "crossed",
    "unrelated",
    "unclear",
]


def ordered(rows: Rows) -> list[Part]:
    """Parts in an order of their own: a set's changes from one run of the program to the next."""
    return sorted(rows, key=lambda part: (part.source, repr(part.path)))


def narrow(rows: Rows, split: SplitId, index: str) -> Rows:
    """The part of rows that one side of a split holds; the same side twice is that side."""
    step = (split, index)
    return frozenset(p if step in p.path else Part(p.source, (*p.path, step)) for p in rows)


_FILTERS = {"where"}


def filtered_or_not(rows: Rows) -> bool:
    """Whether rows are some table, whole or with a filter passed: either holds what is kept."""
    whole = min(rows, key=lambda part: len(part.path), default=None)
    return whole is not None and all(
        part.source == whole.source
        and part.path[: len(whole.path)] == whole.path
        and all(split.kind in _FILTERS for split, _ in part.path[len(whole.path) :])
        for part in rows
    )


def rebase(rows: Rows, index: Rows) -> Rows:
    """The part of rows that an index selects: its splits, applied to these rows."""
    if not index or not rows:
        return rows
    return frozenset(
        Part(p.source, p.path + tuple(s for s in i.path if s not in p.path))
        for p in rows
        for i in index
    )


def relation(scored: Rows, fitted: Rows) -> Relation:
    """How scored rows lie to fitted rows, seen from the scored ones."""
    if not scored or not fitted:
        return Relation.UNKNOWN
    covered = apart = 0
    unknown = crossed = False
    for part in scored:
        ways = {_compare(part, other) for other in _rivals(part, fitted)}
        if ways & {SAME, INSIDE}:
            covered += 1
        elif AROUND in ways:
            return Relation.SUPERSET
        elif UNCLEAR in ways:
            unknown = True
        elif CROSSED in ways:
            crossed = True
        else:
            apart += 1
    if unknown:
        return Relation.UNKNOWN
    if not covered and not crossed:
        return Relation.DISJOINT
    if apart or crossed:
        return Relation.OVERLAP
    return Relation.SAME if scored == fitted else Relation.SUBSET


def _rivals(part: Part, fitted: Rows) -> list[Part]:
    """The parts to compare with.

    Where inputs and labels come from two files that were divided alike, they are columns of the
    same examples, and each is compared with its own.
    """
    divided = {f.path for f in fitted if f.source == part.source and f.path}
    return [f for f in fitted if f.source == part.source or f.path not in divided]


def _part_named(part: Part) -> str:
    """What names say a part is: its innermost named side, else its source."""
    for _, side in reversed(part.path):
        word = label_of_side(side)
        if word:
            return word
    return label_of(part.source)


def _compare(one: Part, other: Part) -> str:
    if one.source != other.source:
        lost = one.source.startswith(LOST) or other.source.startswith(LOST)
        # Two files are different examples only when their names say that they are other parts.
        return UNCLEAR if lost or _part_named(one) == _part_named(other) else UNRELATED
    for (split, index), (other_split, other_index) in zip(one.path, other.path, strict=False):
        if split == other_split:
            if index == other_index:
                continue
            return _sides(split, index, other_index)
        # Another division of the same rows: look for a split that both have further down.
        theirs = dict(other.path)
        for mine, side in one.path:
            if mine in theirs and theirs[mine] != side:
                way = _sides(mine, side, theirs[mine])
                if way == APART:
                    return APART
        return CROSSED if _cross(split, other_split) else UNCLEAR
    if len(one.path) == len(other.path):
        # Rows of which only a name is known are alike in that nothing else is known of them.
        return UNCLEAR if one.source.startswith(NAMED) else SAME
    return INSIDE if len(one.path) > len(other.path) else AROUND


def _cross(one: SplitId, other: SplitId) -> bool:
    """Whether two divisions of the same rows are sure to put some on a side of each.

    A random division crosses any slice or sample, and another one with another seed. Without a
    seed it may be the same again, after the program has set one for everything.
    """
    if SHUFFLED not in {one.kind, other.kind}:
        return False
    if one.kind != other.kind:
        return bool({"slice", "sample"} & {one.kind, other.kind})
    seeds = {one.text.rpartition("|")[2], other.text.rpartition("|")[2]}
    return len(seeds) > 1 and "" not in seeds


def _sides(split: SplitId, index: str, other: str) -> str:
    """How two sides of one split lie to each other."""
    if index == f"not {other}" or other == f"not {index}":
        return APART
    if split.kind in {"within", "lost", "read"}:
        return UNCLEAR
    if split.kind == "slice":
        return _slices(index, other)
    if split.kind == "where":
        return _conditions(index, other)
    return APART


def _slices(index: str, other: str) -> str:
    """Compare `lower:upper` texts. A shared pivot divides; open ends on both sides divide too."""
    (low, high), (other_low, other_high) = index.split(":", 1), other.split(":", 1)
    if (high and high == other_low) or (other_high and other_high == low):
        return APART
    # `x[:n]` and `x[n - window:]`: the second reaches back only for the inputs of its first row.
    if high and other_low.startswith(f"{high}-") and not other_high and not low:
        return APART
    if other_high and low.startswith(f"{other_high}-") and not high and not other_low:
        return APART
    if not low and not other_high and high and other_low:
        return APART if not _smaller(other_low, high) else UNCLEAR
    if not other_low and not high and other_high and low:
        return APART if not _smaller(low, other_high) else UNCLEAR
    if high and other_low and _smaller(high, other_low):
        return APART
    if other_high and low and _smaller(other_high, low):
        return APART
    return UNCLEAR


def _smaller(one: str, other: str) -> bool:
    """Whether both are plain numbers of one sign and the first is the smaller."""
    try:
        a, b = float(one), float(other)
    except ValueError:
        return False
    return (a < 0) == (b < 0) and a < b


_OPPOSITE = {"<": {">=", ">", "=="}, "<=": {">"}, ">": {"<=", "<", "=="}, ">=": {"<"}}


def _conditions(index: str, other: str) -> str:
    """Compare `operator|value` texts of conditions on one column."""
    (op, value), (other_op, other_value) = index.split("|", 1), other.split("|", 1)
    if value == other_value:
        opposite = other_op in _OPPOSITE.get(op, ()) or op in _OPPOSITE.get(other_op, ())
        if opposite or {op, other_op} in ({"==", "!="}, {"in", "not in"}):
            return APART
        return UNCLEAR
    if op == other_op == "==":
        return APART
    if {op, other_op} <= {"<", "<=", ">", ">="} and op[0] != other_op[0]:
        low, high = (value, other_value) if op[0] == "<" else (other_value, value)
        return APART if _at_most(low, high) else UNCLEAR
    return UNCLEAR


def _at_most(low: str, high: str) -> bool:
    """Whether one bound is surely no more than another: two numbers, or two dates as text."""
    try:
        return float(low) <= float(high)
    except ValueError:
        kind, quote, _ = low.partition("'")
        return bool(quote) and high.startswith(kind + quote) and low <= high


# What names say -----------------------------------------------------------------------------

TRAIN, VALIDATION, TEST = "train", "validation", "test"

_WORDS = {
    TRAIN: {"train", "training", "trn", "tr", "trainset", "trainloader", "traindata"},
    VALIDATION: {
        "val",
        "valid",
        "validation",
        "dev",
        "eval",
        "valset",
        "valloader",
        "cv",
        "vld",
        "vali",
        "validate",
    },
    TEST: {
        "test",
        "testing",
        "tst",
        "te",
        "holdout",
        "heldout",
        "unseen",
        "testset",
        "testloader",
        "t10k",
    },
}
_GLUED = re.compile(
    r"^(?:x|y|X|Y|df|data|num|n)?(train|test|valid|val)"
    r"(?:ing)?(?:x|y|X|Y|set|sets|data|df|loader|loaders|gen|generator|dataset|ds|dl|dir|path|labels?|images?|iter)?$"
)
_GLUED_END = re.compile(r"(?:^|[a-z_])(train|test|val)$")
_TOKEN = re.compile(r"t10k|[A-Za-z][a-z]*|[A-Z]+(?![a-z])|\d+")


@lru_cache(maxsize=4096)  # one repository has few names, and asks of each many times
def label_of(name: str) -> str:
    """What a name says about the rows behind it: train, validation, test, or nothing."""
    text = name.replace("hold_out", "holdout").replace("held_out", "heldout")
    text = text.replace("hold-out", "holdout").replace("held-out", "heldout")
    found: list[str] = []
    for token in _TOKEN.findall(text):
        word = token.lower()
        for label, words in _WORDS.items():
            if word in words:
                found.append(label)
        match = _GLUED.match(word) if word not in {"value", "values"} else None
        if match and not found:
            found.append({"valid": VALIDATION, "val": VALIDATION}.get(match[1], match[1]))
    if len(set(found)) == 1:
        return found[0]
    if len(found) > 1:  # "train_test_split" says nothing; "test_val" is the author's validation
        return VALIDATION if set(found) == {VALIDATION, TEST} else ""
    return ""


def label_of_side(side: str) -> str:
    """What the side of a split says; `not in test_ids` are the training rows, not the test's."""
    if side.startswith(("not ", "!=|")):
        return TRAIN if label_of(side) in {TEST, VALIDATION} else ""
    return label_of(side)


@lru_cache(maxsize=4096)
def without_label(text: str) -> str:
    """A path or name with the word for its part taken out, so that siblings share a source."""
    return re.sub(
        r"(?i)(?<![a-z])(train(?:ing)?|valid(?:ation)?|val|dev|test(?:ing)?|holdout|eval)(?=[^a-z]|$)",
        "*",
        text,
    )
