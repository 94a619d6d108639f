"""A Hub of millions behaves like any other and takes no memory before the first request."""

from hubtrends.sim.sources.bulk import BulkHub
from tests.fakes.hubs import ask, ids, walk

FIELDS = "expand=likes&expand=downloads&expand=downloadsAllTime"


def test_a_walk_returns_every_item_in_order_of_creation() -> None:
    """Ids increase and are unique."""
    found = ids(walk(BulkHub(models=2500), "/api/models?sort=createdAt&direction=1"))

    assert len(found) == 2500
    assert found == sorted(set(found))


def test_a_deep_cursor_of_three_million_is_found_at_once() -> None:
    """The newest page is computed without the others."""
    page = ask(BulkHub(models=3_000_000), "/api/models?sort=createdAt&limit=2")

    assert [row["id"].rpartition("-")[2] for row in page.payload] == ["2999999", "2999998"]
    assert page.payload[0]["createdAt"] == "2026-09-01T00:00:00.000Z"
    assert page.next_target is not None


def test_sorts_by_numbers_descend() -> None:
    """Likes, downloads and the score order the list."""
    (page,) = walk(BulkHub(models=500), f"/api/models?sort=likes&{FIELDS}")
    likes = [row["likes"] for row in page]

    assert likes == sorted(likes, reverse=True)
    assert likes[0] > likes[-1]


def test_another_day_has_the_same_items_with_higher_counters() -> None:
    """Ids and names stay; likes and all-time downloads grow."""
    before, after = (walk(BulkHub(models=300, day=day), f"/api/models?sort=createdAt&{FIELDS}")[0] for day in (0, 7))

    assert [(row["_id"], row["id"]) for row in before] == [(row["_id"], row["id"]) for row in after]
    assert sum(row["likes"] for row in after) > sum(row["likes"] for row in before)
    assert all(b["downloadsAllTime"] <= a["downloadsAllTime"] for b, a in zip(before, after, strict=True))


def test_items_of_all_kinds_are_found_by_name() -> None:
    """A look-up finds exactly the repositories that lists show."""
    hub = BulkHub(models=3, datasets=3, spaces=3)

    for kind in ("models", "datasets", "spaces"):
        for row in ask(hub, f"/api/{kind}").payload:
            assert ask(hub, f"/api/{kind}/{row['id']}").payload["_id"] == row["_id"]
    assert ask(hub, "/api/models/lab1/net-99").status == 401
    assert "downloads" not in ask(hub, "/api/spaces?full=true").payload[0]
