"""Writes sentences, numbers and days in the language of a report.

    catalogue   reports/locales/CODE.po, by the English message; English itself needs none
    message     a whole sentence with named slots: "{name} gained {gain} likes."

A new language is one file. A sentence without a translation stays in English. Names are values of slots, so that no
catalogue translates them. `make messages` collects the messages of the code: the arguments of `say`, `rich`, `plural`,
`rich_plural`, `message` and `forms`.
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
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from reports.document import RichText, TextRun
from reports.locales import ENGLISH, languages
from reports.text.format import MINUS, UNKNOWN, utc

SLOT = re.compile(r"\{(\w+)\}")

Value = str | int | TextRun | RichText
Forms = tuple[str, str]
"""A message for one and a message for many."""


def message(english: str) -> str:
    """Return a message that is said elsewhere; the name marks it for the catalogues."""
    return english


def forms(one: str, many: str) -> Forms:
    """Return a message for one and one for many that are said elsewhere."""
    return one, many


DAY, SHORT_DAY = message("d MMMM y"), message("d MMM y")
DAY_OF_YEAR, SHORT_DAY_OF_YEAR = message("d MMMM"), message("d MMM")
WEEKDAY = message("EEE d MMM")
CLOCK = message("d MMM y, HH:mm 'UTC'")
PERCENT, PERCENT_TENTHS = message("#,##0\u202f%"), message("#,##0.0\u202f%")
"""Patterns of Babel, which a catalogue translates as well."""

SEPARATOR = message(", ")
DAYS = forms("{days} day", "{days} days")


@dataclass(frozen=True, slots=True)
class Language:
    """A language with its catalogue and its formats."""

    code: str
    """As in file names: en, zh_Hans."""
    locale: Locale = field(repr=False)
    catalogue: NullTranslations = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the language in itself: English."""
        return self.locale.get_display_name() or self.code

    def say(self, message: str, /, **values: Value) -> str:
        """Return a translated message with its slots filled, as plain text."""
        return "".join(run.text for run in self.rich(message, **values))

    def rich(self, message: str, /, **values: Value) -> RichText:
        """Return a translated message; slots keep the links of their values."""
        return tuple(self._filled(self.catalogue.gettext(message) if message else "", values))

    def rich_plural(self, one: str, many: str, number: int, /, **values: Value) -> RichText:
        """Return the form of a message that fits a number."""
        return tuple(self._filled(self.catalogue.ngettext(one, many, number), values))

    def plural(self, one: str, many: str, number: int, /, **values: Value) -> str:
        """Return the form of a message that fits a number, as plain text."""
        return "".join(run.text for run in self.rich_plural(one, many, number, **values))

    def word(self, english: str) -> str:
        """Return a translated term that has no slots, such as a value from the Hub; an unknown one stays as it is."""
        return self.catalogue.gettext(english) if english else ""

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

    def number(self, value: float, digits: int = 1) -> str:
        """Return a number with decimals: 1,234.5."""
        return _with_minus(format_decimal(value, f"#,##0.{'0' * digits}", locale=self.locale))

    def percent(self, fraction: float | None) -> str:
        """Return a fraction as a percentage without a sign, with a decimal below 10: 4.2 %, 42 %."""
        return UNKNOWN if fraction is None else self._percent(fraction, 0 if abs(fraction) >= 0.0995 else 1)

    def percent_change(self, percent: float | None) -> str:
        """Return a change in percent with its sign: +0.4 %, +12 %, −3.1 %, +1,200 %."""
        if percent is None:
            return UNKNOWN
        digits = 0 if abs(percent) >= 9.95 else 1
        shown = round(percent, digits)
        return ("+" if shown > 0 else "") + self._percent(shown / 100, digits if shown else 0)

    def _percent(self, fraction: float, digits: int) -> str:
        pattern = self.word(PERCENT_TENTHS if digits else PERCENT)
        return _with_minus(format_percent(fraction, pattern, locale=self.locale))

    def multiple(self, value: float) -> str:
        """Return a multiple of the past: ×1.9, ×0.84, ×14."""
        return "×" + self.number(value, 1 if value >= 0.995 else 2) if value < 9.95 else f"×{self.count(round(value))}"

    def days(self, span: float | None) -> str:
        """Return a span: 6.07 days, 1 day."""
        if span is None:
            return UNKNOWN
        shown = format_decimal(span, "#,##0.##", locale=self.locale)
        return self.plural(*DAYS, 1 if span == 1 else 2, days=shown)

    def points(self, points: float | None) -> str:
        """Return a change of a share in points, with its sign: +1.4."""
        return UNKNOWN if points is None else _with_minus(format_decimal(points, "+0.0;-0.0", locale=self.locale))

    def day(self, moment: date, *, year: bool = True) -> str:
        """Return a day, or the UTC day of a time: 4 May 2026."""
        return format_date(_day(moment), self.word(DAY if year else DAY_OF_YEAR), locale=self.locale)

    def period(self, start: datetime, end: datetime) -> tuple[str, str]:
        """Return two days that share their year: 28 April, 4 May 2026."""
        differs, first = utc(start).year != utc(end).year, self.word(DAY).startswith("y")
        return self.day(start, year=differs or first), self.day(end, year=differs or not first)

    def short_day(self, moment: date, *, year: bool = True) -> str:
        """Return a day for a table or a chart: 30 Apr 2026."""
        return format_date(_day(moment), self.word(SHORT_DAY if year else SHORT_DAY_OF_YEAR), locale=self.locale)

    def weekday_and_day(self, moment: date) -> str:
        """Return a day with the day of the week: Thu 30 Apr."""
        return format_date(_day(moment), self.word(WEEKDAY), locale=self.locale)

    def clock(self, moment: datetime) -> str:
        """Return a time in UTC: 4 May 2026, 09:30 UTC."""
        return format_datetime(utc(moment), self.word(CLOCK), locale=self.locale)

    def weekday(self, moment: date) -> str:
        """Return the name of a day of the week: Thursday."""
        return format_date(_day(moment), "EEEE", locale=self.locale)

    def enumerated(self, parts: Sequence[str]) -> str:
        """Return parts one after another: a, b, c."""
        return self.word(SEPARATOR).join(parts)

    def listed(self, parts: Sequence[str]) -> str:
        """Return parts joined as in a sentence: a, b and c."""
        if len(parts) < 2:
            return "".join(parts)
        return self.say("{first} and {last}", first=self.enumerated(parts[:-1]), last=parts[-1])


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
