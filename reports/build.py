"""Builds the report of a week from the records of its analysis: one document for every format.

records ─► sanitized ─► front page ─► where the gains went ─► kinds ─► watch list … data quality, glossary ─► Report
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from analysis.records import WeekAnalysis
from reports.document import Cards, CustomTable, Report, Section
from reports.front.families import leading_family
from reports.front.front import Front, front_page
from reports.locales import ENGLISH
from reports.sections.backtest import backtest_section
from reports.sections.banners import banners
from reports.sections.basis import QUALITY, basis_section
from reports.sections.custom import custom_section
from reports.sections.gains import gains_section
from reports.sections.glossary import glossary_section
from reports.sections.groups import group_sections
from reports.sections.kind import kind_section
from reports.sections.owners import owner_sections
from reports.sections.watchlist import watchlist_section
from reports.text.format import utc
from reports.text.language import Language, language
from reports.text.sanitize import sanitized

HALF_WEEK = timedelta(days=3, hours=12)


def build(
    results: WeekAnalysis, *, week: str | None = None, code: str = ENGLISH, custom: Sequence[CustomTable] = ()
) -> Report:
    """Return the report in a language; `week` names a calendar week that was asked for, such as 2026-W19.

    `custom` has the tables of the operator's own sections. Raises ValueError for a language without a catalogue.
    """
    records, say = sanitized(results), language(code)
    front = front_page(records, leading_family(records), say)
    return Report(
        week=week or iso_week(records.as_of),
        language=code,
        headline=front.headline,
        dateline=front.dateline,
        as_of=records.as_of,
        watermark=front.watermark,
        sentences=front.sentences,
        banners=tuple(banners(records, say)),
        sections=_with_custom(tuple(_sections(records, front, say)), custom, say),
        records=records,
    )


def _sections(records: WeekAnalysis, front: Front, say: Language) -> Iterator[Section]:
    gains = gains_section(records, say)
    if gains:
        yield gains
    if front.cards:
        yield Section("to-know", say.say("To know"), (Cards(front.cards),))
    seen = any(one.pair.now_snapshot is not None for one in records.kinds)
    if seen:
        yield from group_sections(records, say)
        yield from owner_sections(records, say)
        yield from (kind_section(week, say) for week in records.kinds)
        yield from filter(None, (watchlist_section(records, say), backtest_section(records, say)))
    yield basis_section(records, say)
    if seen:
        yield glossary_section(records, say)


def _with_custom(sections: tuple[Section, ...], custom: Sequence[CustomTable], say: Language) -> tuple[Section, ...]:
    """Return the sections, with the operator's sections before data quality and glossary."""
    made: list[Section] = []
    for table in custom:
        made.append(custom_section(table, {section.anchor for section in (*sections, *made)}, say))
    last = [section.anchor for section in sections].index(QUALITY)
    return (*sections[:last], *made, *sections[last:])


def iso_week(as_of: datetime) -> str:
    """Return the ISO week that holds most of the seven days before a moment: 2026-W19."""
    middle: date = utc(as_of - HALF_WEEK).date()
    year, week, _ = middle.isocalendar()
    return f"{year}-W{week:02}"
