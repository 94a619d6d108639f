"""Defines requests and answers as values, independent of sockets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import unquote, urlencode

from hubtrends.sim.errors import RefusedError

Item = Mapping[str, Any]
"""One JSON object as the Hub serves it."""

_DIGITS = 18
"""Maximum number of digits in a parameter; Python parses thousands of digits slowly."""


@dataclass(frozen=True, slots=True)
class Request:
    """A GET request."""

    path: str
    query: tuple[tuple[str, str], ...] = ()
    token: str | None = None
    accepts_gzip: bool = False

    @property
    def segments(self) -> tuple[str, ...]:
        """The decoded segments of the path."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))

    def first(self, name: str, default: str | None = None) -> str | None:
        """Return the first value of a parameter."""
        return next((value for key, value in self.query if key == name), default)

    def every(self, *names: str) -> tuple[str, ...]:
        """Return all values of the parameters with these names."""
        return tuple(value for key, value in self.query if key in names)

    def with_parameter(self, name: str, value: str) -> str:
        """Return path and query with one parameter replaced."""
        kept = [(key, old) for key, old in self.query if key != name]
        return f"{self.path}?{urlencode([*kept, (name, value)])}"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; `payload` is text or a JSON value."""

    payload: Any
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    next_target: str | None = None
    """Path and query of the next page."""
    depth: int = 0
    """Items in the list before this page."""


def refusal_answer(refusal: RefusedError) -> Answer:
    """Return the answer to a refused request: the message in the body and in a header."""
    sendable = refusal.message.encode("latin-1", errors="ignore").decode("latin-1")  # all that a header can hold
    headers = {"X-Error-Message": sendable.strip()}
    if refusal.code is not None:
        headers["X-Error-Code"] = refusal.code
    return Answer({"error": refusal.message}, refusal.status, headers=headers)


def refuse_option(options: tuple[str, ...]) -> NoReturn:
    """Refuse a value that is not in `options`, with the message that lists give."""
    listed = "|".join(f'"{option}"' for option in options)
    raise RefusedError(400, f"✖ Invalid option: expected one of {listed}")


def refuse_property(options: tuple[str, ...]) -> NoReturn:
    """Refuse an `expand` that is not in `options`, with the message that look-ups give."""
    raise RefusedError(400, f'"expand" must be one of [{", ".join(options)}]')


def whole_number(request: Request, name: str, default: int, min_: int, max_: int | None = None) -> int:
    """Return a parameter as a whole number; refuse other values and numbers out of bounds."""
    text = request.first(name)
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else -1
    if number < min_ or (max_ is not None and number > max_):
        raise RefusedError(400, f"Invalid {name}: expected a number from {min_}" + (f" to {max_}" if max_ else ""))
    return number
