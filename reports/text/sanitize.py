"""Sanitizes all records of an analysis in one step, before anything is rendered."""

import math
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from reports.text.escaping import clean

T = TypeVar("T")


def sanitized(value: T) -> T:
    """Return the same records with clean text, and with None for NaN and infinity."""
    return _sanitized(value)  # type: ignore[no-any-return]


def _sanitized(value: Any) -> Any:
    match value:
        case Enum():
            return value
        case str():
            return clean(value)
        case float():
            return value if math.isfinite(value) else None
        case tuple():
            return tuple(map(_sanitized, value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            before = {field.name: getattr(value, field.name) for field in fields(value)}
            after = {name: _sanitized(one) for name, one in before.items()}
            # A clean record is shared, not copied.
            return replace(value, **after) if any(after[name] is not before[name] for name in before) else value
    return value
