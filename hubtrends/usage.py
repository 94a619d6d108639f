"""Make the usage errors of the command line readable, and suggest the nearest valid word."""

import contextlib
import difflib
import re
from collections.abc import Iterable, Iterator

import typer

NOT_ONE_OF = re.compile(r"(?:Value error, )?'(?P<word>.*)' is not one of (?P<valid>'.*')\.?", re.DOTALL)
"""The message of Typer for a word that is no value of an option."""


@contextlib.contextmanager
def readable_usage_errors() -> Iterator[None]:
    """Rewrite the message of a usage error that passes."""
    try:
        yield
    except typer.BadParameter as error:
        error.message = readable(error.message)
        raise


def readable(message: str) -> str:
    """Return a message without the prefix of the validator, with the nearest valid word if there is one."""
    found = NOT_ONE_OF.fullmatch(message)
    if found is None:
        return message.removeprefix("Value error, ")
    valid = re.findall(r"'([^']*)'", found["valid"])
    return f"'{found['word']}' is not one of {', '.join(valid)}{suggestion(found['word'], valid)}"


def suggestion(word: str, valid: Iterable[str]) -> str:
    """Return `: did you mean X?` for the valid word nearest to a word, or nothing."""
    near = difflib.get_close_matches(word.lower(), list(valid), n=1)
    return f": did you mean {near[0]}?" if near else ""
