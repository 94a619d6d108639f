"""What a command is asked that it cannot answer, or may not do.

QuestionError
├── NoDataYetError   there is no snapshot by then
├── UnknownEntityError     no snapshot has ever shown the entity
├── NothingNamesItError  no entity, text or file has the name
├── AmbiguousNameError  several entities bear or bore the name
└── SqlRefusedError   DuckDB refuses the statement

ReportsForgottenError  the journal does not know what reports rest on, so nothing may be pruned
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from db.deletion.naming import Bearer


class QuestionError(Exception):
    """The question cannot be answered from this store."""


class NoDataYetError(QuestionError):
    """There is no snapshot to report on."""

    def __init__(self, database: Path, moment: datetime) -> None:
        self.database, self.moment = database, moment
        super().__init__(
            f"{database} holds no snapshot observed by {moment:%Y-%m-%d %H:%M} UTC: crawl first, or ask for later"
        )


class UnknownEntityError(QuestionError):
    """No snapshot has ever shown the entity."""

    def __init__(self, database: Path, entity: str) -> None:
        self.database, self.entity = database, entity
        super().__init__(
            f"{database} has never seen '{entity}': check the spelling, or follow it with `hubtrends watch add {entity}`"
        )


class NothingNamesItError(QuestionError):
    """Neither the database nor a file beside it has the name."""

    def __init__(self, database: Path, name: str) -> None:
        self.database, self.name = database, name
        super().__init__(
            f"nothing in {database} or beside it names '{name}': check the spelling and --kind, or give its Hub id"
        )


class AmbiguousNameError(QuestionError):
    """Several entities bear or bore the name; `bearers` are these."""

    def __init__(self, name: str, bearers: Sequence[Bearer]) -> None:
        self.name, self.bearers = name, tuple(bearers)
        told = "; ".join(
            f"the {one.kind} {one.hub_id}, now {one.id}, seen {one.first_seen:%Y-%m-%d} to {one.last_seen:%Y-%m-%d}"
            for one in bearers
        )
        super().__init__(f"'{name}' names {len(self.bearers)} entities ({told}): give the Hub id of the one, or --kind")


class SqlRefusedError(QuestionError):
    """DuckDB refuses the statement."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the query failed: {reason}")


class ReportsForgottenError(Exception):
    """The journal at `path` does not know `count` of the reports that the database says were made."""

    def __init__(self, path: Path, count: int) -> None:
        self.path, self.count = path, count
        super().__init__(
            f"{path} does not know {count} of the reports that the database says were made, nor what they rest on:"
            " restore the journal, or give --forget-reports"
        )
