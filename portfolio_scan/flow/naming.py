"""Naming: what names alone say, used softly where a value's way is lost."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from portfolio_scan.flow.rows import NAMED, Part, SplitId
from portfolio_scan.flow.values import Data, Model

if TYPE_CHECKING:
    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.model import Place


_DATA_STEM = re.compile(
    r"(?i)(^x|^y|^df|data|set|loader|gen|feature|label|image|img|target|sample|row|sentence|text|seq|"
    r"^train$|^test$|^val$|^valid$|^dev$|frame|batch|ds$|dl$|iter$|input|corpus|doc|tokens|^train_|^test_|^val_)"
)


_NOT_DATA = re.compile(
    r"(?i)(size|acc|loss|score|path|dir|ratio|frac|len|num|count|epoch|step|time|_n$|^n_|name|metric|"
    r"history|pct|percent|transform|batch_?size|func|fn$|error|rmse|mse|mae|f1|prec|recall|auc|pred|file)"
)


_TARGET = re.compile(r"(?i)^(y|ys|y_.*|labels?|targets?|.*_labels?|.*_targets?|t_train|t_test)$")


MODEL_NAME = re.compile(
    r"(?i)^(model|clf|classifier|net|network|estimator|regressor|reg|pipeline|pipe|learner)\d*$"
)


FEATURES = re.compile(
    r"(?i)^(x|y|df|data|dataset|features?|labels?|targets?|images?|loader|dataloader|data_loader|inputs?|series|frame|table|X_.*|y_.*)$"
)


TABLE = re.compile(r"^(df\d*|data_?frame|df_\w+|\w+_df)$")
"""Names that hold a table of examples and say nothing of which part it is."""


@lru_cache(maxsize=4096)
def names_data(name: str) -> bool:
    """Whether a name that says which part it is also says that it holds examples."""
    return bool(_DATA_STEM.search(name)) and not _NOT_DATA.search(name)


@lru_cache(maxsize=4096)
def names_target(name: str) -> bool:
    """Whether a name stands for labels."""
    return bool(_TARGET.match(name))


def is_method(m: Machine, name: str) -> bool:
    """Whether a name on a data set is called rather than read."""
    return name in m.semantics.fit_words or name.startswith(("get", "load", "to_", "save"))


def declared(where: str, label: str, *, target: bool = False, one_value: bool = False) -> Data:
    """Rows of which only a name is known: parts of one declared split.

    `one_value`: the name is a parameter's, so that equal rows are the same rows.
    """
    split = SplitId("declared", where)
    source = f"parameters of {where}" if one_value else f"{NAMED}{where}"
    return Data(rows=frozenset({Part(source, ((split, label),))}), label=label, target=target)


def named_model(m: Machine, frame: Frame, name: str, place: Place) -> Model:
    """The model behind a name whose origin was lost: one per name and function."""
    key = f"?{name}"
    known = frame.scope.find(key)
    if isinstance(known, Model):
        return known
    model = m.new_model(name, "unknown", place)
    frame.scope.names[key] = model
    return model
