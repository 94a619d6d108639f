"""Writes sentences, numbers and days in the language of a report.

    catalogue   reports/locales/CODE.po, by the English message; English itself needs none
    message     a whole sentence with named slots: "{name} gained {gain} likes."

A new language is one file. A sentence without a translation stays in English. Names are values of slots, so that no
catalogue translates them.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from reports.document import RichText, TextRun
from reports.text.format import MINUS, UNKNOWN, utc

ENGLISH = "en"
SLOT = re.compile(r"\{(\w+)\}")

Value = str | int | TextRun | RichText


@dataclass(frozen=True, slots=True)
class Language:
    """A language with its catalogue and its formats."""

    code: str
    """As in file names: en, zh_Hans."""
    locale: Locale = field(repr=False)
    catalogue: NullTranslations = field(repr=False)

    def say(self, message: str, /, **values: Value) -> str:
        """Return a translated message with its slots filled, as plain text."""
        return "".join(run.text for run in self.rich(message, **values))

    def rich(self, message: str, /, **values: Value) -> RichText:
        """Return a translated message; slots keep the links of their values."""
        return tuple(self._filled(self.catalogue.gettext(message) if message else "", values))

    def rich_plural(self, one: str, many: str, number: int, /, **values: Value) -> RichText:
        """Return the form of a message that fits a number."""
        return tuple(self._filled(self.catalogue.ngettext(one, many, number), values))

    def _filled(self, template: str, values: dict[str, Value]) -> Iterator[TextRun]:
        # Every odd part of a split by one group is the name of a slot.
        for place, part in enumerate(SLOT.split(template)):
            value = values[part] if place % 2 else part
            if isinstance(value, TextRun):
                yield value
            elif isinstance(value, tuple):
                yield from value
            elif text := self.count(value) if isinstance(value, int) else value:
                yield TextRun(text)

    def count(self, number: int | None) -> str:
        """Return 1234567 as 1,234,567."""
        return UNKNOWN if number is None else _with_minus(format_decimal(number, "#,##0", locale=self.locale))

    def signed(self, number: int | None) -> str:
        """Return a change with its sign: +1,234, −56, 0."""
        return UNKNOWN if number is None else ("+" if number > 0 else "") + self.count(number)

    def compact(self, number: int) -> str:
        """Return a large number in about four characters: 940, 1.2K, 38K; 12万 in Chinese."""
        digits = 1 if abs(number) >= 1000 else 0
        return _with_minus(format_compact_decimal(number, fraction_digits=digits, locale=self.locale))

    def percent(self, fraction: float) -> str:
        """Return a fraction as a percentage without a sign: 42%."""
        return format_percent(fraction, "#,##0%", locale=self.locale)

    def points(self, fraction: float) -> str:
        """Return a change of a share in points, with its sign: +1.4."""
        shown = format_decimal(round(100 * fraction, 1), "+0.0;-0.0", locale=self.locale)
        return _with_minus(shown)

    def day(self, moment: date, *, year: bool = True) -> str:
        """Return a day, or the UTC day of a time: 4 May 2026."""
        pattern = self.catalogue.gettext("d MMMM y" if year else "d MMMM")
        return format_date(_day(moment), pattern, locale=self.locale)

    def weekday(self, moment: date) -> str:
        """Return the name of a day of the week: Thursday."""
        return format_date(_day(moment), "EEEE", locale=self.locale)

    def listed(self, parts: Sequence[str]) -> str:
        """Return parts joined as in a sentence: a, b and c."""
        return format_list(list(parts), locale=self.locale).replace(", and ", " and ")


def _day(moment: date) -> date:
    return utc(moment).date() if isinstance(moment, datetime) else moment


def _with_minus(text: str) -> str:
    return text.replace("-", MINUS)


@cache
def language(code: str = ENGLISH) -> Language:
    """Return a language; raises ValueError for one without a catalogue."""
    if code == ENGLISH:
        return Language(code, Locale.parse("en"), NullTranslations())
    if code not in languages():
        raise ValueError(f"no catalogue for the language {code!r}; known: {', '.join(languages())}")
    with (files("reports.locales") / f"{code}.po").open("rb") as source:
        catalogue = read_po(source, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, Locale.parse(code), GNUTranslations(compiled))


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of all languages."""
    found = (entry.name for entry in files("reports.locales").iterdir())
    return (ENGLISH, *sorted(name.removesuffix(".po") for name in found if name.endswith(".po")))
