"""Builds the report of a week from the records of its analysis: one document for every format.

records ─► sanitized ─► summary, banners, basis ─► one section per kind ─► watch list … glossary ─► Report
"""

from datetime import timedelta

from analysis.records import WeekAnalysis
from reports.document import Report
from reports.sections.backtest import backtest_section
from reports.sections.basis import basis_section, quality_section
from reports.sections.glossary import glossary_section
from reports.sections.kind import kind_section
from reports.sections.summary import banners, summary
from reports.sections.watchlist import watchlist_section
from reports.text.format import clock, day
from reports.text.sanitize import sanitized

TITLE = "The week on the Hugging Face Hub"


def build(results: WeekAnalysis, *, week: str | None = None) -> Report:
    """Return the report; `week` names a calendar week that was asked for, such as 2026-W19."""
    records = sanitized(results)
    seen = [one for one in records.kinds if one.pair.now_snapshot is not None]
    trends = any(one.pair.before_snapshot is not None for one in seen)
    start = f"{day(records.as_of - timedelta(days=7))} to" if trends else "As of"
    sections = [quality_section(records)]
    if seen:
        sections = [
            *map(kind_section, records.kinds),
            *filter(None, (watchlist_section(records), backtest_section(records))),
            quality_section(records),
            glossary_section(records),
        ]
    return Report(
        title=TITLE + (f", {week}" if week else ""),
        subtitle=f"{start} {clock(records.as_of)}",
        as_of=records.as_of,
        summary=summary(records),
        banners=tuple(banners(records)),
        basis=basis_section(records),
        sections=tuple(sections),
        records=records,
    )
