from __future__ import annotations

import time

import pytest

from portfolio_scan.model import FileEntry, Origin, SetApart
from portfolio_scan.parsing.foreign import classify, is_foreign_path


def listing(*paths: str) -> list[FileEntry]:
    return [FileEntry(path=path, size=10, blob="b") for path in paths]


def origins(*paths: str, contents: dict[str, bytes] | None = None) -> dict[str, Origin]:
    entries, _ = classify(listing(*paths), contents)
    return {entry.path: entry.origin for entry in entries}


def apart(*paths: str) -> tuple[SetApart, ...]:
    return classify(listing(*paths))[1]


def test_an_environment_is_told_by_what_it_holds_whatever_its_name() -> None:
    found = origins(
        "work/pyvenv.cfg", "work/bin/activate.py", "work/Lib/x.py", "work/app.py", "app.py"
    )
    assert found == {
        "work/pyvenv.cfg": Origin.ENVIRONMENT,
        "work/bin/activate.py": Origin.ENVIRONMENT,
        "work/Lib/x.py": Origin.ENVIRONMENT,
        "work/app.py": Origin.OWN,
        "app.py": Origin.OWN,
    }


@pytest.mark.parametrize("name", ["venv", "env", ".venv", "virtualenv"])
def test_a_name_alone_makes_no_environment(name: str) -> None:
    assert origins(f"{name}/train.py") == {f"{name}/train.py": Origin.OWN}


def test_installed_packages_set_their_environment_apart_in_one_line() -> None:
    paths = [f"my/lib/python3.9/site-packages/pkg/m{n}.py" for n in range(5)]
    (stretch,) = apart("my/bin/pip", *paths, "train.py")
    assert stretch == SetApart(
        path="my/", origin="environment", files=6, reason="installed Python packages"
    )


def test_a_repository_made_inside_its_environment_keeps_its_own_files() -> None:
    found = origins("pyvenv.cfg", "lib/python3.9/site-packages/a.py", "bin/python", "train.py")
    assert found["train.py"] is Origin.OWN
    assert found["bin/python"] is Origin.ENVIRONMENT


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        (".ipynb_checkpoints/a-checkpoint.ipynb", Origin.CHECKPOINT),
        ("x/.ipynb-checkpoints/a.ipynb", Origin.CHECKPOINT),
        ("old/a-checkpoint.ipynb", Origin.CHECKPOINT),
        ("__MACOSX/._a.ipynb", Origin.GENERATED),
        ("._train.py", Origin.GENERATED),
        ("src/__pycache__/a.cpython-38.pyc", Origin.GENERATED),
        (".svn/entries", Origin.GENERATED),
        ("pkg.egg-info/PKG-INFO", Origin.GENERATED),
        ("build/lib/pkg/a.py", Origin.GENERATED),
        ("infra/cdk.out/asset/a.py", Origin.GENERATED),
        ("proto/rows_pb2.py", Origin.GENERATED),
        ("proto/rows_pb2_grpc.py", Origin.GENERATED),
        ("app/migrations/0002_more.py", Origin.GENERATED),
        ("web/node_modules/x/gyp.py", Origin.ENVIRONMENT),
        ("third_party/lib/a.py", Origin.VENDORED),
        ("src/_vendor/six.py", Origin.VENDORED),
        ("out/._SUCCESS.crc", Origin.OWN),
        ("app/migrations/notes.py", Origin.OWN),
        ("build/train.py", Origin.OWN),
        ("checkpoint.ipynb", Origin.OWN),
        ("vendor_analysis.py", Origin.OWN),
        ("data/external/load.py", Origin.OWN),
        ("src/external/client.py", Origin.OWN),
    ],
)
def test_places_that_tell(path: str, origin: Origin) -> None:
    assert origins(path)[path] is origin


def test_external_code_needs_a_licence_of_its_own() -> None:
    found = origins("external/sort/sort.py", "external/sort/LICENSE", "external/mine/a.py")
    assert found["external/sort/sort.py"] is Origin.VENDORED
    assert found["external/mine/a.py"] is Origin.OWN


YOLO = ("models/yolo.py", "models/common.py", "utils/general.py", "utils/datasets.py",
        "utils/torch_utils.py", "train.py", "detect.py")  # fmt: skip


@pytest.mark.parametrize("root", ["", "yolo/", "a b/c/"])
def test_a_committed_framework_is_told_by_its_tree(root: str) -> None:
    own = ("app.py", f"{root}my_dataset.py", f"{root}utils/mine/x.py", "train.py")
    found = origins(*(root + path for path in YOLO), *own)
    assert all(found[root + path] is Origin.VENDORED for path in YOLO)
    assert found["app.py"] is Origin.OWN
    assert found[f"{root}my_dataset.py"] is Origin.OWN
    assert found[f"{root}utils/mine/x.py"] is Origin.OWN
    if root:
        assert found["train.py"] is Origin.OWN


def test_a_file_rewritten_in_a_frameworks_place_stays_own() -> None:
    lines = [f"shelf_{n} = stock(apples={n}, pears={n * 7})" for n in range(120)]
    contents = {"train.py": "\n".join(lines).encode(), "models/common.py": b"x = 1\n"}
    found = origins(*YOLO, contents=contents)
    assert found["train.py"] is Origin.OWN
    assert found["models/common.py"] is Origin.VENDORED
    assert found["detect.py"] is Origin.VENDORED


def test_a_part_of_the_fingerprint_is_not_enough() -> None:
    found = origins("models/yolo.py", "models/common.py", "train.py", "utils/general.py")
    assert set(found.values()) == {Origin.OWN}


def test_a_book_is_one_line_and_the_exercises_beside_it_are_own() -> None:
    paths = [
        "01_the_machine_learning_landscape.ipynb", "02_end_to_end_machine_learning_project.ipynb",
        "03_classification.ipynb", "04_training_linear_models.ipynb", "tools_numpy.ipynb",
        "06_decision_trees.ipynb", "exercise/mine.ipynb",
    ]  # fmt: skip
    entries, stretches = classify(listing(*paths))
    assert [entry.path for entry in entries if entry.origin is Origin.OWN] == [
        "exercise/mine.ipynb"
    ]
    (stretch,) = stretches
    assert stretch.files == 6
    assert stretch.origin == "course"
    assert stretch.url.startswith("https://github.com/")
    assert "5 more beside it" in stretch.reason


DESIGNER = b"""# -*- coding: utf-8 -*-
# Form implementation generated from reading ui file
# Created by: PyQt5 UI code generator 5.9
# WARNING! All changes made in this file will be lost!
"""
NOTEBOOK_EXPORT = b'''# -*- coding: utf-8 -*-
"""Untitled0.ipynb

Automatically generated by Colaboratory.
"""
'''


@pytest.mark.parametrize(
    "head",
    [
        b"# Generated by Django 4.2 on 2024-01-01\n",
        DESIGNER,
        b'"""This file is auto-generated.\nDo not edit it."""\n',
        b"# DO NOT EDIT: generated by make\n",
    ],
)
def test_a_program_that_signs_its_work(head: bytes) -> None:
    assert origins("a.py", contents={"a.py": head + b"x = 1\n"})["a.py"] is Origin.GENERATED


@pytest.mark.parametrize(
    "head",
    [
        NOTEBOOK_EXPORT,
        b"# Do not edit below this line (course template)\n",
        b"# images generated by a GAN\n",
        b"text = 'auto-generated, do not edit'\n",
    ],
)
def test_own_writing_that_speaks_of_generation(head: bytes) -> None:
    assert origins("a.py", contents={"a.py": head + b"x = 1\n"})["a.py"] is Origin.OWN


def test_the_path_alone_decides_before_anything_is_read() -> None:
    assert is_foreign_path("e/lib/python3.9/site-packages/a.py")
    assert not is_foreign_path("e/lib/a.py")


def test_order_and_number_of_entries_are_kept() -> None:
    paths = ["b.py", "a.py", "vendor/x.py"]
    entries, _ = classify(listing(*paths))
    assert [entry.path for entry in entries] == paths


def test_a_large_tree_is_quick() -> None:
    paths = [f"e{n % 50}/lib/python3.9/site-packages/p{n}/m.py" for n in range(20_000)]
    started = time.process_time()
    classify(listing(*paths))
    assert time.process_time() - started < 3
