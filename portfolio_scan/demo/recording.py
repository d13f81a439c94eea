"""What was recorded: GraphQL answers and one archive per repository.

An answer is found by operation, by the query's shape and by its variables. Queries that ask the
same of many repositories at once (`r0: …, r1: …`) are kept repository by repository: then neither
another order nor another batch size, nor other files that the rules take an interest in, makes the
recording stale. A query that asks for other *fields* does, and says so.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from portfolio_scan.errors import DemoDataMissing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

HANDLE = "mira-demo"
TOKEN = "demo"  # noqa: S105 - no secret: the replay server accepts nothing else
WEB_URL = "https://github.example"
"""Where permalinks of the demo point: a name that is reserved and can never be a real site."""
REPLIES = "replies.json"

Variables = dict[str, Any]

_NUMBERED = re.compile(r"\b([a-z])\d+\b")
_SLOT = re.compile(r"([a-z])(\d+)")
_OPERATION = re.compile(r"\bquery\s+(\w+)")


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer, or the answer for one slot of a query with numbered slots."""

    operation: str
    shape: str
    variables: Variables
    """For a slot: the shared variables, and its own without their number."""
    data: Any
    """All of `data` without the rate limit, or the value of the slot."""


class Recording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that `fixtures/record_demo.py` writes."""

    schema: int
    archives: dict[str, str]
    """`owner/name/commit` to the name of the archive's file."""
    replies: list[Reply]


class Question:
    """A GraphQL request, taken apart."""

    def __init__(self, query: str, variables: Mapping[str, Any]) -> None:
        named = _OPERATION.search(query)
        self.operation = named.group(1) if named else ""
        words = sorted(set(re.findall(r"\w+", _NUMBERED.sub(r"\1", query))))
        self.shape = hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]
        """Stands for what a query asks for: its words, without the numbers of its slots."""
        self.shared: Variables = {}
        slots: dict[int, Variables] = defaultdict(dict)
        for name, value in variables.items():
            if numbered := _SLOT.fullmatch(name):
                slots[int(numbered.group(2))][numbered.group(1)] = value
            else:
                self.shared[name] = value
        self.slots = dict(sorted(slots.items()))

    def parts(self) -> Iterator[tuple[str, Variables]]:
        """Alias and variables of each slot; one part without an alias if there are none."""
        if not self.slots:
            yield "", self.shared
        for number, own in self.slots.items():
            yield f"r{number}", {**self.shared, **own}

    def key(self, variables: Variables) -> bytes:
        """Name the answer to one part."""
        return reply_key(self.operation, self.shape, variables)


def reply_key(operation: str, shape: str, variables: Variables) -> bytes:
    """Name an answer; equal for equal questions, whatever the order of their variables."""
    return msgspec.json.encode([operation, shape, variables], order="sorted")


def data_folder() -> Traversable:
    """Where the recording lies: in the installed package, or in `fixtures/` of a checkout."""
    packaged = files("portfolio_scan.demo") / "data"
    checkout = Path(__file__).resolve().parents[2] / "fixtures" / "demo"
    for folder in (packaged, checkout):
        if (folder / REPLIES).is_file():
            return folder
    raise DemoDataMissing(
        "the data of the demo are not there",
        "install portfolio-scan again, or record them: python fixtures/record_demo.py",
    )


def load_recording(folder: Traversable) -> Recording:
    """Read the recorded answers. Raises `DemoDataMissing` when they are damaged."""
    try:
        return msgspec.json.decode((folder / REPLIES).read_bytes(), type=Recording)
    except (OSError, msgspec.MsgspecError) as error:
        raise DemoDataMissing(
            f"the data of the demo cannot be read: {error}", "install portfolio-scan again"
        ) from error
