"""Reads the published reports of a folder back from their JSON files."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.render.json_csv import FORMAT
from reports.text.escaping import clean

logger = logging.getLogger(__name__)

LARGEST = 64 * 1024 * 1024
"""Maximum size of a report in bytes. A report of 20 rows per list has about 2 MB; a larger file is skipped."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A published report as the site lists it; its texts are clean."""

    stem: str
    """The name of its files without a suffix: 2026-W19."""
    week: str
    language: str
    headline: str
    dateline: str
    as_of: datetime
    sentences: tuple[str, ...]

    @property
    def page(self) -> str:
        """The name of its HTML file."""
        return f"{self.stem}.html"


def read_issues(folder: Path) -> tuple[Issue, ...]:
    """Return the reports of a folder, newest first; other files are skipped."""
    issues = sorted(_read(folder), key=lambda issue: (issue.as_of, issue.stem), reverse=True)
    return tuple(issues)


def _read(folder: Path) -> Iterator[Issue]:
    for path in folder.glob("*.json"):
        try:
            document = json.loads(path.read_bytes()) if path.stat().st_size <= LARGEST else None
            if isinstance(document, dict) and document.get("format") == FORMAT:
                yield _issue(path.stem, document)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            logger.warning("%s is no report and stays out of the index: %s", path.name, error)


def _issue(stem: str, document: dict[str, object]) -> Issue:
    sentences = document["sentences"]
    if not isinstance(sentences, list):
        raise TypeError("its sentences are no list")
    return Issue(
        stem=stem,
        week=clean(str(document["week"])),
        language=clean(str(document["language"])),
        headline=clean(str(document["headline"])),
        dateline=clean(str(document["dateline"])),
        as_of=datetime.fromisoformat(str(document["as_of"])),
        sentences=tuple(clean(str(sentence)) for sentence in sentences),
    )
