"""Commands of a shell that start training, by the tools that the catalogue lists."""

from __future__ import annotations

import json

import pytest

import heuristics
from heuristics.training.trains_models import training_commands_of
from portfolio_scan.flow import find_commands
from portfolio_scan.parsing.unit import read_unit

CATALOGUE = heuristics.PACK.catalogue
COMMANDS = {
    "yolo": "yolo detect train data=cones.yaml model=small.pt",
    "autotrain": "autotrain llm --train --model small",
    "axolotl": "accelerate launch -m axolotl.cli.train settings.yml",
    "allennlp": "allennlp train settings.jsonnet -s out",
    "catboost": "catboost fit -f train.tsv --cd columns.cd",
    "fairseq": "fairseq-train data-bin --arch transformer",
    "fasttext": "./fasttext supervised -input letters.train -output letters",
    "lightgbm": "lightgbm config=train.conf",
    "llamafactory": "llamafactory-cli train settings.yaml",
    "ludwig": "ludwig experiment --dataset rents.csv --config settings.yaml",
    "mlx_lm": "python -m mlx_lm.lora --model small --train --data letters",
    "nnunet": "nnUNetv2_train 4 3d_fullres 0",
    "onmt": "onmt_train -config settings.yaml",
    "openmim": "mim train mmdet cones.py --gpus 1",
    "rasa": "rasa train nlu",
    "spacy": "python -m spacy train config.cfg --output out",
    "torchtune": "tune run lora_finetune_single_device --config small",
    "trl": "trl sft --model_name_or_path small --dataset_name letters",
    "vowpal_wabbit": "vw -d train.vw -f model.vw --passes 3",
    "xgboost": "xgboost mushroom.conf",
}
"""One command for each tool."""
OTHERS = [
    "yolo predict model=small.pt source=street.jpg",
    "python -m spacy download en_core_web_sm",
    "rasa run actions",
    "trl chat --model_name_or_path small",
    "python -m mlx_lm.lora --model small --test",
    "pip install autotrain-advanced autotrain torch",
    "ludwig serve --model_path out",
    "pip install xgboost lightgbm catboost",
    "vw -t -i model.vw -d test.vw -p answers.txt",
]


def started(command: str) -> bool:
    cells = [{"cell_type": "code", "source": f"!{command}", "metadata": {}, "outputs": []}]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()
    facts = read_unit("run.ipynb", "blob", notebook).facts
    commands = find_commands([facts], {})
    return [one.command for one in training_commands_of(commands, CATALOGUE)] == [command]


def test_every_tool_has_a_command() -> None:
    assert set(COMMANDS) == set(CATALOGUE.table("trainers"))


@pytest.mark.parametrize("command", [*COMMANDS.values(), "python train.py --epochs 3"])
def test_a_command_that_starts_training(command: str) -> None:
    assert started(command)


@pytest.mark.parametrize("command", OTHERS)
def test_a_command_that_does_something_else(command: str) -> None:
    assert not started(command)
