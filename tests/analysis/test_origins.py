"""Which snapshots are used when own and imported ones coexist, and how the report shows it."""

from datetime import timedelta

from analysis.records import ListName, RankedList, WeekAnalysis
from tests.fakes.store import DAY, START, Store, crowd, of_days, risen, summed


def with_riser() -> dict[str, list[int]]:
    """Return the counters of a crowd and of an entity that doubled."""
    return {name: summed(own) for name, own in (crowd() | {"riser": risen(500, 2.0)}).items()}


def risers_of(week: WeekAnalysis) -> RankedList:
    """Return the risers of models by downloads."""
    return next(ranked for ranked in week.kinds[0].lists if ranked.name is ListName.RISERS)


def test_scores_from_imported_snapshots_are_flagged(store: Store) -> None:
    """A row scored from imported snapshots has a flag, and the data quality says so."""
    of_days(store, with_riser(), imported=range(20))

    week = store.week()

    risers_found = risers_of(week)
    assert risers_found.ordered_by == "impact"
    flags = [pick.change.flags for pick in risers_found.picks]
    assert flags
    assert all("imported: 20 of 36 snapshots" in one for one in flags)
    assert week.quality.history[0].endswith("to 2026-04-06, 20 of them imported.")
    assert any("20 of the 36 snapshots that scores of models by downloads" in line for line in week.quality.imported)


def test_imported_snapshots_beside_own_ones_are_not_read(store: Store) -> None:
    """Imported snapshots on days with own ones are not read and not flagged."""
    of_days(store, with_riser())
    for day in range(20):
        numbers: dict[str, dict[str, int | None]] = {"riser": {"downloads_all_time": 1, "likes": 1}}
        store.snapshot(START + day * DAY + timedelta(hours=6), numbers, origin="archive")

    week = store.week()

    risers_found = risers_of(week)
    assert "riser" in [pick.change.entity.id for pick in risers_found.picks]
    assert not [flag for pick in risers_found.picks for flag in pick.change.flags if flag.startswith("imported")]
    assert not week.quality.imported


def test_imported_weeks_are_marked(store: Store) -> None:
    """A chart can distinguish the weeks that rest on an archive."""
    of_days(store, with_riser(), imported=range(20))

    weeks = store.week().kinds[0].past_weeks

    assert [week.imported for week in weeks if week.basis != "none"] == [True, True, True, False, False]


def test_imported_ends_of_the_week_are_reported(store: Store) -> None:
    """A change between two imported snapshots names the archive."""
    store.entity("a")
    for day in (0, 7):
        store.snapshot(START + day * DAY, {"a": {"likes": day}}, origin="archive")

    week = store.week()

    assert {use.origin for use in week.quality.used} == {"archive"}
    assert [line for line in week.quality.missing if "imported" in line] == [
        "The changes of models end on a snapshot imported from archive.",
        "The changes of models begin with a snapshot imported from archive.",
    ]
