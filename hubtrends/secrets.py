"""Hide secrets in everything that goes to stderr, the log or the journal."""

import logging
import os

from huggingface_hub import get_token

from crawler.redaction import redactor


def without_secrets(text: str) -> str:
    """Replace the token, passwords of the environment and anything that looks like either."""
    return redactor(os.environ, _token()).text(text)


def _token() -> str | None:
    """Return the token in force, None if it cannot be read."""
    try:
        return get_token()
    except (OSError, ValueError):
        return None


class SecretFormatter(logging.Formatter):
    """Formats a record and its traceback without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of the record."""
        return without_secrets(super().format(record))
