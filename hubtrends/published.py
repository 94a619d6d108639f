"""Find the published reports of a folder by their file names; no report is read."""

import re
from pathlib import Path

from hubtrends.errors import NoReportYetError
from hubtrends.times import Week

PAGE = re.compile(r"\d{4}-W\d{2}\.html", re.ASCII)
"""The page of a report in the first language: 2026-W19.html."""


def newest_page(folder: Path, week: Week | None = None) -> Path:
    """Return the page of a week, by default of the newest; raises NoReportYetError."""
    pages = [path for path in folder.glob("*.html") if PAGE.fullmatch(path.name)]
    wanted = [path for path in pages if week is None or path.stem == str(week)]
    if not wanted:
        raise NoReportYetError(folder, None if week is None else str(week), max((p.stem for p in pages), default=None))
    return max(wanted, key=lambda path: path.stem)


def digest_of(page: Path) -> str | None:
    """Return the digest of a report as plain text, or None for a report of an earlier version."""
    try:
        return page.with_suffix(".txt").read_text("utf-8")
    except FileNotFoundError:
        return None
