"""PyTorch loops by hand, and what wraps them: phases, accelerate, ignite, skorch, graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "functions for training and testing": (
        """
    import torch
    import torch.nn.functional as F
    from torch import nn
    from torchvision import datasets
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Linear(9216, 128)
        def forward(self, x):
            return F.log_softmax(self.inner(x), dim=1)
    def train(model, device, loader, optimizer):
        model.train()
        for batch, (data, target) in enumerate(loader):
            data, target = data.to(device), target.to(device)
            optimizer.zero_grad()
            F.nll_loss(model(data), target).backward()
            optimizer.step()
    def test(model, device, loader):
        model.eval()
        correct = 0
        with torch.no_grad():
            for data, target in loader:
                said = model(data.to(device)).argmax(dim=1, keepdim=True)
                correct += said.eq(target.view_as(said)).sum().item()
        print(correct / len(loader.dataset))
    def main():
        one = torch.utils.data.DataLoader(datasets.MNIST("d", train=True, download=True))
        two = torch.utils.data.DataLoader(datasets.MNIST("d", train=False))
        model = Net().to("cpu")
        optimizer = torch.optim.Adadelta(model.parameters(), lr=1)
        for epoch in range(1, 3):
            train(model, "cpu", one, optimizer)
            test(model, "cpu", two)
    if __name__ == "__main__":
        main()
        """,
        {
            "fit": ["Net:16"],
            "scores": ["accuracy:24 disjoint test"],
            "leaks": [],
        },
    ),
    "phases over a dictionary of loaders": (
        """
    import copy
    import os
    import torch
    from torch import nn
    from torchvision import datasets, models
    sets = {x: datasets.ImageFolder(os.path.join("leaves", x)) for x in ["train", "val"]}
    loaders = {x: torch.utils.data.DataLoader(sets[x], shuffle=True) for x in ["train", "val"]}
    sizes = {x: len(sets[x]) for x in ["train", "val"]}
    def train_model(model, criterion, optimizer, turns=25):
        best = 0.0
        for turn in range(turns):
            for phase in ["train", "val"]:
                right = 0
                for inputs, labels in loaders[phase]:
                    optimizer.zero_grad()
                    with torch.set_grad_enabled(phase == "train"):
                        outputs = model(inputs)
                        _, said = torch.max(outputs, 1)
                        if phase == "train":
                            criterion(outputs, labels).backward()
                            optimizer.step()
                    right += torch.sum(said == labels.data)
                accuracy = right.double() / sizes[phase]
                if phase == "val" and accuracy > best:
                    best, kept = accuracy, copy.deepcopy(model.state_dict())
        return model
    model = train_model(models.resnet18(weights="DEFAULT"), nn.CrossEntropyLoss(), None)
        """,
        {
            "fit": ["resnet18:20"],
            "scores": ["accuracy:22 disjoint validation", "accuracy:22 same train"],
            "leaks": [],
            "model_call": ["backbone:27"],
        },
    ),
    "phases, and a test part after them": (
        """
    from torch import nn
    from torch.utils.data import DataLoader, random_split
    from torchvision import datasets, models
    one, two, three = random_split(datasets.ImageFolder("leaves"), [80, 10, 10])
    loaders = {"train": DataLoader(one), "val": DataLoader(two), "test": DataLoader(three)}
    model, criterion = models.resnet18(), nn.CrossEntropyLoss()
    for turn in range(3):
        for phase in ["train", "val"]:
            for x, y in loaders[phase]:
                loss = criterion(model(x), y)
                if phase == "train":
                    loss.backward()
    right = 0
    for x, y in loaders["test"]:
        right += (model(x).argmax(1) == y).sum().item()
    print(right / len(three))
        """,
        {
            "fit": ["resnet18:12"],
            "scores": ["accuracy:15 disjoint"],
            "leaks": [],
            "model_call": ["backbone:6"],
        },
    ),
    "best so far by the test rows": (
        """
    import torch
    from torch.utils.data import DataLoader
    from torchvision.datasets import CIFAR10
    model, criterion = torch.nn.Linear(2, 2), torch.nn.CrossEntropyLoss()
    best = 0
    for turn in range(9):
        for x, y in DataLoader(CIFAR10("d", train=True)):
            criterion(model(x), y).backward()
        right = 0
        for x, y in DataLoader(CIFAR10("d", train=False)):
            right += (model(x).argmax(1) == y).sum().item()
        if right > best:
            best = right
            torch.save(model.state_dict(), "best.pt")
        """,
        {
            "fit": ["Linear:8"],
            "scores": ["accuracy:11 disjoint test"],
            "leaks": ["multi_test:11"],
        },
    ),
    "scored on its training loader": (
        """
    import torch
    from torch.utils.data import DataLoader
    from torchvision.datasets import CIFAR10
    loader = DataLoader(CIFAR10("d", train=True))
    model, criterion = torch.nn.Linear(2, 2), torch.nn.CrossEntropyLoss()
    for x, y in loader:
        criterion(model(x), y).backward()
    right = 0
    for x, y in loader:
        right += (model(x).argmax(1) == y).sum().item()
    print(right)
        """,
        {
            "fit": ["Linear:7"],
            "scores": ["accuracy:10 same train"],
            "leaks": ["overlap:10"],
        },
    ),
    "batches unpacked into a call": (
        """
    import evaluate
    import torch
    from datasets import load_dataset
    from torch.utils.data import DataLoader
    from transformers import AdamW, AutoModelForSequenceClassification, AutoTokenizer
    words = AutoTokenizer.from_pretrained("small")
    parts = load_dataset("glue", "mrpc").map(lambda e: words(e["a"], e["b"]), batched=True)
    train = DataLoader(parts["train"], shuffle=True, batch_size=8)
    valid = DataLoader(parts["validation"], batch_size=8)
    model = AutoModelForSequenceClassification.from_pretrained("small", num_labels=2)
    optimizer = AdamW(model.parameters(), lr=5e-5)
    for batch in train:
        batch = {key: value.to("cuda") for key, value in batch.items()}
        model(**batch).loss.backward()
        optimizer.step()
    metric = evaluate.load("glue", "mrpc")
    for batch in valid:
        batch = {key: value.to("cuda") for key, value in batch.items()}
        said = torch.argmax(model(**batch).logits, dim=-1)
        metric.add_batch(predictions=said, references=batch["labels"])
    print(metric.compute())
        """,
        {
            "fit": ["from_pretrained:14"],
            "scores": ["glue:21 disjoint validation"],
            "leaks": [],
            "model_call": ["pretrained:10"],
        },
    ),
    "accelerate": (
        """
    import evaluate
    import torch
    from accelerate import Accelerator
    from datasets import load_dataset
    from torch.utils.data import DataLoader
    from transformers import AutoModelForSequenceClassification
    parts = load_dataset("imdb")
    model = AutoModelForSequenceClassification.from_pretrained("small")
    optimizer = torch.optim.AdamW(model.parameters())
    accelerator = Accelerator()
    model, optimizer, train, test = accelerator.prepare(
        model, optimizer, DataLoader(parts["train"]), DataLoader(parts["test"])
    )
    for batch in train:
        accelerator.backward(model(**batch).loss)
        optimizer.step()
    metric = evaluate.load("accuracy")
    for batch in test:
        said = model(**batch).logits.argmax(dim=-1)
        said, labels = accelerator.gather_for_metrics((said, batch["labels"]))
        metric.add_batch(predictions=said, references=labels)
    print(metric.compute())
        """,
        {
            "fit": ["from_pretrained:15"],
            "scores": ["accuracy:22 disjoint test"],
            "leaks": [],
            "model_call": ["pretrained:8"],
        },
    ),
    "lightning fabric": (
        """
    import lightning as L
    import torch
    from torch.utils.data import DataLoader
    from torchvision.datasets import MNIST
    fabric = L.Fabric(accelerator="cuda")
    model, optimizer = fabric.setup(torch.nn.Linear(2, 2), torch.optim.SGD([], lr=1))
    train, test = fabric.setup_dataloaders(
        DataLoader(MNIST("d", train=True)), DataLoader(MNIST("d", train=False))
    )
    for x, y in train:
        fabric.backward(torch.nn.functional.cross_entropy(model(x), y))
    right = 0
    for x, y in test:
        right += (model(x).argmax(1) == y).sum().item()
    print(right)
        """,
        {
            "fit": ["Linear:11"],
            "scores": ["accuracy:14 disjoint test"],
            "leaks": [],
        },
    ),
    "torchmetrics": (
        """
    import torch
    import torchmetrics
    from torch.utils.data import DataLoader, TensorDataset, random_split
    train, test = random_split(TensorDataset(torch.load("rows.csv")), [8, 2])
    model, criterion = torch.nn.Sequential(torch.nn.Linear(2, 2)), torch.nn.CrossEntropyLoss()
    for x, y in DataLoader(train):
        criterion(model(x), y).backward()
    one = torchmetrics.classification.Accuracy(task="multiclass", num_classes=5)
    two = torchmetrics.MetricCollection([torchmetrics.F1Score(), torchmetrics.AUROC()])
    for x, y in DataLoader(test):
        one(model(x), y)
        two.update(model(x), y)
    print(one.compute(), two.compute())
        """,
        {
            "fit": ["Sequential:7"],
            "scores": [
                "Accuracy:11 disjoint test",
                "Accuracy:13 disjoint test",
                "MetricCollection:13 disjoint test",
            ],
            "leaks": [],
        },
    ),
    "ignite": (
        """
    import torch
    from ignite.engine import Events, create_supervised_evaluator, create_supervised_trainer
    from ignite.metrics import Accuracy
    from torch.utils.data import DataLoader
    from torchvision.datasets import MNIST
    model = torch.nn.Sequential()
    trainer = create_supervised_trainer(model, None, torch.nn.NLLLoss())
    evaluator = create_supervised_evaluator(model, metrics={"accuracy": Accuracy()})
    trainer.run(DataLoader(MNIST("d", train=True)), max_epochs=10)
    evaluator.run(DataLoader(MNIST("d", train=False)))
    print(evaluator.state.metrics["accuracy"])
        """,
        {
            "fit": ["Sequential:9", "create_supervised_trainer:9"],
            "scores": ["run:10 disjoint test"],
            "leaks": [],
        },
    ),
    "skorch": (
        """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from skorch import NeuralNetClassifier
    from torch import nn
    class Net(nn.Module):
        pass
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["a"]], table["late"])
    net = NeuralNetClassifier(Net, max_epochs=10)
    net.fit(X_train, y_train)
    print(net.score(X_test, y_test))
        """,
        {
            "fit": ["NeuralNetClassifier:10"],
            "scores": ["accuracy:11 disjoint test"],
            "leaks": [],
        },
    ),
    "a graph with masks": (
        """
    import torch
    import torch.nn.functional as F
    from torch_geometric.datasets import Planetoid
    from torch_geometric.nn import GCNConv
    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = GCNConv(16, 16)
        def forward(self, graph):
            return self.inner(graph.x, graph.edge_index)
    graph, model = Planetoid(root="d", name="Cora")[0], Net()
    for turn in range(200):
        out = model(graph)
        F.nll_loss(out[graph.train_mask], graph.y[graph.train_mask]).backward()
    said = model(graph).argmax(dim=1)
    right = (said[graph.test_mask] == graph.y[graph.test_mask]).sum()
    print(int(right) / int(graph.test_mask.sum()))
        """,
        {
            "fit": ["Net:14"],
            "scores": ["accuracy:16 disjoint test"],
            "leaks": [],
        },
    ),
    "torchtext, both parts at once": (
        """
    import torch
    from torchtext.datasets import AG_NEWS
    train_iter, test_iter = AG_NEWS()
    model = torch.nn.Linear(1, 1)
    for y, x in train_iter:
        torch.nn.functional.cross_entropy(model(x), y).backward()
    right = 0
    for y, x in test_iter:
        right += (model(x).argmax(1) == y).sum().item()
    print(right)
        """,
        {
            "fit": ["Linear:6"],
            "scores": ["accuracy:9 disjoint test"],
            "leaks": [],
        },
    ),
    "a network on several machines": (
        """
    import torch
    from torch.utils.data import DataLoader
    from torchvision.datasets import MNIST
    model = torch.nn.parallel.DistributedDataParallel(torch.nn.DataParallel(torch.nn.Linear(2, 2)))
    model.train()
    for x, y in DataLoader(MNIST("d", train=True)):
        torch.nn.functional.cross_entropy(model(x), y).backward()
    model.eval()
    right = 0
    for x, y in DataLoader(MNIST("d", train=False)):
        right += (model(x).argmax(1) == y).sum().item()
    print(right)
        """,
        {
            "fit": ["Linear:7"],
            "scores": ["accuracy:11 disjoint test"],
            "leaks": [],
        },
    ),
}


@pytest.mark.parametrize(("source", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_program(
    source: str, expected: dict[str, list[str]], told: Callable[[str], dict[str, list[str]]]
) -> None:
    found = told(source)
    assert {key: found[key] for key in expected} == expected
