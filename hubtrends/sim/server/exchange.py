"""One request and its answer, as values: what routes read and write, without sockets.

SimError
└── RefusedError  the Hub answers with an error status: `status`, `message`, `code`
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import unquote, urlencode

Item = Mapping[str, Any]
"""One JSON object as the Hub serves it."""

_DIGITS = 18
"""Longer numbers are refused: Python reads thousands of digits slowly, and then not at all."""


class SimError(Exception):
    """Something is wrong in or with the simulated Hub."""


class RefusedError(SimError):
    """The Hub answers with `status` and `message` in place of data; some have a `code` for programs."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class Request:
    """A GET request as it came in."""

    path: str
    query: tuple[tuple[str, str], ...] = ()
    token: str | None = None
    accepts_gzip: bool = False

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path, decoded."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))

    def first(self, name: str, default: str | None = None) -> str | None:
        """The first value of a parameter."""
        return next((value for key, value in self.query if key == name), default)

    def every(self, *names: str) -> tuple[str, ...]:
        """All values of a parameter that goes by any of `names`."""
        return tuple(value for key, value in self.query if key in names)

    def with_parameter(self, name: str, value: str) -> str:
        """Path and query with one parameter replaced and all others kept."""
        kept = [(key, old) for key, old in self.query if key != name]
        return f"{self.path}?{urlencode([*kept, (name, value)])}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: `payload` is text, or anything that JSON can say."""

    payload: Any
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    next_target: str | None = None
    """Path and query of the next page."""
    depth: int = 0
    """Items of the list that lie before this page."""


def refusal_answer(refusal: RefusedError) -> Answer:
    """An error as the Hub words it: in the body and again in a header."""
    headers = {"X-Error-Message": _in_a_header(refusal.message)}
    if refusal.code is not None:
        headers["X-Error-Code"] = refusal.code
    return Answer({"error": refusal.message}, refusal.status, headers=headers)


def _in_a_header(text: str) -> str:
    """Drop what a header cannot carry."""
    return text.encode("latin-1", errors="ignore").decode("latin-1").strip()


def refuse_option(options: tuple[str, ...]) -> NoReturn:
    """Refuse a value that is none of `options`, in the words of a list."""
    listed = "|".join(f'"{option}"' for option in options)
    raise RefusedError(400, f"✖ Invalid option: expected one of {listed}")


def refuse_property(options: tuple[str, ...]) -> NoReturn:
    """Refuse an `expand` that is none of `options`, in the words of a look-up."""
    raise RefusedError(400, f'"expand" must be one of [{", ".join(options)}]')


def whole_number(request: Request, name: str, default: int, least: int, most: int | None = None) -> int:
    """A parameter as a number; anything else, or one out of bounds, is refused."""
    text = request.first(name)
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else -1
    if number < least or (most is not None and number > most):
        raise RefusedError(400, f"Invalid {name}: expected a number from {least}" + (f" to {most}" if most else ""))
    return number
