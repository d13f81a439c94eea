"""Bad input, end to end: no crash, no sibling lost, and a line in the coverage statement."""

from __future__ import annotations

import html
import json
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

TRAIN = b"""import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
train, test = train_test_split(pd.read_csv("t.csv"))
model = SVC().fit(train[["a"]], train["y"])
print(model.score(test[["a"]], test["y"]))
"""
FIT = b"from sklearn.svm import SVC\nSVC().fit(X, y)\n"
USE = b"import sklearn\nx = 1\n"
POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    b"size 12345\n"
)
APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02"


def notebook(*cells: str, **top: object) -> bytes:
    written = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells
    ]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4, **top}).encode()


UNREAD: dict[str, tuple[bytes, str]] = {
    "bad/bom_and_cookie.py": (
        b"\xef\xbb\xbf# coding: latin-1\nimport sklearn\n",
        "name another encoding",
    ),
    "bad/broken.py": (b"import sklearn\ndef (:\n", "line 2"),
    "bad/conflict.py": (
        b"import sklearn\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n",
        "merge conflict",
    ),
    "bad/cookie.py": (b"# coding: klingon\nimport sklearn\n", "Python does not know"),
    "bad/cipher.py": (b"# coding: rot13\nvzcbeg fxyrnea\n", "Python does not know"),
    "bad/page.py": (b"<!DOCTYPE html>\n<html></html>\n", "invalid syntax (line 1)"),
    "bad/deep.py": (b"import sklearn\nx = " + b"(" * 5000 + b")" * 5000 + b"\n", "nest deeper"),
    "bad/huge.py": (USE + b"# a line that says nothing\n" * 100_000, "bytes"),
    "bad/number.py": (b"import sklearn\nx = " + b"9" * 5000 + b"\n", "5000 digits"),
    "bad/nulls.py": (b"import sklearn\nx = 1\0\n", "null bytes"),
    "bad/python2.py": (b'import sklearn\nprint "f1", model.score(X)\n', "line 2 is Python 2"),
    "bad/sum.py": (b"import sklearn\nx = " + b"+".join([b"1"] * 20_000) + b"\n", "nest deeper"),
    "bad/tabs.py": (b"import sklearn\nif 1:\n\tx = 1\n        y = 2\n", "tabs and spaces"),
    "bad/utf16.py": (b"\xff\xfe" + "import sklearn\n".encode("utf-16-le"), "null bytes"),
    "bad/western.py": (b'import sklearn\nname = "\xe9t\xe9"\n', "not UTF-8"),
    "nb/broken.ipynb": (b'{"cells": [', "not valid JSON"),
    "nb/deep.ipynb": (b"[" * 100_000, "nested too deep"),
    "nb/nothing.ipynb": (b"null", "no notebook"),
    "nb/nulls.ipynb": (notebook("import sklearn", 'x = "\0"'), "1 of 2 cells"),
    "nb/paragraphs.ipynb": (b'{"paragraphs": []}', "no notebook"),
    "nb/tail.ipynb": (notebook("import sklearn") + b"}", "not valid JSON"),
    "nb/utf16.ipynb": (notebook("import sklearn").decode().encode("utf-16"), "not UTF-8"),
    "nb/conflict.ipynb": (b'{\n<<<<<<< HEAD\n "cells": []\n=======\n>>>>>>> b\n}', "conflict"),
    "nb/empty.ipynb": (b"", "empty"),
    "nb/half.ipynb": (notebook("import sklearn", "def (:", "x = 2"), "1 of 3 cells"),
    "nb/list.ipynb": (b"[1, 2]", "no notebook"),
    "nb/pointer.ipynb": (POINTER, "only a pointer"),
    "nb/python2.ipynb": (notebook('import sklearn\nprint "x"'), "line 2 is Python 2"),
    "nb/r.ipynb": (
        notebook("library(caret)", metadata={"kernelspec": {"language": "R", "name": "ir"}}),
        "a notebook in R",
    ),
    "nb/western.ipynb": (b'{"cells": [], "metadata": {"name": "\xe9t\xe9"}}', "not UTF-8"),
}
"""Files that cannot be read, or not in full, with words of the line that says so."""
READ: dict[str, bytes] = {
    "train.py": TRAIN,
    "good/bom.py": b"\xef\xbb\xbf" + USE,
    "good/crlf.py": USE.replace(b"\n", b"\r\n"),
    "good/empty.py": b"",
    "good/escapes.py": b'import sklearn\nx = "\\d"\n',
    "good/latin.py": b'# coding: latin-1\nimport sklearn\nname = "\xe9t\xe9"\n',
    "good/bom.ipynb": b"\xef\xbb\xbf" + notebook("import sklearn"),
    "good/cells.ipynb": (
        b'{"cells": [null, 3, {"cell_type": "code"}, {"cell_type": "code", "source": [7, null]},'
        b' {"cell_type": "code", "source": "import sklearn", "execution_count": "three"}],'
        b' "metadata": [{"kernelspec": NaN}]}'
    ),
    "good/half_a_letter.ipynb": b'{"cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}]}',
    "good/languages.ipynb": notebook(
        "%%bash\nls | grep x", "%%html\n<b>", "%%writefile a.py\nx y z", "%%capture\nimport sklearn"
    ),
    "good/old_mac.py": USE.replace(b"\n", b"\r"),
    "good/page.py": USE + b"\x0c\ny = 2",
    "good/magics.ipynb": notebook(
        "%matplotlib inline\nimport sklearn",
        "!pip install \\\n  torch",
        "pip install numpy",
        "sklearn?",
        "  x = 1\n  y = 2",
        "%%time\nz = 3",
    ),
    "good/outputs.ipynb": notebook("import sklearn", outputs="x" * 3_000_000),
    "good/no_metadata.ipynb": b'{"cells": [{"cell_type": "code", "source": "import sklearn"}]}',
    "good/worksheets.ipynb": json.dumps(
        {
            "nbformat": 2,
            "worksheets": [
                {"cells": [{"cell_type": "code", "input": ["import sklearn\n"], "outputs": []}]}
            ],
        }
    ).encode(),
    "Model Cod/run #1 50%.py": USE,
    "3. Train on 15% of the Data(Tiny)..ipynb": notebook("import sklearn"),
    "a,b.py": USE,
    "tab\there.py": USE,
    "new\nline.py": USE,
    "quo\"te's.py": USE,
    "-rf.py": USE,
    "folder.py/inside.py": USE,
    "<i>&.py": USE,
    "実験/交差検証.py": USE,
    "pages/1_📊_Overview.py": USE,
    "case/Net.py": USE,
    "case/net.py": USE,
}
"""Odd files that are read like any other."""
APART = {
    ".svn/": {".svn/tmp/old.py": FIT},
    "myenv/": {"myenv/pyvenv.cfg": b"home = /usr\n", "myenv/lib/site-packages/a/b.py": FIT},
    "nb/.ipynb-checkpoints/": {"nb/.ipynb-checkpoints/a-checkpoint.ipynb": notebook("x = 1")},
    "nb/.ipynb_checkpoints/": {"nb/.ipynb_checkpoints/a-checkpoint.ipynb": notebook("x = 1")},
    "stuff/": {"stuff/site-packages/a/b.py": FIT},
}
"""Trees that are set apart, in a line each."""
BESIDE = {
    "__MACOSX/._train.py": APPLE_DOUBLE,
    "__MACOSX/nb/._half.ipynb": APPLE_DOUBLE,
    ",": b"odd",
    "models/net.h5": POINTER,
    "results/folds.csv": POINTER,
    "verify.txt": "log".encode("utf-16"),
}
"""Files that are neither code nor a failure to read code."""


def everything() -> dict[str, bytes]:
    files = {path: data for path, (data, _) in UNREAD.items()} | READ | BESIDE
    for tree in APART.values():
        files |= tree
    return files


def lay(folder: Path) -> Path:
    for path, data in everything().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (folder / "link.py").symlink_to("train.py")
    (folder / "dead.py").symlink_to("/nowhere/else.py")
    return folder


# The forms in which a project may come ---------------------------------------------------------


def as_folder(tmp_path: Path, _: Callable[..., Any]) -> Path:
    return lay(tmp_path / "plain")


def as_work_tree(_: Path, make_work: Callable[..., Any]) -> Path:
    """A clone with submodules, one of them called like a file of code."""
    work = make_work()
    lay(work.path)
    work.commit()
    for number, name in enumerate(("vendored_tool", "nested.py"), start=1):
        link = f"160000,{str(number) * 40},{name}"
        work.git("update-index", "--add", "--cacheinfo", link)
    work.git("commit", "--quiet", "--message=links")
    return work.path


def as_bare(tmp_path: Path, make_work: Callable[..., Any]) -> Path:
    tree = as_work_tree(tmp_path, make_work)
    make_work("other").git("clone", "--quiet", "--bare", str(tree), str(tmp_path / "bare.git"))
    return tmp_path / "bare.git"


def as_tar(tmp_path: Path, _: Callable[..., Any]) -> Path:
    folder = lay(tmp_path / "packed")
    with tarfile.open(tmp_path / "project.tar.gz", "w:gz") as out:
        out.add(folder, "project")
    return tmp_path / "project.tar.gz"


def as_zip(tmp_path: Path, _: Callable[..., Any]) -> Path:
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as out:
        for path, data in everything().items():
            out.writestr(f"project/{path}", data)
        for path, target in (("link.py", b"train.py"), ("dead.py", b"/nowhere/else.py")):
            link = zipfile.ZipInfo(f"project/{path}")
            link.external_attr = 0o120777 << 16
            out.writestr(link, target)
    return tmp_path / "project.zip"


FORMS = [as_folder, as_work_tree, as_bare, as_tar, as_zip]


def scanned(target: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert run(["scan", str(target), "--format", "json", "--output", "-"]) == ExitCode.DONE
    (repository,) = json.loads(capsys.readouterr().out)["repositories"]
    return repository  # type: ignore[no-any-return]


@pytest.mark.parametrize("form", FORMS)
def test_no_sibling_is_lost_and_a_line_tells_each(
    form: Callable[[Path, Callable[..., Any]], Path],
    tmp_path: Path,
    make_work: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    repository = scanned(form(tmp_path, make_work), capsys)
    assert repository["assessment"]["evaluation"]["verdict"] == "held_out"
    assert repository["assessment"]["trains"]["evidence"][0]["path"] == "train.py"
    coverage = repository["coverage"]
    reasons = {one["path"]: one["reason"] for one in coverage["unread"]}
    assert set(reasons) == {*UNREAD, "link.py", "dead.py"}
    for path, (_, words) in UNREAD.items():
        assert words in reasons[path], path
    assert "symbolic link" in reasons["link.py"]
    assert coverage["code_files"] == len(UNREAD) + len(READ) + 2
    partly = sum("cells" in words for _, words in UNREAD.values())
    assert coverage["code_read"] == len(READ) + partly
    assert coverage["python2"] == 2
    assert set(APART) <= {one["path"] for one in coverage["set_apart"]}
    notes = " ".join(coverage["notes"])
    assert "3 files are Git LFS pointers" in notes
    assert "2 symbolic links were not followed" in notes
    # What macOS adds is left out of archives and set apart elsewhere; it is said in both.
    assert "__MACOSX" in notes or "__MACOSX/" in {one["path"] for one in coverage["set_apart"]}


@pytest.mark.parametrize("form", [as_work_tree, as_bare])
def test_submodules_are_said_and_are_no_code(
    form: Callable[[Path, Callable[..., Any]], Path],
    tmp_path: Path,
    make_work: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    coverage = scanned(form(tmp_path, make_work), capsys)["coverage"]
    assert "2 submodules (links to other repositories) were not followed." in coverage["notes"]


def test_contents_that_are_not_in_a_clone_are_said_one_by_one(
    tmp_path: Path, make_work: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    tree = as_work_tree(tmp_path, make_work)
    work = make_work("tools")
    for path in ("good/escapes.py", "good/worksheets.ipynb"):
        oid = work.git("-C", str(tree), "rev-parse", f"HEAD:{path}")
        (tree / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    repository = scanned(tree, capsys)
    assert repository["assessment"]["evaluation"]["verdict"] == "held_out"
    lost = [one for one in repository["coverage"]["unread"] if one["status"] == "absent"]
    assert [one["path"] for one in lost] == ["good/escapes.py", "good/worksheets.ipynb"]
    assert {one["reason"] for one in lost} == {"the tree names it, and this copy does not hold it"}
    wanted = "2 files are named in the tree and their content is not in this copy."
    assert wanted in repository["coverage"]["notes"]


def test_a_reader_finds_each_file_on_the_page(tmp_path: Path) -> None:
    folder = lay(tmp_path / "project")
    assert run(["scan", str(folder), "--format", "html", "--output", "out", "--quiet"]) == 0
    page = Path("out/project.html").read_text("utf-8")
    for path, (_, words) in UNREAD.items():
        assert html.escape(path) in page
        assert html.escape(words[1:]) in page, path  # sentences begin with a capital
    assert "<i>&" not in page
    assert "Did you mean" not in page
    assert "Some cells could not be read" in page
    assert "In another language" in page
