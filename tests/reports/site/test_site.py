"""A folder of reports as a site: index, latest report, feed, and links between weeks."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from reports.build import build
from reports.publish import publish
from reports.render.render import render
from reports.site.site import write_site
from tests.fakes.pages import read
from tests.fakes.results import AS_OF, week

WEEKS = ("2026-W17", "2026-W18", "2026-W19")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three reports, written out of order, and a file that is no report."""
    made = tmp_path_factory.mktemp("site")
    for place in (1, 0, 2):
        results = replace(week(2), as_of=AS_OF + timedelta(days=7 * (place - 1)))
        publish(made, WEEKS[place], render(build(results, week=WEEKS[place])))
        write_site(made, "https://hub.example/reports")
    (made / "notes.json").write_text('{"format": "another"}')
    write_site(made, "https://hub.example/reports")
    return made


def test_index_has_every_week_newest_first(folder: Path) -> None:
    """The index links to all reports, and a file that is no report stays out of it."""
    links = read((folder / "index.html").read_text()).links

    assert [link for link in links if link.startswith("2026")] == [f"{name}.html" for name in reversed(WEEKS)]


def test_latest_is_the_newest_report(folder: Path) -> None:
    """latest.html has the bytes of the newest report."""
    assert (folder / "2026-W19.html").read_bytes() == (folder / "latest.html").read_bytes()


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("2026-W17", ["index.html", "2026-W18.html"]),
        ("2026-W18", ["2026-W17.html", "index.html", "2026-W19.html"]),
        ("2026-W19", ["2026-W18.html", "index.html"]),
    ],
)
def test_weeks_link_to_their_neighbours(folder: Path, name: str, around: list[str]) -> None:
    """Each report links to the week before, the index and the week after, also when that one came later."""
    links = read((folder / f"{name}.html").read_text()).links

    assert [link for link in links if not link.startswith(("#", "https:"))] == around


def test_feed_keeps_one_entry_a_week(folder: Path) -> None:
    """The feed has an entry per week with absolute links, and writing it again keeps the ids."""
    before = (folder / "feed.xml").read_bytes()
    feed = ET.fromstring(before)
    links = [link.attrib["href"] for link in feed.findall("{*}entry/{*}link")]

    write_site(folder, "https://hub.example/reports")

    assert links == [f"https://hub.example/reports/{name}.html" for name in reversed(WEEKS)]
    assert (folder / "feed.xml").read_bytes() == before


def test_empty_folder(tmp_path: Path) -> None:
    """A folder without reports gets no index."""
    assert write_site(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
