"""Scripts under construction: their lines, and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    Draw = Callable[[st.SearchStrategy[Any]], Any]

PREPROCESSING, OVERLAP, MULTI_TEST = "preprocessing", "overlap", "multi_test"
HELD_OUT, FOLDS, VALIDATION, TRAIN_ONLY, NONE = (
    "held_out",
    "cross_validation",
    "validation_only",
    "train_only",
    "none",
)


@dataclass(frozen=True)
class Verdict:
    """What the assessment says of a script."""

    trains: str
    evaluation: str
    leaks: tuple[str, ...] = ()


@dataclass
class Script:
    """Top-level statements in order, imports apart, with the verdict they deserve."""

    imports: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    evaluation: str = NONE
    leaks: set[str] = field(default_factory=set)
    named: bool = False
    """Written with names that say which part is which (`X_test`), not with neutral ones."""

    def use(self, *imports: str) -> None:
        """Import something, once."""
        self.imports += [line for line in imports if line not in self.imports]

    def add(self, *lines: str) -> None:
        """Add top-level statements."""
        self.lines += lines

    def told(self, evaluation: str) -> Script:
        """Finish: leaks are those that such a score can show."""
        self.evaluation = evaluation
        if evaluation == TRAIN_ONLY:
            self.leaks = {OVERLAP}
        elif evaluation in {NONE, VALIDATION}:
            self.leaks = set()
        return self

    @property
    def verdict(self) -> Verdict:
        """What a careful reader would say."""
        return Verdict("yes", self.evaluation, tuple(sorted(self.leaks)))

    @property
    def source(self) -> str:
        """The script as one text."""
        return "\n".join([*self.imports, *self.lines, ""])


_NAMES = {
    "table": ("cake", "df"),
    "X": ("crumbs", "X"),
    "y": ("glaze", "y"),
    "tr": ("wheat", "train_df"),
    "te": ("barley", "test_df"),
    "Xtr": ("oats", "X_train"),
    "Xte": ("rye", "X_test"),
    "Xva": ("corn", "X_val"),
    "ytr": ("bran", "y_train"),
    "yte": ("malt", "y_test"),
    "yva": ("husk", "y_val"),
    "model": ("oven", "model"),
    "hat": ("loaf", "y_pred"),
    "tool": ("sieve", "scaler"),
    "best": ("jam", "best_score"),
    "kept": ("jar", "best_model"),
    "batch": ("tray", "inputs"),
}
NEUTRAL = {role: names[0] for role, names in _NAMES.items()}
"""Names from which no word for a part, for labels or for a model could be made."""
USUAL = {role: names[1] for role, names in _NAMES.items()}
"""Names that a tutorial would use."""
Names = dict[str, str]


def begun(draw: Draw) -> tuple[Names, Script]:
    """An empty script in one of the two manners of naming."""
    usual = draw(st.booleans())
    return (USUAL if usual else NEUTRAL), Script(named=usual)


def one_of(draw: Draw, *choices: str) -> str:
    """One of some words; a word given twice is drawn more often."""
    drawn: str = draw(st.sampled_from(choices))
    return drawn
