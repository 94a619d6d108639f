"""The upgrade removes secrets that earlier versions stored."""

import contextlib
import json
from datetime import UTC, datetime

import duckdb
import pytest

from db.schema.migrate import migrate, migrations

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TOKEN = "hf_" + "a1B2" * 8


@pytest.mark.parametrize("login", ["ann:open-sesame@", f"{TOKEN}@"])
def test_the_upgrade_removes_a_login_from_the_endpoint(login: str) -> None:
    """The login is removed from the endpoint; the other settings, reason and detail stay."""
    (migration,) = [one for one in migrations() if one.name == "secrets"]
    told = f"incomplete: https://{login}hub.test/api/models failed, said {TOKEN}; see a@b.test"
    settings = json.dumps({"endpoint": f"https://{login}hub.test/m", "page_size": 2})
    with contextlib.closing(duckdb.connect()) as con:
        migrate(con, NOW, "old")
        con.execute(
            "INSERT INTO snapshots (snapshot_id, kind, scope, observed_at, finished_at, complete, requests, records,"
            " duplicates, rejected, settings, tool_version, reason, origin, run_id, walk_id)"
            " VALUES (1, 'model', 'full', $now, $now, true, 1, 1, 0, 0, $settings, 'old', $told, 'crawl', 'r', 'w')",
            {"now": NOW, "settings": settings, "told": told},
        )
        con.execute(
            "INSERT INTO runs VALUES ('r', 'crawl', NULL, $now, NULL, 'done', $told)", {"now": NOW, "told": told}
        )
        con.execute(migration.script)
        stored = con.execute("SELECT settings->>'endpoint', settings->>'page_size', reason FROM snapshots").fetchone()
        detail = con.execute("SELECT detail FROM runs").fetchone()

    clean = "incomplete: https://hub.test/api/models failed, said hf_***; see a@b.test"
    assert stored == ("https://hub.test/m", "2", clean)
    assert detail == (clean,)
