"""The breakout label: Benjamini and Hochberg's procedure on last week's scatter."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.score.significance import null_distribution, threshold, why_no_null_distribution


def scatter(size: int = 2000, seed: int = 3) -> list[float]:
    """Return the deviations of entities in an uneventful week."""
    rng = random.Random(seed)
    return sorted(rng.gauss(0, 1) for _ in range(size))


def test_benjamini_hochberg_example() -> None:
    """Of the fifteen p-values of Benjamini and Hochberg's paper, four are significant at 5 %."""
    p_values = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
        0.7590, 1.0,
    ]  # fmt: skip

    assert threshold(p_values, tested=15) == 0.0095


def test_more_tests_lower_the_threshold() -> None:
    """Multiple comparisons: a p-value that is significant among 10 is not among 100,000."""
    assert threshold([0.001], tested=10) == 0.001
    assert threshold([0.001], tested=100_000) == 0.0


def test_large_p_values_may_be_left_out() -> None:
    """Leaving out insignificant p-values changes nothing, since the number tested is given."""
    p_values = [0.0001, 0.0002, 0.4, 0.9]

    assert threshold(p_values[:2], tested=4) == threshold(p_values, tested=4)


def test_tail_extends_beyond_the_sample() -> None:
    """Deviations beyond the sample have different p-values, with a heavier tail than a normal distribution's."""
    null = null_distribution(scatter())

    assert null is not None
    assert 0 < null.p_value(20) < null.p_value(10) < 1 / 2000
    assert null.p_value(10) > math.erfc(10 / math.sqrt(2)) / 2


def test_small_sample_gives_no_null() -> None:
    """With few ordinary weeks nothing is labelled."""
    assert null_distribution(scatter(900)) is None


def test_sample_without_scatter_gives_no_null() -> None:
    """A baseline week without any change gives no scale."""
    assert null_distribution([0.0] * 2000) is None


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        (900, "only 900 of the 1,000 entities needed to define an ordinary week"),
        (2000, "nothing moved in the week that defines an ordinary one"),
    ],
)
def test_why_there_is_no_null(sample: int, reason: str) -> None:
    """A sample without a null distribution is too small, or nothing in it moved."""
    assert why_no_null_distribution(sample) == reason


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=50))
@settings(deadline=None)
def test_p_value_falls_with_the_deviation(offs: list[float]) -> None:
    """The p-value falls with the deviation and stays within (0, 1]."""
    null = null_distribution(scatter())
    assert null is not None

    p_values = [null.p_value(off) for off in sorted(offs)]

    assert all(0 < p <= 1 for p in p_values)
    assert p_values == pytest.approx(sorted(p_values, reverse=True), abs=1e-3)


def test_the_null_of_a_known_sample() -> None:
    """Of the numbers 1 to 1000, the largest 2 % and the one before them are the tail."""
    null = null_distribution([float(number) for number in range(1, 1001)])
    weight = sum(math.log(number / 980) for number in range(980, 1001)) / 21

    assert null is not None
    assert null.tail_from == 980.0
    assert null.tail_weight == pytest.approx(weight)
    assert [null.p_value(deviation) for deviation in (0.5, 500.0, 980.0)] == [1.0, 502 / 1001, 22 / 1001]
    assert null.p_value(990.0) == pytest.approx(0.02 * (990 / 980) ** (-1 / weight))


@pytest.mark.parametrize(
    ("tail", "is_fitted"),
    [
        ([0.0] + [1.0] * 20, False),
        ([-0.5] * 20 + [-0.4], False),
        ([1.0] * 21, False),
        ([1.0] * 20 + [2.0], True),
        ([1.0] + [2.0] * 20, True),
        ([0.001 * number for number in range(1, 22)], True),
    ],
    ids=["begins at zero", "negative", "constant", "one larger", "one smaller", "small"],
)
def test_a_tail_needs_a_positive_start_and_scatter(tail: list[float], is_fitted: bool) -> None:
    """A power law begins above zero and has no slope without scatter; its size does not matter."""
    assert (null_distribution([-1.0] * 979 + tail) is not None) is is_fitted


def test_a_thousand_entities_suffice() -> None:
    """999 do not, and the reason says so."""
    assert null_distribution(scatter(1000)) is not None
    assert null_distribution(scatter(999)) is None
    assert "only 999 of the 1,000" in why_no_null_distribution(999)
    assert "nothing moved" in why_no_null_distribution(1000)


def test_a_p_value_at_its_limit_is_significant() -> None:
    """The first of one test is compared with the whole rate."""
    assert threshold([0.05], tested=1) == 0.05
    assert threshold([0.06], tested=1) == 0.0
