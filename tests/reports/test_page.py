"""The HTML page: well formed, accessible and self-contained."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from analysis.groups.share_records import Facet, FacetShare
from analysis.records import WeekAnalysis
from crawler.kinds import Kind
from reports.build import build
from reports.render.render import render
from tests.fakes.pages import Page, read
from tests.fakes.results import first_week, nothing, week

OF_OTHER_PAGES = {"issues"}
"""Classes of the index."""


def html(results: WeekAnalysis) -> str:
    """Return the page of results."""
    return render(build(results))[".html"].decode()


@pytest.fixture(scope="module")
def source() -> str:
    """The page of a week with a watermark, long lists, and shares."""
    full = week(8, 29)
    used = tuple(replace(use, complete=False) for use in full.quality.used)
    shares = tuple(share(task, 0.2) for task in ("text-generation", None))
    tasks = Facet(Kind.MODEL, "task", shares, values=1, without_value=4, overlapping=False)
    return html(replace(full, quality=replace(full.quality, used=used), facets=(tasks,)))


def share(task: str | None, of_gain: float) -> FacetShare:
    """Return a task with a share of the gain, all of it from one entity."""
    return FacetShare(task, 10, 0.1, 50, None, of_gain, 1.0, "aurora/lantern-7b", 0.9, None, "likes", 1.0, 8, 9)


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return read(source)


@pytest.mark.parametrize("results", [week(), first_week(), nothing()], ids=["week", "first week", "nothing"])
def test_whole(results: WeekAnalysis) -> None:
    """Every element is closed, ids are unique, and every reference has a target."""
    found = read(html(results))

    assert found.unclosed == []
    assert len(found.ids) == len(set(found.ids))
    assert {link.removeprefix("#") for link in found.links if link.startswith("#")} <= set(found.ids)
    assert set(found.references) <= set(found.ids)


def test_self_contained(source: str, page: Page) -> None:
    """No element loads a resource, and the page's policy forbids it."""
    assert page.elements.isdisjoint({"script", "img", "link", "iframe", "object", "embed", "image", "base", "form"})
    assert page.attributes.isdisjoint({"src", "srcset", "action", "data", "background", "poster"})
    assert "default-src 'none'; style-src 'unsafe-inline'" in source
    assert re.findall(r"url\((?!#)|@import", source) == []
    assert [link for link in page.links if not link.startswith(("#", "https://huggingface.co/"))] == []


def test_accessible(source: str) -> None:
    """Tables have headers, charts have a title and a description, headings skip no level."""
    levels = [int(level) for level in re.findall(r"<h(\d)", source)]

    assert '<html lang="en">' in source
    assert source.count('<table role="table">') == source.count("<caption>") > 0
    assert re.findall(r"<th(?! scope=)[ >]", source) == []
    assert source.count('role="img" viewBox') == source.count("<desc ") == source.count("<figure>") > 0
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_charts_follow_the_page(source: str) -> None:
    """Charts take colours and fonts from the page, which has a light and a dark theme."""
    charts = "".join(re.findall(r"<figure>.*?</figure>", source, re.DOTALL))

    assert re.findall(r"#[0-9a-f]{6}", charts) == []
    assert "font-family" not in charts
    assert "<style" not in charts
    assert set(re.findall(r"var\((--\w+)\)", charts)) <= set(re.findall(r"(--\w+):", source))
    assert "prefers-color-scheme: dark" in source


CONTRASTS = [(ink, paper) for ink in ("ink", "muted", "accent", "up", "down") for paper in ("paper", "card")]


@pytest.mark.parametrize("face", [0, 1], ids=["light", "dark"])
def test_contrast(source: str, face: int) -> None:
    """Every text colour has a contrast of at least 4.5 to 1 (WCAG AA)."""
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", re.findall(r":root \{(.*?)\}", source, re.DOTALL)[face]))

    poor = [pair for pair in [*CONTRASTS, ("ink", "warn")] if contrast(*(colours[one] for one in pair)) < 4.5]

    assert poor == []


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG's formula."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_charts_show_every_script(page: Page) -> None:
    """A title in a script that matplotlib's font lacks is text in the chart."""
    assert any("データが少ない" in words for words in page.words)


def test_every_rule_has_an_element(source: str) -> None:
    """The page uses each class of the style sheet, so a renamed class keeps its style."""
    style, body = source.split("</style>")
    styled = set(re.findall(r"\.([a-z]+)(?=[ ,:{.])", style)) - OF_OTHER_PAGES
    used = {name for names in re.findall(r'class="([^"]*)"', body) for name in names.split()}

    assert styled - used == set()


def test_print_has_the_wide_layout(source: str) -> None:
    """The layout of a phone is for screens only, because a page of A4 is as narrow as a small window."""
    assert re.findall(r"@media (?!screen|print|\(prefers)", source) == []
