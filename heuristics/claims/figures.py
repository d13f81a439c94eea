"""Values of metrics that a sentence or a row of a table gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heuristics.claims.prose import Sentence

_METRICS = {
    "accuracy": r"accurac(?:y|ies)|acc\b|top[- ]?[15] acc\w*",
    "balanced accuracy": r"balanced accuracy",
    "precision": r"precision",
    "recall": r"recall|sensitivity",
    "specificity": r"specificity",
    "F1": r"(?:macro|micro|weighted)?[- ]?f1(?:[- ]?(?:score|macro|micro|weighted|measure))?|"
    "f[- ]score",
    "AUC": r"(?:roc[- _]?)?auc(?:[- _]?roc)?|auroc|area under the (?:roc )?curve|pr[- ]auc",
    "R²": r"r2(?:[- _]?score)?|r²(?: score)?|r[- ]squared|r\^2",
    "RMSE": r"rmse|root mean squared? error",
    "MAE": r"mae\b|mean absolute error",
    "MAPE": r"s?mape|mean absolute percentage error",
    "MSE": r"mse\b|mean squared error",
    "IoU": r"m?iou|intersection over union|jaccard",
    "Dice": r"dice(?: score| coefficient)?",
    "mAP": r"map@?\d*(?:\.\d+)?|mean average precision",
    "BLEU": r"bleu(?:[- ]?\d)?(?: score)?",
    "ROUGE": r"rouge[- ]?[12l]?(?: score)?",
    "WER": r"wer\b|word error rate",
    "PSNR": r"psnr",
    "SSIM": r"ssim",
    "kappa": r"(?:cohen.?s |quadratic weighted )?kappa",
    "MCC": r"mcc\b|matthews correlation",
}
_ONE = "|".join(f"(?P<m{n}>{form})" for n, form in enumerate(_METRICS.values()))
_NAMES = list(_METRICS)
_METRIC = re.compile(rf"(?i)(?<![\w@]){'(?:' + _ONE + ')'}(?![\w])")
_DASH = "[-\N{EN DASH}\N{EM DASH}]"
_NUMBER = (
    r"(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d{1,5})?|\d{1,6}(?:[.,]\d{1,5})?|\.\d{1,5})(?![.,]?\d)"
    r"(?!\s?(?:epochs?|runs?|folds?|steps|trials|times|classes|images|samples|rows|layers)\b)"
    rf"(?:\s?{_DASH}\s?\d[\d.]*)?\s?(?P<unit>%|percent\b|dB\b)?"
)
_AFTER = re.compile(
    r"(?i)^\s*(?:score\b|rate\b|value\b)?\s*(?:\([^)\d]{0,30}\))?\s*"
    r"(?:(?:on|for|over|across|in)\s(?:[a-z]+[- ]){0,5}[a-z]+)?\s*"
    rf"(?:of|is|was|are|=|:|≈|~|at|reached|reaches|hits?|to|{_DASH}|\(|\|)*\s*"
    r"(?:of|about|around|approximately|roughly|over|above|nearly|almost|up to|more than|"
    r"[~≈>≥*(])*\s*" + _NUMBER
)
_BEFORE = re.compile(
    _NUMBER + r"\s*(?:\)|\*)*\s*(?:(?:on|of|in|for)?\s*(?:the\s)?(?:\w+[- ]){0,2})?$",
)
_THOUSANDS = re.compile(r"(?<=[1-9]),(?=\d{3}\b)|(?<=[1-9]\d),(?=\d{3}\b)|(?<=\d{3}),(?=\d{3}\b)")
_WHOLE = re.compile(rf"^[~≈>≥*(\s]*{_NUMBER}(?:\s*(?:±|\+/-)\s*[\d.]+\s?%?)?[*)\s]*$")
_CHANGE = re.compile(
    r"(?i)\b(improv\w*|increas\w*|decreas\w*|reduc\w*|drop\w*|gain\w*|higher|lower|better|worse|"
    r"threshold|"
    r"cut-?off|requires?|minimum|at least|human|random guess\w*|chance|baseline)\b"
)
_TEST = re.compile(
    r"(?i)\b(test(ing|ed)?|held[- ]?out|hold[- ]?out|unseen|out[- ]of[- ]sample|oos|new data|"
    r"field)\b"
)
_FOLDS = re.compile(r"(?i)\b(cv|cross[- ]validat\w*|folds?|k-fold|oof|out[- ]of[- ]fold)\b")
_VALIDATION = re.compile(r"(?i)\b(validation|val|dev|eval)\b")
_TRAIN = re.compile(
    r"(?i)\btrain(ing)?\b(?! (on|with|for|time|epochs?|steps?|data size|samples|loop|runs?))"
)
_CLAUSE = re.compile(r"[,;|/]\s|\s(?:and|but|while)\s")
_ERRORS = {"RMSE", "MAE", "MSE", "WER", "MAPE", "PSNR"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A claimed value."""

    metric: str
    value: str
    part: str = ""
    """`test`, `folds`, `validation`, `train`, or empty: not said."""
    of_whole: bool = True
    """Of a table: the row is a metric, and not one of several models or experiments."""

    @property
    def subject(self) -> str:
        """How it is named in a claim."""
        return f"{self.metric} {self.value}"

    @property
    def is_quality(self) -> bool:
        """A share of hits, which a reader takes for a promise; errors have units of their own."""
        return self.metric not in _ERRORS


def figures(sentence: Sentence) -> list[Figure]:
    """The values that a sentence gives, each once."""
    found = _of_row(sentence) if sentence.cells else _of_text(sentence.text)
    return list(dict.fromkeys(found))


def _of_row(sentence: Sentence) -> Iterator[Figure]:
    titles = " ".join(sentence.headings[-1:])
    first = sentence.cells[0][1]
    for name, cell in sentence.cells:
        number = _WHOLE.match(cell)
        if not number or _CHANGE.search(name) or _CHANGE.search(first):
            continue
        metric = _METRIC.search(name) or _METRIC.search(first)
        made = _figure(metric, number, f"{name} {first}", titles) if metric else None
        if made:
            yield replace(made, of_whole=bool(_METRIC.search(first)))


def _of_text(text: str) -> Iterator[Figure]:
    if _CHANGE.search(text):
        return
    taken: set[int] = set()
    for metric in _METRIC.finditer(text):
        after = _AFTER.match(text[metric.end() :])
        if after and (made := _figure(metric, after, _clause(text, metric.start()), text)):
            taken.add(metric.end() + after.start("value"))
            yield made
            continue
        before = _BEFORE.search(text[: metric.start()])
        if before and before.start("value") not in taken:
            made = _figure(metric, before, _clause(text, metric.start()), text)
            if made:
                yield made


def _clause(text: str, at: int) -> str:
    """The part of a sentence between commas in which something stands."""
    start = max((end.end() for end in _CLAUSE.finditer(text, 0, at)), default=0)
    end = _CLAUSE.search(text, at)
    return text[start : end.start() if end else None]


def _figure(
    metric: re.Match[str], number: re.Match[str], around: str, titles: str
) -> Figure | None:
    name = next(_NAMES[n] for n in range(len(_NAMES)) if metric[f"m{n}"])
    value, unit = number["value"], (number["unit"] or "").strip()
    unit = "%" if unit == "percent" else unit
    size = _size(value)
    if name not in _ERRORS and not (unit == "%" and size <= 100) and not size <= 1:  # noqa: PLR2004
        if size > 100 or (size.is_integer() and size < 10):  # noqa: PLR2004
            return None
        if name not in {"accuracy", "F1", "AUC", "precision", "recall", "BLEU", "mAP", "ROUGE"}:
            return None
    if name not in _ERRORS and not unit and value in {"0", "1", "2", "5"}:
        return None
    return Figure(name, f"{value} {unit}".strip(), _part(around) or _part(titles))


def _size(value: str) -> float:
    """A comma before three digits sets off thousands, and another one is a decimal point."""
    return float(_THOUSANDS.sub("", value).replace(",", "."))


def _part(text: str) -> str:
    for part, words in (("folds", _FOLDS), ("test", _TEST), ("validation", _VALIDATION)):
        if words.search(text):
            return part
    return "train" if _TRAIN.search(text) else ""
