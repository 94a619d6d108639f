"""What tests of the analysis share."""

import contextlib
from collections.abc import Iterator

import pytest

from tests.fakes.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store, closed at the end."""
    made = Store()
    with contextlib.closing(made.con):
        yield made
