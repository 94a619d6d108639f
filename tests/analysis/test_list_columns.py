"""The columns of a list row are defined once and selected by every output."""

from dataclasses import replace

import pytest

from analysis.list_columns import HISTORY, KEY, MOVER, list_row, with_own_downloads
from analysis.records import ListName, Metric
from hubtrends.output.movers import COLUMNS, FAMILY
from reports.render import json_csv
from tests.fakes.results import week


def rows() -> list[dict[str, object]]:
    """Return every row of every list of a report."""
    return [
        with_own_downloads(list_row(ranked.name, kind.pair, pick), pick.change)
        for kind in week(2).kinds
        for ranked in kind.lists
        for pick in ranked.picks
    ]


def test_every_selected_column_is_defined() -> None:
    """Terminal, notebook, table and CSV select columns that a row or its family has."""
    (columns,) = {tuple(row) for row in rows()}

    renamed = {json_csv.CSV_NAMES.get(column, column) for column in columns}
    assert {*KEY, *MOVER, *HISTORY, *COLUMNS} <= {*columns, *FAMILY, "url"}
    assert set(json_csv.COLUMNS) - {"url", "gain_per_7_days"} <= renamed


@pytest.mark.parametrize("metric", Metric)
def test_30_day_downloads_never_stand_under_before_and_now(metric: Metric) -> None:
    """Only downloads leave `before` and `now` empty, and have columns of their own."""
    kind = week(2).kinds[0]
    pick = kind.lists[0].picks[0]
    change = replace(pick.change, metric=metric, before=1, now=2)

    row = with_own_downloads(list_row(ListName.RISERS, kind.pair, replace(pick, change=change)), change)

    downloads = metric is Metric.DOWNLOADS
    assert (row["before"], row["now"]) == ((None, None) if downloads else (1, 2))
    assert row["downloads_before"] == (1 if downloads else None)
