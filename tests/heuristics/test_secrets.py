"""Secrets: each format is found, its placeholder is not, and no output ever holds a value.

The keys are put together while the tests run: none stands in this file.
"""

from __future__ import annotations

import json
import logging
import random
import string
import zlib
from typing import TYPE_CHECKING, Any

import pytest

import heuristics
from portfolio_scan.analysis.masking import MASK, masker
from portfolio_scan.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portfolio_scan.model import Finding, Scan

CATALOGUE = heuristics.PACK.catalogue
FORMATS = CATALOGUE.table("secrets")
RULE = "security.committed-secrets"
LETTERS = string.ascii_letters
MIXED = LETTERS + string.digits
HEX = "0123456789abcdef"
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_random = random.Random(7)  # noqa: S311 - these open nothing


def of(letters: str, length: int) -> str:
    return "".join(_random.choice(letters) for _ in range(length))


def checked(length: int) -> str:
    """Random letters and the check of six digits that follows from them."""
    body, digits = of(MIXED, length), ""
    number = zlib.crc32(body.encode())
    while number:
        number, rest = divmod(number, 62)
        digits = (string.digits + string.ascii_uppercase + string.ascii_lowercase)[rest] + digits
    return body + digits.rjust(6, "0")


AWS = of(BASE32, 15) + "7"
KEYS: dict[str, str] = {
    "openai": f"sk-proj-{of(MIXED, 24)}T3Blbk" + f"FJ{of(MIXED, 24)}",
    "anthropic": f"sk-ant-api03-{of(MIXED, 93)}AA",
    "openrouter": f"sk-or-v1-{of(HEX, 64)}",
    "groq": f"gsk_{of(MIXED, 52)}",
    "xai": f"xai-{of(MIXED, 80)}",
    "perplexity": f"pplx-{of(MIXED, 48)}",
    "nvidia": f"nvapi-{of(MIXED, 64)}",
    "replicate": f"r8_{of(MIXED, 37)}",
    "hugging_face": f"hf_{of(LETTERS, 34)}",
    "google": f"AIza{of(MIXED, 35)}",
    "aws": f"AKIA{AWS}",
    "github": f"ghp_{checked(30)}",
    "github_fine": f"github_pat_{of(MIXED, 22)}_{of(MIXED, 59)}",
    "gitlab": f"glpat-{of(MIXED, 20)}",
    "npm": f"npm_{checked(30)}",
    "pypi": f"pypi-AgEIcHlwaS5vcmc{of(MIXED, 60)}",
    "slack": f"xoxb-{of('123456789', 11)}-{of('123456789', 12)}-{of(MIXED, 24)}",
    "telegram": f"{of('123456789', 9)}:AA{of(MIXED, 33)}",
    "discord": f"M{of(MIXED, 23)}.{of(MIXED, 6)}.{of(MIXED, 30)}",
    "stripe": f"sk_live_{of(MIXED, 24)}",
    "sendgrid": f"SG.{of(MIXED, 22)}.{of(MIXED, 43)}",
    "pinecone": f"pcsk_{of(MIXED, 6)}_{of(MIXED, 63)}",
    "langsmith": f"lsv2_pt_{of(HEX, 32)}_{of(HEX, 10)}",
    "langfuse": f"sk-lf-{of(HEX, 8)}-{of(HEX, 4)}-{of(HEX, 4)}-{of(HEX, 4)}-{of(HEX, 12)}",
    "tavily": f"tvly-{of(MIXED, 32)}",
    "databricks": f"dapi{of(HEX, 32)}",
    "azure_storage": f"AccountKey={of(MIXED, 86)}==",
    "kaggle": f'KAGGLE_KEY="{of(HEX, 32)}"',
    "kaggle_file": f'"username": "jo", "key": "{of(HEX, 32)}"',
    "private_key": "-----BEGIN RSA PRIVATE KEY-----\n" + f"{of(MIXED, 64)}\n" * 2,
    "database": f"postgresql://ferry:{of(MIXED, 9)}7q@db.tides.io:5432/harbour",
}
BODIES = {
    "kaggle": KEYS["kaggle"][-33:-1],
    "kaggle_file": KEYS["kaggle_file"][-33:-1],
    "private_key": KEYS["private_key"].split("\n")[1],
    "database": KEYS["database"].split(":")[2].partition("@")[0],
}
"""The part that has to stay unseen, where it is not the whole."""
BESIDE = {"aws": f"SECRET = '{of(MIXED, 38)}/7'"}
"""What has to stand in the same file."""


def test_every_format_has_an_example() -> None:
    assert set(KEYS) == set(FORMATS)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_format_is_found_and_masked(name: str, tmp_path: Path, scan: Any) -> None:
    text = f"STORE = {KEYS[name]!r}\n{BESIDE.get(name, '')}\n"
    (tmp_path / "store.py").write_text(text, "utf-8")
    found = secrets(scan(tmp_path))
    assert FORMATS[name]["words"] in found.message
    assert found.polarity.value == "flag"
    assert found.evidence[0].start_line == 1
    assert MASK in found.evidence[0].snippet
    assert body(name) not in repr(found)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_placeholder_is_silent(name: str, tmp_path: Path, scan: Any) -> None:
    secret = body(name)
    text = KEYS[name].replace(secret, secret[:-12] + "x" * 12)
    (tmp_path / "store.py").write_text(f"STORE = {text!r}\n{BESIDE.get(name, '')}\n", "utf-8")
    found = secrets(scan(tmp_path))
    assert (found.outcome.value, found.polarity.value) != ("present", "flag")


def test_a_key_without_its_checksum_is_silent(tmp_path: Path, scan: Any) -> None:
    (tmp_path / "store.py").write_text(f"STORE = {'ghp_' + of(MIXED, 36)!r}\n", "utf-8")
    assert secrets(scan(tmp_path)).outcome.value == "absent"


@pytest.mark.parametrize("name", sorted(KEYS))
def test_what_is_cut_off_is_masked_by_how_it_begins(name: str) -> None:
    mask = masker(CATALOGUE)
    secret = KEYS[name]
    if name in {"telegram", "discord", "databricks", *BODIES} or len(secret) < 30:
        assert body(name) not in mask(f"fetch: curl {secret}")
    else:
        assert secret[:20] not in mask(f"fetch: curl -H token={secret[:24]}…")


@pytest.mark.parametrize(
    "line",
    [
        'API_KEYS = ["{}", "{}"]',
        "curl -H 'Authorization: Bearer {}'",
        "SECRET_TOKEN: {}",
        'client = Store(api_key=\n    "{}")',
        "git clone https://{}@tides.io/harbour.git",
        "git clone https://jo:{}@tides.io/harbour.git",
    ],
)
def test_values_that_are_named_as_secrets_are_masked(line: str) -> None:
    value = "q7" + of(MIXED, 26)
    assert value not in masker(CATALOGUE)(line.replace("{}", value))


@pytest.mark.parametrize(
    "line",
    [
        'tokenizer = load("distilbert-base-uncased-finetuned-sst-2-english")',
        "pad_token_id = model.config.pad_token_id_2",
        "rows.sort(key=lambda row: row.distance_2)",
        'token_model = "sentence-transformers/all-MiniLM-L6-v2"',
        "keys = self.layer1.weights.keys()",
        'page = "https://tides.io:8080/harbour"',
    ],
)
def test_code_that_holds_no_secret_stays(line: str) -> None:
    assert masker(CATALOGUE)(line) == line


# All outputs -------------------------------------------------------------------------------


def plant(folder: Path, keys: dict[str, str]) -> None:
    """A small repository with keys in all that evidence, notes and sentences are made of."""
    notebook = {
        "cells": [
            {"cell_type": "markdown", "source": f"# Tides\nAsk with {keys['groq']}"},
            {
                "cell_type": "code",
                "execution_count": 1,
                "metadata": {},
                "outputs": [{"output_type": "stream", "name": "stdout", "text": keys["xai"]}],
                "source": f"!kaggle datasets download -d a/b --token {keys['replicate']}\n"
                f"!git clone https://{keys['github']}@github.com/a/b",
            },
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    files = {
        "ask.py": f"""from openai import OpenAI

client = OpenAI(api_key="{keys["openai"]}")
# client = Tables(token="{keys["databricks"]}")


def ask(question, password="{keys["gitlab"]}"):
    answer = client.chat.completions.create(
        model="gpt-4o-mini", user="{keys["hugging_face"]}", messages=[{{"content": question}}]
    )
    return answer.choices[0].message.content
""",
        "train.py": f"""import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score

rows = pd.read_sql("tides", "{keys["database"]}")
rows = pd.read_csv("https://tides.io/rows.csv?token={keys["stripe"]}")
model = Ridge().fit(rows[["{keys["slack"]}"]], rows["{keys["sendgrid"]}"])
print("Residuals with {keys["pinecone"]}", r2_score(rows.a, model.predict(rows[["b"]])))
""",
        "shelf.py": f'KEY = """{keys["private_key"]}-----END RSA PRIVATE KEY-----"""\n',
        "Dockerfile": f"FROM python:3.12\nCOPY . .\nCMD python train.py {keys['tavily']}\n",
        "docker-compose.yml": f"services:\n  web:\n    build: .\n    environment:\n"
        f"      API_TOKEN: {keys['nvidia']}\n    command: python train.py {keys['npm']}\n",
        ".github/workflows/check.yml": f"on: push\njobs:\n  a:\n    steps:\n"
        f"      - run: TOKEN={keys['anthropic']} pytest\n",
        "README.md": f"# Tides\nBased on https://{keys['perplexity']}@github.com/a/b\n\n"
        f"Deployed with {keys['langsmith']}, tutorial by https://jo:{keys['pypi']}@tides.io/a\n",
        "requirements.txt": f"pandas @ git+https://{keys['github_fine']}@github.com/a/b\n",
        "broken.py": f"key = '{keys['openrouter']}' = (\n",
        "walk.ipynb": json.dumps(notebook),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_no_output_holds_a_planted_secret(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], logger: logging.Logger
) -> None:
    folder, output = tmp_path / "tides", tmp_path / "out"
    plant(folder, KEYS)
    options = ("-vv", "--no-cache", "--jobs", "1", "--format", "html,json", "-o", str(output))
    assert run(["scan", str(folder), *options]) == 0
    written = {path.name: path.read_text("utf-8") for path in output.rglob("*") if path.is_file()}
    streams = capfd.readouterr()
    written |= {"stdout": streams.out, "stderr": streams.err}
    assert {name.rpartition(".")[2] for name in written} >= {"html", "json"}
    everything = "\n".join(written.values())
    assert logger.handlers
    assert MASK in everything
    assert "an OpenAI key" in everything
    assert "a Databricks token" in everything
    seen = {name for name in KEYS if body(name)[4:24] in everything}
    assert seen == set()


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """The program's log, which is left as it was."""
    one = logging.getLogger("portfolio_scan")
    before = one.level, one.handlers[:]
    yield one
    one.setLevel(before[0])
    one.handlers[:] = before[1]


def secrets(scan: Scan) -> Finding:
    (repository,) = scan.repositories
    (found,) = [one for one in repository.findings if one.rule == RULE]
    return found


def body(name: str) -> str:
    return BODIES.get(name, KEYS[name])
