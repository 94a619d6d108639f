"""The result of a check."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How severe a finding is."""

    OK = "ok"
    SKIPPED = "skipped"
    """Not checked; the finding says why."""

    WARNING = "warning"
    """The program works, but a person should look at it."""

    BAD = "bad"
    """Something fails until a person repairs it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check, with a remedy for a problem."""

    check: str
    verdict: Verdict
    what: str
    remedy: str | None = None

    def __str__(self) -> str:
        return self.what if self.remedy is None else f"{self.what}: {self.remedy}"

    @property
    def is_problem(self) -> bool:
        """Whether a person should look at it."""
        return self.verdict in (Verdict.WARNING, Verdict.BAD)


def ok(check: str, what: str) -> Finding:
    """Return the result of a check that passed."""
    return Finding(check, Verdict.OK, what)


def skipped(check: str, what: str) -> Finding:
    """Return the result of a check that did not run."""
    return Finding(check, Verdict.SKIPPED, what)


def warning(check: str, what: str, remedy: str) -> Finding:
    """Return a problem that does not stop the program."""
    return Finding(check, Verdict.WARNING, what, remedy)


def bad(check: str, what: str, remedy: str) -> Finding:
    """Return a problem that makes something fail."""
    return Finding(check, Verdict.BAD, what, remedy)


def from_message(check: str, verdict: Verdict, message: Exception | str) -> Finding:
    """Return a finding for a message of this program; the remedy is the text after its last colon."""
    what, _, remedy = str(message).rpartition(": ")
    return Finding(check, verdict, what, remedy)
