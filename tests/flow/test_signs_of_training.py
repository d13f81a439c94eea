"""Training in the ways of many authors: whatever looks like it is never said not to be there."""

# ruff: noqa: E501 - lines as their authors write them

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.model import RepositoryScan

TRAINS: dict[str, dict[str, str]] = {
    "a network of two layers": {
        "a.py": """
import numpy as np
from tensorflow.keras.datasets import mnist
(X, y), (Xt, yt) = mnist.load_data(); X = X.reshape(60000, 784)/255; Xt = Xt.reshape(10000, 784)/255; Y = np.eye(10)[y]
W1 = np.random.randn(784, 64)*.1; b1 = np.zeros(64); W2 = np.random.randn(64, 10)*.1; b2 = np.zeros(10)
for e in range(10):
    Z = np.maximum(0, X@W1+b1); S = np.exp(Z@W2+b2); P = S/S.sum(1, keepdims=True)
    dS = (P-Y)/len(X); dW2 = Z.T@dS; dZ = dS@W2.T*(Z>0); dW1 = X.T@dZ
    W1 -= .1*dW1; W2 -= .1*dW2; b1 -= .1*dZ.sum(0); b2 -= .1*dS.sum(0)
P = np.maximum(0, Xt@W1+b1)@W2+b2; print((P.argmax(1) == yt).mean())
""",
    },
    "an estimator of TensorFlow": {
        "t.py": """
import tensorflow as tf, pandas as pd
c = [tf.feature_column.numeric_column("x")]
m = tf.estimator.DNNClassifier(feature_columns=c, hidden_units=[10])
def f(p):
    d = pd.read_csv(p); y = d.pop("y"); return tf.data.Dataset.from_tensor_slices((dict(d), y)).batch(8)
m.train(lambda: f("train.csv"), steps=100); print(m.evaluate(lambda: f("test.csv")))
""",
    },
    "a logistic regression": {
        "nn.py": """
import numpy as np
X = np.loadtxt("x.csv", delimiter=","); y = X[:, -1:]; X = X[:, :-1]
n = int(.8*len(X)); W = np.random.randn(X.shape[1], 1)
for e in range(1000):
    p = 1/(1+np.exp(-X[:n] @ W)); W -= .1 * X[:n].T @ (p - y[:n]) / n
p = 1/(1+np.exp(-X[n:] @ W)); print(((p > .5) == y[n:]).mean())
""",
    },
}
STARTED: dict[str, dict[str, str]] = {
    "catboost": {
        "fit.sh": """
catboost fit -f train.tsv --cd c.cd --test-set test.tsv
""",
        "prep.py": """
import pandas as pd
d = pd.read_csv("d.csv")
d.sample(frac=.8).to_csv("train.tsv")
""",
    },
    "vowpal wabbit": {
        "run.sh": """
vw -d train.vw -f m.vw
vw -t -i m.vw -d test.vw -p p.txt
""",
        "prep.py": """
import csv
for r in csv.reader(open("d.csv")): print(r)
""",
    },
    "lightgbm": {
        "train.conf": """
task = train
data = train.txt
valid = test.txt
""",
        "run.sh": """
lightgbm config=train.conf
""",
        "prep.py": """
import pandas as pd
pd.read_csv("d.csv").to_csv("train.txt")
""",
    },
}
MAY: dict[str, dict[str, str]] = {
    "game": {
        "a.py": """
import gym, numpy as np
env = gym.make("CartPole-v1"); w = np.random.rand(4); best = 0
for _ in range(100):
    n = w + np.random.randn(4)*.1; s = env.reset(); R = 0; done = False
    while not done: s, r, done, _ = env.step(int(n @ s > 0)); R += r
    if R > best: best, w = R, n
""",
    },
    "table of values": {
        "q.py": """
import gymnasium as gym, numpy as np
e = gym.make("FrozenLake-v1"); Q = np.zeros((16,4))
for ep in range(1000):
    s, _ = e.reset(); done = False
    while not done:
        a = np.argmax(Q[s]) if np.random.rand() > .1 else e.action_space.sample()
        n, r, done, tr, _ = e.step(a)
        Q[s,a] += .1*(r + .9*Q[n].max() - Q[s,a]); s = n
""",
    },
    "evolution": {
        "ga.py": """
import random
def fitness(w): return -sum((a-b)**2 for a, b in zip(w, T))
T = [1,2,3]
pop = [[random.random() for _ in range(3)] for _ in range(50)]
for g in range(100):
    pop.sort(key=fitness, reverse=True); top = pop[:10]
    pop = top + [[x+random.gauss(0,.1) for x in random.choice(top)] for _ in range(40)]
print(pop[0])
""",
    },
    "own autograd": {
        "a.py": """
import random
class Value:
    def __init__(self, d): self.data = d; self.grad = 0
    def __add__(self, o): return Value(self.data + o.data)
    def backward(self): self.grad = 1
class MLP:
    def __init__(self, n): self.p = [Value(random.random()) for _ in range(n)]
    def __call__(self, x): return sum((a for a in self.p), Value(0))
    def parameters(self): return self.p
xs = [[2.0, 3.0], [3.0, -1.0]]; ys = [1.0, -1.0]
n = MLP(3)
for k in range(20):
    pred = [n(x) for x in xs]; loss = sum(((a.data - b)**2 for a, b in zip(pred, ys)))
    L = Value(loss); L.backward()
    for p in n.parameters(): p.data += -0.1 * p.grad
""",
    },
    "optimiser": {
        "a.py": """
import numpy as np, pandas as pd
from scipy.optimize import minimize, curve_fit
d = pd.read_csv("d.csv")
def nll(t): return -(d.y*np.log(1/(1+np.exp(-(d.x*t[0]+t[1]))))).sum()
print(minimize(nll, [0, 0]).x); print(curve_fit(lambda x, a, b: a*x+b, d.x, d.y))
""",
    },
    "sampler": {
        "a.py": """
import pymc as pm, pandas as pd
d = pd.read_csv("d.csv")
with pm.Model():
    a = pm.Normal("a", 0, 1); pm.Normal("y", a*d.x, 1, observed=d.y); t = pm.sample()
""",
    },
    "hosted job": {
        "launch.py": """
from google.cloud import aiplatform
aiplatform.init(project="p")
j = aiplatform.CustomTrainingJob(display_name="a", script_path="task.py", container_uri="c")
j.run()
""",
    },
    "settings": {
        "sft.yaml": """
stage: sft
do_train: true
model_name_or_path: meta-llama/Llama-3-8B
dataset: own
""",
        "README.md": """
# LLM
Fine-tuned with LLaMA-Factory: `llamafactory-cli train sft.yaml`
""",
        "chat.py": """
from transformers import pipeline
p = pipeline("text-generation", model="./out")
print(p("hi"))
""",
    },
}


def trains(files: dict[str, str], judge: Callable[[dict[str, str]], RepositoryScan]) -> str:
    return judge(files).assessment.trains.verdict


@pytest.mark.parametrize("name", [*TRAINS, *STARTED])
def test_it_trains(name: str, judge: Callable[[dict[str, str]], RepositoryScan]) -> None:
    assert trains({**TRAINS, **STARTED}[name], judge) == "yes"


@pytest.mark.parametrize("name", list(MAY))
def test_whether_it_trains_could_not_be_told(
    name: str, judge: Callable[[dict[str, str]], RepositoryScan]
) -> None:
    scan = judge(MAY[name])
    assert scan.assessment.trains.verdict == "unknown"
    assert scan.assessment.inference_only.verdict in {"no", "unknown"}


def test_an_app_around_a_model_still_does_not(
    judge: Callable[[dict[str, str]], RepositoryScan],
) -> None:
    app = """
import streamlit as st
from openai import OpenAI
def predict(text): return OpenAI().responses.create(model="gpt-5", input=text).output_text
st.write(predict(st.text_input("q")))
"""
    assert trains({"app.py": app}, judge) == "no"
