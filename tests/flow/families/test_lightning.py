"""Lightning: loaders, data modules, checkpoints chosen by what is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "loaders": (
        """
    import lightning as L
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, random_split
    from torchvision.datasets import MNIST
    class Net(L.LightningModule):
        def __init__(self):
            super().__init__()
            self.inner = nn.Linear(28 * 28, 3)
        def training_step(self, batch, number):
            x, y = batch
            return nn.functional.mse_loss(self.inner(x), x)
        def test_step(self, batch, number):
            x, y = batch
            self.log("test_loss", nn.functional.mse_loss(self.inner(x), x))
    train, valid = random_split(MNIST("d", train=True), [55000, 5000])
    model, trainer = Net(), L.Trainer(max_epochs=1)
    trainer.fit(model, DataLoader(train), DataLoader(valid))
    trainer.test(model, DataLoader(MNIST("d", train=False)))
        """,
        {
            "fit": ["Net:18"],
            "scores": ["loss:18 disjoint validation", "test:19 disjoint test"],
            "leaks": [],
        },
    ),
    "nothing but training": (
        """
    import pytorch_lightning as pl
    from torch.utils.data import DataLoader
    from torchvision.datasets import MNIST
    class Net(pl.LightningModule):
        def training_step(self, batch, number):
            return self(batch[0]).sum()
    pl.Trainer().fit(Net(), DataLoader(MNIST("d", train=True)))
        """,
        {
            "fit": ["Net:7"],
            "scores": [],
            "leaks": [],
        },
    ),
    "tested on its training rows": (
        """
    import pytorch_lightning as pl
    from torch.utils.data import DataLoader
    from torchvision.datasets import MNIST
    class Net(pl.LightningModule):
        pass
    loader, model, trainer = DataLoader(MNIST("d", train=True)), Net(), pl.Trainer()
    trainer.fit(model, loader)
    trainer.test(model, loader)
        """,
        {
            "fit": ["Net:7"],
            "scores": ["test:8 same test"],
            "leaks": ["overlap:8"],
        },
    ),
    "a checkpoint chosen by the test rows": (
        """
    import lightning.pytorch as pl
    from lightning.pytorch.callbacks import ModelCheckpoint
    from torch.utils.data import DataLoader
    from torchvision.datasets import MNIST
    class Net(pl.LightningModule):
        pass
    train, test = DataLoader(MNIST("d", train=True)), DataLoader(MNIST("d", train=False))
    model, trainer = Net(), pl.Trainer(callbacks=[ModelCheckpoint(monitor="val_accuracy")])
    trainer.fit(model, train, test)
    trainer.test(model, dataloaders=test, ckpt_path="best")
        """,
        {
            "fit": ["Net:9"],
            "scores": ["loss:9 disjoint test", "test:10 disjoint test"],
            "leaks": ["multi_test:9"],
        },
    ),
    "a data module": (
        """
    import lightning as L
    from torch.utils.data import DataLoader, random_split
    from torchvision.datasets import MNIST
    class Digits(L.LightningDataModule):
        def setup(self, stage):
            self.test = MNIST("d", train=False)
            self.train, self.valid = random_split(MNIST("d", train=True), [55000, 5000])
        def train_dataloader(self):
            return DataLoader(self.train)
        def val_dataloader(self):
            return DataLoader(self.valid)
        def test_dataloader(self):
            return DataLoader(self.test)
    class Net(L.LightningModule):
        pass
    digits, model, trainer = Digits(), Net(), L.Trainer()
    trainer.fit(model, datamodule=digits)
    trainer.test(datamodule=digits)
        """,
        {
            "fit": ["Net:17"],
            "scores": ["loss:17 disjoint validation", "test:18 disjoint test"],
            "leaks": [],
        },
    ),
    "loaders of the network itself": (
        """
    import pytorch_lightning as pl
    from torch.utils.data import DataLoader
    from torchvision.datasets import MNIST
    class Net(pl.LightningModule):
        def train_dataloader(self):
            return DataLoader(MNIST("d", train=True))
        def test_dataloader(self):
            return DataLoader(MNIST("d", train=False))
    model, trainer = Net(), pl.Trainer()
    trainer.fit(model)
    trainer.test()
        """,
        {
            "fit": ["Net:10"],
            "scores": ["test:11 disjoint test"],
            "leaks": [],
        },
    ),
    "a network read from a checkpoint": (
        """
    import lightning as L
    from torch.utils.data import DataLoader
    from torchvision.datasets import MNIST
    class Net(L.LightningModule):
        pass
    L.Trainer().fit(Net(), DataLoader(MNIST("d", train=True)))
    model = Net.load_from_checkpoint("best.ckpt")
    L.Trainer().test(model, DataLoader(MNIST("d", train=False)))
        """,
        {
            "fit": ["Net:6"],
            "scores": ["test:8 disjoint test"],
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
