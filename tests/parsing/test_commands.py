from __future__ import annotations

import pytest

from portfolio_scan.parsing.commands import Start, starts

TRAIN = Start("train.py", (), "")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python train.py", TRAIN),
        ("python3.11 -u ./src/train.py", Start("./src/train.py", (), "")),
        ("/usr/bin/python train.py", TRAIN),
        ("./train.py", Start("./train.py", (), "")),
        ("!python train.py", TRAIN),
        (
            "python train.py --data a.csv -e 3",
            Start("train.py", ("--data", "a.csv", "-e", "3"), ""),
        ),
        ("python train.py 'a b.csv' > log.txt", Start("train.py", ("a b.csv",), "")),
        ("python train.py --rows=$ROWS {n}", Start("train.py", ("--rows=…", "…"), "")),
        ("python train.py --rows $(cat rows)", Start("train.py", ("--rows", "…"), "")),
        ("python -m pkg.train --fast", Start("pkg.train", ("--fast",), "", module=True)),
        ("CUDA_VISIBLE_DEVICES=0 nohup python train.py &", TRAIN),
        ("poetry run python train.py", TRAIN),
        ("uv run train.py", TRAIN),
        ("conda run -n env python train.py", TRAIN),
        ("torchrun --nproc_per_node 2 train.py -e 3", Start("train.py", ("-e", "3"), "")),
        ("python -m torch.distributed.launch --nproc 2 train.py", TRAIN),
        ("accelerate launch --mixed_precision fp16 train.py", TRAIN),
        ("$(PYTHON) train.py", TRAIN),
        ("… train.py", TRAIN),
        ("papermill a.ipynb b.ipynb -p n 3", Start("a.ipynb", ("b.ipynb", "-p", "n", "3"), "")),
        ("jupyter nbconvert --execute a.ipynb", Start("a.ipynb", (), "")),
        ("cd src && python train.py", Start("train.py", (), "src")),
        ("cd a; cd b; python train.py", Start("train.py", (), "a/b")),
        ("cd a && cd /b && python train.py", Start("train.py", (), "/b")),
    ],
)
def test_the_script_that_a_line_starts(command: str, expected: Start) -> None:
    assert starts(command)[0] == [expected]


@pytest.mark.parametrize(
    "command",
    [
        "",
        "&&",
        "pip install train.py-tools",
        "cp train.py old/",
        "black train.py",
        "pytest tests/test_train.py",
        "git add train.py",
        "python -c 'import train'",
        "python",
        "sudo",
        "echo python",
    ],
)
def test_lines_that_start_no_script(command: str) -> None:
    assert starts(command)[0] == []


def test_several_scripts_of_one_line() -> None:
    found, folder = starts("cd src && python a.py -x && python b.py; cd ..", "top")
    assert found == [Start("a.py", ("-x",), "top/src"), Start("b.py", (), "top/src")]
    assert folder == "top/src/.."


def test_a_quotation_that_is_not_closed_does_no_harm() -> None:
    assert starts("python train.py --name 'a")[0] == [Start("train.py", ("--name", "'a"), "")]
    assert starts("python train.py " + "x" * 10_000)[0][0].script == "train.py"
