"""Name the environment variable that prevents the import of a command.

huggingface_hub reads its settings from the environment on import. An invalid setting must end in one line too, so this
module does not import huggingface_hub.
"""

import os
import sys
from collections.abc import Mapping

from crawler.errors import HubSettingError
from crawler.http.endpoint import VARIABLE, Endpoint
from crawler.redaction import redactor
from hubtrends.exit_codes import ExitCode


def report_setting(error: ValueError) -> ExitCode:
    """Print the invalid setting and return the exit code; raises an error of another cause."""
    line = unusable_number(os.environ, str(error)) or unusable_endpoint(os.environ)
    if line is None:
        raise error
    sys.stderr.write(f"hubtrends: {line}\n")
    return ExitCode.HUB_UNAVAILABLE


def unusable_number(environ: Mapping[str, str], error: str) -> str | None:
    """Return a line on the huggingface_hub variable that the error quotes, or None."""
    named = {name: value for name, value in environ.items() if name.startswith("HF_") and value}
    for name, value in named.items():
        if error.endswith(f": {value!r}"):
            shown = redactor(environ, None).text(value)
            return f"{name} is {shown!r}, which is not a whole number. Correct or unset it, then run again."
    return None


def unusable_endpoint(environ: Mapping[str, str]) -> str | None:
    """Return a line on an HF_ENDPOINT that is not an address, or None."""
    try:
        Endpoint.parse(environ.get(VARIABLE, "https://huggingface.co"))
    except HubSettingError as error:
        return str(error)
    return None
