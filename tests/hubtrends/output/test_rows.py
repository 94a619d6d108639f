"""Rows in each format, with values that are hard to print."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from hubtrends.output.rows import Format, Line, Number, Rows, formatted, shorter

BERLIN = timezone(timedelta(hours=2))

HARD = Rows(
    ("name", "count", "share", "when", "tags", "note"),
    [
        ("plain", 1234567, 0.5, datetime(2026, 5, 4, 9, 30, tzinfo=UTC), ["a", "b"], None),
        ("=cmd|' /C calc'!A0", None, float("nan"), datetime(2026, 5, 4, 11, 30, tzinfo=BERLIN), [], "x|y"),
        ("\x1b[31mred\u202eevil\nline", -3, 1e-9, None, None, Decimal("1.50")),
    ],
)  # fmt: skip


def test_json_keeps_values_and_shows_times_in_utc() -> None:
    """JSON has null for NULL and NaN, and both times are the same moment."""
    records = json.loads(formatted(HARD, Format.JSON))

    assert [record["when"] for record in records] == ["2026-05-04T09:30:00Z", "2026-05-04T09:30:00Z", None]
    assert [record["share"] for record in records] == [0.5, None, 1e-9]
    assert records[0]["tags"] == ["a", "b"]


def test_json_escapes_control_characters_and_loses_none() -> None:
    """Control characters are escaped, and reading the JSON gives the same text."""
    hostile = "\x9b2J\x7f\u202eevil\u2069\U000e0041 größer"
    text = formatted(Rows(("name",), [(hostile,)]), Format.JSON)

    assert not any(character in text for character in "\x9b\x7f\u202e\u2069\U000e0041")
    assert json.loads(text) == [{"name": hostile}]


def test_json_numbers_columns_of_the_same_name() -> None:
    """Each value has its own key, as in `select 1 a, 2 a`."""
    assert json.loads(formatted(Rows(("a", "a", "a_1"), [(1, 2, 3)]), Format.JSON)) == [{"a": 1, "a_2": 2, "a_1": 3}]


@pytest.mark.parametrize(
    ("value", "table", "markdown"),
    [(158883123.0, "158,883,123", "158883123"), (-2500000.6, "-2,500,001", "-2500001"), (3501.0, "3,501", "3501"),
     (0.123456789, "0.123457", "0.123457"), (1e300, "1e+300", "1e+300")],
)  # fmt: skip
def test_a_float_is_written_with_its_whole_part(value: float, table: str, markdown: str) -> None:
    """A metric of leaders is a count in a DOUBLE: no digit is lost."""
    rows = Rows(("value",), [(value,)])

    assert formatted(rows, Format.TABLE).split() == ["value", table]
    assert formatted(rows, Format.MD).splitlines()[-1].strip("| ").replace("\\", "") == markdown


def test_csv_holds_no_formula() -> None:
    """No cell starts a formula in a spreadsheet."""
    rows = list(csv.reader(io.StringIO(formatted(HARD, Format.CSV))))

    assert rows[2][0] == "'=cmd|' /C calc'!A0"
    assert rows[1][1] == "1234567"
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


@pytest.mark.parametrize("style", [Format.TABLE, Format.MD, Format.CSV])
def test_no_format_passes_escape_sequences_on(style: Format) -> None:
    """Control and bidirectional characters never reach a terminal."""
    text = formatted(HARD, style)

    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_markdown_row_is_one_line() -> None:
    """A pipe or a line break inside a value does not start another cell or row."""
    lines = formatted(HARD, Format.MD).splitlines()

    assert len(lines) == 2 + len(HARD.rows)


def test_a_table_for_a_pipe_is_not_folded() -> None:
    """Without a terminal a long name stays on its line."""
    long = "organisation/" + "x" * 300

    assert long in formatted(Rows(("id",), [(long,)]), Format.TABLE)


def test_words_are_folded_and_numbers_and_lines_are_not() -> None:
    """In a narrow terminal a table folds words, never numbers or sparklines."""
    rows = Rows(("id", "line", "likes"), [("organisation/" + "x" * 30, "▁▂▃▄▅▆▇█", 1234567)])
    lines = formatted(rows, Format.TABLE, width=40).splitlines()

    assert all(len(line) <= 40 for line in lines)
    assert "▁▂▃▄▅▆▇█  1,234,567" in lines[1]
    assert len(lines) > 2


def test_rows_too_wide_for_a_table_are_printed_one_value_a_line() -> None:
    """No number is cut and no name is split into letters: each value has its own line."""
    rows = Rows(("id", "downloads", "likes", "tags"), [("org/a", 123456, 1, ["x"]), ("größer/名", None, -2, [])])

    assert formatted(rows, Format.TABLE, width=24) == (
        "id         org/a\ndownloads  123,456\nlikes      1\ntags       x\n\n"
        "id         größer/名\ndownloads\nlikes      -2\ntags\n"
    )


WIDE = Rows(
    ("place", "id", "gain", "task"),
    [
        (1, "organisation/Large-Model-7B-Instruct-GGUF", Number("+1,234"), Line("text-generation")),
        (2, "a/b", None, None),
    ],
    importance=("place", "id", "gain"),
)


@pytest.mark.parametrize("width", [12, 24, 38, 45, 60, 80, 200])
def test_a_table_for_people_fits_every_terminal(width: int) -> None:
    """The least important columns go first, then a name loses its middle; a row stays on one line."""
    rows, dropped = WIDE.fitting(width)
    lines = formatted(rows, Format.TABLE, width=width).splitlines()

    assert [*rows.columns, *dropped] == list(WIDE.columns)
    assert all(len(line) <= width for line in lines)
    assert len(lines) == 3


def test_a_shortened_name_keeps_both_ends() -> None:
    """The owner and the variant tell similar names apart; a title keeps its start."""
    rows, dropped = WIDE.fitting(40)

    assert dropped == ["task"]
    assert str(rows.rows[0][1]).startswith("organisation")
    assert str(rows.rows[0][1]).endswith("nstruct-GGUF")
    assert "  gain" in formatted(rows, Format.TABLE, width=40), "a number is aligned on the right"
    assert shorter("A title of many words", 12) == "A title of…"


def test_changes_have_colours_on_a_terminal_only() -> None:
    """A gain is green where colours are wanted, and plain elsewhere."""
    assert "\x1b[" not in formatted(WIDE, Format.TABLE)
    assert "\x1b[32m+1,234" in formatted(WIDE, Format.TABLE, colour=True)
