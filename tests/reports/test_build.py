"""The content of a report: its summary, banners, tables, data quality, and weeks with little data."""

from collections.abc import Iterator
from dataclasses import replace

from analysis.records import HubShift, ListHistory, ListName, Metric, RankedList, WeekAnalysis
from crawler.kinds import Kind
from reports.build import build
from reports.document import Block, Bullets, Folded, Paragraph, Report, Section, Table, plain
from tests.fakes.results import (
    NOW,
    QUALITY,
    change,
    entity,
    first_week,
    kind_week,
    nothing,
    pair,
    pick,
    ranked,
    unseen,
    week,
)


def front(report: Report) -> list[str]:
    """Return the sentences of the front page as plain text."""
    return [plain(sentence) for sentence in report.sentences]


def blocks(section: Section | Folded) -> Iterator[Block]:
    """Yield everything in a section, folded or not."""
    for block in section.blocks:
        yield block
        if isinstance(block, Folded):
            yield from blocks(block)
    if isinstance(section, Section):
        for part in section.sections:
            yield from blocks(part)


def section(report: Report, anchor: str) -> Section:
    """Return a section by its anchor."""
    return next(one for one in report.sections if one.anchor == anchor)


def tables(report: Report, anchor: str) -> dict[str, Table]:
    """Return the tables of a section by caption."""
    return {one.caption: one for one in blocks(section(report, anchor)) if isinstance(one, Table)}


def lists_of(report: Report, anchor: str) -> dict[str, Table]:
    """Return the lists of one metric of a kind by name, such as those of models-likes."""
    parts = (part for one in report.sections for part in one.sections)
    part = next(part for part in parts if part.anchor == anchor)
    return {one.caption: one for one in blocks(part) if isinstance(one, Table)}


def sentences(report: Report, anchor: str) -> list[str]:
    """Return the text of a section outside its tables."""
    found = [block for block in blocks(section(report, anchor)) if isinstance(block, Paragraph | Bullets)]
    return [plain(line) for one in found for line in (one.items if isinstance(one, Bullets) else (one.text,))]


def column(table: Table, title: str) -> list[str]:
    """Return the cells below a heading."""
    at = [one.title for one in table.columns].index(title)
    return [row[at].text for row in table.rows]


def only(*lists: RankedList, kind: Kind = Kind.MODEL, **facts: object) -> WeekAnalysis:
    """Return a week of one kind with these lists."""
    one = replace(kind_week(kind, 2), lists=lists, **facts)  # type: ignore[arg-type]
    return replace(week(2), kinds=(one,), shocks=(), watched=(), backtest=())


class TestFirstReport:
    def test_sentences(self) -> None:
        """With one snapshot the report gives sizes and the day of the first trend."""
        report = build(first_week())

        assert report.headline == "The first snapshot of the Hub"
        assert front(report)[0].startswith("One snapshot so far: 3,120 models, ")
        assert front(report)[1] == "Trends can start with a second snapshot, from 6 May 2026 on."

    def test_order_and_reasons(self) -> None:
        """The Hub's own order is there, and lists that need a week give their reason once."""
        report = build(first_week())

        order = tables(report, "models")["Trending on the Hub on 4 May 2026"]
        assert "Week before" not in [one.title for one in order.columns]
        reason = "not ranked because no earlier snapshot lies 2 to 14 days before the newest"
        assert sentences(report, "models").count(f"Likes: {reason}.") == 1


class TestNothing:
    def test_nothing(self) -> None:
        """An empty store gives a page with the command that takes a first snapshot."""
        report = build(nothing())

        assert report.headline == "No snapshot of the Hub yet"
        assert "hubtrends crawl" in front(report)[0]
        assert [one.anchor for one in report.sections] == ["data-quality"]
        assert sentences(report, "data-quality") == ["There is no usable snapshot."]

    def test_one_kind_missing(self) -> None:
        """A kind without a snapshot has one sentence; the other kinds are complete."""
        gone = replace(
            pair(Kind.ARTICLE), now_snapshot=None, now_at=None, now_scope=None, before_snapshot=None, before_at=None,
            before_scope=None, basis="none", span_days=None,
        )  # fmt: skip
        kinds = (kind_week(Kind.MODEL, 2), replace(kind_week(Kind.ARTICLE, 0), pair=gone, created=()))

        report = build(replace(week(2), kinds=kinds))

        assert sentences(report, "blog-articles") == ["There is no usable snapshot of blog articles yet."]
        assert "Risers" in lists_of(report, "models-downloads")


class TestLists:
    def test_downloads(self) -> None:
        """The gain is that of the span; 30-day downloads keep their own name; there is no percent."""
        table = lists_of(build(week()), "models-downloads")["Risers"]

        assert table.note == "32\u202f% of all downloads gained; 900 of 1,000 compared"
        method = (
            "Risers: 6.07 days, near (5 to 9 days); ordered by impact; 12,480 qualified; 640 tested for a breakout;"
        )
        assert f"{method} 31 left out: too few snapshots." in sentences(build(week()), "models")
        assert column(table, "Downloads in the span") == ["+8,100", "+3,600", "+900"]
        assert column(table, "30-day downloads") == ["85,057", "37,807", "9,457"]
        assert "%" not in [one.title for one in table.columns]

    def test_papers_at_equal_age(self) -> None:
        """Papers show upvotes at fixed ages, next to those of a median paper, and the stars of their code."""
        report = build(week())
        table = lists_of(report, "papers-upvotes")["Risers"]

        assert column(table, "Upvotes at day 1, 3, 7 and 14")[0] == "12 · 30 · 44 · –"
        assert column(table, "GitHub stars gained")[0] == "+210"
        assert "4 at day 1, 9 at day 3, 14 at day 7 and 17 at day 14" in " ".join(sentences(report, "papers"))

    def test_fallers(self) -> None:
        """A fall has the real minus sign."""
        table = lists_of(build(week(4)), "spaces-likes")["Fallers"]

        assert column(table, "Likes gained") == ["−48", "−12"]

    def test_weekly_rate(self) -> None:
        """A span far from a week has the weekly rate next to the gain; a week has none."""
        near = only(ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 1), pair=pair(Kind.MODEL, basis="partial"))
        exact = only(
            ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 1), pair=pair(Kind.MODEL, basis="exact", span_days=7.0)
        )

        details = [
            [cell.detail for cell in lists_of(build(results), "models-likes")["Risers"].rows[0] if cell.text == "+12"]
            for results in (near, exact)
        ]

        assert details == [["+14 per 7 days"], [""]]

    def test_moves(self) -> None:
        """The place of the week before shows as a move; a row that was listed only before that is back."""
        assert column(lists_of(build(week()), "models-downloads")["Risers"], "Week before") == ["↑1", "↑1", "back"]

    def test_new_on_the_list(self) -> None:
        """A row that is in no earlier report is new."""
        made = ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 1)
        first = replace(made.picks[0], list_history=ListHistory(None, 1, NOW.date(), 1))

        table = lists_of(build(only(replace(made, picks=(first,)))), "models-likes")["Risers"]

        assert column(table, "Week before") == ["new"]

    def test_unknown_is_a_dash(self) -> None:
        """An unknown number is a dash and never zero."""
        unknown = pick(1, change(entity(Kind.MODEL), Metric.LIKES, None))
        known = pick(2, change(entity(Kind.MODEL, 1), Metric.LIKES, 0))
        both = replace(ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 0), picks=(unknown, known))

        table = lists_of(build(only(both)), "models-likes")["Risers"]

        assert column(table, "Likes gained") == ["–", "0"]

    def test_withheld(self) -> None:
        """Withheld lists give their reason, once for all that share it."""
        reason = "not ranked because the Hub did not give all-time downloads"
        names = (ListName.RISERS, ListName.FALLERS)

        report = build(only(*(RankedList(name, Metric.DOWNLOADS, "gain", (), 0, None, reason) for name in names)))

        assert f"Downloads: {reason}." in sentences(report, "models")
        assert f"Fallers: {reason}." in sentences(report, "models")

    def test_empty(self) -> None:
        """A list without rows has no table; its method says that nothing qualified."""
        report = build(week())

        assert "Returned" not in lists_of(report, "spaces-likes")
        assert any(line.startswith("Returned: ") and "0 qualified" in line for line in sentences(report, "spaces"))

    def test_none_tested(self) -> None:
        """A list shows how many were tested, why none was, and what it leaves out, also without rows."""
        few = replace(
            ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 2),
            tested=0, untested="only 9 entities moved", left_out=(("younger than 14 days", 1115),),
        )  # fmt: skip

        full = build(only(few))
        empty = build(only(replace(few, picks=())))

        tested = "0 tested for a breakout (only 9 entities moved); 1,115 left out: younger than 14 days"
        for report in (full, empty):
            assert any(line.endswith(f"{tested}.") for line in sentences(report, "models"))

    def test_order_of_what_has_no_score(self) -> None:
        """New entrants are ordered by gain per day, returned entities by level."""
        names = (ListName.ENTRANTS, ListName.RETURNED)

        report = build(only(*(ranked(name, Metric.DOWNLOADS, Kind.MODEL, 2) for name in names)))

        entrants, returned = sentences(report, "models")[-2:]
        assert "ordered by gain per day" in entrants
        assert "ordered by 30-day downloads now" in returned

    def test_new_in_the_order(self) -> None:
        """In the Hub's own order an entity that was not there before is new; the others show their move."""
        table = tables(build(week()), "papers")["Trending on the Hub on 4 May 2026"]

        assert column(table, "Week before") == ["=", "new", "↑2"]

    def test_glossary(self) -> None:
        """The glossary explains the flags in use and no others."""
        terms = {line.partition(":")[0] for line in sentences(build(week()), "how-to-read-this")}

        assert {"Revised", "Breakout", "Downloads per like"} <= terms
        assert terms.isdisjoint({"Echo", "Not public or unknown"})

    def test_watched_and_unseen(self) -> None:
        """A watched entity in neither snapshot is a name without data, and the glossary explains its note."""
        report = build(replace(week(), watched=(unseen("lab/hidden"),)))
        table = tables(report, "watch-list")["Watched, by likes"]

        assert column(table, "Notes") == ["not public or unknown"]
        assert [(cell.text, cell.url) for row in table.rows for cell in row if "hidden" in cell.text] == [
            ("lab/hidden", None)
        ]
        assert any(line.startswith("Not public or unknown: ") for line in sentences(report, "how-to-read-this"))


class TestBanners:
    def test_shock(self) -> None:
        """A Hub-wide shift is a banner, with its size and whether the ranking is withheld."""
        report = build(replace(week(), shocks=(HubShift(Kind.MODEL, Metric.DOWNLOADS, 0.2175, True),)))

        (banner,) = map(plain, report.banners)
        assert "downloads of models is +24\u202f%" in banner
        assert banner.endswith("Their ranking is withheld.")

    def test_partial_and_scopes(self) -> None:
        """A comparison over another span than a week, or of unlike snapshots, has a banner each."""
        loose = pair(Kind.MODEL, basis="partial", span_days=2.5, before_scope="full")

        report = build(only(pair=loose))

        assert [plain(one).split(":")[0] for one in report.banners] == ["Partial basis", "Scopes differ"]
        assert "2.5 days" in plain(report.banners[0])


class TestQuality:
    def test_basis(self) -> None:
        """One row a kind: both times, the span, the basis and what was rejected."""
        table = tables(build(week()), "data-quality")["What the numbers are based on"]

        assert [cell.text for cell in table.rows[0]] == [
            *("Models", "28 Apr 2026, 06:00 UTC", "4 May 2026, 07:40 UTC", "6.07 days", "near (5 to 9 days)"),
            *("3,120", "4"),
        ]

    def test_in_full(self) -> None:
        """The section lists the snapshots, the rejected items, what is missing, and changed fields."""
        report = build(week())

        assert list(tables(report, "data-quality"))[1:] == ["Snapshots used", "Rejected items and dropped values"]
        assert "The changes of models span 6.07 days, not 7 (near)." in sentences(report, "data-quality")
        assert "model: the Hub's field gguf is new" in sentences(report, "data-quality")

    def test_imported_snapshots_are_named(self) -> None:
        """The table of snapshots shows which ones were imported, and from where."""
        of_archive = replace(week(), quality=replace(QUALITY, used=(replace(QUALITY.used[0], origin="archive"),)))

        table = tables(build(of_archive), "data-quality")["Snapshots used"]

        assert column(table, "State") == ["complete, imported from archive"]

    def test_imported_snapshots_are_in_the_basis(self) -> None:
        """The data quality names scores that are based on an archive."""
        line = "20 of the 36 snapshots that scores of models by downloads read were imported, not taken here."
        mixed = replace(week(), quality=replace(QUALITY, imported=(line,)))

        assert line in sentences(build(mixed), "data-quality")

    def test_share_shifts_name_the_contributor(self) -> None:
        """A label whose share moved has the entity that contributed most."""
        (table,) = (t for name, t in tables(build(week()), "datasets").items() if name.startswith("Shares of"))

        assert [[cell.text for cell in row] for row in table.rows] == [
            ["mit", "20\u202f%", "31\u202f%", "+5,200", "tidewater/shore-captions", "+4,100"],
        ]

    def test_list_history(self) -> None:
        """A row shows its weeks on the list, its best place and its first day there."""
        risers = lists_of(build(week()), "models-downloads")["Risers"]
        at = [one.title for one in risers.columns].index("Weeks listed")

        assert (risers.rows[0][at].text, risers.rows[0][at].detail) == ("3", "best: 1, first: 20 Apr")

    def test_watched(self) -> None:
        """The watch list has a table per counter, with entities that did not move too."""
        assert {name: len(table.rows) for name, table in tables(build(week()), "watch-list").items()} == {
            "Watched, by downloads": 1,
            "Watched, by likes": 1,
            "Watched, by upvotes": 1,
        }

    def test_backtest(self) -> None:
        """Last week's picks by score are compared with picks by the plain lists."""
        (table,) = tables(build(week()), "backtest").values()

        assert [[cell.text for cell in row] for row in table.rows] == [
            ["Models", "downloads", "score", "20", "14", "×1.1"],
            ["Models", "downloads", "percent", "20", "5", "–"],
        ]


def test_anchors_are_slugs() -> None:
    """A section has the anchor that Markdown renderers derive from its heading."""
    report = build(week())

    assert [one.title.lower().replace(" ", "-") for one in report.sections] == [one.anchor for one in report.sections]


def test_week_names_the_report() -> None:
    """The ISO week that holds most of the reported days names the report, unless a week was asked for."""
    assert build(week()).week == "2026-W18"
    assert build(week(), week="2026-W19").week == "2026-W19"


def test_what_is_compared() -> None:
    """The section of a kind gives the size, the day and the span."""
    assert sentences(build(week()), "models")[0] == "3,120 models on 4 May 2026, compared with 6.1 days earlier."
