"""Scripts that train networks: loops over loaders, Keras, trainers over data sets from a hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from script_grammar.script import (
    HELD_OUT,
    MULTI_TEST,
    NONE,
    TRAIN_ONLY,
    VALIDATION,
    Names,
    Script,
    begun,
    one_of,
)

if TYPE_CHECKING:
    from script_grammar.script import Draw


@st.composite
def loop_scripts(draw: Draw) -> Script:
    """A network, a loop of training steps, a score counted batch by batch."""
    n, s = begun(draw)
    s.use("import torch", "from torch import nn", "from torch.utils.data import DataLoader")
    load_sets(draw, s)
    s.add("fit_loader = DataLoader(fit_set, batch_size=32, shuffle=True)")
    scored = one_of(draw, "held", "held", "fitted", "none", "best")
    if scored in {"held", "best"}:
        s.add("other_loader = DataLoader(other_set, batch_size=32)")
    network(draw, s, n)
    model, batch = n["model"], n["batch"]
    s.add("criterion = nn.CrossEntropyLoss()")
    s.add(f"optimizer = torch.optim.Adam({model}.parameters())")
    steps = (
        f"    for {batch}, marks in fit_loader:\n"
        f"        optimizer.zero_grad()\n"
        f"        loss = criterion({model}({batch}), marks)\n"
        f"        loss.backward()\n"
        f"        optimizer.step()"
    )
    if scored == "best":
        s.add(f"{n['best']} = 0")
        s.add(
            f"for epoch in range(3):\n{steps}\n"
            f"    hits = 0\n"
            f"    for {batch}, marks in other_loader:\n"
            f"        hits += ({model}({batch}).argmax(1) == marks).sum().item()\n"
            f"    if hits > {n['best']}:\n"
            f"        {n['best']} = hits\n"
            f'        torch.save({model}.state_dict(), "net.pt")'
        )
        # Rows that nobody calls test are validation rows when they choose the epoch.
        tested = "FashionMNIST" in s.source or "train_test_split" in s.source
        s.leaks = {MULTI_TEST} if tested else set()
        s.evaluation = HELD_OUT if tested else VALIDATION
        return s
    s.add(f"for epoch in range(3):\n{steps}")
    if scored != "none":
        count_matches(draw, s, n, "other_loader" if scored == "held" else "fit_loader")
    return s.told({"none": NONE, "fitted": TRAIN_ONLY}.get(scored, HELD_OUT))


def network(draw: Draw, s: Script, n: Names) -> None:
    """A network of layers, or a class of one's own."""
    if draw(st.booleans()):
        s.add(f"{n['model']} = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))")
        return
    s.add(
        "class Little(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.last = nn.Linear(784, 10)\n"
        "    def forward(self, rows):\n"
        "        return self.last(rows)"
    )
    s.add(f"{n['model']} = Little()")


def load_sets(draw: Draw, s: Script) -> None:
    """`fit_set` and `other_set`, which are apart."""
    how = one_of(draw, "official", "random", "tensors", "subsets")
    if how == "official":
        s.use("from torchvision.datasets import FashionMNIST")
        s.add('fit_set = FashionMNIST("data", train=True, download=True)')
        s.add('other_set = FashionMNIST("data", train=False, download=True)')
    elif how == "random":
        s.use("from torchvision.datasets import ImageFolder")
        s.use("from torch.utils.data import random_split")
        s.add('pictures = ImageFolder("leaves")')
        s.add("fit_set, other_set = random_split(pictures, [800, 200])")
    elif how == "tensors":
        s.use("import numpy as np", "from torch.utils.data import TensorDataset")
        s.use("from sklearn.model_selection import train_test_split")
        s.add('inputs_too, marks_too = np.load("a.npy"), np.load("b.npy")')
        s.add("p, q, r, t = train_test_split(inputs_too, marks_too)")
        s.add("fit_set = TensorDataset(torch.tensor(p), torch.tensor(r))")
        s.add("other_set = TensorDataset(torch.tensor(q), torch.tensor(t))")
    else:
        s.use("from torchvision.datasets import ImageFolder")
        s.use("from torch.utils.data import Subset")
        s.add('pictures = ImageFolder("leaves")')
        s.add("order = torch.randperm(len(pictures))")
        s.add("fit_set = Subset(pictures, order[:800])")
        s.add("other_set = Subset(pictures, order[800:])")


def count_matches(draw: Draw, s: Script, n: Names, loader: str) -> None:
    """Accuracy, batch by batch."""
    how = one_of(draw, "sum", "eq", "lists", "function")
    model, batch = n["model"], n["batch"]
    if how == "function":
        s.add(
            f"def share(net, loader):\n"
            f"    hits, total = 0, 0\n"
            f"    net.eval()\n"
            f"    for {batch}, marks in loader:\n"
            f"        hits += (net({batch}).argmax(1) == marks).sum().item()\n"
            f"        total += len(marks)\n"
            f"    return hits / total"
        )
        s.add(f"print(share({model}, {loader}))")
        return
    s.add(f"{model}.eval()")
    if how == "lists":
        s.use("from sklearn.metrics import accuracy_score")
        s.add("guessed, wanted = [], []")
        s.add(
            f"with torch.no_grad():\n"
            f"    for {batch}, marks in {loader}:\n"
            f"        guessed.extend({model}({batch}).argmax(1).tolist())\n"
            f"        wanted.extend(marks.tolist())"
        )
        s.add("print(accuracy_score(wanted, guessed))")
        return
    equal = "(found == marks)" if how == "sum" else "found.eq(marks)"
    s.add("hits = 0")
    s.add(
        f"with torch.no_grad():\n"
        f"    for {batch}, marks in {loader}:\n"
        f"        found = {model}({batch}).argmax(dim=1)\n"
        f"        hits += {equal}.sum().item()"
    )
    s.add("print(hits / 1000)")


@st.composite
def keras_scripts(draw: Draw) -> Script:
    """A compiled model with the official sets, watched or not while it is fitted."""
    n, s = begun(draw)
    s.use("from tensorflow import keras")
    a, b, c, d, model = n["Xtr"], n["Xte"], n["ytr"], n["yte"], n["model"]
    s.add(f"({a}, {c}), ({b}, {d}) = keras.datasets.cifar10.load_data()")
    if draw(st.booleans()):
        s.add(f"{a} = {a} / 255.0", f"{b} = {b} / 255.0")
    s.add(f"{model} = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])")
    s.add(f'{model}.compile(optimizer="adam", loss="mse", metrics=["accuracy"])')
    how = one_of(draw, "plain", "split", "stopped", "on test", "watched")
    watched = {"split": "validation_split=0.1", "stopped": "validation_split=0.1"}
    options = watched.get(how, "" if how == "plain" else f"validation_data=({b}, {d})")
    if how in {"stopped", "on test"}:
        s.add("stop = keras.callbacks.EarlyStopping(patience=2)")
        options += ", callbacks=[stop]"
    s.add(f"{model}.fit({a}, {c}, epochs=3{', ' * bool(options)}{options})")
    scored = draw(st.booleans())
    if scored:
        s.add(f"print({model}.evaluate({b}, {d}))")
    if how == "on test":
        s.leaks = {MULTI_TEST}
    tested = scored or how in {"watched", "on test"}  # an official test set is one anywhere
    s.evaluation = HELD_OUT if tested else NONE if how == "plain" else VALIDATION
    return s


@st.composite
def hub_scripts(draw: Draw) -> Script:
    """A data set from a hub, divided there or here, and a trainer that is handed the parts."""
    n, s = begun(draw)
    s.use("from datasets import load_dataset")
    s.use("from transformers import AutoModel, Trainer, TrainingArguments")
    s.add('sets = load_dataset("imdb")')
    if draw(st.booleans()):
        s.add("sets = sets.map(lambda row: row, batched=True)")
    own = draw(st.booleans())
    if own:
        s.add('parts = sets["train"].train_test_split(test_size=0.1)')
    fitted, watched = ('parts["train"]', 'parts["test"]') if own else ('sets["train"]', "None")
    model = n["model"]
    s.add(f'{model} = AutoModel.from_pretrained("distilbert-base-uncased")')
    s.add(
        f'worker = Trainer(model={model}, args=TrainingArguments("out"), '
        f"train_dataset={fitted}, eval_dataset={watched})"
    )
    s.add("worker.train()")
    scored = draw(st.booleans())
    if scored:
        s.add('print(worker.evaluate(sets["test"]))')
    return s.told(HELD_OUT if scored else VALIDATION if own else NONE)
