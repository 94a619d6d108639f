"""What can be set, what it is by default, and what it means: one frozen model per section.

A default stands here and nowhere else. The description of a setting and the docstring of a section
become their comments in config.yaml.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from apscheduler.triggers.cron import CronTrigger
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from crawler.kinds import Kind, Scope

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Where the search for a first run starts; dates repeat, so what has no run after it has none at all."""


def check_cron(cron: str) -> str:
    """Return the cron expression if it can fire; ValueError says what is wrong with it."""
    fields = cron.split()
    if len(fields) != 5 or not cron.isascii():
        raise ValueError(f"'{cron}' is not a cron expression: it has five fields, minute, hour, day, month and weekday")
    minute, hour, day, month, weekday = fields
    if re.search(r"(?<!/)\b\d|\*/", weekday):
        # crontab counts weekdays from Sunday, the scheduler from Monday: 1 would fire on Tuesday
        raise ValueError(f"write the weekdays of '{cron}' by name (mon, tue, mon-fri): numbers are ambiguous")
    if day != "*" and weekday != "*":
        by_day, by_weekday = f"{minute} {hour} {day} {month} *", f"{minute} {hour} * {month} {weekday}"
        raise ValueError(
            f"'{cron}' gives a day and a weekday, which crontab reads as either and the scheduler as both:"
            f" write '{by_day}' or '{by_weekday}', or a crawl for each"
        )
    try:
        trigger = CronTrigger.from_crontab(cron, timezone=UTC)
    except ValueError as error:
        raise ValueError(f"'{cron}' is not a cron expression: {error}") from error
    if trigger.get_next_fire_time(None, EARLIEST) is None:
        raise ValueError(f"'{cron}' names a date that does not exist, so it would never run")
    return cron


def _each_once(kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    if not kinds:
        raise ValueError("must name at least one kind")
    if len(set(kinds)) < len(kinds):
        raise ValueError("must name each kind once")
    return kinds


def _from_home(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("must not contain a NUL character")
    try:
        os.fsencode(path)
        return path.expanduser()
    except UnicodeEncodeError as error:
        raise ValueError("has characters that no path can have") from error
    except RuntimeError as error:
        raise ValueError(f"{path} starts in a home folder that cannot be found") from error


def _file_name(path: Path) -> Path:
    if not path.name:
        raise ValueError("must name a file")
    return path


Count = Annotated[int, Field(strict=True, ge=0)]
Positive = Annotated[int, Field(strict=True, ge=1)]
Amount = Annotated[float, Field(strict=True, gt=0)]
Switch = Annotated[bool, Field(strict=True)]
Cron = Annotated[str, AfterValidator(check_cron)]
Kinds = Annotated[tuple[Kind, ...], AfterValidator(_each_once)]
Folder = Annotated[Path, AfterValidator(_from_home)]
File = Annotated[Folder, AfterValidator(_file_name)]


class Section(BaseModel):
    """Settings that belong together; unknown keys are refused and an empty section means its defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _empty_means_defaults(cls, data: Any) -> Any:
        return {} if data is None else data


class CrawlSettings(Section):
    """What one crawl fetches."""

    kinds: Kinds = Field(default=tuple(Kind), description="What 'hubtrends crawl' fetches when it is given no kinds.")
    scope: Scope = Field(
        default=Scope.HEAD,
        description="head: the Hub's top lists, what is new and what is watched, some 150 requests. "
        "full: every model, dataset and space, some 6,000 requests.",
    )
    top: Count = Field(default=1000, description="How many entries of each of the Hub's top lists are taken.")
    created_days: Count = Field(default=28, description="How many days back a head crawl takes every new repository.")
    paper_days: Count = Field(default=14, description="How many days of Daily Papers are taken.")
    article_days: Count = Field(default=60, description="How many days of blog articles are taken.")
    trending_pages: Count = Field(
        default=3, description="How many pages of the Hub's trending papers and articles are taken."
    )
    lookups: Count = Field(
        default=200,
        description="At most so many look-ups, for the watch list and for what a report named lately.",
    )
    page_size: int = Field(
        default=1000,
        strict=True,
        ge=1,
        le=1000,
        description="Repositories a page; the Hub cuts anything above 1000.",
    )
    timeout_seconds: Amount = Field(
        default=30,
        description="How long one request may wait for the Hub's next byte; a whole answer may take three times that.",
    )
    walk_max_age_hours: Amount = Field(
        default=36, description="A walk that was cut off and began longer ago than this is abandoned."
    )


class RateLimitSettings(Section):
    """How the Hub's rate limit is spent."""

    reserve: float = Field(
        default=0.2,
        strict=True,
        ge=0,
        lt=1,
        description="The share of each rate-limit window left to others with the same token or address.",
    )
    attempts: Positive = Field(default=8, description="How many times a page is requested before its kind is given up.")
    max_wait_seconds: Amount = Field(
        default=330,
        description="The longest wait between two tries. Stay above 300, the length of a rate-limit window.",
    )


class ScheduledCrawl(Section):
    """One crawl that the daemon repeats."""

    cron: Cron = Field(description="When: minute, hour, day, month, weekday by name.")
    kinds: Kinds = Field(default=tuple(Kind), description="Which kinds; all five when left out.")
    scope: Scope = Field(default=Scope.HEAD, description="head or full; head when left out.")


class ScheduleSettings(Section):
    """What 'hubtrends daemon' does when; every time is UTC."""

    crawls: tuple[ScheduledCrawl, ...] = Field(
        default=(ScheduledCrawl(cron="30 9 * * *"),),
        description="The crawls; the Hub refreshes its counters between 04:00 and 08:00 UTC. Each has:",
    )
    report: Cron = Field(default="0 11 * * mon", description="When the report of the complete week is written.")
    catch_up: Switch = Field(
        default=True, description="Whether a start after a missed time makes up for it, once a period."
    )


class RetentionSettings(Section):
    """What 'hubtrends prune' keeps."""

    daily_days: Positive = Field(
        default=90,
        description="How many days every snapshot is kept. Of older weeks one is kept for ever,"
        " and so are both ends of each report's week.",
    )


class ShrinkSettings(Section):
    """The constants c in log((now + c) / (before + c)): the larger c, the less a small number can rise."""

    downloads: Amount = Field(default=50, description="For downloads a week.")
    likes: Amount = Field(default=5, description="For likes.")
    upvotes: Amount = Field(default=5, description="For upvotes of papers and articles.")


class ShockSettings(Section):
    """Limits for a change of the whole Hub, measured as the median log ratio."""

    banner: Amount = Field(default=0.05, description="Beyond this the report carries a banner.")
    withhold: Amount = Field(default=0.25, description="Beyond this the report withholds the ranking.")

    @model_validator(mode="after")
    def _banner_comes_first(self) -> "ShockSettings":
        if self.withhold < self.banner:
            raise ValueError(f"withhold ({self.withhold:g}) must not be below banner ({self.banner:g})")
        return self


class TrendSettings(Section):
    """How changes are ranked."""

    limit: Positive = Field(default=20, description="How many rows each list of a report has.")
    shrink: ShrinkSettings = ShrinkSettings()
    shock: ShockSettings = ShockSettings()


class Settings(Section):
    """Everything that can be set."""

    database: File = Field(
        default=Path("hub.duckdb"), description="The database; spool, journal and lock lie beside it."
    )
    wait_seconds: Annotated[float, Field(strict=True, ge=0)] = Field(
        default=60,
        description="How long a commit waits for whoever has the database open for writing. What was crawled is kept.",
    )
    reports: Folder = Field(default=Path("out"), description="The folder that reports are written to.")
    watch_list: File | None = Field(
        default=None, description="The watch list; null means watch.txt beside the database."
    )
    crawl: CrawlSettings = CrawlSettings()
    rate_limit: RateLimitSettings = RateLimitSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    retention: RetentionSettings = RetentionSettings()
    trends: TrendSettings = TrendSettings()

    @property
    def watch_file(self) -> Path:
        """Where the watch list lies."""
        return self.watch_list or self.database.with_name("watch.txt")

    def with_database(self, path: Path) -> "Settings":
        """Return the same settings for another database."""
        return self.model_copy(update={"database": path})

    def seen_from(self, folder: Path) -> "Settings":
        """Return the same settings with every relative path taken from the folder."""
        watch_list = self.watch_list and folder / self.watch_list
        paths = {
            "database": folder / self.database,
            "reports": folder / self.reports,
            "watch_list": watch_list,
        }
        return self.model_copy(update=paths)
