"""What it says of a thing that a walk did not show it: nothing, but of a whole walk in creation order."""

from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from tests.db.walks import day, new_store, repo


@pytest.mark.parametrize(
    ("scope", "cut_off", "status"),
    [
        pytest.param(Scope.HEAD, False, "listed", id="a head list ends somewhere"),
        pytest.param(Scope.FULL, True, "listed", id="a walk that was cut off has not come to it"),
        pytest.param(Scope.FULL, False, "missing", id="a whole walk should have shown it"),
    ],
)
def test_absence(tmp_path: Path, scope: Scope, cut_off: bool, status: str) -> None:
    """Only a whole walk in creation order makes a thing missing, and not even that one makes it removed."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a"), repo("b"), scope=Scope.FULL)
        store.take(Kind.MODEL, day(1), repo("a"), scope=scope, cut_off=cut_off)

        assert store.one("SELECT status FROM entities WHERE hub_id = 'b'") == status
        assert store.one("SELECT count(*) FROM events WHERE event = 'removed'") == 0
