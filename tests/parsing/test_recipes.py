from __future__ import annotations

from textwrap import dedent

import pytest

from portfolio_scan.parsing.recipes import command_lines

MAKEFILE = """
PYTHON = python3
DATA ?= data/t.csv
OUT := out/$(PYTHON)

.PHONY: train
train: data
\t@$(PYTHON) train.py --data ${DATA} \\
\t\t--out $(OUT) --gpu $(GPU)
clean:
\t-rm -rf out
"""


@pytest.mark.parametrize("path", ["Makefile", "a/rules.mk", "justfile"])
def test_the_lines_of_a_makefile(path: str) -> None:
    (line,) = command_lines({path: MAKEFILE})
    assert line[:2] == (path, 8)
    assert line[2].split() == [
        "python3",
        "train.py",
        "--data",
        "data/t.csv",
        "--out",
        "out/python3",
        "--gpu",
        "$(GPU)",
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "run.sh",
            """
            #!/bin/bash
            export ROWS="a.csv"
            cd src  # where it lies
            # python old.py
            python train.py $ROWS \\
              --fast
            """,
            [(4, "cd src # where it lies"), (6, "python train.py a.csv --fast")],
        ),
        (
            "Dockerfile",
            """
            FROM python:3.12
            RUN pip install -r requirements.txt
            RUN python prepare.py
            CMD ["python", "train.py", "--epochs", "3"]
            """,
            [(4, "python prepare.py"), (5, "python train.py --epochs 3")],
        ),
        (
            "dvc.yaml",
            """
            stages:
              prepare:
                cmd: python prepare.py t.csv
                deps: [prepare.py]
              train:
                wdir: src
                cmd:
                  - python train.py
                  - python score.py
            """,
            [
                (4, "python prepare.py t.csv"),
                (9, "cd src && python train.py"),
                (10, "cd src && python score.py"),
            ],
        ),
        (
            "MLproject",
            "entry_points:\n  main:\n    command: python train.py {alpha}\n",
            [(3, "python train.py {alpha}")],
        ),
        ("Procfile", "web: python app.py\n\nnothing\n", [(1, "python app.py")]),
        (
            ".github/workflows/ci.yml",
            """
            jobs:
              train:
                steps:
                  - uses: actions/checkout@v4
                  - run: |
                      pip install -e .
                      python train.py --quick
                    working-directory: app
            """,
            [(8, "cd app && python train.py --quick")],
        ),
    ],
)
def test_the_lines_of_a_recipe(path: str, text: str, expected: list[tuple[int, str]]) -> None:
    found = command_lines({path: dedent(text)})
    assert [(number, " ".join(line.split())) for _, number, line in found] == expected
    assert {where for where, _, _ in found} <= {path}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "    python train.py"),
        ("notes.txt", "python train.py"),
        ("config.yaml", "cmd: python train.py"),
        ("dvc.yaml", "stages: [1, 2"),
        ("dvc.yaml", "- python train.py"),
        ("Dockerfile", "CMD ["),
        ("Makefile", ""),
        ("Makefile", "train:\n\techo done\\"),
    ],
)
def test_texts_without_commands(path: str, text: str) -> None:
    assert command_lines({path: text}) == []


def test_recipes_are_read_in_the_order_of_their_paths_and_not_for_ever() -> None:
    texts = {f"{name}.sh": "python a.py\n" * 300 for name in "ba"}
    found = command_lines(texts)
    assert len(found) == 400
    assert [found[0][0], found[-1][0]] == ["a.sh", "b.sh"]
