"""Describes an entity in one line: kind, task, size, licence, and the creation day of a new one."""

from collections.abc import Iterator

from analysis.records import Entity
from reports.text import labels
from reports.text.format import capital, size
from reports.text.language import Language

NEW_DAYS = 30
"""Age below which the creation day is shown."""

LICENCES = {"mit": "MIT", "apache-2.0": "Apache-2.0", "gemma": "Gemma", "cc-by-4.0": "CC BY 4.0", "gpl-3.0": "GPL-3.0"}
"""Spellings of common licences; the Hub gives lower-case identifiers."""


def facts(entity: Entity, age_days: float | None, say: Language) -> str:
    """Return the description of an entity; `age_days` is None to omit its creation day."""
    return " · ".join(part for part in _facts(entity, age_days, say) if part)


def _facts(entity: Entity, age_days: float | None, say: Language) -> Iterator[str | None]:
    yield capital(labels.one(entity.kind, say))
    if entity.kind.spec.is_repo:
        yield labels.task(entity.task, say)
        yield size(entity.parameters) if entity.parameters else None
    else:
        yield entity.author
    yield licence(entity)
    if age_days is not None and age_days < NEW_DAYS and entity.created_at:
        yield say.say("new on {day}", day=say.day(entity.created_at, year=False))


def licence(entity: Entity) -> str | None:
    """Return the licence as readers write it: MIT, Apache-2.0."""
    return LICENCES.get(entity.license, entity.license) if entity.license else None
