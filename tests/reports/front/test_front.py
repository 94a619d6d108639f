"""The front page: which facts lead, and the sentences and cards that tell them."""

from dataclasses import replace

import pytest

from analysis.groups.records import Contributor, Families, Family, FamilyPart
from analysis.records import Change, Coverage, KindWeek, ListName, Metric, Pick, RankedList, Score, WeekAnalysis
from crawler.kinds import Kind
from reports.build import build
from reports.document import Card, Cards, Report, plain
from tests.fakes.results import change, entity, kind_week, pick, week


def gains(*changes: Change, total: int = 1000, name: ListName = ListName.GAINS) -> RankedList:
    """Return a list with these changes, in their order."""
    picks = tuple(replace(pick(place, one), score=None) for place, one in enumerate(changes, start=1))
    metric = changes[0].metric if changes else Metric.LIKES
    return RankedList(name, metric, "gain", picks, len(picks), None, None, coverage=Coverage(120, 100, total, 500, 0.5))


def models(*lists: RankedList, families: Families | None = None) -> WeekAnalysis:
    """Return a week of models with these lists."""
    one = replace(kind_week(Kind.MODEL, 2), lists=lists)
    return replace(week(2), kinds=(one,), shocks=(), watched=(), backtest=(), families=families or Families())


def liked(place: int, gain: int, **facts: object) -> Change:
    """Return a gain of likes of one of the models."""
    return change(entity(Kind.MODEL, place), Metric.LIKES, gain, **{"rank_before": 9, "rank_now": 9, **facts})


def family(root: str, gain: int, of_root: int) -> Families:
    """Return families of which one gained likes."""
    parts = (FamilyPart("root", 1, 1, of_root, None), FamilyPart("quantized", 4, 3, gain - of_root, None))
    largest = (Contributor(root, of_root), Contributor("borealis/lantern-7b-GGUF", gain - of_root))
    return Families(1, 5, 4, gain, None, (Family(root, 5, 4, gain, None, 2, parts, largest, (), True),))


def sentences(results: WeekAnalysis) -> list[str]:
    return [plain(sentence) for sentence in build(results).sentences]


def cards(report: Report) -> list[Card]:
    blocks = (block for section in report.sections for block in section.blocks)
    return [card for block in blocks if isinstance(block, Cards) for card in block.cards]


class TestRoles:
    def test_largest_gain(self) -> None:
        """The largest gain leads, with its level; a model that stays first on the Hub is called so."""
        first = liked(0, 426, before=3066, now=3492, rank_before=1, rank_now=1)

        assert sentences(models(gains(first, liked(1, 280)))) == [
            "lantern-7b gained most on its own: +426 likes (3,066 → 3,492), still first on the Hub."
        ]

    def test_small_gains_are_no_news(self) -> None:
        """Below the floor of 20 likes nothing leads, and the headline says so."""
        results = models(gains(liked(0, 19)))

        assert sentences(results) == []
        assert build(results).headline == "A quiet week on the Hub"

    def test_climber_needs_twenty_places(self) -> None:
        """A climb of 80 places into the first 50 is told; one of 19 places is not."""
        far = liked(1, 188, before=28, now=216, rank_before=85, rank_now=5)
        near = liked(2, 170, rank_before=24, rank_now=5)

        assert sentences(models(gains(liked(0, 426), near, far)))[1] == (
            "Fastest climber: lantern-7b-GGUF, 28 → 216 likes, up 80 places to number 5 on the Hub."
        )
        assert len(sentences(models(gains(liked(0, 426), near)))) == 1

    def test_unusual_week_has_its_usual_one(self) -> None:
        """The riser with the highest score is told with the downloads of a usual week."""
        made = change(entity(Kind.MODEL, 1), Metric.DOWNLOADS, 8400)
        scored = Pick(1, made, Score(6.0, 2.4, 1.9, 5000.0, None, "daily", False, (("baseline week", 3500.4),)), None)
        risers = replace(gains(made, name=ListName.RISERS), picks=(scored,))

        assert sentences(models(gains(liked(0, 426)), risers))[1] == (
            "Most unusual: lantern-7b-GGUF was downloaded 8,400 times, against about 3,500 times in a usual week."
        )

    @pytest.mark.parametrize(("root", "told"), [(None, True), ("aurora/lantern-7b", False)])
    def test_newcomer_is_no_copy(self, root: str | None, told: bool) -> None:
        """A newcomer that derives from another model is not the newcomer of the week."""
        young = replace(liked(1, 0), gain=None, before=None, now=271, age_days=6.2, status="appeared")
        made = gains(young, name=ListName.ENTRANTS)
        entrants = replace(made, picks=(replace(made.picks[0], root=root),))

        assert (sentences(models(entrants)) == ["New: lantern-7b-GGUF (borealis, MIT), 271 likes in 6 days."]) is told


class TestFamily:
    def test_family_leads_beside_a_single_gain(self) -> None:
        """A family and a model outside of it share the headline."""
        results = models(gains(liked(2, 426)), families=family("aurora/lantern-7b", 501, 170))

        report = build(results)

        assert report.headline == "lantern-7b and Heron-VL-3B led the week"
        assert plain(report.sentences[0]) == (
            "lantern-7b gained most as a family: +501 likes over 4 repositories, 3 of them quantisations."
        )
        assert cards(report)[0].facts.endswith("4 of 5 repositories compared")

    def test_family_of_its_root_alone_is_no_family(self) -> None:
        """If the root has over nine tenths of the gain, the root leads alone."""
        results = models(gains(liked(0, 480)), families=family("aurora/lantern-7b", 501, 480))

        assert build(results).headline == "lantern-7b led the week"

    def test_root_has_no_second_card(self) -> None:
        """The root of the leading family stands in the card of the family only."""
        results = models(gains(liked(0, 170), liked(2, 100)), families=family("aurora/lantern-7b", 501, 170))

        assert [card.name.text for card in cards(build(results))] == ["lantern-7b family", "tidewater/Heron-VL-3B"]


class TestReasons:
    def test_share_of_all_gain(self) -> None:
        """From a twentieth of all gain the share is told; below it the card is silent."""
        (large,) = cards(build(models(gains(liked(0, 50), total=1000))))
        (small,) = cards(build(models(gains(liked(0, 49), total=1000))))

        assert "That is 5.0\u202f% of all likes that models gained." in [plain(one) for one in large.sentences]
        assert not any("of all likes" in plain(one) for one in small.sentences)

    def test_owner_leads_elsewhere(self) -> None:
        """An owner with a large gain of another kind is named with it."""
        space = replace(kind_week(Kind.SPACE, 2), lists=(gains(change(entity(Kind.SPACE), Metric.LIKES, 90)),))
        one = models(gains(liked(0, 426)))

        report = build(replace(one, kinds=(*one.kinds, space)))

        assert "Its owner also leads with aurora/lantern-chat." in [plain(one) for one in cards(report)[0].sentences]


class TestDateline:
    def test_period_and_size(self) -> None:
        """The dateline has the compared period, the span, how many models were compared, and a link to the method."""
        report = build(models(gains(liked(0, 426))))

        assert plain(report.dateline) == "28 April – 4 May 2026 · 6.1 days · 100 models compared · how sure is this?"
        assert report.dateline[-1].url == "#data-quality"

    def test_watermark(self) -> None:
        """An incomplete snapshot and a partial basis make a watermark; a whole week has none."""
        sure = models(gains(liked(0, 426)))
        (one,) = sure.kinds
        used = tuple(replace(use, complete=False) for use in sure.quality.used if use.kind is Kind.MODEL)
        unsure = replace(sure, kinds=(_partial(one),), quality=replace(sure.quality, used=used))

        mark = build(unsure).watermark

        assert build(sure).watermark is None
        assert mark is not None
        assert plain(mark) == (
            "Read with care: the lists of models are incomplete; the gains of models cover 3 days, not a week."
        )


def _partial(one: KindWeek) -> KindWeek:
    return replace(one, pair=replace(one.pair, basis="partial", span_days=3.0))
