"""Formats numbers, times and values, independent of the locale and time zone of the machine.

count … days       numbers for people; an unknown one is a dash, never zero
day … iso          times, in UTC
value_text         any value as text, for tables and CSV
json_value         any value as JSON has it
"""

import json
import math
from datetime import UTC, date, datetime

UNKNOWN = "–"
MINUS = "\u2212"
"""The minus sign; a hyphen is narrower, and a line may break after it."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def count(value: int | None) -> str:
    """Return 1234567 as 1,234,567."""
    return UNKNOWN if value is None else f"{value:,}".replace("-", MINUS)


def signed(value: int | None) -> str:
    """Return a change with its sign: +1,234, −56, 0."""
    return UNKNOWN if value is None else f"{value:+,}".replace("-", MINUS) if value else "0"


def percent(value: float | None) -> str:
    """Return a change in percent, with a decimal below 10: +0.4 %, +12 %, −3.1 %, +1,200 %."""
    if value is None:
        return UNKNOWN
    digits = 0 if abs(value) >= 9.95 else 1
    shown = f"{value:+,.{digits}f}"
    return ("0" if float(shown.replace(",", "")) == 0 else shown.replace("-", MINUS)) + "\u202f%"


def share(part: int, whole: int) -> str:
    """Return a part of a whole as a percentage without a sign: 42 %."""
    return f"{100 * part / whole:.0f}\u202f%" if whole else UNKNOWN


def share_text(fraction: float | None) -> str:
    """Return a fraction as a percentage without a sign: 4.2 %, 42 %."""
    if fraction is None:
        return UNKNOWN
    digits = 0 if abs(fraction) >= 0.0995 else 1
    return f"{100 * fraction:.{digits}f}\u202f%"


def lift(value: float) -> str:
    """Return a multiple of the past: ×1.9, ×0.84, ×14."""
    digits = 0 if value >= 9.95 else 1 if value >= 0.995 else 2
    return f"×{value:,.{digits}f}"


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


def days(span: float | None) -> str:
    """Return a span: 6.07 days."""
    return UNKNOWN if span is None else f"{f'{span:.2f}'.rstrip('0').rstrip('.')} days"


def day(moment: date, *, year: bool = True) -> str:
    """Return the UTC day of a time as 4 May 2026."""
    at = utc(moment) if isinstance(moment, datetime) else moment
    return f"{at.day} {MONTHS[at.month - 1]}" + (f" {at.year}" if year else "")


def weekday(moment: date) -> str:
    """Return a day of the week with its date: Thu 30 Apr."""
    return f"{WEEKDAYS[moment.weekday()]} {day(moment, year=False)}"


def clock(moment: datetime) -> str:
    """Return a time as 4 May 2026, 09:30 UTC."""
    return f"{day(moment)}, {utc(moment):%H:%M} UTC"


def iso(moment: datetime) -> str:
    """Return a time as 2026-05-04T09:30:00Z."""
    return utc(moment).isoformat().replace("+00:00", "Z")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 model, 3,120 models."""
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"


def capital(text: str) -> str:
    """Return text with a capital letter first."""
    return text[:1].upper() + text[1:]


def listed(parts: list[str]) -> str:
    """Return parts joined as in a sentence: a, b and c."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


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
