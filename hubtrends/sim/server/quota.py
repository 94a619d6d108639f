"""The Hub's rate limit: fixed windows, one count per client and bucket, stated in the headers of every answer."""

import math
from dataclasses import dataclass, field

from hubtrends.sim.server.exchange import Answer, Request

# The Hub's own words (August 2026): some clients look for them.
_OVER_QUOTA = (
    "We had to rate limit you, you hit the quota of {limit} {bucket} requests per {minutes} minutes period. "
    "Upgrade to a PRO user or Team/Enterprise organization account (https://hf.co/pricing) to get higher "
    "limits. See https://huggingface.co/docs/hub/rate-limits"
)
_ANONYMOUS = (
    "We had to rate limit your IP ({client}). To continue using our service, create a HF account or login to "
    "your existing account, and make sure you pass a HF_TOKEN if you're using the API."
)


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests per window, without and with a token; the defaults are the Hub's of September 2025."""

    api: int = 500
    pages: int = 100
    search: int = 50
    token_api: int = 1000
    token_pages: int = 200
    token_search: int = 50
    window_s: int = 300

    def limit(self, bucket: str, *, with_token: bool) -> int:
        """Return the requests per window in this bucket."""
        return int(getattr(self, f"token_{bucket}" if with_token else bucket))


UNLIMITED = Quota(*[1_000_000] * 6)
"""A quota that no single client exceeds."""


@dataclass(frozen=True, slots=True)
class QuotaState:
    """The window of a client after one request."""

    bucket: str
    limit: int
    remaining: int
    resets_in: int
    """Whole seconds until the window ends."""
    window_s: int
    exceeded: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """The two headers of the rate limit."""
        return {
            "RateLimit": f'"{self.bucket}";r={self.remaining};t={self.resets_in}',
            "RateLimit-Policy": f'"fixed window";"{self.bucket}";q={self.limit};w={self.window_s}',
        }


@dataclass(slots=True)
class QuotaLedger:
    """The request counts of all clients per window; the first window starts at `opened`, in seconds of the clock."""

    quota: Quota
    opened: float
    _spent: dict[tuple[str | None, str, int], int] = field(default_factory=dict)

    def take(self, token: str | None, bucket: str, now: float) -> QuotaState:
        """Count one request and return the state of its window."""
        window_s = self.quota.window_s
        number, into = divmod(now - self.opened, window_s)
        key = (token, bucket, int(number))
        spent = self._spent[key] = self._spent.get(key, 0) + 1
        limit = self.quota.limit(bucket, with_token=token is not None)
        left = math.ceil(window_s - into)
        return QuotaState(bucket, limit, max(limit - spent, 0), left, window_s, exceeded=spent > limit)


def too_many(request: Request, state: QuotaState, client: str) -> Answer:
    """Return the answer 429 for this client and bucket."""
    headers = {"X-Error-Message": "Too many requests"}
    if state.bucket == "pages":
        page = "<html><body><h1>429</h1><p>We had to rate limit you.</p></body></html>"
        return Answer(page, 429, "text/html; charset=utf-8", headers)
    if request.token is None:
        reason = _ANONYMOUS.format(client=client)
    else:
        reason = _OVER_QUOTA.format(limit=state.limit, bucket=state.bucket, minutes=state.window_s // 60)
    return Answer({"error": reason}, 429, headers=headers)
