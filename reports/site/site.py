"""Writes the pages that connect the reports of a folder.

    index.html     all weeks, newest first
    latest.html    a copy of the newest report
    feed.xml       an Atom entry per week
    pager          links to the weeks before and after, inside each report

A published report changes only in its pager. All pages are derived from the files of the folder, so the next report
restores a lost page.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.publish import publish
from reports.render.html import language_tag, style_sheet
from reports.site.issues import Issue, read_issues
from reports.text.escaping import HUB
from reports.text.format import iso
from reports.text.language import ENGLISH

PAGER = re.compile(r'<nav class="pager".*?</nav>', re.DOTALL)
ENTRIES = 60
"""Maximum number of feed entries: more than a year of weeks."""


def write_site(folder: Path, site_url: str | None = None, language: str = ENGLISH) -> list[Path]:
    """Write index, latest page and feed for the reports of a folder in one language, and return their paths.

    `site_url` is where the folder is served; without it the feed has links relative to itself. Raises OSError.
    """
    issues = [issue for issue in read_issues(folder) if issue.language == language]
    if not issues:
        return []
    pages = _paged(folder, issues)
    files = {
        "index.html": render_index(issues),
        "latest.html": pages.get(issues[0].page) or (folder / issues[0].page).read_text(encoding="utf-8"),
        "feed.xml": render_feed(issues, site_url),
    }
    return publish(folder, "", {name: text.encode() for name, text in (pages | files).items()})


def _paged(folder: Path, issues: Sequence[Issue]) -> dict[str, str]:
    """Return the pages whose pager changes, by file name."""
    around = zip([None, *issues[:-1]], issues, [*issues[1:], None], strict=True)
    changed: dict[str, str] = {}
    for newer, issue, older in around:
        path = folder / issue.page
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        pager = _templates().get_template("pager.html.j2").render(newer=newer, older=older).strip()
        after = PAGER.sub(lambda _, new=pager: new, before, count=1)  # type: ignore[misc]
        if after != before:
            changed[issue.page] = after
    return changed


def render_index(issues: Sequence[Issue]) -> str:
    """Return the page that lists all reports."""
    return _templates().get_template("index.html.j2").render(issues=issues, style=style_sheet())


def render_feed(issues: Sequence[Issue], site_url: str | None) -> str:
    """Return an Atom feed; the id of an entry depends only on its week and language."""
    feed = uuid5(NAMESPACE_URL, f"{HUB}/#hubtrends")
    entries = [(issue, uuid5(feed, f"{issue.week} {issue.language}")) for issue in issues[:ENTRIES]]
    base = site_url.rstrip("/") + "/" if site_url else ""
    return _templates().get_template("feed.xml.j2").render(feed=feed, entries=entries, base=base)


@cache
def _templates() -> Environment:
    found = Environment(
        loader=PackageLoader("reports.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters.update(iso=iso, tag=language_tag)
    return found
