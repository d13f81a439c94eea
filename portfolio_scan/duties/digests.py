"""Digests of what people handed in: the log holds them, so that a changed row is found."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import TYPE_CHECKING

from portfolio_scan.storage import NewAnnotation, NewDecision

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio_scan.storage import AnnotationRow, DecisionRow


def digest_of_annotation(one: NewAnnotation | AnnotationRow, at: datetime) -> str:
    """Give the digest of an annotation, before it is kept and after."""
    return _digest([getattr(one, name) for name in NewAnnotation.__dataclass_fields__], at)


def digest_of_decision(one: NewDecision | DecisionRow, at: datetime) -> str:
    """Give the digest of a decision, before it is kept and after."""
    return _digest([getattr(one, name) for name in NewDecision.__dataclass_fields__], at)


def _digest(fields: list[object], at: datetime) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps([moment, *fields], ensure_ascii=True).encode()).hexdigest()
