"""Hostile text: text from the Hub is shown literally and does nothing."""

import csv
import io
import itertools
import re
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from crawler.kinds import Kind
from reports.text.escaping import LONGEST, clean, csv_cell, cut, hub_url, markdown, markdown_within

ANYTHING = st.text(st.characters() | st.sampled_from("\\`*_[]()<>&|~$:.@#+-=!'\"/ \n1w"), max_size=40)
"""Any text, with the characters of Markdown more often than by chance."""

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TEXT_ONLY = {"inline", "paragraph_open", "paragraph_close", "text", "code_inline", "text_special"}


def flat(tokens: list[Token]) -> list[Token]:
    """Return tokens with their children."""
    return [one for token in tokens for one in (token, *flat(token.children or []))]


def shown(source: str) -> str:
    """Return the text that a renderer shows for Markdown."""
    return "".join(token.content for token in flat(RENDERER.parse(source)) if token.type in ("text", "code_inline"))


class TestClean:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a\u202eb", "a\ufffdb"),
            ("a\x1b[31mb", "a\ufffd[31mb"),
            ("two\r\n lines\u2028more", "two lines more"),
            ("zero\u200bwidth", "zero\ufffdwidth"),
            ("\ud800", "\ufffd"),
            ("\U0001f469\u200d\U0001f52c", "\U0001f469\U0001f52c"),
            ("e" + "\u0301" * 40, "e" + "\u0301" * 3),
            ("データ", "データ"),
        ],
        ids=["bidi", "escape", "lines", "invisible", "surrogate", "joined emoji", "piled accents", "other scripts"],
    )
    def test_cases(self, text: str, expected: str) -> None:
        """Invisible characters are replaced; ordinary text stays."""
        assert clean(text) == expected

    @given(ANYTHING)
    def test_safe(self, text: str) -> None:
        """Clean text has one line, is valid in XML, and stays the same when sanitized again."""
        found = clean(text)

        assert clean(found) == found
        assert not [one for one in found if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")]
        assert ET.fromstring(f"<a><![CDATA[{found.replace(']]>', '')}]]></a>") is not None

    def test_long(self) -> None:
        """A very long text is cut and ends in an ellipsis."""
        found = clean("x" * 10_000)

        assert (len(found), found[-1]) == (LONGEST, "…")

    def test_cut_counts_wide_characters_twice(self) -> None:
        """A name in a chart is cut by its width on a terminal."""
        assert cut("データセット", 8) == "データ…"
        assert cut("dataset", 8) == "dataset"


class TestMarkdown:
    @given(ANYTHING)
    def test_literal(self, text: str) -> None:
        """A renderer shows the text literally and makes only text of it."""
        literal = clean(text)

        tokens = flat(RENDERER.parse(markdown(literal)))

        assert {token.type for token in tokens} <= TEXT_ONLY
        assert shown(markdown(literal)) == literal

    @given(ANYTHING)
    def test_cell(self, text: str) -> None:
        """In a table the text stays in its cell."""
        literal = clean(text)

        tokens = RENDERER.parse(f"| a | b |\n| --- | --- |\n| {markdown_within(literal)} | end |")

        cells = [after for token, after in itertools.pairwise(tokens) if token.type == "td_open"]
        assert ["".join(part.content for part in cell.children or ()) for cell in cells] == [literal, "end"]

    @given(ANYTHING)
    def test_link_text(self, text: str) -> None:
        """As the text of a link it does not end the link."""
        literal = clean(text)

        tokens = flat(RENDERER.parse(f"a [{markdown_within(literal)}](https://huggingface.co/x) b"))

        assert [token.attrs for token in tokens if token.type == "link_open"] == [{"href": "https://huggingface.co/x"}]

    @pytest.mark.parametrize(
        "address", ["https://evil.example", "www.evil.example", "WWW.1evil.example", "evil.example/x", "mailto:a"]
    )
    def test_bare_addresses(self, address: str) -> None:
        """A backslash keeps GFM from linking a bare address."""
        assert address not in markdown(address)
        assert shown(markdown(address)) == address

    def test_at_signs(self) -> None:
        """An at sign is in a code span, where GFM finds no address and GitHub no user."""
        assert markdown("me@evil.example @@admin") == r"me`@`evil\.example `@@`admin"

    def test_plain_names_stay_readable(self) -> None:
        """Ordinary names of the Hub stay readable."""
        assert markdown("Qwen/Qwen3.6-27B, 12:00, +4 %") == "Qwen/Qwen3.6-27B, 12:00, +4 %"
        assert (markdown("+4 %"), markdown_within("+4 %")) == (r"\+4 %", "+4 %")


class TestCsv:
    @given(ANYTHING)
    def test_no_formula(self, text: str) -> None:
        """No cell begins with a formula, and no text is lost."""
        out = io.StringIO()
        csv.writer(out).writerow([csv_cell(clean(text)), "end"])

        ((cell, end),) = list(csv.reader(io.StringIO(out.getvalue())))

        assert not re.match(r"\s*[=+\-@\t\r]", cell)
        assert (cell.removeprefix("'") if cell != clean(text) else cell, end) == (clean(text), "end")

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "' =1", " =1"])
    def test_formulas(self, text: str) -> None:
        """Every start of a formula gets an apostrophe."""
        assert csv_cell(text) == f"'{text}"


class TestUrl:
    @pytest.mark.parametrize(
        ("kind", "name", "expected"),
        [
            (Kind.MODEL, "org/name", "https://huggingface.co/org/name"),
            (Kind.DATASET, "org/name", "https://huggingface.co/datasets/org/name"),
            (Kind.SPACE, "org/name", "https://huggingface.co/spaces/org/name"),
            (Kind.PAPER, "2604.10001", "https://huggingface.co/papers/2604.10001"),
            (Kind.ARTICLE, "org/name", "https://huggingface.co/blog/org/name"),
            (Kind.MODEL, 'a"><b', "https://huggingface.co/a%22%3E%3Cb"),
            (Kind.MODEL, "javascript:alert(1)", "https://huggingface.co/javascript%3Aalert%281%29"),
        ],
    )
    def test_addresses(self, kind: Kind, name: str, expected: str) -> None:
        """Each kind has its path, and a name can only be a part of the path."""
        assert hub_url(kind, name) == expected

    @pytest.mark.parametrize("name", ["", "a\u202eb", clean("a\u202eb"), clean("x" * 500), "a\nb"])
    def test_no_address(self, name: str) -> None:
        """A name that no entity can have has no address."""
        assert hub_url(Kind.MODEL, name) is None
