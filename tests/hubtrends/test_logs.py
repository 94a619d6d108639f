"""Log lines on stderr: level, format, and no secret in either format."""

import json
import logging
import re
from collections.abc import Iterator

import pytest

from hubtrends.cli import command_of, run
from hubtrends.exit_codes import ExitCode
from hubtrends.logs import LogFormat, configure_logging
from hubtrends.progress.reporter import LoggingReporter

SECRET = "hf_" + "a" * 34


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """Restore the handlers and levels for other tests."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("crawler", "db", "analysis", "reports", "hubtrends"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize(
    ("verbosity", "shown"), [(0, ["warning"]), (1, ["info", "warning"]), (2, ["debug", "info", "warning"])]
)
def test_verbosity_selects_the_level(capsys: pytest.CaptureFixture[str], verbosity: int, shown: list[str]) -> None:
    """Steps with -v, decisions with -vv."""
    configure_logging(verbosity, LogFormat.TEXT, timed=False)
    logger = logging.getLogger("crawler.walk")
    logger.debug("debug")
    logger.info("info")
    logger.warning("warning")

    assert [line.split()[-1] for line in lines_of(capsys)] == shown


def test_every_line_of_the_daemon_has_a_time_and_a_level(capsys: pytest.CaptureFixture[str]) -> None:
    """Progress and warnings alike, in UTC."""
    configure_logging(0, LogFormat.TEXT, timed=True)
    LoggingReporter().log("crawling models")
    logging.getLogger("hubtrends.daemon.daemon").error("the Hub is down")

    first, second = lines_of(capsys)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ INFO crawling models", first)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ERROR the Hub is down", second)


def test_json_has_one_object_a_line_and_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    """A traceback is a field of its object."""
    configure_logging(0, LogFormat.JSON, timed=False)
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger("db.commit").exception("failed with %s", SECRET)

    (line,) = lines_of(capsys)
    fields = json.loads(line)
    assert (fields["level"], fields["logger"]) == ("ERROR", "db.commit")
    assert "ValueError" in fields["error"]
    assert SECRET not in line


def test_configuring_twice_writes_each_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Repeated set-up, as by two commands in one process, adds no second handler."""
    configure_logging(0, LogFormat.TEXT, timed=True)
    configure_logging(0, LogFormat.JSON, timed=True)
    logging.getLogger("hubtrends").warning("once")

    (line,) = lines_of(capsys)
    assert json.loads(line)["message"] == "once"


def test_an_unknown_format_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """The valid formats are named."""
    assert run(["--log-format", "xml", "status"]) == ExitCode.USAGE
    assert "'xml' is not one of text, json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["sql", "SELECT 1"], "sql"),
        (["-vv", "sql", "SELECT 1"], "sql"),
        (["--log-format", "json", "sql", "SELECT 1"], "sql"),
        (["--log-format=json", "sql"], "sql"),
        (["watch", "add", "sql"], "watch"),
        ([], None),
    ],
)
def test_the_command_is_found_behind_options(words: list[str], command: str | None) -> None:
    """`sql` is detected whatever options stand before it, because it runs in a child process."""
    assert command_of(words) == command
