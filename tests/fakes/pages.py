"""Reads an HTML page: its elements, links and text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "link"}


@dataclass(slots=True)
class Page:
    """The content of a page."""

    elements: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the text with single spaces."""
        return " ".join(" ".join(self.words).split())


class Reader(HTMLParser):
    """Fills a page, and asserts that elements are closed in the right order."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Note an element and its attributes."""
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.page.unclosed.append(tag)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Note a self-closing element."""
        self.page.elements.add(tag)
        for name, value in attrs:
            self.page.attributes.add(name)
            {"id": self.page.ids, "href": self.page.links}.get(name, []).append(value or "")
            if name in ("aria-labelledby", "xlink:href"):
                self.page.references.extend((value or "").replace("#", "").split())

    def handle_endtag(self, tag: str) -> None:
        """Close the last element, which must be this one."""
        assert self.page.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.page.words.append(data)


def read(html: str) -> Page:
    """Return the content of a page."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.page
