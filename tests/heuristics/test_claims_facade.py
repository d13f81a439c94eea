"""Signs of facades, one by one: what is one, and what only looks like it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from heuristics.claims.facade_signs import signs


def kinds(source: str) -> list[str]:
    return [sign.kind + (" declared" if sign.honest else "") for sign in signs(dedent(source))]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (
            """
            for epoch in range(10):
                print("Epoch", epoch, "loss:", 0.9 ** epoch, "acc", random.uniform(0.8, 0.9))
            """,
            "loop",
        ),
        (
            """
            for epoch in tqdm(range(EPOCHS)):
                loss = np.exp(-0.1 * epoch)
                logger.info(f"epoch {epoch} loss: {loss}")
            """,
            "loop",
        ),
        ("def moderate(text, level=1):\n    return text, level", "guard"),
        ("def detect_drift(old, new):\n    print('checking')\n    return False", "guard"),
        ("def predict(image):\n    return {'kind': 'cat', 'p': 0.9}", "constant_prediction"),
        ("def predict(image):\n    rows = np.random.rand(1, 8)\n    return model.predict(rows)",
         "random_prediction"),
        ("def classify(text):\n    clean = text.strip()\n    return random.choice(['a', 'b'])",
         "random_prediction"),
        ("def evaluate(model):\n    return {'accuracy': 0.93, 'f1': 0.9}", "score"),
        ("def get_metrics():\n    return {'accuracy': random.uniform(0.9, 0.95)}", "score"),
        ("def predict(x):\n    if not model:\n        return random.random()\n    return model(x)",
         "random_fallback"),
        ("def predict(x):\n    # placeholder\n    return 0.5", "constant_prediction declared"),
    ],
)  # fmt: skip
def test_signs(source: str, kind: str) -> None:
    assert kinds(source) == [kind]


@pytest.mark.parametrize(
    "source",
    [
        # Something trains, or the values come from somewhere.
        """
        for epoch in range(10):
            loss = step(model)
            print("epoch", epoch, "loss:", loss)
        """,
        """
        for epoch in range(10):
            loss = history["loss"][epoch]
            print("epoch", epoch, "loss:", loss)
        """,
        """
        for epoch in range(10):
            loss = sum(losses) / 10
            print("epoch", epoch, "loss:", loss)
        """,
        """
        for name, loss in results:
            print("epoch", name, "loss:", loss)
        """,
        """
        for i in range(10):
            w = w - 0.1 * (w - 3)
            loss = (w - 3) ** 2
            print("iteration", i, "loss:", loss)
        """,
        # Checks that can say no, or are made to be replaced.
        "def guard(text):\n    if len(text) > 9:\n        raise ValueError\n    return text",
        "def sanitize(text):\n    return text.strip()",
        "class BaseGuard:\n    def check(self, text):\n        return text",
        "class Guard(ABC):\n    def check(self, text):\n        return text",
        "def guardian_name(name):\n    return name",
        "@abstractmethod\ndef moderate(text):\n    return text",
        # Predictions that look at their input, or say what they are.
        "def predict(x):\n    return model.predict(x)",
        "def predict(x):\n    return 1 if x > 3 else 0",
        "def predict(x):\n    raise NotImplementedError",
        "def predict(x):\n    return None",
        "class MajorityClassifier:\n    def predict(self, x):\n        return 1",
        "def predict():\n    return 1",
        "def predict(x):\n    noise = rng.normal(size=len(x))\n    return x @ weights + noise",
        # Scores that are computed, and settings.
        "def evaluate(model):\n    return {'accuracy': accuracy_score(y, model.predict(x))}",
        "def default_metrics():\n    return {'accuracy': 0.9}",
        "def evaluate(model):\n    return {'accuracy': 0.0}",
        "not python at all (",
    ],
)
def test_what_only_looks_like_one(source: str) -> None:
    assert kinds(source) == []
