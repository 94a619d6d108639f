"""What `hubtrends config show` prints."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.kinds import Kind, Scope
from hubtrends.config.dump import dump
from hubtrends.config.load import read
from hubtrends.config.settings import (
    CrawlSettings,
    RateLimitSettings,
    ScheduledCrawl,
    ScheduleSettings,
    Section,
    Settings,
    setting_keys,
)

CHECKED_IN = Path(__file__).parents[3] / "config.yaml"


def test_checked_in_file() -> None:
    """config.yaml is the output of `hubtrends config show` with the defaults; run it to update the file."""
    assert dump(Settings()) == CHECKED_IN.read_text(encoding="utf-8")


def test_every_setting_has_a_comment() -> None:
    """Settings inside a list are explained, too."""
    text = dump(Settings())
    listed = [key.rpartition(".")[2] for key in setting_keys(ScheduledCrawl)]

    assert all(f"#   {key}: " in text for key in listed)
    assert all(field.description or isinstance(field.default, Section) for field in Settings.model_fields.values())


@settings(deadline=None)
@given(
    database=st.text(st.characters(codec="utf-8", exclude_characters="/~\0"), min_size=1),
    top=st.integers(min_value=0),
    reserve=st.floats(min_value=0, max_value=1, exclude_max=True),
    kinds=st.permutations(list(Kind)),
    crawls=st.lists(st.builds(ScheduledCrawl, cron=st.just("5 4 * * *"), scope=st.sampled_from(Scope)), max_size=3),
)
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory,
    database: str,
    top: int,
    reserve: float,
    kinds: list[Kind],
    crawls: list[ScheduledCrawl],
) -> None:
    """Any settings are read back as they were written."""
    unusual = Settings(
        database=Path("/srv") / f"{database}.duckdb",
        reports=Path("/srv"),
        crawl=CrawlSettings(top=top, kinds=tuple(kinds)),
        rate_limit=RateLimitSettings(reserve=reserve),
        schedule=ScheduleSettings(crawls=tuple(crawls)),
    )
    file = tmp_path_factory.getbasetemp() / "round-trip.yaml"
    file.write_text(dump(unusual), encoding="utf-8")

    assert unusual == read(file)
