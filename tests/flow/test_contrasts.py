"""A model whose answers stand beside the true values is not said to be scored by nothing."""

# ruff: noqa: E501 - lines as their authors write them

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.model import RepositoryScan

FITTED = """
import numpy as np, pandas as pd, matplotlib.pyplot as plt
from sklearn.model_selection import train_test_split
from sklearn.ensemble import RandomForestClassifier
d = pd.read_csv("d.csv"); X = d.drop("y", axis=1); y = d["y"]
a, b, c, e = train_test_split(X, y, random_state=1)
m = RandomForestClassifier(); m.fit(a, c); p = m.predict(b)
"""
BESIDE = {
    "crosstab": """
print(pd.crosstab(e, p))
""",
    "side by side": """
r = pd.DataFrame({"real": e, "pred": p}); print(r.head())
""",
    "scatter": """
plt.scatter(e, p); plt.show()
""",
    "corr": """
print(np.corrcoef(e, p))
""",
    "pearson": """
from scipy.stats import pearsonr
print(pearsonr(e, p))
""",
    "linalg": """
print(np.linalg.norm(e - p))
""",
    "mlflow sk": """
import mlflow
mlflow.sklearn.eval_and_log_metrics(m, b, e, prefix="t_")
""",
    "permutation": """
from sklearn.inspection import permutation_importance
print(permutation_importance(m, b, e))
""",
    "deepchecks": """
from deepchecks.tabular.suites import full_suite
full_suite().run(1, 2, m)
""",
    "evidently": """
from evidently.report import Report
from evidently.metric_preset import ClassificationPreset
Report([ClassificationPreset()]).run(reference_data=a, current_data=b)
""",
    "counter": """
from collections import Counter
print(Counter(zip(e, p)))
""",
    "heatmap": """
import seaborn as sns
sns.heatmap(pd.crosstab(e, p, normalize="index"))
""",
    "polyfit": """
print(np.polyfit(e, p, 1))
""",
    "sorted gains": """
r = pd.DataFrame({"y": e, "s": m.predict_proba(b)[:, 1]}).sort_values("s", ascending=False)
print(r.head(100)["y"].mean())
""",
    "profit": """
gain = np.where((p == 1) & (e == 1), 100, np.where((p == 1) & (e == 0), -20, 0)).sum(); print("profit", gain)
""",
    "bincount": """
print(np.bincount(e * 2 + p).reshape(2, 2))
""",
    "histogram2d": """
print(np.histogram2d(e, p, bins=2))
""",
    "one row": """
i = 3
print("predicted", p[i], "actual", e.iloc[i])
""",
    "one after the other": """
plt.plot(e.values)
plt.plot(p)
""",
}
NOTHING = {
    "a file of answers": """
pd.DataFrame({"id": b.index, "y": p}).to_csv("s.csv")
""",
    "answers alone": """
print(p); plt.hist(p)
""",
    "beside the inputs": """
plt.scatter(b["x"], p)
""",
}
TRAINED = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
net = nn.Linear(4, 1); optimizer = torch.optim.Adam(net.parameters()); criterion = nn.MSELoss()
for x, z in DataLoader(TensorDataset(*torch.load("a.pt")), 8):
    optimizer.zero_grad(); loss = criterion(net(x), z); loss.backward(); optimizer.step()
"""
ASIDE = """
net.eval()
with torch.no_grad():
    x, z = torch.load("b.pt")
    print(criterion(net(x), z).item())
"""
BY_HAND = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
def optimise(w, X, y, learning_rate=0.1):
    for _ in range(100):
        w = w - learning_rate * X.T @ (sigmoid(X @ w) - y) / len(y)
    return w
d, t = np.loadtxt("d.csv"), np.loadtxt("t.csv")
w = optimise(np.zeros(4), d[:, :-1], d[:, -1])
print(100 - np.mean(np.abs((sigmoid(t[:, :-1] @ w) > 0.5) - t[:, -1])) * 100)
"""
SESSION = """
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data
d = input_data.read_data_sets("M", one_hot=True)
x = tf.placeholder(tf.float32, [None, 784]); y = tf.placeholder(tf.float32, [None, 10])
W = tf.Variable(tf.zeros([784, 10])); p = tf.nn.softmax(tf.matmul(x, W))
l = tf.reduce_mean(-tf.reduce_sum(y * tf.log(p)))
s = tf.train.GradientDescentOptimizer(0.5).minimize(l)
a = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(p, 1), tf.argmax(y, 1)), tf.float32))
with tf.Session() as run:
    run.run(tf.global_variables_initializer())
    for _ in range(1000):
        b, c = d.train.next_batch(100); run.run(s, {x: b, y: c})
    print(run.run(a, {x: d.test.images, y: d.test.labels}))
"""


def evaluation(source: str, judge: Callable[[dict[str, str]], RepositoryScan]) -> str:
    assessment = judge({"a.py": source}).assessment
    assert assessment.trains.verdict == "yes"
    return assessment.evaluation.verdict


@pytest.mark.parametrize("name", list(BESIDE))
def test_whoever_looks_at_answers_and_truth_is_not_said_to_score_nothing(
    name: str, judge: Callable[[dict[str, str]], RepositoryScan]
) -> None:
    assert evaluation(FITTED + BESIDE[name], judge) == "unknown"


@pytest.mark.parametrize("name", list(NOTHING))
def test_answers_alone_are_no_look_at_the_truth(
    name: str, judge: Callable[[dict[str, str]], RepositoryScan]
) -> None:
    assert evaluation(FITTED + NOTHING[name], judge) == "none"


@pytest.mark.parametrize("source", [TRAINED + ASIDE, BY_HAND, SESSION])
def test_scores_that_are_not_followed_might_be_there(
    source: str, judge: Callable[[dict[str, str]], RepositoryScan]
) -> None:
    assert evaluation(source, judge) == "unknown"


def test_the_loss_of_the_training_is_no_score(
    judge: Callable[[dict[str, str]], RepositoryScan],
) -> None:
    assert evaluation(TRAINED, judge) == "none"
