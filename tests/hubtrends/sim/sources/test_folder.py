"""A folder of captured records is served unchanged; captures and simulation have the same fields and types."""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hubtrends.sim.errors import FolderError
from hubtrends.sim.sources.folder import FolderHub
from hubtrends.sim.sources.hub import SimHub
from hubtrends.sim.world.world import World
from tests.fakes.hubs import article, ask, model, paper, walk

HUB_DATA = Path(os.environ.get("HUBTRENDS_HUB_DATA", Path(__file__).parents[5] / "shared" / "hub-data"))
captured = pytest.mark.skipif(
    not HUB_DATA.is_dir(), reason=f"no captured records at {HUB_DATA}; HUBTRENDS_HUB_DATA names another place"
)
ALSO = {"gated": {"str"}}
"""Types that the captures do not show: none of the thirty datasets is gated."""


def write(folder: Path, **kinds: Iterable[dict[str, Any]]) -> FolderHub:
    for kind, rows in kinds.items():
        (folder / f"{kind}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return FolderHub(folder)


def test_each_file_is_a_kind_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    """Models, papers, official and community articles are served; datasets and spaces are empty."""
    hub = write(
        tmp_path, models=[model(1)], daily_papers=[paper(1, "2026-09-22")], blog=[article(1)], community=[article(2)]
    )

    assert [len(ask(hub, f"/api/{kind}").payload) for kind in ("models", "datasets", "spaces")] == [1, 0, 0]
    assert len(ask(hub, "/api/daily_papers?date=2026-09-22").payload) == 1
    assert ask(hub, "/api/blog").payload["allBlogs"][0]["slug"] == "post-1"
    assert ask(hub, "/api/blog/community").payload["posts"][0]["slug"] == "post-2"


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"id": "a/b"}'])
def test_an_invalid_line_is_reported(tmp_path: Path, line: str) -> None:
    """The error states the file and the line."""
    (tmp_path / "models.jsonl").write_text(json.dumps(model(1)) + "\n\n" + line + "\n")

    with pytest.raises(FolderError) as caught:
        FolderHub(tmp_path)

    assert (caught.value.path.name, caught.value.line) == ("models.jsonl", 3)


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    """A missing folder is an error, not an empty Hub."""
    with pytest.raises(FolderError, match="nowhere"):
        FolderHub(tmp_path / "nowhere")


@captured
@pytest.mark.parametrize("kind", ["models", "datasets", "spaces"])
def test_captured_records_come_back_unchanged(kind: str) -> None:
    """With expand, each captured row is served once with its own values."""
    folder = HUB_DATA / "2026-05-04"
    rows = [json.loads(line) for line in (folder / f"{kind}.jsonl").read_text().splitlines()]
    expand = "&".join(f"expand={name}" for name in ("likes", "trendingScore", "tags", "createdAt"))

    served = [row for page in walk(FolderHub(folder), f"/api/{kind}?limit=300&{expand}") for row in page]

    wanted = ("_id", "id", "likes", "trendingScore", "tags", "createdAt")
    expected = sorted(([row[name] for name in wanted] for row in rows), key=lambda row: (-row[3], row[0]))
    assert [[row[name] for name in wanted] for row in served] == expected


@captured
def test_all_captured_papers_are_found_by_day() -> None:
    """The days of the feed contain every captured paper once."""
    folder = HUB_DATA / "2026-05-04"
    rows = [json.loads(line)["paper"] for line in (folder / "daily_papers.jsonl").read_text().splitlines()]
    hub, days = FolderHub(folder), {row["submittedOnDailyAt"][:10] for row in rows}

    pages = [page for day in days for page in walk(hub, f"/api/daily_papers?date={day}")]

    assert sorted(row["paper"]["id"] for page in pages for row in page) == sorted(row["id"] for row in rows)


def shape(items: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    """Return the types of each field over some items; integers and floats count as one."""
    found: dict[str, set[str]] = {}
    for item in items:
        for name, value in item.items():
            type_name = "number" if type(value) in (int, float) else type(value).__name__
            found.setdefault(name, set()).add(type_name)
    return found


def fixture(name: str) -> Any:
    return json.loads((HUB_DATA / "fixtures" / name).read_text())


@pytest.fixture(scope="module")
def world() -> SimHub:
    return World(11).at(datetime(2026, 9, 25, tzinfo=UTC))


@captured
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("api_models_default_item_2025-11.json", "models"),
        ("api_datasets_sort_downloads_2025-06-03.json", "datasets"),
    ],
)
def test_simulated_lists_have_the_captured_shape(world: SimHub, name: str, kind: str) -> None:
    """Each field that a captured default item always has is there, with the captured type."""
    real = fixture(name)
    always = {field for field in shape(real) if all(field in item for item in real)}
    simulated = shape(ask(world, f"/api/{kind}").payload)

    assert always <= simulated.keys()
    for field in always:
        assert simulated[field] <= shape(real)[field] | ALSO.get(field, set())


@captured
def test_simulated_papers_have_the_captured_shape(world: SimHub) -> None:
    """Every captured field exists, at the top level and nested, with the same type."""
    real = fixture("api_daily_papers_trending_2026-09-24.trimmed.json")
    simulated = ask(world, "/api/daily_papers?limit=100&sort=trending").payload

    for rows in ((real, simulated), ([row["paper"] for row in real], [row["paper"] for row in simulated])):
        known, ours = shape(rows[0]), shape(rows[1])
        assert known.keys() <= ours.keys()
        assert {name: ours[name] for name in known} == known


@captured
@pytest.mark.parametrize(
    ("name", "path", "rows"),
    [
        ("api_blog_2026-09-24.trimmed.json", "/api/blog", "allBlogs"),
        ("api_blog_community_trending_2026-09-24.trimmed.json", "/api/blog/community", "posts"),
    ],
)
def test_simulated_articles_have_the_captured_shape(world: SimHub, name: str, path: str, rows: str) -> None:
    """The envelope has the captured keys, and an article the fields that every captured one has."""
    real, simulated = fixture(name), ask(world, path).payload
    always = {field for field in shape(real[rows]) if all(field in row for row in real[rows])}

    assert real.keys() - simulated.keys() <= {"communityBlogPosts"}
    assert always <= shape(simulated[rows]).keys()
    for field in always:
        assert shape(simulated[rows])[field] <= shape(real[rows])[field]


@captured
def test_the_simulated_front_page_has_the_captured_shape(world: SimHub) -> None:
    """Rows of the trending list have the captured fields."""
    real = fixture("api_trending_models_2026-08.json")
    simulated = ask(world, "/api/trending?type=model&limit=20").payload["recentlyTrending"]

    assert shape(row["repoData"] for row in real).keys() == shape(row["repoData"] for row in simulated).keys()
