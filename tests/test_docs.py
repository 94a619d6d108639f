"""The pages for newcomers name only paths that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ("docs/architecture.md", "CONTRIBUTING.md", "docs/damage.md", "docs/commit-protocol.md")
PLACE = re.compile(r"`((?:crawler|db|analysis|reports|hubtrends|tests|docs|benchmarks)/[\w./-]*)`")


def places(page: str) -> list[str]:
    """Return the paths that a page names."""
    return PLACE.findall((ROOT / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_exists(page: str) -> None:
    """A moved or deleted file makes the page that names it fail."""
    assert [place for place in places(page) if not (ROOT / place).exists()] == []


def test_the_map_covers_every_layer() -> None:
    """The table of the architecture page links to each package."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = page[page.index("## To change X, open Y") :]

    assert {place.split("/")[0] for place in PLACE.findall(table)} == {
        "crawler",
        "db",
        "analysis",
        "reports",
        "hubtrends",
    }
