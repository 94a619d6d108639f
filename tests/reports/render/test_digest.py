"""The digest: sixty lines of plain text that fit a mail or a chat."""

from reports.build import build
from reports.render.digest import WIDTH, render_digest
from reports.text.escaping import columns
from tests.fakes.results import week


def test_lines_fit() -> None:
    """No line is wider than 72 columns, titles in wide characters included."""
    lines = render_digest(build(week(4))).splitlines()

    assert [line for line in lines if columns(line) > WIDTH] == []
    assert len(lines) < 90


def test_starts_with_the_finding() -> None:
    """The digest begins with the headline, the dateline and the sentences of the report."""
    report = build(week(4))

    headline, dateline, empty, first = render_digest(report).splitlines()[:4]

    assert (headline, empty) == (report.headline, "")
    assert dateline.startswith("28 April – 4 May 2026")
    assert first.startswith("* ")
