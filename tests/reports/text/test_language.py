"""The languages of a report: every message has its translation, and numbers and days have the formats of a language."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import reports
from reports.document import TextRun
from reports.locales import languages
from reports.text.language import SLOT, language

ROOT = Path(reports.__file__).parent
PLURALS = {"forms", "plural", "rich_plural"}
SAYING = PLURALS | {"say", "rich", "message"}
PATTERNS = ["y年M月d日", "y年M月d日", "M月d日", "M月d日", "M月d日（EEE）", "y年M月d日 HH:mm 'UTC'"]
"""The patterns of Chinese days, whose letters are not shown."""

OTHERS = [code for code in languages() if code != "en"]


def messages() -> set[str | tuple[str, ...]]:
    """Return the messages of the code and of the templates; one and many make a pair."""
    found: set[str | tuple[str, ...]] = set()
    for path in ROOT.rglob("*.py"):
        found |= set(_of_code(ast.parse(path.read_text())))
    for path in ROOT.rglob("*.j2"):
        with path.open("rb") as source:
            for _, _, text, _ in babel_extract(source, ("say",), (), {}):
                first = text[0] if isinstance(text, tuple) else text
                found |= {first} if first else set()
    return found


def _of_code(tree: ast.AST) -> Iterator[str | tuple[str, ...]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if name in SAYING and texts:
            yield tuple(texts[:2]) if name in PLURALS else texts[0]


def catalogue(code: str) -> Catalog:
    """Return the catalogue of a language as it is stored."""
    with (files("reports.locales") / f"{code}.po").open("rb") as source:
        return read_po(source, locale=code)


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_has_a_translation(code: str) -> None:
    """The catalogue has the messages of the code and no others, each with all its forms (`make messages`)."""
    known = {one.id: one for one in catalogue(code) if one.id}

    assert set(known) ^ messages() == set()
    assert [one.id for one in known.values() if not all(_forms(one.string))] == []
    assert [one.id for one in known.values() if one.fuzzy] == []


@pytest.mark.parametrize("code", OTHERS)
def test_translations_fill_the_same_slots(code: str) -> None:
    """Each slot of a translation exists in its message, and no slot of a message is lost."""
    for one in catalogue(code):
        slots = {slot for text in _forms(one.id) for slot in SLOT.findall(text)}
        assert all(set(SLOT.findall(text)) == slots for text in _forms(one.string)), one.id


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


class TestEnglish:
    def test_plural(self) -> None:
        """One has its own form, and the number has separators."""
        say = language()

        assert say.plural("{n} day", "{n} days", 1, n=1) == "1 day"
        assert say.plural("{n} day", "{n} days", 3120, n=3120) == "3,120 days"

    def test_slots_keep_links(self) -> None:
        """A name keeps its link inside a sentence, and braces in it are no slots."""
        name = TextRun("owner/{name}", "https://hub.example")

        assert language().rich("{name} rose.", name=name) == (name, TextRun(" rose."))

    def test_word_has_no_slots(self) -> None:
        """A value of the Hub with braces stays as it is."""
        assert language().word("{task}") == "{task}"

    @pytest.mark.parametrize(("fraction", "text"), [(0.42, "42\u202f%"), (0.0421, "4.2\u202f%"), (None, "–")])
    def test_percent(self, fraction: float | None, text: str) -> None:
        """A share has a decimal below ten percent."""
        assert language().percent(fraction) == text

    @pytest.mark.parametrize(
        ("percent", "text"),
        [(0.42, "+0.4"), (12.3, "+12"), (-3.14, "\u22123.1"), (1200.0, "+1,200"), (0.01, "0"), (9.96, "+10")],
    )
    def test_percent_change(self, percent: float, text: str) -> None:
        """A change has its sign, and a decimal below ten percent."""
        assert language().percent_change(percent) == f"{text}\u202f%"

    @pytest.mark.parametrize(("value", "text"), [(1.94, "×1.9"), (0.84, "×0.84"), (14.2, "×14"), (1234.0, "×1,234")])
    def test_multiple(self, value: float, text: str) -> None:
        """A multiple has two digits that count."""
        assert language().multiple(value) == text

    @pytest.mark.parametrize(
        ("number", "count", "signed"),
        [(None, "–", "–"), (0, "0", "0"), (1234567, "1,234,567", "+1,234,567"), (-5, "\u22125", "\u22125")],
    )
    def test_count(self, number: int | None, count: str, signed: str) -> None:
        """Thousands are separated, a fall has the real minus sign, and an unknown number is a dash."""
        assert (language().count(number), language().signed(number)) == (count, signed)

    def test_listed(self) -> None:
        """The last part of a list follows an “and”."""
        assert [language().listed(list(parts)) for parts in ("", "a", "ab", "abc")] == [
            "",
            "a",
            "a and b",
            "a, b and c",
        ]

    def test_days(self) -> None:
        """Days and times are in UTC."""
        say, moment = language(), datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

        assert say.day(moment) == "4 May 2026"
        assert say.short_day(date(2026, 9, 30)) == "30 Sep 2026"
        assert say.weekday_and_day(date(2026, 4, 30)) == "Thu 30 Apr"
        assert say.clock(moment) == "4 May 2026, 09:30 UTC"
        assert say.days(6.0694) == "6.07 days"
        assert say.days(1) == "1 day"


class TestChinese:
    def test_formats(self) -> None:
        """Days, numbers and lists have the formats of Chinese."""
        say, moment = language("zh_Hans"), datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

        assert say.day(moment) == "2026年5月4日"
        assert say.percent(0.42) == "42%"
        assert say.compact(123456) == "12.3万"
        assert say.listed(["a", "b", "c"]) == "a、b、c"

    def test_no_english_punctuation(self) -> None:
        """Chinese has punctuation of full width, and a space before Latin letters and digits."""
        texts = [text for one in catalogue("zh_Hans") for text in _forms(one.string)]

        assert [text for text in texts if re.search(r"[\u4e00-\u9fff][,;:.!?(]", text)] == []
        assert [
            text for text in texts if re.search(r"[\u4e00-\u9fff][a-zA-Z]|[a-zA-Z][\u4e00-\u9fff]", text)
        ] == PATTERNS


def test_unknown_language() -> None:
    """A language without a catalogue is refused with those that exist."""
    with pytest.raises(ValueError, match="zh_Hans"):
        language("xx")
