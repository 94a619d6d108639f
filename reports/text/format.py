"""Formats numbers, times and values, independent of the locale and time zone of the machine.

short, size        numbers of any language in about four characters
iso, utc           times, in UTC
value_text         any value as text, for tables and CSV
json_value         any value as JSON has it
"""

import json
import math
from datetime import UTC, date, datetime

UNKNOWN = "–"
MINUS = "\u2212"
"""The minus sign; a hyphen is narrower, and a line may break after it."""


def short(value: float) -> str:
    """Return a number for a chart in about four characters: 940, 1.2k, 38k, 3.4M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size * 0.9995:
            scaled = value / size
            return f"{scaled:.{1 if abs(scaled) < 9.95 else 0}f}{unit}".replace(".0", "").replace("-", MINUS)
    return f"{value:.0f}".replace("-", MINUS)


def size(parameters: int) -> str:
    """Return a number of parameters: 7.2B, 350M, 1.1T."""
    return short(parameters).replace("G", "B") if parameters < 999_500_000_000 else f"{parameters / 1e12:.1f}T"


def iso(moment: datetime) -> str:
    """Return a time as 2026-05-04T09:30:00Z."""
    return utc(moment).isoformat().replace("+00:00", "Z")


def capital(text: str) -> str:
    """Return text with a capital letter first."""
    return text[:1].upper() + text[1:]


def value_text(value: object, *, grouped: bool = False) -> str:
    """Return any value as text, empty for None; `grouped` separates thousands."""
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case int():
            return f"{value:,}" if grouped else str(value)
        case float():
            # Six digits, but a whole part that may be a count stays exact.
            digits = ".0f" if 1e6 <= abs(value) < 2**53 else ".6g"
            return format(value, f",{digits}" if grouped else digits)
        case datetime():
            return f"{utc(value):%Y-%m-%d %H:%M:%SZ}"
        case list() | tuple():
            return ", ".join(map(value_text, value))
        case dict():
            return json.dumps(json_value(value), ensure_ascii=False)
    return str(value)


def json_value(value: object) -> object:
    """Return a value as JSON has it: times in ISO 8601 and UTC, null for NaN and infinity."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return iso(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return [json_value(item) for item in value]
        case dict():
            return {str(key): json_value(item) for key, item in value.items()}
    return str(value)


def utc(moment: datetime) -> datetime:
    """Return a time in UTC; DuckDB gives times in UTC without a zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
