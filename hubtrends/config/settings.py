"""Defines every setting, its default and its meaning: one frozen model per section.

No other module has defaults. The descriptions of settings and the docstrings of sections become the comments of
config.yaml.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from crawler.kinds import Kind, Scope
from db.reference import default_topics

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Start of the search for a first fire time. The calendar repeats, so an expression that finds none never fires."""


def check_cron(cron: str) -> str:
    """Return the cron expression if it can fire; raises ValueError."""
    from apscheduler.triggers.cron import CronTrigger  # lazy: it imports asyncio

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


def _check_kinds(kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    if not kinds:
        raise ValueError("must name at least one kind")
    if len(set(kinds)) < len(kinds):
        raise ValueError("must name each kind once")
    return kinds


def _expand_home(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("must not contain a NUL character")
    try:
        os.fsencode(path)
        return path.expanduser()
    except UnicodeEncodeError as error:
        raise ValueError("has characters that no path can have") from error
    except RuntimeError as error:
        raise ValueError(f"{path} starts in a home folder that cannot be found") from error


def _check_file_name(path: Path) -> Path:
    if not path.name:
        raise ValueError("must name a file")
    return path


def _check_name(name: str) -> str:
    if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > 100:
        raise ValueError(f"{name[:40]!r} must be 1 to 100 visible characters without spaces at its ends")
    return name


def _check_repeats(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("must name each entry once")
    return names


def _check_phrase(phrase: str) -> str:
    if not any(character.isalnum() for character in phrase):
        raise ValueError(f"'{phrase}' has no letter or digit, so no name has it")
    return phrase


Count = Annotated[int, Field(strict=True, ge=0)]
Positive = Annotated[int, Field(strict=True, ge=1)]
Amount = Annotated[float, Field(strict=True, gt=0)]
Switch = Annotated[bool, Field(strict=True)]


def _check_languages(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the languages if each has a catalogue and stands once; raises ValueError."""
    from reports.locales import languages  # lazy: only a report needs the catalogues

    for code in codes:
        if code not in languages():
            raise ValueError(f"'{code}' is not a language of the report: {', '.join(languages())}")
    if len(set(codes)) < len(codes):
        raise ValueError("each language stands once")
    return codes


Cron = Annotated[str, AfterValidator(check_cron)]
Kinds = Annotated[tuple[Kind, ...], AfterValidator(_check_kinds)]
Folder = Annotated[Path, AfterValidator(_expand_home)]
File = Annotated[Folder, AfterValidator(_check_file_name)]


class Section(BaseModel):
    """A group of settings; refuses unknown keys and reads an empty section as its defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _empty_means_defaults(cls, data: Any) -> Any:
        return {} if data is None else data


class CrawlSettings(Section):
    """What one crawl fetches."""

    kinds: Kinds = Field(default=tuple(Kind), description="The kinds that 'hubtrends crawl' fetches by default.")
    scope: Scope = Field(
        default=Scope.HEAD,
        description="head: the Hub's top lists, new repositories and watched entities, about 150 requests. "
        "full: every model, dataset and space, about 6,000 requests.",
    )
    top: Count = Field(default=1000, description="Entries to fetch of each of the Hub's top lists.")
    created_days: Count = Field(default=28, description="A head crawl fetches all repositories of this many days.")
    paper_days: Count = Field(default=14, description="Days of Daily Papers to fetch.")
    article_days: Count = Field(default=60, description="Days of blog articles to fetch.")
    trending_pages: Count = Field(default=3, description="Pages of trending papers and of trending articles to fetch.")
    lookups: Count = Field(
        default=200,
        description="Maximum number of look-ups for the watch list and for entities of recent reports.",
    )
    page_size: int = Field(
        default=1000,
        strict=True,
        ge=1,
        le=1000,
        description="Repositories per page; the Hub returns at most 1000.",
    )
    timeout_seconds: Amount = Field(
        default=30,
        description="Longest wait for the next byte of a response; a whole response may take three times as long.",
    )
    walk_max_age_hours: Amount = Field(
        default=36, description="A crawl continues an interrupted walk unless it began longer ago than this."
    )


class RateLimitSettings(Section):
    """How much of the Hub's rate limit a crawl uses."""

    reserve: float = Field(
        default=0.2,
        strict=True,
        ge=0,
        lt=1,
        description="Share of each rate-limit window that is left to other users of the same token or address.",
    )
    attempts: Positive = Field(default=8, description="Number of attempts to fetch a page before its kind fails.")
    max_wait_seconds: Amount = Field(
        default=330,
        description="Longest wait between two attempts. Stay above 300, the length of a rate-limit window.",
    )


class ScheduledCrawl(Section):
    """One crawl that the daemon repeats."""

    cron: Cron = Field(description="Minute, hour, day, month and weekday; write weekdays by name.")
    kinds: Kinds = Field(default=tuple(Kind), description="The kinds to fetch; default all five.")
    scope: Scope = Field(default=Scope.HEAD, description="head or full; default head.")


class ScheduleSettings(Section):
    """When 'hubtrends daemon' runs its jobs, in UTC."""

    crawls: tuple[ScheduledCrawl, ...] = Field(
        default=(ScheduledCrawl.model_construct(cron="30 9 * * *"),),  # checking it would import the scheduler
        description="The crawls. The Hub refreshes its counters between 04:00 and 08:00 UTC. Each crawl has:",
    )
    report: Cron = Field(default="0 11 * * mon", description="When to write the report of the last complete week.")
    catch_up: Switch = Field(
        default=True, description="Whether the daemon runs a missed job when it starts, once per period."
    )


class RetentionSettings(Section):
    """What 'hubtrends prune' keeps."""

    daily_days: Positive = Field(
        default=90,
        description="Days for which every snapshot is kept. Of older weeks one snapshot is kept forever,"
        " and both ends of the week of every report.",
    )


class ReportSettings(Section):
    """What a weekly run adds to its report."""

    lookups: Count = Field(
        default=60,
        description="Maximum number of look-ups for what the listed entities are, such as the size of a dataset."
        " They end after two minutes. 0: none.",
    )
    languages: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_check_languages)] = Field(
        default=("en",),
        description="Languages of the report: en, zh_Hans. The files of the first one have no language in their names.",
    )
    sections: Folder | None = Field(
        default=None,
        description="A folder of SQL files, each of which becomes a section. Its first comment is the title.",
    )
    site_url: str | None = Field(
        default=None, description="Where the folder of reports is served; null makes the links of the feed relative."
    )


class ShrinkSettings(Section):
    """The constants c in log((now + c) / (before + c)); a larger c lowers the score of small numbers."""

    downloads: Amount = Field(default=50, description="For downloads per week.")
    likes: Amount = Field(default=5, description="For likes.")
    upvotes: Amount = Field(default=5, description="For upvotes of papers and articles.")


class ShockSettings(Section):
    """Limits for a change of the whole Hub, measured as the median log ratio."""

    banner: Amount = Field(default=0.05, description="Above this limit the report shows a banner.")
    withhold: Amount = Field(default=0.25, description="Above this limit the report withholds the ranking.")

    @model_validator(mode="after")
    def _check_order(self) -> "ShockSettings":
        if self.withhold < self.banner:
            raise ValueError(f"withhold ({self.withhold:g}) must not be below banner ({self.banner:g})")
        return self


class TrendSettings(Section):
    """How changes are ranked."""

    limit: Positive = Field(default=20, description="Rows per list of a report.")
    shrink: ShrinkSettings = ShrinkSettings()
    shock: ShockSettings = ShockSettings()


Name = Annotated[str, AfterValidator(_check_name)]
Names = Annotated[tuple[Name, ...], AfterValidator(_check_repeats)]
Phrases = Annotated[tuple[Annotated[Name, AfterValidator(_check_phrase)], ...], AfterValidator(_check_repeats)]


class TopicSettings(Section):
    """A topic: the rules by which an entity belongs to it."""

    topic: Name = Field(description="Name of the topic.")
    tags: Names = Field(default=(), description="Tags, written as on the Hub.")
    words: Phrases = Field(default=(), description="Words or phrases in names, as whole tokens.")
    owners: Names = Field(default=(), description="Owners of entities.")
    tasks: Names = Field(default=(), description="Limit: the tasks of models.")
    kinds: tuple[Kind, ...] = Field(default=(), description="Limit: the kinds.")
    min_parameters: Positive | None = Field(default=None, description="Limit: least number of parameters.")
    max_parameters: Positive | None = Field(default=None, description="Limit: largest number of parameters.")
    without_words: Phrases = Field(default=(), description="Limit: words that a name must not have.")

    @model_validator(mode="after")
    def _check_rule(self) -> "TopicSettings":
        rules = (self.tags, self.words, self.owners, self.tasks, self.min_parameters, self.max_parameters)
        if not any(rules):
            raise ValueError(f"topic '{self.topic}' needs tags, words, owners, tasks or a number of parameters")
        least, most = self.min_parameters or 1, self.max_parameters
        if most is not None and most < least:
            raise ValueError(f"min_parameters of topic '{self.topic}' ({least}) must not be above its max_parameters")
        return self


def _check_topics(topics: tuple[TopicSettings, ...]) -> tuple[TopicSettings, ...]:
    names = [topic.topic for topic in topics]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"must name each topic once; '{twice[0]}' is there twice")
    return topics


def _default_topics() -> tuple[TopicSettings, ...]:
    return tuple(
        TopicSettings.model_validate({name: getattr(topic, name) for name in TopicSettings.model_fields})
        for topic in default_topics()
    )


class Settings(Section):
    """All settings."""

    database: File = Field(
        default=Path("hub.duckdb"), description="The database file. Spool, journal and lock file lie next to it."
    )
    wait_seconds: Annotated[float, Field(strict=True, ge=0)] = Field(
        default=60,
        description="How long a commit waits while another process writes to the database. Crawled pages are kept.",
    )
    reports: Folder = Field(default=Path("out"), description="The folder for reports.")
    watch_list: File | None = Field(
        default=None, description="The watch list file; null means watch.txt next to the database."
    )
    crawl: CrawlSettings = CrawlSettings()
    rate_limit: RateLimitSettings = RateLimitSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    retention: RetentionSettings = RetentionSettings()
    trends: TrendSettings = TrendSettings()
    owners: File | None = Field(
        default=None,
        description="A CSV file with the columns owner, owner_kind and country; its rows replace and extend those that"
        " ship with hubtrends.",
    )
    topics: Annotated[tuple[TopicSettings, ...], AfterValidator(_check_topics)] = Field(
        default_factory=_default_topics,
        description="The topics whose share of the week a report shows. An entity belongs to a topic if it has one of"
        " its tags, words or owners and lies within all of its limits. Each topic has:",
    )
    report: ReportSettings = ReportSettings()

    @property
    def watch_file(self) -> Path:
        """The path of the watch list file."""
        return self.watch_list or self.database.with_name("watch.txt")

    def with_database(self, path: Path) -> "Settings":
        """Return the settings with another database."""
        return self.model_copy(update={"database": path})

    def relative_to(self, folder: Path) -> "Settings":
        """Return the settings with all relative paths based on the folder."""
        paths = {
            "database": folder / self.database,
            "reports": folder / self.reports,
            "watch_list": self.watch_list and folder / self.watch_list,
            "report": self.report.model_copy(
                update={"sections": self.report.sections and folder / self.report.sections}
            ),
            "owners": self.owners and folder / self.owners,
        }
        return self.model_copy(update=paths)


def setting_keys(section: type[Section] = Settings) -> Iterator[str]:
    """Yield the path of every setting and section, such as crawl and crawl.top."""
    for name, field in section.model_fields.items():
        yield name
        for part in sections_in(field.annotation):
            yield from (f"{name}.{key}" for key in setting_keys(part))


def sections_in(annotation: Any) -> Iterator[type[Section]]:
    """Yield the section class of a field, or of the items of a list."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, Section):
            yield part
