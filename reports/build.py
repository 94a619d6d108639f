"""Builds the report of a week from the results of its analysis: one model for every format.

results ─► sanitized at the border ─► summary, banners, basis ─► a section a kind ─► what it rests on ─► Report
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
    """Return the report of the results; `week` names the calendar week, such as 2026-W19, if one was asked for."""
    known = sanitized(results)
    seen = [one for one in known.kinds if one.pair.now_snapshot is not None]
    kinds = tuple(kind_section(one) for one in known.kinds) if seen else ()
    read = (watchlist_section(known), backtest_section(known)) if seen else ()
    rest = (quality_section(known), glossary_section(known)) if seen else (quality_section(known),)
    return Report(
        title=TITLE + (f", {week}" if week else ""),
        subtitle=_subtitle(known, trends=any(one.pair.before_snapshot is not None for one in seen)),
        as_of=known.as_of,
        summary=summary(known),
        banners=tuple(banners(known)),
        basis=basis_section(known),
        sections=(*kinds, *(section for section in read if section), *rest),
    )


def _subtitle(results: WeekAnalysis, *, trends: bool) -> str:
    start = f"{day(results.as_of - timedelta(days=7))} to " if trends else "As of "
    return start + clock(results.as_of)
