"""What the command line reads from the environment, in one place."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Give the folder of the observation cache: PORTFOLIO_SCAN_CACHE, or the platform's own."""
    given = os.environ.get("PORTFOLIO_SCAN_CACHE")
    if given:
        return Path(given).expanduser()
    import platformdirs  # noqa: PLC0415 - not needed for --help

    return Path(platformdirs.user_cache_dir("portfolio-scan", appauthor=False))


def outbox_folder() -> Path:
    """Give the folder of messages to send: PORTFOLIO_SCAN_OUTBOX, or the platform's own."""
    given = os.environ.get("PORTFOLIO_SCAN_OUTBOX")
    if given:
        return Path(given).expanduser()
    import platformdirs  # noqa: PLC0415 - not needed for --help

    return Path(platformdirs.user_state_dir("portfolio-scan", appauthor=False)) / "outbox"


def smtp_password() -> str:
    """Give the password for the mail server: PORTFOLIO_SCAN_SMTP_PASSWORD, or none."""
    return os.environ.get("PORTFOLIO_SCAN_SMTP_PASSWORD", "")


def packs() -> tuple[str, ...]:
    """Give the ids of the packs that may take part: PORTFOLIO_SCAN_PACKS, or all."""
    given = os.environ.get("PORTFOLIO_SCAN_PACKS", "")
    return tuple(name.strip() for name in given.split(",") if name.strip())


def default_jobs() -> int:
    """Give the number of processors this process may use, at most 8."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(8, usable or 1))


def blind_table() -> Path:
    """Give the table of blind reviews: PORTFOLIO_SCAN_BLIND_TABLE, or one of the user's data."""
    given = os.environ.get("PORTFOLIO_SCAN_BLIND_TABLE")
    if given:
        return Path(given).expanduser()
    import platformdirs  # noqa: PLC0415 - as above

    folder = platformdirs.user_data_dir("portfolio-scan", appauthor=False)
    return Path(folder) / "blind-table.sqlite"


def pool_address() -> str:
    """Give the pool's database: PORTFOLIO_SCAN_POOL, or a file in the platform's data folder."""
    given = os.environ.get("PORTFOLIO_SCAN_POOL")
    if given:
        return given
    import platformdirs  # noqa: PLC0415 - not needed for --help

    folder = platformdirs.user_data_dir("portfolio-scan", appauthor=False)
    return str(Path(folder) / "pool.sqlite")


def controller() -> str:
    """Name who answers for the use of the tool: PORTFOLIO_SCAN_CONTROLLER, or nobody."""
    return os.environ.get("PORTFOLIO_SCAN_CONTROLLER", "")


def contact() -> str:
    """Give where candidates turn to: PORTFOLIO_SCAN_CONTACT, or nowhere."""
    return os.environ.get("PORTFOLIO_SCAN_CONTACT", "")
