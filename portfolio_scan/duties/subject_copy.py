"""The copy that a person may ask for (GDPR articles 15 and 20): everything kept, and nobody else's.

Files are given one by one, so that a member with much code does not have to fit into memory.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import msgspec

import portfolio_scan
from portfolio_scan.analysis.manifest import entries_of
from portfolio_scan.delivery.outbox import State
from portfolio_scan.duties import places as at
from portfolio_scan.duties.copy_page import overview, read_me
from portfolio_scan.pool.documents import from_row
from portfolio_scan.pool.statements import with_statements
from portfolio_scan.report import render_html, render_json
from portfolio_scan.report.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portfolio_scan.duties.notice import Sender
    from portfolio_scan.duties.persons import Person
    from portfolio_scan.duties.places import Places
    from portfolio_scan.storage import Member, Store

SCHEMA: Final = "portfolio-scan/subject/1"
_ODD: Final = re.compile(r"[^\w. -]", re.ASCII)
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{one}{i}" for one in ("com", "lpt") for i in range(1, 10))}
)
_MAX_PART: Final = 80
_MAX_DEPTH: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of the copy, under a name that is safe anywhere."""

    name: str
    data: bytes


def write_copy(
    store: Store, places: Places, person: Person, sender: Sender, now: datetime
) -> Iterator[File]:
    """Give the files of the copy. Raises errors of this tool where something cannot be read."""
    member = person.member
    if member is None:
        raise ValueError("only of members")
    scans = store.subjects.scans(member.id)
    dossiers = [_names(row["version"]) for row in scans]
    for row, (page, document) in zip(scans, dossiers, strict=True):
        scan = with_statements(store, member.id, from_row(bytes(row["document"])))
        yield _text(page, render_html(scan, Reader.CANDIDATE))
        yield _text(document, render_json(scan))
    crawl = store.scans.crawl(member.id)
    told = json.loads(zlib.decompress(crawl)) if crawl else {}
    yield _json("github.json", told)
    listed, paths = _listed(store, member, told)
    yield from _contents(store, listed, paths)
    yield _json("files.json", listed)
    yield from _reading(store, listed, store.subjects.traces(member.id))
    reviews = at.reviews_of(places, person)
    messages, letters = _messages(places, person, [one.pseudonym for one in reviews])
    yield from letters
    data = {
        "schema": SCHEMA,
        "tool": f"portfolio-scan {portfolio_scan.__version__}",
        "written": now,
        "controller": sender.controller,
        "contact": sender.contact,
        "account": asdict(member),
        "other_handles": [one for one in person.handles if one != member.handle],
        "source": f"{member.server}: public repositories and what their list says",
        "scans": [
            {**{key: value for key, value in row.items() if key != "document"}, "files": names}
            for row, names in zip(scans, dossiers, strict=True)
        ],
        "runs": store.subjects.outcomes(member.id),
        **store.subjects.words(member.id),
        "messages": messages,
        "pseudonyms": [
            {"pseudonym": one.pseudonym, "requisition": one.requisition} for one in reviews
        ],
        "repositories": [
            {
                "name": one["repository"],
                "commit": one["commit"],
                "files": len(one["files"]),
                "kept": sum(file["copy"] is not None for file in one["files"]),
                "folder": one["folder"],
            }
            for one in listed
        ],
        "log": [
            {**asdict(line), "detail": json.loads(line.detail)}
            for line in store.subjects.log(member.id)
        ],
    }
    plain = json.loads(_dumped(data))
    yield _json("data.json", plain)
    yield _text("overview.html", overview(plain))
    yield _text("README.txt", read_me(plain))


def _names(version: int) -> tuple[str, str]:
    return f"dossiers/version-{version}.html", f"dossiers/version-{version}.json"


def _listed(
    store: Store, member: Member, crawled: dict[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """List the kept files by repository; beside it where each blob's content goes in the copy."""
    names = {one["node_id"]: one["name"] for one in crawled.get("repositories", ())}
    safe = _Names()
    where: defaultdict[str, list[str]] = defaultdict(list)
    listed = []
    for source, commit, payload in store.subjects.manifests(member.id):
        node = source.rpartition("#")[2]
        name = names.get(node, node)
        files = []
        for entry in entries_of(payload):
            target = safe.take(f"{name.rpartition('/')[2]}/{entry.path}")
            if entry.blob:
                where[entry.blob].append(target)
            told = {"path": entry.path, "blob": entry.blob, "size": entry.size}
            files.append({**told, "copy": target})
        folder = f"files/{_safe_part(name.rpartition('/')[2])}/"
        listed.append(
            {
                "repository": name,
                "node_id": node,
                "commit": commit,
                "folder": folder,
                "files": files,
            }
        )
    return listed, where


def _contents(
    store: Store, listed: list[dict[str, Any]], where: dict[str, list[str]]
) -> Iterator[File]:
    kept = set()
    for blob, content in store.subjects.contents(list(where)):
        for name in where[blob]:
            kept.add(name)
            yield File(name=name, data=content)
    for one in listed:
        for file in one["files"]:
            if file["copy"] not in kept:
                # Only that the file is there is kept, not what stands in it.
                file["copy"] = None


def _reading(
    store: Store, listed: list[dict[str, Any]], flows: list[tuple[str, bytes]]
) -> Iterator[File]:
    blobs = [file["blob"] for one in listed for file in one["files"] if file["blob"]]
    lines = [
        _dumped({"blob": blob, "read": _unpacked(payload)}, indent=None)
        for blob, payload in store.subjects.records(blobs)
    ]
    lines += [
        _dumped({"repository": source.rpartition("#")[2], "flow": _unpacked(payload)}, indent=None)
        for source, payload in flows
    ]
    yield _text("reading.jsonl", "".join(f"{line}\n" for line in lines))


def _unpacked(payload: bytes) -> Any:
    try:
        return msgspec.msgpack.decode(payload)
    except msgspec.MsgspecError:
        return {"base64": base64.b64encode(payload).decode()}


def _messages(
    places: Places, person: Person, pseudonyms: Sequence[str]
) -> tuple[list[dict[str, Any]], list[File]]:
    """List messages about the person; those about nobody else come along while they wait."""
    found = at.Messages(places).about(at.keys_of(person, pseudonyms))
    rows = []
    letters = []
    for one in found:
        waits = one.state is not State.SENT
        if waits and len(one.subjects) == 1:
            file = places.outbox / f"{one.key}.eml"
            if file.is_file():
                letters.append(File(name=f"messages/{one.key}.eml", data=file.read_bytes()))
        rows.append(
            {
                "recipient": one.recipient,
                "state": one.state,
                "changed": one.changed,
                "about_others_too": len(one.subjects) > 1,
                "file": letters[-1].name if waits and len(one.subjects) == 1 and letters else None,
            }
        )
    return rows, letters


class _Names:
    """Gives paths of repositories names below `files` that are safe on any system, each once."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def take(self, path: str) -> str:
        """Name one file; neither a folder nor another file has the name, in whatever case."""
        parts = [_safe_part(part) for part in path.split("/")]
        if len(parts) > _MAX_DEPTH:
            parts = [*parts[: _MAX_DEPTH - 1], "_".join(parts[_MAX_DEPTH - 1 :])[-_MAX_PART:]]
        folder = "files"
        for part in parts[:-1]:
            folder = f"{folder}/{part}"
            while folder.lower() in self._files:
                folder = _next(folder)
            self._folders.add(folder.lower())
        name = f"{folder}/{parts[-1]}"
        while name.lower() in self._files or name.lower() in self._folders:
            name = _next(name)
        self._files.add(name.lower())
        return name


def _next(name: str) -> str:
    """Count a name up: `a`, `a-2`, `a-3`."""
    stem, dash, number = name.rpartition("-")
    return f"{stem}-{int(number) + 1}" if dash and number.isdecimal() else f"{name}-2"


def _safe_part(part: str) -> str:
    plain = _ODD.sub("_", part).strip(" .")[:_MAX_PART] or "_"
    return f"_{plain}" if plain.partition(".")[0].lower() in _RESERVED else plain


def _text(name: str, text: str) -> File:
    return File(name=name, data=text.encode("utf-8", "replace"))


def _json(name: str, value: Any) -> File:
    return _text(name, _dumped(value) + "\n")


def _dumped(value: Any, indent: int | None = 1) -> str:
    # Paths may hold what is no Unicode; the standard library writes it as an escape.
    return json.dumps(value, default=_told, indent=indent, ensure_ascii=True)


def _told(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)
