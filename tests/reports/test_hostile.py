"""A hostile Hub: every text attacks every format and stays inert."""

import csv
import io
import json
import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from reports.build import build
from reports.render.render import render
from tests.fakes.pages import read
from tests.fakes.results import first_week, week
from tests.reports.text.test_escaping import flat

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></svg><svg/onload=alert(1)>",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png) <https://evil.example>",
    "| a | b\n\n# heading\n\n```\ncode",
    "=cmd|' /C calc'!A0",
    "@evil +1 -1\tx",
    "]]><!-- --> &lt;b&gt; &#x26; {{ 7*7 }} {% raw %} ${x} $\\frac{1}{0}$",
    "\u202egnp.exe\u2066\u200b\x00\x1b]8;;https://evil.example\x07",
    "word0 #010101 var(--ink) %s {0} \ud800 \uffff",
    "名前" * 5000,
)
T = TypeVar("T")


def attacked(value: T, attack: str) -> T:
    """Return the records with the attack in place of every text from the Hub."""
    return _attacked(value, attack)  # type: ignore[no-any-return]


OURS = {"basis", "now_scope", "before_scope", "scope", "granularity", "picked_by", "ordered_by"}


def _attacked(value: Any, attack: str) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return attack
    if isinstance(value, tuple):
        return tuple(_attacked(item, attack) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        theirs = [field.name for field in fields(value) if field.name not in OURS]
        return replace(value, **{name: _attacked(getattr(value, name), attack) for name in theirs})
    return value


@pytest.fixture(scope="module")
def harmless() -> dict[str, str]:
    """The files of the same week without an attack."""
    return {suffix: content.decode() for suffix, content in render(build(week(2))).items()}


@pytest.fixture(params=ATTACKS, ids=range(len(ATTACKS)), scope="module")
def files(request: pytest.FixtureRequest) -> dict[str, str]:
    """The files of a week in which everything is the attack."""
    results = attacked(week(2), request.param)
    return {suffix: content.decode() for suffix, content in render(build(results)).items()}


def test_html(files: dict[str, str], harmless: dict[str, str]) -> None:
    """The page has the elements and attributes of a harmless one, and links only to the Hub."""
    usual = read(harmless[".html"])

    page = read(files[".html"])

    assert page.unclosed == []
    assert page.elements <= usual.elements
    assert page.attributes <= usual.attributes
    assert [link for link in page.links if not link.startswith(("#", "https://huggingface.co/"))] == []


def test_markdown(files: dict[str, str], harmless: dict[str, str]) -> None:
    """The attack adds no HTML, image, code block, heading or link."""
    renderer = MarkdownIt("commonmark").enable(["table", "strikethrough"])

    tokens = flat(renderer.parse(files[".md"]))

    kinds = [token.type for token in tokens]
    usual = [token.type for token in renderer.parse(harmless[".md"])]
    assert {"html_inline", "html_block", "image", "fence", "code_block", "s_open", "hardbreak"}.isdisjoint(kinds)
    for block in ("heading_open", "table_open", "bullet_list_open", "blockquote_open"):
        assert kinds.count(block) == usual.count(block)
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert [link for link in links if not link.startswith(("#", "https://huggingface.co/"))] == []


def test_csv(files: dict[str, str]) -> None:
    """Every row has every column, and no cell is a formula."""
    rows = list(csv.reader(io.StringIO(files[".csv"])))

    assert {len(row) for row in rows} == {len(rows[0])}
    assert [cell for row in rows for cell in row if re.match(r"\s*[=+@\t]|\s*-\D", cell)] == []


def test_json(files: dict[str, str]) -> None:
    """The document is ASCII and strict JSON."""
    assert files[".json"].isascii()
    assert json.loads(files[".json"], parse_constant=pytest.fail)["format"] == "hubtrends-report/1"


def test_atom(files: dict[str, str]) -> None:
    """The feed is well formed, and its content has only our elements."""
    feed = ET.fromstring(files[".xml"])

    content = feed.find("{*}entry/{*}content")

    assert content is not None
    assert read(content.text or "").elements <= {"p", "b", "a", "h2", "ol", "li"}


def test_no_control_characters(files: dict[str, str]) -> None:
    """No file has a control or direction character."""
    for content in files.values():
        assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", content) == []


def test_size(files: dict[str, str]) -> None:
    """A name of 10,000 characters is cut."""
    assert all(len(content) < 2_000_000 for content in files.values())


def test_first_report() -> None:
    """The report of a single snapshot is inert too."""
    results = attacked(first_week(2), "".join(ATTACKS[:3]))

    page = read(render(build(results))[".html"].decode())

    assert page.elements.isdisjoint({"script", "img"})
    assert page.unclosed == []
