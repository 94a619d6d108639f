"""Injects faults into answers.

A `Rule` counts the requests to a path and applies its fault to some of them, by number or at a rate. Draws depend on
the seed, so the same rules give the same faults. The handler applies reset, stall and truncation on the socket; every
other fault changes the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from hubtrends.sim.errors import RefusedError
from hubtrends.sim.server.exchange import Answer, Request, refusal_answer
from hubtrends.sim.world.rng import stream


class Fault(StrEnum):
    """A fault of one answer."""

    QUOTA_SPENT = "429, r=0"
    QUOTA_SPENT_RETRY_AFTER = "429, r=0, Retry-After"
    THROTTLED = "429, r>0"
    THROTTLED_RETRY_AFTER = "429, r>0, Retry-After"
    INTERNAL_ERROR = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    EXPIRED_TOKEN = "401"  # noqa: S105 - a status, not a secret
    """Applies only to requests with a token."""
    RESET = "connection reset"
    STALL = "no answer"
    TRUNCATED = "body shorter than announced"
    EMPTY = "empty body"
    NOT_JSON = "HTML with 200"
    NO_LINK = "no Link header"
    TEXT_FOR_NUMBER = "likes or upvotes is text"
    NO_ID = "first row without its id"
    BARE_NUMBER = "a number among the rows"


ON_THE_SOCKET = frozenset({Fault.RESET, Fault.STALL, Fault.TRUNCATED})
QUOTA_SPENT = frozenset({Fault.QUOTA_SPENT, Fault.QUOTA_SPENT_RETRY_AFTER})
_RETRY_AFTER = frozenset({Fault.QUOTA_SPENT_RETRY_AFTER, Fault.THROTTLED_RETRY_AFTER})
_STATUS = {
    Fault.INTERNAL_ERROR: 500,
    Fault.BAD_GATEWAY: 502,
    Fault.UNAVAILABLE: 503,
    Fault.GATEWAY_TIMEOUT: 504,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault and the requests that it applies to."""

    fault: Fault
    path: str = "/"
    """The prefix of the path."""
    first: int = 1
    """The first faulty request, counted from 1 among the requests to the path."""
    last: int | None = None
    """The last faulty request; None for no end."""
    rate: float = 1.0
    """The share of these requests that is faulty."""
    deeper_than: int = -1
    """Applies only to pages with more items than this before them."""

    def counts(self, request: Request) -> bool:
        """Return whether the rule counts the request."""
        return request.path.startswith(self.path)

    def applies(self, request: Request, count: int, depth: int, draw: float) -> bool:
        """Return whether the `count`-th request gets the fault; `draw` is from 0 to 1."""
        if self.fault is Fault.EXPIRED_TOKEN and request.token is None:
            return False
        in_turn = self.first <= count <= (count if self.last is None else self.last)
        return in_turn and depth > self.deeper_than and draw < self.rate


@dataclass(frozen=True, slots=True)
class Faults:
    """All rules of a server; the first that applies wins."""

    rules: tuple[Rule, ...] = ()
    seed: int = 0
    wait_s: int = 1
    """The seconds in `t=` and `Retry-After` of an injected 429."""

    @classmethod
    def once(cls, fault: Fault, path: str = "/", nth: int = 1) -> "Faults":
        """Return rules for one fault on the nth request to `path`."""
        return cls((Rule(fault, path, nth, nth),))

    @classmethod
    def at_random(cls, rates: Mapping[Fault, float], seed: int = 0, path: str = "/") -> "Faults":
        """Return rules that apply each fault randomly, with the probability given in `rates`."""
        return cls(tuple(Rule(fault, path, rate=rate) for fault, rate in rates.items()), seed)


@dataclass(slots=True)
class Injector:
    """Counts requests and selects the fault of each."""

    faults: Faults
    _counts: dict[int, int] = field(default_factory=dict)

    def select(self, request: Request, depth: int) -> Fault | None:
        """Return the fault of this request, if any."""
        applying = [rule.fault for index, rule in enumerate(self.faults.rules) if self._applies(index, request, depth)]
        return applying[0] if applying else None

    def _applies(self, index: int, request: Request, depth: int) -> bool:
        rule = self.faults.rules[index]
        if not rule.counts(request):
            return False
        count = self._counts[index] = self._counts.get(index, 0) + 1
        return rule.applies(request, count, depth, stream(self.faults.seed, index, count).random())


def apply_fault(answer: Answer, fault: Fault, wait_s: int) -> Answer:
    """Return the answer with the fault in it."""
    if fault in _STATUS:
        page = f"<html><body><h1>{_STATUS[fault]}</h1></body></html>"
        return Answer(page, _STATUS[fault], "text/html; charset=utf-8")
    if fault is Fault.EXPIRED_TOKEN:
        return refusal_answer(RefusedError(401, "Invalid credentials in Authorization header"))
    if fault.startswith("429"):
        headers = {"Retry-After": str(wait_s)} if fault in _RETRY_AFTER else {}
        return Answer({"error": "We had to rate limit you."}, 429, headers=headers)
    if fault is Fault.EMPTY:
        return replace(answer, payload="")
    if fault is Fault.NOT_JSON:
        return Answer("<html><body>Down for maintenance</body></html>", 200, "text/html; charset=utf-8")
    if fault is Fault.NO_LINK:
        return replace(answer, next_target=None)
    return answer if fault in ON_THE_SOCKET else replace(answer, payload=_break_rows(answer.payload, fault))


def _break_rows(payload: Any, fault: Fault) -> Any:
    match payload:
        case [first, *rest]:
            return [42, first, *rest] if fault is Fault.BARE_NUMBER else [_break_row(first, fault), *rest]
        case {"allBlogs": rows, **others}:
            return {"allBlogs": _break_rows(rows, fault), **others}
        case {"posts": rows, **others}:
            return {"posts": _break_rows(rows, fault), **others}
    return payload


def _break_row(row: dict[str, Any], fault: Fault) -> dict[str, Any]:
    if "paper" in row:
        return {**row, "paper": _break_row(row["paper"], fault)}
    if fault is Fault.NO_ID:
        missing = "_id" if "_id" in row else "id"
        return {name: value for name, value in row.items() if name != missing}
    return {**row, "upvotes" if "upvotes" in row else "likes": "many"}
