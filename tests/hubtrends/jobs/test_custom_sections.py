"""Sections that the operator defines in SQL files."""

from pathlib import Path

import pytest

from hubtrends.config.settings import ReportSettings, Settings
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.custom_sections import custom_tables
from reports.build import build
from reports.document import BarChart, CustomTable, Paragraph, Section, Table, plain
from tests.fakes.keeper import Unwaiting
from tests.fakes.quiet import Kept
from tests.fakes.results import AS_OF, week
from tests.fakes.walks import new_store


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    """An empty store, and a folder for SQL files in its settings."""
    with new_store(tmp_path):
        pass
    (tmp_path / "sections").mkdir()
    settings = Settings(report=ReportSettings(sections=tmp_path / "sections")).with_database(tmp_path / "hub.duckdb")
    return RunContext(settings, lambda: AS_OF, Kept(), Unwaiting(), None)


def written(context: RunContext, name: str, sql: str) -> None:
    folder = context.settings.report.sections
    assert folder is not None
    (folder / name).write_text(sql, encoding="utf-8")


def only_custom(tables: tuple[CustomTable, ...]) -> list[Section]:
    """Return the sections of a report that stand before the data quality and were not there without the tables."""
    usual = {section.anchor for section in build(week(2)).sections}
    return [section for section in build(week(2), custom=tables).sections if section.anchor not in usual]


def test_a_query_becomes_a_section(context: RunContext) -> None:
    """The first comment is the title, `$as_of` the end of the week, and the rows are a table."""
    written(context, "10.sql", "-- My week\nSELECT 'org/a' AS id, 1234 AS likes, year($as_of::TIMESTAMPTZ) AS year")

    (section,) = only_custom(custom_tables(context, AS_OF))

    assert (section.title, section.anchor) == ("My week", "my-week")
    (table,) = section.blocks
    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[0]] == ["org/a", "1,234", "2,026"]


def test_bars_on_request(context: RunContext) -> None:
    """The comment `chart: bars` draws the first two columns above the table."""
    written(context, "10.sql", "-- Two\n-- chart: bars\nSELECT * FROM (VALUES ('a', 3), ('b', 1))")

    (section,) = only_custom(custom_tables(context, AS_OF))

    chart = section.blocks[0]
    assert isinstance(chart, BarChart)
    assert [(bar.label, bar.value) for bar in chart.bars] == [("a", 3), ("b", 1)]


@pytest.mark.parametrize(
    "sql", ["SELECT * FROM nowhere", "not sql", "SELECT * FROM read_csv('/etc/passwd')", "CREATE TABLE t (i INTEGER)"]
)
def test_a_query_that_fails_costs_its_section_only(context: RunContext, sql: str) -> None:
    """A wrong query, one that reads files and one that writes give a section with the error; others are whole."""
    written(context, "10.sql", sql)
    written(context, "20.sql", "SELECT 1 AS one")

    failed, whole = only_custom(custom_tables(context, AS_OF))

    (paragraph,) = failed.blocks
    assert isinstance(paragraph, Paragraph)
    assert plain(paragraph.text).startswith("This section failed: ")
    assert isinstance(whole.blocks[0], Table)


def test_an_anchor_is_used_once() -> None:
    """A section that is named like one of ours has an anchor of its own."""
    table = CustomTable("Models", ("id",), (("a",),), bars=False, error=None)

    anchors = [section.anchor for section in build(week(2), custom=(table, table)).sections]

    assert len(anchors) == len(set(anchors))


def test_no_folder_no_sections() -> None:
    """Without the setting no file is read."""
    assert custom_tables(RunContext(Settings(), lambda: AS_OF, Kept(), Unwaiting(), None), AS_OF) == ()
