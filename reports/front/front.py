"""Builds the front page: headline, dateline, watermark, five sentences, and the entities to know."""

from dataclasses import dataclass

from analysis.records import WeekAnalysis
from reports.document import Card, RichText
from reports.front.cards import CARDS, cards
from reports.front.families import LeadingFamily
from reports.front.headline import dateline, headline, watermark
from reports.front.leads import choose_leads, largest_gains
from reports.front.sentences import sentences
from reports.text import labels
from reports.text.language import Language


@dataclass(frozen=True, slots=True)
class Front:
    """The first part of a report."""

    headline: str
    dateline: RichText
    watermark: RichText | None
    sentences: tuple[RichText, ...]
    cards: tuple[Card, ...]


def front_page(results: WeekAnalysis, family: LeadingFamily | None, language: Language) -> Front:
    """Return the front page of a week, in a language."""
    leads = choose_leads(results)
    return Front(
        headline=headline(results, leads, family, language),
        dateline=dateline(results, language),
        watermark=watermark(results, language),
        sentences=(*without_trends(results, language), *sentences(leads, family, language)),
        cards=cards(results, leads, family, largest_gains(results)[:CARDS], language),
    )


def without_trends(results: WeekAnalysis, say: Language) -> tuple[RichText, ...]:
    """Return sentences for a report without an earlier snapshot: its counts, and when trends can start."""
    seen = [week for week in results.kinds if week.pair.now_snapshot is not None]
    if any(week.pair.before_snapshot is not None for week in seen):
        return ()
    if not seen:
        return (say.rich("Run “hubtrends crawl” to take the first snapshot."),)
    sizes = say.listed([labels.counted(week.kind, week.listed, say) for week in seen])
    lines = [say.rich("One snapshot so far: {sizes}.", sizes=sizes)]
    starts = [week.first_trend_at for week in seen if week.first_trend_at]
    if starts:
        lines.append(say.rich("Trends can start with a second snapshot, from {day} on.", day=say.day(min(starts))))
    return tuple(lines)
