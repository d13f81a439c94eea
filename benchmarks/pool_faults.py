"""A pool at full size on a server with everything wrong with it, and runs that are killed.

    python benchmarks/pool_faults.py                        200 members; 20 kills for each kind
    python benchmarks/pool_faults.py --seeds 5 --kills 20   the kills five times over

The tests run smaller by default: this is what they say at full size. Needs what they need.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def _run(file: str, **settings: int) -> bool:
    names = {f"PORTFOLIO_SCAN_{name.upper()}": str(value) for name, value in settings.items()}
    test = str(HERE / "tests" / "pool" / file)
    options = ["-p", "no:randomly", "--durations=0", "--durations-min=5", "-o", "timeout=3600"]
    command = [sys.executable, "-m", "pytest", "-q", "-s", *options, test]
    sys.stdout.write(f"{file} {names}\n")
    sys.stdout.flush()
    return (
        subprocess.run(command, cwd=HERE, env={**os.environ, **names}, check=False).returncode == 0
    )


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=1, help="how often, each time otherwise")
    given = parser.parse_args()
    well = [_run("test_faults.py", crowd=given.members)]
    well += [_run("test_crash.py", kills=given.kills, seed=1 + one) for one in range(given.seeds)]
    sys.exit(0 if all(well) else 1)


if __name__ == "__main__":
    main()
