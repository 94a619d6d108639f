"""The observation time in a file name."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.importing.times import time_in_name

WITH_TIME = {
    "a folder for each week": ("models/2026-09-30/models.parquet", datetime(2026, 9, 30, tzinfo=UTC)),
    "the day and a commit": ("models-20250825-510957d.parquet", datetime(2025, 8, 25, tzinfo=UTC)),
    "day and time": ("hub-2026-05-04T0930Z.csv", datetime(2026, 5, 4, 9, 30, tzinfo=UTC)),
    "day and seconds": ("20260504T093015Z.jsonl.gz", datetime(2026, 5, 4, 9, 30, 15, tzinfo=UTC)),
    "a partition": ("kind=model/date=2026-05-04/0.parquet", datetime(2026, 5, 4, tzinfo=UTC)),
    "the file's own day before its folder's": ("2026-05-04/2026-05-05.csv", datetime(2026, 5, 5, tzinfo=UTC)),
}
WITHOUT_TIME = {
    "no day": "models.parquet",
    "a day that never was": "2026-02-30.csv",
    "from one day to another": "2026-05-04_2026-05-10.csv",
    "more digits than a day has": "1202605041.parquet",
}


@pytest.mark.parametrize(("path", "moment"), WITH_TIME.values(), ids=WITH_TIME.keys())
def test_a_name_with_a_time(path: str, moment: datetime) -> None:
    """Archives write the day in several ways; the nearest name with a date counts."""
    assert moment == time_in_name(Path(path))


@pytest.mark.parametrize("path", WITHOUT_TIME.values(), ids=WITHOUT_TIME.keys())
def test_a_name_without_a_time(path: str) -> None:
    """Without exactly one valid date the user has to state it."""
    assert time_in_name(Path(path)) is None
