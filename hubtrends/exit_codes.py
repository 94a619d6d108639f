"""The exit codes: the outcome of a command for scripts, since stdout is data and stderr is for people.

Codes never change their meaning. failures.py maps errors to them.
"""

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """The outcome of a command; `meaning` is the sentence for people."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        member = int.__new__(cls, code)
        member._value_, member.meaning = code, meaning
        return member

    OK = 0, "Done. Rejected rows do not change this."
    FAILED = 1, "Unexpected failure: a fault of the program."
    USAGE = 2, "The command line, the configuration or the watch list is wrong."
    HUB_UNAVAILABLE = 3, "The Hub cannot be reached or keeps failing; try again later."
    HUB_REFUSED = 4, "The Hub refused access (401 or 403): the token is wrong or expired."
    HUB_REJECTED = 5, "The Hub says the request is wrong (400): its interface may have changed."
    DATABASE_BUSY = 6, "Another process is at work on the database; try again later."
    DATABASE_UNUSABLE = 7, "The database cannot be used: damaged, made by a newer version, or not permitted."
    INCOMPLETE = 8, "Some kinds failed; what came from the others is stored."
    NOTHING_YET = 9, "There is no data for this yet; crawl first."
    DISK_FULL = 10, "There is not enough room on the disk."
    ATTENTION = 11, "Something needs repair; the lines name it and the remedy."
    OUTPUT_LOST = 12, "stdout is closed or cannot be written."
    INTERRUPTED = 130, "Stopped on request; the next run resumes there."
    READER_GONE = 141, "The reader closed stdout early, as `head` does; nothing is wrong."
