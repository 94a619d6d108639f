"""How the rate limiter spends the Hub's quota, on a clock that moves only while someone waits."""

import math
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from huggingface_hub.utils import RateLimitInfo
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import CrawlStoppedError
from crawler.http.rate_limiter import RESET_SLACK_SECONDS, QuotaStatus, RateLimiter, reserved_requests, seconds_to_slot
from tests.fakes.doubles import Clock


@dataclass
class Hub:
    """Counts requests in fixed windows, as the Hub does, and states them in whole seconds."""

    clock: Clock
    quota: int
    window: int = 300
    opened: float = 1000.0
    round_up: bool = True
    spent: Counter[int] = field(default_factory=Counter)

    def count(self, requests: int = 1) -> RateLimitInfo:
        number, into = divmod(self.clock() - self.opened, self.window)
        self.spent[int(number)] += requests
        left = self.window - into
        told = math.ceil(left) if self.round_up else math.floor(left)
        remaining = max(self.quota - self.spent[int(number)], 0)
        return RateLimitInfo("api", remaining, told, self.quota, self.window)


def ask(rate_limiter: RateLimiter, hub: Hub) -> None:
    """One request and its answer, in no time."""
    rate_limiter.acquire("api")
    rate_limiter.update("api", hub.count())
    rate_limiter.release("api")


def made(reserve: float = 0.0, now: float = 1000.0) -> tuple[Clock, RateLimiter]:
    clock = Clock(now)
    return clock, RateLimiter(reserve, clock, clock.pause)


def test_requests_are_spread_over_the_window() -> None:
    """All waits after the first are equal."""
    clock, rate_limiter = made()
    hub = Hub(clock, quota=100)

    for _ in range(100):
        ask(rate_limiter, hub)

    assert clock.waits == pytest.approx([3.0] * 99)


def test_the_reserve_is_kept_for_others() -> None:
    """A fifth of every window stays unspent."""
    clock, rate_limiter = made(reserve=0.2)
    hub = Hub(clock, quota=500)

    for _ in range(1000):
        ask(rate_limiter, hub)

    assert hub.spent == {0: 400, 1: 400, 2: 200}


def test_the_rest_of_a_window_is_spent() -> None:
    """Requests go faster ten seconds before its end."""
    clock, rate_limiter = made(now=1290.0)
    hub = Hub(clock, quota=100)

    for _ in range(100):
        ask(rate_limiter, hub)

    assert clock.waits == pytest.approx([0.1] * 99)


def test_the_pace_drops_when_others_spend() -> None:
    """The reserve stays."""
    clock, rate_limiter = made(reserve=0.1)
    hub = Hub(clock, quota=100)
    ask(rate_limiter, hub)

    hub.count(80)
    for _ in range(9):
        ask(rate_limiter, hub)
    rate_limiter.acquire("api")

    assert hub.spent[0] == 90
    assert clock() >= 1300 + RESET_SLACK_SECONDS


def test_a_window_that_was_slept_through() -> None:
    """A new window is assumed and corrected by the next answer."""
    clock, rate_limiter = made()
    hub = Hub(clock, quota=10)
    for _ in range(10):
        ask(rate_limiter, hub)

    clock.now += 3600
    clock.waits.clear()
    ask(rate_limiter, hub)

    assert clock.waits == []
    assert rate_limiter.status().remaining == 9  # type: ignore[union-attr]


@pytest.mark.parametrize("slept", [100, 400, 3700])
def test_requests_are_paced_before_the_first_answer_of_a_window(slept: float) -> None:
    """The assumed window ends when the Hub's does, so its requests are spread without an answer."""
    clock, rate_limiter = made()
    hub = Hub(clock, quota=10)
    for _ in range(10):
        ask(rate_limiter, hub)

    clock.now += slept
    clock.waits.clear()
    rate_limiter.acquire("api")
    left = 300 - (clock() - 1000) % 300
    rate_limiter.acquire("api")

    (wait,) = clock.waits
    assert left / 10 < wait < left / 7, "two late answers of the window before are counted in it"


@pytest.mark.parametrize("quota", [1, 2, 3])
@pytest.mark.parametrize("reserve", [0.0, 0.2, 0.99])
def test_a_tiny_quota_allows_one_request(quota: int, reserve: float) -> None:
    """Each window allows at least one request with any reserve."""
    clock, rate_limiter = made(reserve)
    hub = Hub(clock, quota)

    for _ in range(6):
        ask(rate_limiter, hub)

    assert max(hub.spent.values()) <= quota
    assert clock() < 1000 + 7 * 301


@pytest.mark.parametrize(
    "told",
    [
        RateLimitInfo("api", 0, 0, 0, 0),
        RateLimitInfo("api", 0, 0),
        RateLimitInfo("api", 0, 0, 500, 300),
        RateLimitInfo("api", 0, 10**12, 500, 10**12),
        RateLimitInfo("api", 10**30, 5, 1, 5),
    ],
    ids=["all zero", "no policy", "nothing left, no time", "a window of ages", "more left than there is"],
)
def test_odd_headers_never_block_for_ever(told: RateLimitInfo) -> None:
    """The next request goes within about an hour."""
    clock, rate_limiter = made(0.2)

    for _ in range(3):
        rate_limiter.acquire("api")
        rate_limiter.update("api", told)
        rate_limiter.release("api")

    assert clock() < 1000 + 3 * 3602


def test_a_short_window() -> None:
    """Windows of five seconds are respected."""
    clock, rate_limiter = made()
    hub = Hub(clock, quota=10, window=5)

    for _ in range(40):
        ask(rate_limiter, hub)

    assert max(hub.spent.values()) <= 10
    assert clock() < 1000 + 4 * 6.5


def test_a_new_policy_holds_at_once() -> None:
    """The old window need not end first."""
    clock, rate_limiter = made()
    ask(rate_limiter, Hub(clock, quota=500))

    ask(rate_limiter, Hub(clock, quota=10, window=5, opened=clock()))

    assert rate_limiter.status().quota == 10  # type: ignore[union-attr]
    assert rate_limiter.status().seconds <= 5  # type: ignore[union-attr]


def test_without_headers_requests_are_not_paced() -> None:
    """A mirror may state no limit."""
    clock, rate_limiter = made(0.2)

    for _ in range(100):
        rate_limiter.acquire("api")
        rate_limiter.update("api", None)
        rate_limiter.release("api")

    assert clock.waits == []
    assert rate_limiter.status() is None


def test_requests_go_one_by_one_until_the_first_answer() -> None:
    """Five kinds must not exceed a quota that is not known yet."""
    _, rate_limiter = made()
    under_way: list[int] = []

    def ask_first() -> int:
        rate_limiter.acquire("api")
        under_way.append(1)
        together = len(under_way)
        rate_limiter.update("api", RateLimitInfo("api", 0, 300, 5, 300) if together == 1 else None)
        under_way.pop()
        rate_limiter.release("api")
        return together

    with ThreadPoolExecutor(5) as threads:
        assert list(threads.map(lambda _: ask_first(), range(5))) == [1] * 5


def test_a_stop_ends_the_wait_for_the_first_answer() -> None:
    """The answer may take long."""
    _, rate_limiter = made()
    rate_limiter.acquire("api")

    def stop(seconds: float) -> None:
        raise CrawlStoppedError

    rate_limiter.pause = stop
    with pytest.raises(CrawlStoppedError):
        rate_limiter._try_to_acquire("api")


def test_a_lost_first_request_lets_the_next_one_go() -> None:
    """No request is in flight any more."""
    clock, rate_limiter = made()
    rate_limiter.acquire("api")
    rate_limiter.release("api")

    rate_limiter.acquire("api")

    assert clock.waits == []


def test_buckets_are_independent() -> None:
    """Requests for pages do not count for the API."""
    clock, rate_limiter = made()
    ask(rate_limiter, Hub(clock, quota=500))
    rate_limiter.acquire("pages")
    rate_limiter.update("pages", RateLimitInfo("pages", 0, 200, 100, 300))
    rate_limiter.release("pages")

    rate_limiter.acquire("api")

    assert clock() < 1002
    assert (rate_limiter.status("pages").remaining, rate_limiter.status().remaining) == (0, 498)  # type: ignore[union-attr]


def test_a_blocked_bucket_waits() -> None:
    """All callers wait; a shorter block does not end a longer one."""
    clock, rate_limiter = made()
    rate_limiter.block_for("api", 60)
    rate_limiter.block_for("api", 5)

    rate_limiter.acquire("api")
    rate_limiter.acquire("pages")

    assert clock.waits == [60]


def test_slots_are_given_in_turn() -> None:
    """A caller queues behind those who have waited."""
    clock, order, queued = Clock(), list[str](), threading.Semaphore(0)
    looks: Counter[str] = Counter()

    def pause(seconds: float) -> None:
        name = threading.current_thread().name
        looks[name] += not seconds
        if looks[name] == 2 and name != "first":  # a caller checks once before its turn, and again while it waits
            queued.release()
        if seconds and not order:
            queued.acquire()
            queued.acquire()
        clock.pause(seconds)

    rate_limiter = RateLimiter(0.0, clock, pause)
    rate_limiter.block_for("api", 60)

    def asks(times: int) -> None:
        for _ in range(times):
            rate_limiter.acquire("api")
            order.append(threading.current_thread().name)
            rate_limiter.update("api", None)
            rate_limiter.release("api")

    threads = [
        threading.Thread(target=asks, args=(times,), name=name) for name, times in (("first", 2), ("b", 1), ("c", 1))
    ]
    for thread in threads:
        thread.start()
        while thread.name == "first" and not looks["first"]:
            pass
    for thread in threads:
        thread.join()

    assert order[0] == order[3] == "first"


def test_the_status_of_a_bucket() -> None:
    """Later requests come at the pace of whole windows."""
    clock = Clock()
    rate_limiter = RateLimiter(0.2, clock, clock.pause)
    rate_limiter.update("api", RateLimitInfo("api", 300, 200, 500, 300))

    left = rate_limiter.status()

    assert left == QuotaStatus(remaining=300, quota=500, seconds=200, usable=200, pace=400 / 300)
    assert left.seconds_for(0) == 0
    assert left.seconds_for(100) == pytest.approx(100, rel=0.01)
    assert left.seconds_for(600) == pytest.approx(200 + 300)


def test_a_late_answer_cannot_raise_the_count() -> None:
    """Answers overtake one another."""
    clock, rate_limiter = made()
    hub = Hub(clock, quota=100)
    ask(rate_limiter, hub)
    for _ in range(3):
        rate_limiter.acquire("api")
    older, middle, newest = hub.count(), hub.count(), hub.count()

    for info in (newest, middle, older):
        rate_limiter.update("api", info)
        rate_limiter.release("api")

    assert rate_limiter.status().remaining <= 96  # type: ignore[union-attr]


def test_an_answer_of_an_old_window_is_ignored() -> None:
    """It was in flight when the window ended."""
    clock, rate_limiter = made()
    hub = Hub(clock, quota=100)
    ask(rate_limiter, hub)
    late = hub.count(99)

    clock.now = 1302.0
    ask(rate_limiter, hub)
    rate_limiter.update("api", RateLimitInfo("api", late.remaining, 1, 100, 300))

    assert rate_limiter.status().remaining == 99  # type: ignore[union-attr]


def test_a_stop_prevents_a_request() -> None:
    """It holds even without a wait."""

    def stop(seconds: float) -> None:
        raise CrawlStoppedError

    with pytest.raises(CrawlStoppedError):
        RateLimiter(0.2, Clock(), stop).acquire("api")


@pytest.mark.parametrize(
    ("usable", "seconds_left", "since_last", "wait"),
    [(9, 100, 0, 10), (9, 100, 4, 6), (9, 100, 40, 0), (9, -5, 0, 0), (0, 100, 0, 101), (-3, -5, 99, 1)],
)
def test_seconds_to_slot(usable: int, seconds_left: float, since_last: float, wait: float) -> None:
    """The rest of the window is divided by the rest of the quota."""
    assert seconds_to_slot(usable, seconds_left, since_last) == wait


@settings(deadline=None)
@given(
    quota=st.integers(1, 60),
    window=st.integers(10, 300),
    reserve=st.floats(0, 0.95),
    opened=st.floats(0, 300),
    round_up=st.booleans(),
    seed=st.integers(0, 2**32),
)
def test_one_caller_never_exceeds_the_quota(
    quota: int, window: int, reserve: float, opened: float, round_up: bool, seed: int
) -> None:
    """Answers may be slow, lost or without headers."""
    clock, rate_limiter = made(reserve)
    hub = Hub(clock, quota, window, 1000 - opened, round_up)
    rng = random.Random(seed)

    for _ in range(3 * quota):
        rate_limiter.acquire("api")
        clock.now += rng.choice((0, 0, 0.2, window / 10))
        told = hub.count()
        clock.now += rng.choice((0, 0, 0.2, window / 10))
        if hub.spent.total() == 1 or rng.random() < 0.7:
            rate_limiter.update("api", told)
        rate_limiter.release("api")

    assert max(hub.spent.values()) <= max(quota - math.ceil(reserve * quota), 1)


@settings(deadline=None)
@given(quota=st.integers(1, 40), window=st.integers(10, 300), seed=st.integers(0, 2**32))
def test_parallel_callers_never_exceed_the_quota(quota: int, window: int, seed: int) -> None:
    """Answers come in any order."""
    clock, rate_limiter = made()
    hub, rng = Hub(clock, quota, window), random.Random(seed)
    sent: list[bool] = []
    counted: list[RateLimitInfo] = []

    def move(*, all_of_them: bool = False) -> None:
        while sent or counted:
            clock.now += 0.1
            if sent and rng.random() < 0.6:
                sent.pop()
                counted.append(hub.count())
            elif counted:
                rate_limiter.update("api", counted.pop(rng.randrange(len(counted))))
                rate_limiter.release("api")
            if not all_of_them and rng.random() < 0.5:
                return

    def pause(seconds: float) -> None:
        move(all_of_them=seconds > 0)
        clock.pause(seconds)

    rate_limiter.pause = pause
    for _ in range(3 * quota):
        rate_limiter.acquire("api")
        sent.append(True)
        if hub.spent.total() == 0 or len(sent) + len(counted) >= 5:
            move(all_of_them=True)

    assert max(hub.spent.values()) <= quota


def test_threads_share_one_quota() -> None:
    """Five threads stay within it, and each gets slots."""
    clock, rate_limiter = made(reserve=0.2)
    hub, lock = Hub(clock, quota=50, window=60), threading.Lock()

    def work() -> None:
        for _ in range(40):
            rate_limiter.acquire("api")
            with clock.standing_still():
                with lock:
                    told = hub.count()
                rate_limiter.update("api", told)
            rate_limiter.release("api")

    with ThreadPoolExecutor(5) as threads:
        for done in [threads.submit(work) for _ in range(5)]:
            done.result()

    assert hub.spent.total() == 200
    assert max(hub.spent.values()) <= 40


def test_requests_beyond_the_window_take_the_pace_of_whole_windows() -> None:
    """Nine of nine usable requests are spread over the window; the tenth waits for its end and one slot more."""
    left = QuotaStatus(remaining=12, quota=100, seconds=90.0, usable=9, pace=0.5)

    assert left.seconds_for(9) == 81.0
    assert left.seconds_for(10) == 92.0


def test_a_quota_of_nothing_has_no_reserve() -> None:
    """The reserve leaves one request of every quota that has one."""
    assert [reserved_requests(quota, 0.5) for quota in (0, 1, 2, 10)] == [0, 0, 1, 5]


def test_late_answers_count_in_the_next_window_too() -> None:
    """The Hub may count what it answers in the last quarter of a window in either; earlier answers count once."""
    clock, rate_limiter = made()
    hub = Hub(clock, quota=10)
    ask(rate_limiter, hub)
    clock.pause(225)
    ask(rate_limiter, hub)
    ask(rate_limiter, hub)
    assert clock() < 1000 + 300 * 4 / 5

    clock.pause(1302 - clock())
    rate_limiter.acquire("api")

    left = rate_limiter.status()
    assert left is not None
    assert left.remaining == 10 - 2 - 1


@pytest.mark.parametrize(("waited", "told"), [(9.9, []), (10.0, [10.0])])
def test_only_a_long_wait_is_told(waited: float, told: list[float]) -> None:
    """Ten seconds mean that our share is spent; less is the normal pace."""
    _, rate_limiter = made()
    heard: list[float] = []
    rate_limiter.block_for("api", waited)

    rate_limiter.acquire("api", heard.append)

    assert heard == pytest.approx(told)


def test_a_window_of_a_day_is_taken_as_an_hour() -> None:
    """A mistaken header never makes a crawl wait for a day."""
    _, rate_limiter = made()
    rate_limiter.update("api", RateLimitInfo("api", 5, 86_400, 10, 86_400))

    left = rate_limiter.status()

    assert left is not None
    assert (left.seconds, left.pace) == (3600, 10 / 3600)


def test_more_requests_in_flight_than_left() -> None:
    """The status never shows less than nothing, and a quota of nothing still has a pace."""
    _, rate_limiter = made()
    rate_limiter.acquire("other")
    rate_limiter.update("api", RateLimitInfo("api", 0, 100, 0, 300))
    rate_limiter.update("other", RateLimitInfo("other", 9, 100, 9, 300))
    for _ in range(3):
        rate_limiter.acquire("other")
    rate_limiter.update("other", RateLimitInfo("other", 0, 100, 9, 300))

    nothing, overspent = rate_limiter.status("api"), rate_limiter.status("other")

    assert nothing is not None
    assert overspent is not None
    assert (nothing.pace, overspent.remaining) == (1 / 300, 0)
