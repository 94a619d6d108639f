"""Holds the catalogues of the languages of a report: CODE.po, such as zh_Hans.po. A new file is a new language."""

from functools import cache
from importlib.resources import files

ENGLISH = "en"
"""The language of the messages, which needs no catalogue."""


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of all languages, English first."""
    found = (entry.name for entry in files("reports.locales").iterdir())
    return (ENGLISH, *sorted(name.removesuffix(".po") for name in found if name.endswith(".po")))
