"""The share card: one picture of the headline and the largest gains."""

import struct

from reports.build import build
from reports.render.share_card import HEIGHT, WIDTH, render_share_card
from tests.fakes.results import nothing, week


def size(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG, which stand in its first chunk."""
    return struct.unpack(">II", png[16:24])


def test_size_is_what_networks_show() -> None:
    """The card has 1200 x 630 pixels, with and without gains."""
    assert size(render_share_card(build(week(4)))) == size(render_share_card(build(nothing()))) == (WIDTH, HEIGHT)
