"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    SKIPPED = "skipped"
    """Not looked at, and why."""

    WARNING = "warning"
    """The program goes on; somebody should know."""

    BAD = "bad"
    """Something does not work until it is mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and how to mend it where that is needed."""

    check: str
    verdict: Verdict
    what: str
    remedy: str | None = None


def ok(check: str, what: str) -> Finding:
    """All is well."""
    return Finding(check, Verdict.OK, what)


def skipped(check: str, what: str) -> Finding:
    """Nothing was looked at."""
    return Finding(check, Verdict.SKIPPED, what)


def warning(check: str, what: str, remedy: str) -> Finding:
    """Somebody should know."""
    return Finding(check, Verdict.WARNING, what, remedy)


def bad(check: str, what: str, remedy: str) -> Finding:
    """Something does not work."""
    return Finding(check, Verdict.BAD, what, remedy)


def told(check: str, verdict: Verdict, error: Exception | str) -> Finding:
    """An error or a line of ours, whose text says after its last colon what to do."""
    what, _, remedy = str(error).rpartition(": ")
    return Finding(check, verdict, what, remedy)
