"""The exit code of each error and the one line that explains it."""

import errno
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import (
    CrawlError,
    CrawlStoppedError,
    HubFailedError,
    HubRefusedError,
    HubRejectedRequestError,
    HubUnreachableError,
)
from db.errors import (
    DatabaseBusyError,
    DatabaseMissingError,
    DatabaseReplacedError,
    DatabaseTooNewError,
    DiskSpaceError,
    NotADatabaseError,
    ObservedInThePastError,
    SchemaTooNewError,
    StoreError,
    WriterBusyError,
)
from hubtrends import errors
from hubtrends.errors import (
    ConfigError,
    HubtrendsError,
    JournalDamagedError,
    JournalFullError,
    MemoryLimitError,
    NotAFileError,
    OutputError,
    Problem,
    QueryDiedError,
    ReportsForgottenError,
    TimeLimitError,
    WatchEntryError,
    WatchFileError,
)
from hubtrends.exit_codes import ExitCode
from hubtrends.failures import exit_code_for, explain

URL = "https://huggingface.co/api/models"
HUB = Path("hub.duckdb")
DAY = datetime(2026, 5, 4, tzinfo=UTC)

SITUATIONS: dict[str, tuple[BaseException, ExitCode]] = {
    "a wrong setting": (ConfigError(Path("c.yaml"), (Problem("crawl", "wrong"),)), ExitCode.USAGE),
    "a word that names nothing": (WatchEntryError("?", "write org/name"), ExitCode.USAGE),
    "a broken watch list": (WatchFileError(Path("watch.txt"), ("line 1: ?",)), ExitCode.USAGE),
    "no network": (HubUnreachableError("https://huggingface.co", "no route"), ExitCode.HUB_UNAVAILABLE),
    "a Hub that is down": (HubFailedError(URL, "503", 8), ExitCode.HUB_UNAVAILABLE),
    "a token that expired": (HubRefusedError(URL, 401, "Invalid token"), ExitCode.HUB_REFUSED),
    "a request gone out of use": (HubRejectedRequestError(URL, 400, "Invalid option"), ExitCode.HUB_REJECTED),
    "a file of a newer program": (SchemaTooNewError(HUB, 7, 3), ExitCode.DATABASE_UNUSABLE),
    "a file of a newer DuckDB": (DatabaseTooNewError(HUB), ExitCode.DATABASE_UNUSABLE),
    "a file that is no database": (NotADatabaseError(HUB, "no magic bytes"), ExitCode.DATABASE_UNUSABLE),
    "no file": (DatabaseMissingError(HUB), ExitCode.NOTHING_YET),
    "a user who writes": (DatabaseBusyError(HUB, 4711, "duckdb"), ExitCode.DATABASE_BUSY),
    "a daemon that commits": (WriterBusyError(HUB, 4711), ExitCode.DATABASE_BUSY),
    "a file replaced meanwhile": (DatabaseReplacedError(HUB), ExitCode.DATABASE_BUSY),
    "no room for the copy": (DiskSpaceError(HUB, 10**9, 10**6), ExitCode.DISK_FULL),
    "no room for a page": (OSError(errno.ENOSPC, "No space left on device"), ExitCode.DISK_FULL),
    "a time before the newest snapshot": (ObservedInThePastError(HUB, "model", DAY, DAY), ExitCode.USAGE),
    "a stop at a page boundary": (CrawlStoppedError(), ExitCode.INTERRUPTED),
    "Ctrl-C": (KeyboardInterrupt(), ExitCode.INTERRUPTED),
    "a journal that was lost": (ReportsForgottenError(Path("hub.duckdb.journal"), 2), ExitCode.ATTENTION),
    "a journal that was damaged": (JournalDamagedError(Path("hub.duckdb.journal"), "malformed"), ExitCode.ATTENTION),
    "no room in the journal": (JournalFullError(Path("hub.duckdb.journal")), ExitCode.DISK_FULL),
    "a full stdout": (OutputError(errno.ENOSPC), ExitCode.DISK_FULL),
    "a closed stdout": (OutputError(errno.EBADF), ExitCode.OUTPUT_LOST),
    "too few file descriptors": (OSError(errno.EMFILE, "Too many open files"), ExitCode.ATTENTION),
    "a folder for a database": (NotAFileError(HUB, "a folder"), ExitCode.USAGE),
    "a query that takes too long": (TimeLimitError(2), ExitCode.USAGE),
    "a query that takes too much": (MemoryLimitError(10**9, "--memory"), ExitCode.USAGE),
    "a query that the system ended": (QueryDiedError("SIGKILL"), ExitCode.USAGE),
    "a bug": (KeyError("downloads"), ExitCode.FAILED),
}


@pytest.mark.parametrize(("error", "code"), SITUATIONS.values(), ids=list(SITUATIONS))
def test_exit_codes(error: BaseException, code: ExitCode) -> None:
    """Each situation has its own exit code and a message."""
    assert exit_code_for(error) is code
    assert explain(error)


@pytest.mark.parametrize("root", [CrawlError, StoreError, HubtrendsError])
def test_every_error_of_ours_is_mapped(root: type[Exception]) -> None:
    """No error class of ours has the exit code of an unexpected failure."""
    unmapped = [
        error
        for error in tree(root)
        if error is not HubtrendsError and exit_code_for(error.__new__(error)) is ExitCode.FAILED
    ]

    assert unmapped == []


def test_the_docstring_draws_the_tree_of_errors() -> None:
    """hubtrends/errors.py draws every class of the shell below its parent, and no other."""
    drawn = re.findall(r"^([│├└─ ]*)(\w+Error)\b", errors.__doc__ or "", re.MULTILINE)

    assert {(name, len(indent) // 4) for indent, name in drawn} == {
        (one.__name__, len(set(one.__mro__) & set(tree(HubtrendsError))) - 1) for one in tree(HubtrendsError)
    }


def test_table_of_codes() -> None:
    """The codes are a public contract: numbers stay, and each has a sentence for people."""
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0,
        "FAILED": 1,
        "USAGE": 2,
        "HUB_UNAVAILABLE": 3,
        "HUB_REFUSED": 4,
        "HUB_REJECTED": 5,
        "DATABASE_BUSY": 6,
        "DATABASE_UNUSABLE": 7,
        "INCOMPLETE": 8,
        "NOTHING_YET": 9,
        "DISK_FULL": 10,
        "ATTENTION": 11,
        "OUTPUT_LOST": 12,
        "INTERRUPTED": 130,
        "READER_GONE": 141,
    }
    assert all(code.meaning.endswith(".") for code in ExitCode)


def test_the_readme_shows_every_exit_code() -> None:
    """The table of README.md has the numbers and the sentences of ExitCode, in their order."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Exit codes\n")[2].partition("\n## ")[0]

    assert re.findall(r"^\| (\d+) \| (.+) \|$", section, re.MULTILINE) == [
        (str(int(code)), code.meaning) for code in ExitCode
    ]


def test_all_problems_of_a_file() -> None:
    """Each problem of a file has its own line, after the name of the file."""
    problems = (Problem("crawl.tpo", "no such setting", "top"), Problem("budget", "must be keys with values"))

    assert explain(ConfigError(Path("c.yaml"), problems)).splitlines() == [
        "c.yaml: crawl.tpo: no such setting (did you mean 'top'?)",
        "c.yaml: budget: must be keys with values",
    ]


def test_text_from_the_hub() -> None:
    """Text from the Hub cannot start a line, move the cursor or reverse the text."""
    line = explain(HubRefusedError(URL, 403, "no\n\x1b[2Jaccess\u202e"))

    assert line.isprintable()
    assert "no �[2Jaccess�" in line


def test_a_full_disk_names_the_file() -> None:
    """The message names the file if the system does, and always a remedy."""
    named = OSError(errno.ENOSPC, "No space left on device", "hub.duckdb.lock")

    assert explain(named) == "hub.duckdb.lock cannot be written because the disk is full: make room and run again"
    assert explain(OSError(errno.EDQUOT, "Disk quota exceeded")).endswith("the disk is full: make room and run again")


def test_a_reader_that_is_gone() -> None:
    """A missing reader gets no message, only the exit code."""
    gone = OutputError(errno.EPIPE)

    assert (exit_code_for(gone), explain(gone)) == (ExitCode.READER_GONE, "")


def test_a_bug_names_its_class() -> None:
    """The message of an unexpected failure names its class for a bug report."""
    assert explain(ZeroDivisionError("division by zero")) == "ZeroDivisionError: division by zero"


def tree(root: type[Exception]) -> Iterator[type[Exception]]:
    """Return the class and all its subclasses."""
    yield root
    for branch in root.__subclasses__():
        yield from tree(branch)
