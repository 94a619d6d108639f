"""A hostile Hub: every text attacks every format and stays inert."""

import csv
import io
import json
import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree as ET

import pytest
import yaml
from markdown_it import MarkdownIt

from reports.build import build
from reports.document import Report
from reports.render.render import render
from reports.site.site import write_site
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


def texts(report: Report) -> dict[str, str]:
    """Return the files of a report that are text, by suffix."""
    return {suffix: content.decode() for suffix, content in render(report).items() if suffix != ".png"}


@pytest.fixture(scope="module")
def harmless() -> dict[str, str]:
    """The files of the same week without an attack."""
    return texts(build(week(2)))


@pytest.fixture(params=ATTACKS, ids=range(len(ATTACKS)), scope="module")
def files(request: pytest.FixtureRequest) -> dict[str, str]:
    """The files of a week in which everything is the attack."""
    results = attacked(week(2), request.param)
    return texts(build(results))


def test_html(files: dict[str, str], harmless: dict[str, str]) -> None:
    """The page has the elements and attributes of a harmless one, and links only to the Hub."""
    usual = read(harmless[".html"])

    page = read(files[".html"])

    assert page.unclosed == []
    assert page.elements <= usual.elements
    assert page.attributes <= usual.attributes
    assert [link for link in page.links if not link.startswith(("#", "https://huggingface.co/"))] == []


def body(markdown: str) -> str:
    """Return a Markdown report without its front matter."""
    return markdown.split("\n---\n", 1)[1]


def test_front_matter(files: dict[str, str]) -> None:
    """The front matter is YAML with the metadata that site generators read, and nothing else."""
    metadata = yaml.safe_load(files[".md"].split("\n---\n", 1)[0].removeprefix("---\n"))

    assert list(metadata) == ["title", "date", "description", "tags", "draft", "slug"]
    assert metadata["draft"] is False


def test_markdown(files: dict[str, str], harmless: dict[str, str]) -> None:
    """The attack adds no HTML, image, code block, heading or link."""
    renderer = MarkdownIt("commonmark").enable(["table", "strikethrough"])

    tokens = flat(renderer.parse(body(files[".md"])))

    kinds = [token.type for token in tokens]
    usual = [token.type for token in renderer.parse(body(harmless[".md"]))]
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
    assert json.loads(files[".json"], parse_constant=pytest.fail)["format"] == "hubtrends-report/2"


def test_site(files: dict[str, str], tmp_path: Path) -> None:
    """The index and the feed of a folder with the report have our elements only."""
    for suffix, content in files.items():
        (tmp_path / f"2026-W18{suffix}").write_text(content, encoding="utf-8")

    write_site(tmp_path)

    index = read((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert index.elements.isdisjoint({"script", "img"})
    assert [link for link in index.links if not re.fullmatch(r"#.*|[\w-]+\.(html|xml)", link)] == []
    entry = ET.fromstring((tmp_path / "feed.xml").read_text(encoding="utf-8")).find("{*}entry/{*}content")
    assert entry is not None
    assert read(entry.text or "").elements <= {"ul", "li"}


def test_no_control_characters(files: dict[str, str]) -> None:
    """No file has a control or direction character."""
    for content in files.values():
        assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", content) == []


def test_size(files: dict[str, str]) -> None:
    """A name of 10,000 characters is cut."""
    assert all(len(content) < 2_000_000 for content in files.values())
    assert len(files[".html"]) < 1_000_000


def test_first_report() -> None:
    """The report of a single snapshot is inert too."""
    results = attacked(first_week(2), "".join(ATTACKS[:3]))

    page = read(render(build(results))[".html"].decode())

    assert page.elements.isdisjoint({"script", "img"})
    assert page.unclosed == []
