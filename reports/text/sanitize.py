"""Where results become the report's own: every text in them is made clean once, so that no later step can forget it."""

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from reports.text.escaping import clean

T = TypeVar("T")


def sanitized(value: T) -> T:
    """Return the same records with every text in them clean and every float that is no number None."""
    return _cleaned(value)  # type: ignore[no-any-return]


def _cleaned(value: Any) -> Any:
    match value:
        case Enum():
            return value
        case str():
            return clean(value)
        case float():
            return value if math.isfinite(value) else None
        case tuple():
            return tuple(_cleaned(item) for item in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **dict(_changed(value)))
    return value


def _changed(record: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields whose sanitized value is another one, so that clean records are shared and not copied."""
    for field in fields(record):
        before = getattr(record, field.name)
        after = _cleaned(before)
        if after is not before:
            yield field.name, after
