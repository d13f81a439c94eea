"""The JSON document: a scan in the shape of the output contract.

The model nests a `Repository` inside each `RepositoryScan`; the contract lays both flat into one
object per repository. The records here are that flat shape. The committed JSON Schema
(docs/schema/scan-1.json) is generated from them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from portfolio_scan.model import (
    Annotation,
    Assessment,
    Claim,
    Complexity,
    Finding,
    History,
    Named,
    PackVersion,
    Portfolio,
    PortfolioCoverage,
    Receipt,
    Repository,
    RepositoryCoverage,
    RepositoryScan,
    Scan,
    SourceKind,
    Statement,
    Subject,
    Tool,
)
from portfolio_scan.model.scan import SCHEMA, Schema

if TYPE_CHECKING:
    from collections.abc import Collection

SCHEMA_URL = "https://json-schema.org/draft/2020-12/schema"
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_REPOSITORY_FIELDS = tuple(field.name for field in fields(Repository))


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryDocument:
    """One repository: what it is, how much was read, the verdicts and the findings."""

    name: str
    commit: str | None = None
    source: SourceKind
    url: str = ""
    branch: str | None = None
    node_id: str = ""
    description: str = ""
    topics: tuple[str, ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    license: str = ""
    size_kb: int | None = None
    created: date | None = None
    pushed: date | None = None
    fork_of: str = ""
    archived: bool = False
    renamed_from: str = ""
    history: History
    coverage: RepositoryCoverage
    assessment: Assessment
    findings: tuple[Finding, ...] = ()
    complexity: Complexity | None = None
    annotations: tuple[Annotation, ...] = ()
    statements: tuple[Statement, ...] = ()
    claims: tuple[Claim, ...] = ()
    techniques: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanDocument:
    """The record of one run of portfolio-scan, version 1 of the output contract."""

    schema: Schema
    tool: Tool
    scanned_at: str
    subject: Subject
    packs: tuple[PackVersion, ...]
    coverage: PortfolioCoverage
    receipt: Receipt
    repositories: tuple[RepositoryDocument, ...]
    portfolio: Portfolio


_PARTS = tuple(field.name for field in fields(ScanDocument))


def to_document(scan: Scan) -> dict[str, Any]:
    """Lay the scan out as plain dictionaries, lists and strings, in the order of the contract.

    File names that are no Unicode can reach us with lone surrogates, which JSON in UTF-8 cannot
    carry; they are replaced by U+FFFD here.
    """
    builtins: dict[str, Any] = encodable(msgspec.to_builtins(_flat(scan)))
    return builtins


def encode_document(scan: Scan) -> bytes:
    """Encode the document as JSON on one line, in the order of the contract."""
    return _encoded(_flat(scan))


def encode_sorted(scan: Scan, *, without: Collection[str], **more: object) -> bytes:
    """Encode the document but for some of its parts, and more, with the keys of objects sorted.

    The same content gives the same bytes, whatever the order of the contract becomes.
    """
    document = _flat(scan)
    parts = {name: getattr(document, name) for name in _PARTS if name not in without}
    return _encoded({**parts, **more}, order="sorted")


def render_json(scan: Scan) -> str:
    """Write the scan as indented JSON with a newline at the end: the bytes of `--format json`."""
    return msgspec.json.format(encode_document(scan), indent=2).decode() + "\n"


def from_document(document: ScanDocument) -> Scan:
    """Return the scan that a document was made from."""
    return Scan(
        tool=document.tool,
        scanned_at=document.scanned_at,
        subject=document.subject,
        packs=document.packs,
        coverage=document.coverage,
        receipt=document.receipt,
        repositories=tuple(_nest(part) for part in document.repositories),
        portfolio=document.portfolio,
        schema=document.schema,
    )


def json_schema() -> dict[str, Any]:
    """Generate the JSON Schema of the document, as committed under docs/schema."""
    return {
        "$schema": SCHEMA_URL,
        "title": SCHEMA,
        **msgspec.json.schema(ScanDocument),
    }


def _flat(scan: Scan) -> ScanDocument:
    return ScanDocument(
        schema=scan.schema,
        tool=scan.tool,
        scanned_at=scan.scanned_at,
        subject=scan.subject,
        packs=scan.packs,
        coverage=scan.coverage,
        receipt=scan.receipt,
        repositories=tuple(_flatten(part) for part in scan.repositories),
        portfolio=scan.portfolio,
    )


def _encoded(value: object, order: Literal["sorted"] | None = None) -> bytes:
    try:
        return msgspec.json.encode(value, order=order)
    except UnicodeEncodeError:
        # A file name that is no Unicode: rare, so nothing else pays for looking into every text.
        return msgspec.json.encode(encodable(msgspec.to_builtins(value)), order=order)


def _flatten(part: RepositoryScan) -> RepositoryDocument:
    repository = {name: getattr(part.repository, name) for name in _REPOSITORY_FIELDS}
    return RepositoryDocument(
        **repository,
        coverage=part.coverage,
        assessment=part.assessment,
        findings=part.findings,
        complexity=part.complexity,
        annotations=part.annotations,
        statements=part.statements,
        claims=part.claims,
        techniques=part.techniques,
    )


def _nest(part: RepositoryDocument) -> RepositoryScan:
    repository = {name: getattr(part, name) for name in _REPOSITORY_FIELDS}
    return RepositoryScan(
        repository=Repository(**repository),
        coverage=part.coverage,
        assessment=part.assessment,
        findings=part.findings,
        complexity=part.complexity,
        annotations=part.annotations,
        statements=part.statements,
        claims=part.claims,
        techniques=part.techniques,
    )


def encodable(value: Any) -> Any:
    """Return the value with lone surrogates, which UTF-8 cannot carry, replaced."""
    if isinstance(value, str):
        return value if value.isascii() else LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {key: encodable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encodable(item) for item in value]
    return value
