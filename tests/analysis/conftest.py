"""Fixtures for the tests of the analysis."""

import contextlib
from collections.abc import Iterator

import pytest

from tests.fakes.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store that is closed at the end."""
    made = Store()
    with contextlib.closing(made.con):
        yield made
