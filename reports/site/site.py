"""Writes the pages that connect the reports of a folder.

    index.html     all weeks, newest first
    latest.html    a copy of the newest report
    feed.xml       an Atom entry per week
    pager          links to the weeks before and after and to other languages, inside each report

The first language has these names, another one its tag in them: index.zh-Hans.html. A report changes in its links
only. Everything is derived from the files of the folder: the next report restores a lost file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.locales import ENGLISH
from reports.locales import languages as known_languages
from reports.publish import publish
from reports.render.html import language_tag, style_sheet
from reports.site.issues import Issue, read_issues
from reports.text.escaping import HUB
from reports.text.format import iso
from reports.text.language import Language, language

ALTERNATES = re.compile(r'(?:<link rel="alternate" hreflang=[^>]*>\n)*</head>')
"""The links to other languages, at the end of the head."""

PAGER = re.compile(r'<nav class="pager".*?</nav>', re.DOTALL)
ENTRIES = 60
"""Maximum number of feed entries: more than a year of weeks."""


def write_site(folder: Path, site_url: str | None = None, languages: Sequence[str] = (ENGLISH,)) -> list[Path]:
    """Write index, latest page and feed for the reports of a folder in each language, and return their paths.

    `site_url` is where the folder is served; without it the feed has links relative to itself. Raises OSError.
    """
    issues = read_issues(folder)
    texts: dict[str, str] = {}
    for code in languages:
        suffix = "" if code == languages[0] else f".{language_tag(code)}"
        texts |= _pages(folder, Shelf(language(code), suffix, issues), site_url)
    return publish(folder, "", {name: text.encode() for name, text in texts.items()}) if texts else []


@dataclass(frozen=True, slots=True)
class Shelf:
    """The reports of a folder, seen from one language."""

    language: Language
    suffix: str
    """What the names of the pages in this language have before their own suffix: .zh-Hans, or nothing."""
    all_issues: tuple[Issue, ...]

    @property
    def issues(self) -> list[Issue]:
        """The reports in this language, newest first."""
        return [issue for issue in self.all_issues if issue.language == self.language.code]

    def elsewhere(self, issue: Issue) -> list[tuple[Issue, str]]:
        """Return the same week in other languages, each with the language's name for itself."""
        others = [one for one in self.all_issues if one.week == issue.week and one.language != issue.language]
        return [(one, language(one.language).name) for one in others if one.language in known_languages()]


def _pages(folder: Path, shelf: Shelf, site_url: str | None) -> dict[str, str]:
    """Return the pages of a language that are new or change, by file name."""
    if not shelf.issues:
        return {}
    pages, newest = _linked(folder, shelf), shelf.issues[0].page
    return pages | {
        f"index{shelf.suffix}.html": render_index(shelf),
        f"latest{shelf.suffix}.html": pages.get(newest) or (folder / newest).read_text(encoding="utf-8"),
        f"feed{shelf.suffix}.xml": render_feed(shelf, site_url),
    }


def _linked(folder: Path, shelf: Shelf) -> dict[str, str]:
    """Return the reports whose links change, by file name."""
    issues = shelf.issues
    around = zip([None, *issues[:-1]], issues, [*issues[1:], None], strict=True)
    changed: dict[str, str] = {}
    for newer, issue, older in around:
        path = folder / issue.page
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        others = shelf.elsewhere(issue)
        pager = _rendered("pager.html.j2", shelf, newer=newer, older=older, others=others).strip()
        alternates = _rendered("alternates.html.j2", shelf, others=others)
        after = PAGER.sub(lambda _, new=pager: new, before, count=1)  # type: ignore[misc]
        after = ALTERNATES.sub(lambda _, new=alternates: f"{new}</head>", after, count=1)  # type: ignore[misc]
        if after != before:
            changed[issue.page] = after
    return changed


def render_index(shelf: Shelf) -> str:
    """Return the page that lists all reports of a language."""
    return _rendered("index.html.j2", shelf, issues=shelf.issues, style=style_sheet())


def render_feed(shelf: Shelf, site_url: str | None) -> str:
    """Return an Atom feed; the id of an entry depends only on its week and language."""
    hub, code = f"{HUB}/#hubtrends", shelf.language.code
    feed = uuid5(NAMESPACE_URL, hub if code == ENGLISH else f"{hub}-{code}")
    entries = [
        (issue, uuid5(uuid5(NAMESPACE_URL, hub), f"{issue.week} {issue.language}")) for issue in shelf.issues[:ENTRIES]
    ]
    return _rendered(
        "feed.xml.j2", shelf, feed=feed, entries=entries, base=f"{site_url.rstrip('/')}/" if site_url else ""
    )


def _rendered(template: str, shelf: Shelf, **values: object) -> str:
    own = shelf.language
    return _templates().get_template(template).render(say=own.say, code=own.code, suffix=shelf.suffix, **values)


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
