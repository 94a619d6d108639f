"""Hide secrets in every text for stderr, the log or the journal."""

import logging
import os

from crawler.redaction import redactor


def without_secrets(text: str) -> str:
    """Replace the token, passwords of the environment and anything that looks like either."""
    return redactor(os.environ, _token()).text(text)


def _token() -> str | None:
    """Return the token in force, None if it cannot be read.

    huggingface_hub is imported here, because that takes a quarter of a second. The import raises ValueError for an
    unusable setting, and ImportError or MemoryError in a child process at its memory limit.
    """
    try:
        from huggingface_hub import get_token

        return get_token()
    except (OSError, ValueError, ImportError, MemoryError):
        return None


class SecretFormatter(logging.Formatter):
    """Formats a record and its traceback without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of the record."""
        return without_secrets(super().format(record))
