"""A throwaway PostgreSQL for tests: a cluster in a folder of its own, reached by a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

INSTALLED = Path("/usr/lib/postgresql")


class NoPostgres(Exception):
    """No PostgreSQL server is installed here, or its driver is not."""


def find_programs() -> Path:
    """Give the folder of `initdb` and `postgres`; raises NoPostgres."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(INSTALLED.glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgres("no PostgreSQL server is installed here")


class Cluster:
    """A running server; `address` makes an empty database and gives its address."""

    def __init__(self) -> None:
        self._programs = find_programs()
        # Not below pytest's folder: a server that is not root's could not reach it.
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._user = _unprivileged()
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._made = 0
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "pool", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def address(self) -> str:
        self._made += 1
        name = f"pool{self._made}"
        self._run("createdb", "-h", str(self._folder), "-U", "pool", name)
        return f"postgresql+psycopg://pool@/{name}?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            user=self._user,
            cwd=self._folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )


def _unprivileged() -> str | None:
    """The user to run as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoPostgres("PostgreSQL does not run as root, and there is nobody else")
