"""What runs on a worker of a cluster: the jobs of `study`, with rules loaded once per process.

Files are read in processes of their own, as everywhere: what kills a parser kills no worker.
"""

from __future__ import annotations

import platform
import threading
from typing import TYPE_CHECKING

import msgspec

import portfolio_scan
from portfolio_scan.analysis import study
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.registry import Rules, load_rules
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.errors import ClusterUnavailable

if TYPE_CHECKING:
    from datetime import date

    from portfolio_scan.model import Repository

Packed = bytes | study.Judged
_lock = threading.Lock()
_loaded: dict[tuple[str, ...], Rules] = {}
_idle: dict[tuple[str, ...], list[Reader]] = {}


def own_description(rules: Rules) -> dict[str, str]:
    """Say what must be the same on every machine."""
    packs = ", ".join(f"{one.id} {one.version}" for one in rules.packs)
    major, minor, _ = platform.python_version_tuple()
    return {
        "version": portfolio_scan.__version__,
        "Python": f"{major}.{minor}",
        "packs": packs or "none",
        "rules": rules.following[:12],
    }


def describe(packs: tuple[str, ...]) -> dict[str, str]:
    """Say what this worker is."""
    return own_description(_rules(packs))


def study_job(job: study.Study, packs: tuple[str, ...], following: str) -> study.Studied:
    """Study a repository by the rules of that digest."""
    rules = _same_rules(packs, following)
    with _lock:
        idle = _idle.setdefault(packs, [])
        reader = idle.pop() if idle else Reader(jobs=1, packs=packs)
    try:
        return study.begin(job, rules, reader, Silence()).studied(rules)
    finally:
        with _lock:
            _idle[packs].append(reader)


def summarise(studied: study.Studied) -> study.Summary:
    """Give what the caller needs of a study."""
    return studied.summary()


def judge_job(
    studied: study.Studied,
    repository: Repository,
    today: date,
    packs: tuple[str, ...],
    following: str,
) -> Packed:
    """Judge a study by the rules of that digest."""
    judged = study.judge(studied, repository, _same_rules(packs, following), today)
    try:
        return msgspec.msgpack.encode(judged)
    except UnicodeEncodeError:
        # A file name that is no Unicode. Pickled it goes too, and takes its time.
        return judged


def unpack(packed: Packed) -> study.Judged:
    """Give what was judged, on the caller's side."""
    if isinstance(packed, bytes):
        return msgspec.msgpack.decode(packed, type=study.Judged)
    return packed


def _rules(packs: tuple[str, ...]) -> Rules:
    with _lock:
        if packs not in _loaded:
            _loaded[packs] = load_rules(packs)
        return _loaded[packs]


def _same_rules(packs: tuple[str, ...], following: str) -> Rules:
    """Give the rules. Raises ClusterUnavailable on a worker that came later with others."""
    rules = _rules(packs)
    if rules.following != following:
        message = "a worker that joined has other rules"
        hint = "Install the same version and packs on all machines, then run it again."
        raise ClusterUnavailable(message, hint)
    return rules
