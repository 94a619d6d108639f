"""What a report says: the week in three sentences, what it rests on, and the poorer weeks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from analysis.records import HubShift, ListHistory, ListName, Metric, RankedList, WeekAnalysis
from crawler.kinds import Kind
from reports.build import build
from reports.document import Block, Bullets, Paragraph, Report, Section, Table, plain
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
    trending,
    week,
)


def said(report: Report) -> str:
    """Return the summary."""
    return " ".join(map(plain, report.summary))


def blocks(section: Section) -> Iterator[Block]:
    """Yield everything in a section."""
    yield from section.blocks
    for part in section.sections:
        yield from blocks(part)


def section(report: Report, anchor: str) -> Section:
    """Return a section by its anchor."""
    return next(one for one in (report.basis, *report.sections) if one.anchor == anchor)


def tables(report: Report, anchor: str) -> dict[str, Table]:
    """Return the tables of a section by caption."""
    return {one.caption: one for one in blocks(section(report, anchor)) if isinstance(one, Table)}


def sentences(report: Report, anchor: str) -> list[str]:
    """Return what a section says outside its tables."""
    told = [block for block in blocks(section(report, anchor)) if isinstance(block, Paragraph | Bullets)]
    return [plain(words) for one in told for words in (one.items if isinstance(one, Bullets) else (one.words,))]


def column(table: Table, title: str) -> list[str]:
    """Return the cells below a heading."""
    at = [one.title for one in table.columns].index(title)
    return [row[at].text for row in table.rows]


def only(*lists: RankedList, kind: Kind = Kind.MODEL, **facts: object) -> WeekAnalysis:
    """Return a week of one kind with these lists."""
    one = replace(kind_week(kind, 2), lists=lists, **facts)  # type: ignore[arg-type]
    return replace(week(2), kinds=(one,), shocks=(), watched=(), backtest=())


class TestStandfirst:
    def test_week(self) -> None:
        """Three sentences: who rose, who is new, what to doubt."""
        report = build(week())

        assert len(report.summary) == 3
        assert plain(report.summary[0]).startswith(
            "Among models, aurora/lantern-7b is most clearly above its own past: ×2.4 since Thu 30 Apr, at least ×1.9,"
            " with 8,100 downloads in 6.07 days; first of the datasets is tidewater/shore-captions (×2.4 its past in"
            " downloads), of the spaces "
        )
        assert plain(report.summary[1]) == (
            "The biggest newcomer among models is aurora/lantern-7b, 2 days old, with 30-day downloads of 85,057."
        )
        assert plain(report.summary[2]).startswith("Read with care: the whole Hub moved in the downloads of models")

    def test_no_score(self) -> None:
        """Without scores the first row is the one that gained the most, and is called that."""
        rows = tuple(replace(one, score=None) for one in ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 2).picks)

        report = build(only(replace(ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 2), picks=rows)))

        assert plain(report.summary[0]) == "Among models, aurora/lantern-7b gained the most: 48 likes in 6.07 days."

    def test_others_without_a_score(self) -> None:
        """The first of another kind is told by its gain where it has no score."""
        lists = (
            ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 2),
            ranked(ListName.RISERS, Metric.LIKES, Kind.SPACE, 2),
        )
        plainly = [replace(one, picks=tuple(replace(pick, score=None) for pick in one.picks)) for one in lists]
        kinds = tuple(replace(kind_week(one.picks[0].change.entity.kind, 2), lists=(one,)) for one in plainly)

        report = build(replace(week(2), kinds=kinds))

        assert plain(report.summary[0]).endswith("; first of the spaces is aurora/lantern-chat (+48 likes).")

    def test_nothing_to_doubt(self) -> None:
        """Where no row carries a flag the report says so, and how many rows there are."""
        report = build(only(ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 2)))

        assert plain(report.summary[-1]) == "None of the 2 rows below carries a flag."


class TestFirstReport:
    def test_says_when(self) -> None:
        """With one snapshot the report tells facts and the time of the first trend."""
        report = build(first_week())

        assert "first report, from one snapshot of each kind: 3,120 models, 3,120 datasets" in said(report)
        assert "The Hub itself puts aurora/lantern-7b first among models." in said(report)
        assert "from 6 May 2026, 07:40 UTC on" in said(report)

    def test_order_and_newcomers(self) -> None:
        """The Hub's own order comes first, what was created follows, and the reason why nothing is ranked is told."""
        report = build(first_week())

        assert list(tables(report, "models"))[:2] == ["The Hub’s own trending order", "What was created this week"]
        assert "Risers, returned and fallers by likes: not ranked because" in " ".join(sentences(report, "models"))
        assert "Week before" not in [
            one.title for one in tables(report, "models")["The Hub’s own trending order"].columns
        ]


class TestNothing:
    def test_nothing(self) -> None:
        """An empty store gives a page that says so and what to do."""
        report = build(nothing())

        assert said(report) == (
            "There is nothing to report yet: up to 4 May 2026, 12:00 UTC no usable snapshot was taken."
            " The command “hubtrends crawl” takes the first one."
        )
        assert [one.anchor for one in report.sections] == ["data-quality"]
        assert sentences(report, "basis") == sentences(report, "data-quality") == ["There was no snapshot to use."]

    def test_one_kind_missing(self) -> None:
        """A kind without a snapshot is told and spoils nothing."""
        gone = replace(
            pair(Kind.ARTICLE), now_snapshot=None, now_at=None, now_scope=None, before_snapshot=None, before_at=None,
            before_scope=None, basis="none", span_days=None,
        )  # fmt: skip
        kinds = (kind_week(Kind.MODEL, 2), replace(kind_week(Kind.ARTICLE, 0), pair=gone, created=()))

        report = build(replace(week(2), kinds=kinds))

        assert sentences(report, "blog-articles") == [
            "There is no usable snapshot of blog articles yet, so there is nothing to say of them."
        ]
        assert "Risers by downloads" in tables(report, "models")


class TestLists:
    def test_downloads(self) -> None:
        """The gain is that of the span; the 30-day figure keeps its own name; there is no percent."""
        table = tables(build(week()), "models")["Risers by downloads"]

        assert table.note == (
            "6.07 days, near; ordered by score; 12,480 qualified; 640 tested for a breakout;"
            " 31 left out: too few snapshots."
        )
        assert column(table, "Downloads in the span") == ["+8,100", "+3,600", "+900"]
        assert column(table, "30-day downloads") == ["85,057", "37,807", "9,457"]
        assert column(table, "30-day downloads, change") == ["+4,050", "+1,800", "+450"]
        assert "%" not in [one.title for one in table.columns]

    def test_papers_at_equal_age(self) -> None:
        """Papers show their votes at fixed ages, beside those of the middle paper, and the stars of their code."""
        report = build(week())
        table = tables(report, "papers")["Risers by upvotes"]

        assert column(table, "Upvotes at day 1, 3, 7 and 14")[0] == "12 · 30 · 44 · –"
        assert column(table, "GitHub stars gained")[0] == "+210"
        assert "Upvotes of the middle paper by age: 4 at day 1, 9 at day 3, 14 at day 7 and 17 at day 14." in sentences(
            report, "papers"
        )

    def test_coolers(self) -> None:
        """A fall has the real minus sign."""
        table = tables(build(week(4)), "spaces")["Fallers by likes"]

        assert column(table, "Likes gained") == ["−48", "−12"]

    def test_weekly_rate(self) -> None:
        """A span that is not a week has the weekly rate beside the gain; a week has none."""
        near = only(ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 1))
        exact = only(
            ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 1), pair=pair(Kind.MODEL, basis="exact", span_days=7.0)
        )

        details = [
            [cell.detail for cell in tables(build(results), "models")["Risers by likes"].rows[0] if cell.text == "+12"]
            for results in (near, exact)
        ]

        assert details == [["+14 per 7 days"], [""]]

    def test_moves(self) -> None:
        """The place of the week before shows as a move; a row without one is back where it was listed before that."""
        assert column(tables(build(week()), "models")["Risers by downloads"], "Week before") == ["↑1", "↑1", "back"]

    def test_new_on_the_list(self) -> None:
        """A row that no earlier report has listed is new."""
        made = ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 1)
        first = replace(made.picks[0], list_history=ListHistory(None, 1, NOW.date(), 1))

        table = tables(build(only(replace(made, picks=(first,)))), "models")["Risers by likes"]

        assert column(table, "Week before") == ["new"]

    def test_unknown_is_a_dash(self) -> None:
        """What the Hub did not say is a dash and never zero."""
        unknown = pick(1, change(entity(Kind.MODEL), Metric.LIKES, None))
        known = pick(2, change(entity(Kind.MODEL, 1), Metric.LIKES, 0))
        both = replace(ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 0), picks=(unknown, known))

        table = tables(build(only(both)), "models")["Risers by likes"]

        assert column(table, "Likes gained") == ["–", "0"]
        assert column(table, "%") == ["–", "0\u202f%"]

    def test_withheld(self) -> None:
        """A list that is withheld gives its reason, once for all that share it."""
        reason = "not ranked because the Hub did not give all-time downloads"
        names = (ListName.RISERS, ListName.FALLERS)

        report = build(only(*(RankedList(name, Metric.DOWNLOADS, "gain", (), 0, None, reason) for name in names)))

        assert f"Risers and fallers by downloads: {reason}." in sentences(report, "models")
        assert "the risers of models by downloads are not ranked" in said(report)

    def test_empty(self) -> None:
        """A list without rows is told in words, not as an empty table."""
        report = build(week())

        assert "Returned by likes: none this week." in sentences(report, "spaces")

    def test_none_tested(self) -> None:
        """A list tells how many were tested, why none was, and what it leaves out, also when it has no rows."""
        few = replace(
            ranked(ListName.RISERS, Metric.LIKES, Kind.MODEL, 2),
            tested=0, untested="only 9 entities moved", left_out=(("younger than 14 days", 1115),),
        )  # fmt: skip

        full = build(only(few))
        empty = build(only(replace(few, picks=())))

        told = "0 tested for a breakout (only 9 entities moved); 1,115 left out: younger than 14 days"
        assert told in tables(full, "models")["Risers by likes"].note
        assert f"Risers by likes: none this week; {told}." in sentences(empty, "models")

    def test_order_of_what_has_no_score(self) -> None:
        """New entrants go by what they got for each day of age, the returned by what they have now."""
        names = (ListName.ENTRANTS, ListName.RETURNED)

        notes = tables(build(only(*(ranked(name, Metric.DOWNLOADS, Kind.MODEL, 2) for name in names))), "models")

        assert "ordered by 30-day downloads per day of age" in notes["New entrants by downloads"].note
        assert "ordered by 30-day downloads now" in notes["Returned by downloads"].note

    def test_new_in_the_order(self) -> None:
        """In the Hub's own order an entity that was not there before is new; the others show their move."""
        table = tables(build(week()), "papers")["The Hub’s own trending order"]

        assert column(table, "Week before") == ["=", "new", "↑2"]

    def test_legend(self) -> None:
        """The flags in use are explained, the others are not mentioned."""
        lines = " ".join(sentences(build(week()), "how-to-read-this"))

        assert "Revised: the all-time counter fell" in lines
        assert "Breakout: " in lines
        assert "Echo: " not in lines
        assert "Unseen: " not in lines

    def test_what_is_watched_and_unseen(self) -> None:
        """A watched entity that neither snapshot shows is in the table, and its note is explained."""
        unseen = replace(change(entity(Kind.MODEL, 3), Metric.LIKES, None), status="unseen")
        report = build(replace(week(), watched=(unseen,)))

        assert column(tables(report, "watch-list")["Watched, by likes"], "Notes") == ["unseen"]
        assert "Unseen: it is watched, and neither snapshot shows it." in sentences(report, "how-to-read-this")


class TestBanners:
    def test_shock(self) -> None:
        """A move of the whole Hub stands above everything, in percent."""
        report = build(replace(week(), shocks=(HubShift(Kind.MODEL, Metric.DOWNLOADS, 0.2175, True),)))

        assert [plain(one) for one in report.banners] == [
            "The whole Hub moved: the median change in downloads of models is +24\u202f%. Their ranking is withheld."
        ]

    def test_partial_and_scopes(self) -> None:
        """A comparison that is not one of weeks, or not of like with like, is told in words."""
        loose = pair(Kind.MODEL, basis="partial", span_days=2.5, before_scope="full")

        report = build(only(pair=loose))

        assert [plain(one).split(":")[0] for one in report.banners] == ["Partial basis", "Scopes differ"]
        assert "2.5 days" in plain(report.banners[0])


class TestQuality:
    def test_basis(self) -> None:
        """One row a kind: both times, the span, the basis and what was rejected."""
        (table,) = tables(build(week()), "basis").values()

        assert [cell.text for cell in table.rows[0]] == [
            *("Models", "28 Apr 2026, 06:00 UTC", "4 May 2026, 07:40 UTC", "6.07 days", "near (5 to 9 days)"),
            *("3,120", "4"),
        ]

    def test_in_full(self) -> None:
        """The whole box lists the snapshots, the rejected items, what is missing and what drifts."""
        report = build(week())

        assert list(tables(report, "data-quality")) == ["Snapshots used", "Rejected items and dropped values"]
        assert "The changes of models span 6.07 days, not 7 (near)." in sentences(report, "data-quality")
        assert "model: the Hub's field gguf is new" in sentences(report, "data-quality")

    def test_imported_snapshots_are_named(self) -> None:
        """A snapshot of an archive says so where the snapshots used are listed."""
        of_archive = replace(week(), quality=replace(QUALITY, used=(replace(QUALITY.used[0], origin="archive"),)))

        table = tables(build(of_archive), "data-quality")["Snapshots used"]

        assert column(table, "State") == ["complete, imported from archive"]

    def test_imported_snapshots_are_told_at_once(self) -> None:
        """Scores that an archive has a part in are told above the report, where its basis is."""
        told = "20 of the 36 snapshots that scores of models by downloads read were imported, not taken here."
        mixed = replace(week(), quality=replace(QUALITY, imported=(told,)))

        assert told in sentences(build(mixed), "basis")

    def test_shares_name_who_moved_them(self) -> None:
        """A label whose share moved stands beside the entity that did most of it."""
        (table,) = (t for name, t in tables(build(week()), "datasets").items() if name.startswith("Shares of"))

        assert [[cell.text for cell in row] for row in table.rows] == [
            ["mit", "20.4\u202f%", "31.0\u202f%", "+5,200", "tidewater/shore-captions", "+4,100"],
        ]

    def test_standing(self) -> None:
        """A row tells its weeks on the list, its best place and the day it was first there."""
        risers = tables(build(week()), "models")["Risers by downloads"]
        at = [one.title for one in risers.columns].index("Weeks listed")

        assert (risers.rows[0][at].text, risers.rows[0][at].detail) == ("3", "best: 1, first: 20 Apr")

    def test_watched(self) -> None:
        """What is watched appears by counter, moved or not."""
        assert {name: len(table.rows) for name, table in tables(build(week()), "watch-list").items()} == {
            "Watched, by downloads": 1,
            "Watched, by likes": 1,
            "Watched, by upvotes": 1,
        }

    def test_scorecard(self) -> None:
        """Last week's picks are held to what they did, beside the plain lists."""
        (table,) = tables(build(week()), "backtest").values()

        assert [[cell.text for cell in row] for row in table.rows] == [
            ["Models", "downloads", "score", "20", "14", "×1.1"],
            ["Models", "downloads", "percent", "20", "5", "–"],
        ]


def test_anchors_are_slugs() -> None:
    """A section that is linked to has the anchor that Markdown renderers give its heading."""
    report = build(week())

    assert [one.title.lower().replace(" ", "-") for one in report.sections] == [one.anchor for one in report.sections]


def test_dateline() -> None:
    """The line under the title tells the seven days, or the moment where there is no week yet; a week has its name."""
    assert build(week()).subtitle == "27 Apr 2026 to 4 May 2026, 12:00 UTC"
    assert build(first_week()).subtitle == "As of 4 May 2026, 12:00 UTC"
    assert build(week(), week="2026-W18").title == "The week on the Hugging Face Hub, 2026-W18"


def test_span_is_the_pairs() -> None:
    """The section of a kind states both snapshots, their span and their basis."""
    late = replace(
        kind_week(Kind.MODEL, 1),
        pair=pair(Kind.MODEL, now_at=NOW + timedelta(hours=1)),
        trending=trending(Kind.MODEL, 0),
    )

    assert sentences(build(replace(week(), kinds=(late,))), "models")[0] == (
        "The head snapshot of 4 May 2026, 08:40 UTC (3,120 models) against the head one of 28 Apr 2026, 06:00 UTC:"
        " 6.07 days, near."
    )
