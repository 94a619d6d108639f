"""Configure logging to stderr: level and format from the command line, without secrets.

text            the message; with -v, and always in the daemon, after the time and the level
--log-format json   one object a line: time, level, logger, message, and the traceback as `error`
-v, -vv         INFO (a line per step), DEBUG (a line per decision)
"""

import json
import logging
import time
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property

from hubtrends.secrets import SecretFormatter, without_secrets

NARRATION = "hubtrends.narration"
"""The logger of progress lines in the daemon and in JSON; its INFO lines are always shown."""


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class StderrHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes plain lines to stderr."""


class ConsoleHandler(logging.Handler):
    """Writes lines wrapped to the terminal; rich is imported for the first line."""

    @cached_property
    def _wrapping(self) -> logging.Handler:
        from rich.console import Console
        from rich.logging import RichHandler

        handler = RichHandler(console=Console(stderr=True), show_time=False, show_path=False, show_level=False)
        handler.setFormatter(self.formatter)
        return handler

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of the record."""
        self._wrapping.emit(record)


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object of the record."""
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            fields["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(fields, ensure_ascii=False)


def configure_logging(verbosity: int, log_format: LogFormat, *, timed: bool) -> None:
    """Send log records to stderr; `timed` puts the time and the level on every line."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, StderrHandler | ConsoleHandler)]:
        root.removeHandler(handler)
    root.addHandler(_handler(log_format, timed=timed or verbosity > 0))
    root.setLevel(logging.WARNING)
    for stage in ("crawler", "db", "analysis", "reports", "hubtrends"):
        logging.getLogger(stage).setLevel((logging.WARNING, logging.INFO, logging.DEBUG)[min(verbosity, 2)])
    logging.getLogger(NARRATION).setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def _handler(log_format: LogFormat, *, timed: bool) -> logging.Handler:
    if log_format is LogFormat.JSON:
        handler: logging.Handler = StderrHandler()
        handler.setFormatter(JsonFormatter())
    elif timed:
        handler = StderrHandler()
        formatter = SecretFormatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
    else:
        handler = ConsoleHandler()
        handler.setFormatter(SecretFormatter("%(message)s"))
    return handler
