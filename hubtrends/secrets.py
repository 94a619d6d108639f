"""The last border for secrets: whatever the program shows on stderr, logs or journals passes here."""

import logging
import os

from huggingface_hub import get_token

from crawler.redaction import redactor


def without_secrets(text: str) -> str:
    """Hide the token, the passwords of the environment and whatever looks like either."""
    return redactor(os.environ, _token()).text(text)


def _token() -> str | None:
    """Return the token in force; one that cannot be read is in no text either."""
    try:
        return get_token()
    except (OSError, ValueError):
        return None


class SecretFormatter(logging.Formatter):
    """Formats a record, its traceback included, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of the record."""
        return without_secrets(super().format(record))
