"""The last border for secrets: whatever the program shows on stderr, logs or journals passes here."""

import logging
import os

from huggingface_hub import get_token

from crawler.redaction import redactor


def without_secrets(text: str) -> str:
    """Hide the token, the passwords of the environment and whatever looks like either."""
    return redactor(os.environ, get_token()).text(text)


class SecretFormatter(logging.Formatter):
    """Formats a record, its traceback included, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of the record."""
        return without_secrets(super().format(record))
