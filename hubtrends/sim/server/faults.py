"""Faults on demand: what goes wrong, on which requests, and what an answer looks like then.

A `Rule` strikes requests by their number among those it concerns, all of them or a share drawn from the
seed: the same rules meet the same requests with the same faults. Reset, stall and truncation happen on the
socket and are left to the handler; every other fault is a changed answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from hubtrends.sim.server.exchange import Answer, RefusedError, Request, refusal_answer
from hubtrends.sim.world.rng import stream


class Fault(StrEnum):
    """What goes wrong with one answer."""

    QUOTA_SPENT = "429, r=0"
    QUOTA_SPENT_RETRY_AFTER = "429, r=0, Retry-After"
    THROTTLED = "429, r>0"
    THROTTLED_RETRY_AFTER = "429, r>0, Retry-After"
    INTERNAL_ERROR = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    EXPIRED_TOKEN = "401"  # noqa: S105 - a status, not a secret
    """Strikes only requests that carry a token."""
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
    """One fault and the requests that meet it."""

    fault: Fault
    path: str = "/"
    """The beginning of the path."""
    first: int = 1
    """The first request struck, counted from 1 among those whose path fits."""
    last: int | None = None
    """The last request struck; None for no end."""
    rate: float = 1.0
    """The share of these requests that is struck."""
    deeper_than: int = -1
    """Only pages of a list with more items than this before them."""

    def concerns(self, request: Request) -> bool:
        """Whether the request is counted by this rule."""
        return request.path.startswith(self.path)

    def strikes(self, request: Request, count: int, depth: int, draw: float) -> bool:
        """Whether the request, the `count`-th of its kind, meets the fault; `draw` is from 0 to 1."""
        if self.fault is Fault.EXPIRED_TOKEN and request.token is None:
            return False
        in_turn = self.first <= count <= (count if self.last is None else self.last)
        return in_turn and depth > self.deeper_than and draw < self.rate


@dataclass(frozen=True, slots=True)
class Faults:
    """All rules of a server; the first that strikes wins."""

    rules: tuple[Rule, ...] = ()
    seed: int = 0
    wait_s: int = 1
    """What a 429 made here says in `t=` and `Retry-After`."""

    @classmethod
    def once(cls, fault: Fault, path: str = "/", nth: int = 1) -> "Faults":
        """One fault on the nth request to `path`."""
        return cls((Rule(fault, path, nth, nth),))

    @classmethod
    def at_random(cls, rates: Mapping[Fault, float], seed: int = 0, path: str = "/") -> "Faults":
        """Each fault on its share of the requests."""
        return cls(tuple(Rule(fault, path, rate=rate) for fault, rate in rates.items()), seed)


@dataclass(slots=True)
class Injector:
    """Counts requests and says which of them meet a fault."""

    faults: Faults
    _counts: dict[int, int] = field(default_factory=dict)

    def strike(self, request: Request, depth: int) -> Fault | None:
        """The fault of this request, if any."""
        struck = [rule.fault for index, rule in enumerate(self.faults.rules) if self._meets(index, request, depth)]
        return struck[0] if struck else None

    def _meets(self, index: int, request: Request, depth: int) -> bool:
        rule = self.faults.rules[index]
        if not rule.concerns(request):
            return False
        count = self._counts[index] = self._counts.get(index, 0) + 1
        return rule.strikes(request, count, depth, stream(self.faults.seed, index, count).random())


def spoil(answer: Answer, fault: Fault, wait_s: int) -> Answer:
    """The answer with the fault in it."""
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
    return answer if fault in ON_THE_SOCKET else replace(answer, payload=_spoil_rows(answer.payload, fault))


def _spoil_rows(payload: Any, fault: Fault) -> Any:
    match payload:
        case [first, *rest]:
            return [42, first, *rest] if fault is Fault.BARE_NUMBER else [_spoil_row(first, fault), *rest]
        case {"allBlogs": rows, **others}:
            return {"allBlogs": _spoil_rows(rows, fault), **others}
        case {"posts": rows, **others}:
            return {"posts": _spoil_rows(rows, fault), **others}
    return payload


def _spoil_row(row: dict[str, Any], fault: Fault) -> dict[str, Any]:
    if "paper" in row:
        return {**row, "paper": _spoil_row(row["paper"], fault)}
    if fault is Fault.NO_ID:
        missing = "_id" if "_id" in row else "id"
        return {name: value for name, value in row.items() if name != missing}
    return {**row, "upvotes" if "upvotes" in row else "likes": "many"}
