"""Record fixtures/cassettes anew; docs/recording.md says when and how.

    python tests/source/github/record_cassettes.py --double FOLDER [--python PYTHON]
    python tests/source/github/record_cassettes.py --github

The second asks github.com, with the token of GH_TOKEN, about accounts of the same names; they have
to exist there with the repositories that portfolio.py describes.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import doubles
import portfolio
import scenarios
import tapes

from portfolio_scan.source.github import connect

if TYPE_CHECKING:
    from portfolio_scan.source.github import Hub


def record(url: str, token: str, origin: str) -> None:
    """Run every scenario against a server, each onto a fresh cassette."""

    def hub_with(given: str | None) -> Hub:
        return connect(url, token=given)

    for name in scenarios.SCENARIOS:
        (tapes.FOLDER / f"{name}.yaml").unlink(missing_ok=True)
        with tapes.tape(name, mode="all", origin=origin) as cassette:
            scenarios.run(hub_with, name, token)
        sys.stdout.write(f"{name}: {len(cassette)} requests\n")


def main() -> None:
    """Read the arguments and record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--double", type=Path, help="folder of the double")
    where.add_argument("--github", action="store_true", help="record from github.com")
    parser.add_argument("--python", default=sys.executable, help="a Python that runs the double")
    options = parser.parse_args()
    if options.github:
        record("https://github.com", os.environ["GH_TOKEN"], "")
        return
    with tempfile.TemporaryDirectory() as folder:
        root, cache = Path(folder, "accounts"), Path(folder, "archives")
        root.mkdir()
        cache.mkdir()
        accounts = portfolio.build(root)
        with doubles.Double(options.double, options.python, accounts, cache) as double:
            record(double.url, "ghp_double", double.url)


if __name__ == "__main__":
    main()
