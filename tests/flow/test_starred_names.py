"""Names that `from library import *` brought: which library each of them is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.model import Trace
    from tests.flow.conftest import Told

STARS = (
    "sklearn.feature_extraction.text",
    "sklearn.preprocessing",
    "sklearn.linear_model",
    "sklearn.ensemble",
    "sklearn.model_selection",
    "sklearn.metrics",
    "sklearn.pipeline",
)
PROGRAM = """
import pandas as pd
d = pd.read_csv("d.csv")
a, b, y, t = train_test_split(d["text"], d["y"])
v = TfidfVectorizer()
m = RandomForestClassifier().fit(v.fit_transform(a), y)
print(accuracy_score(t, m.predict(v.transform(b))))
"""


@pytest.mark.parametrize("stars", [STARS, STARS[::-1]])
def test_each_name_is_of_the_library_that_holds_such_things(
    stars: tuple[str, ...], told: Told
) -> None:
    lines = "".join(f"from {name} import *\n" for name in stars)
    found = told(lines + PROGRAM)
    assert [fit.split(":")[0] for fit in found["fit"]] == ["RandomForestClassifier"]
    assert [score.split()[1:] for score in found["scores"]] == [["disjoint", "test"]]


def test_what_two_libraries_may_hold_is_of_neither(trace: Callable[[str], Trace]) -> None:
    stars = "from sklearn.preprocessing import *\n", "from sklearn.linear_model import *\n"
    rows = "import pandas as pd\nd = pd.read_csv('d.csv')\nm = Ridge().fit(d[['x']], d['y'])\n"

    def is_sure(lines: str) -> bool:
        (fit,) = (one for one in trace(lines).events if one.kind is EventKind.FIT)
        return fit.sure

    assert not is_sure("".join(stars) + rows)
    assert is_sure(stars[1] + rows)
