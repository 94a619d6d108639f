"""A full walk under kills and faults through the command line: the table equals the world.

HUBTRENDS_SOAK_MODELS and HUBTRENDS_SOAK_KILLS scale it; `make soak` walks 300,000 models and kills 20 times.
"""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from hubtrends.sim.server.faults import Fault, Faults
from hubtrends.sim.server.quota import Quota
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.bulk import BulkHub

MODELS = int(os.environ.get("HUBTRENDS_SOAK_MODELS", "6000"))
KILLS = int(os.environ.get("HUBTRENDS_SOAK_KILLS", "3"))

PAGE = min(MODELS // 60, 500)

FAULTS = tuple(fault for fault in Fault if fault not in (
    Fault.EXPIRED_TOKEN, Fault.TEXT_FOR_NUMBER, Fault.NO_ID, Fault.BARE_NUMBER
))  # fmt: skip
"""Transient faults: every 429, 5xx, truncation and wrong body, and no answer at all."""

THROTTLED = [fault for fault in FAULTS if fault.startswith("429")]

QUOTA = Quota(api=60, window_s=2)
"""So short that a small walk uses several windows."""

CONFIG = f"""
crawl: {{page_size: {PAGE}, timeout_seconds: 2}}
rate_limit: {{reserve: 0.2}}
"""


@pytest.fixture
def server() -> Iterator[SimServer]:
    hub = BulkHub(models=MODELS)
    faults = Faults.at_random(dict.fromkeys(FAULTS, 0.01), seed=3, path="/api/models")
    with SimServer(hub, quota=QUOTA, faults=faults) as running:
        yield running


class Crawler:
    """Runs `hubtrends crawl model --scope full` as a separate process."""

    def __init__(self, home: Path, url: str) -> None:
        (home / "config.yaml").write_text(CONFIG)
        self.home = home
        self.environ = {**os.environ, "HF_ENDPOINT": url, "HF_HOME": str(home / "hf")}
        self.environ.pop("HF_TOKEN", None)

    def starts(self, stderr: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        code = "from hubtrends.cli import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", code, "crawl", "model", "--scope", "full"],
            cwd=self.home, env=self.environ, stdout=subprocess.DEVNULL, stderr=stderr, text=True,
        )  # fmt: skip


@pytest.mark.timeout(3000)
def test_after_kills_and_faults_the_table_equals_the_world(server: SimServer, tmp_path: Path) -> None:
    """Killed at random pages, with random transient faults: each model is stored once, no 429 is provoked."""
    crawler, rng = Crawler(tmp_path, server.url), random.Random(5)
    pages = tmp_path / "hub.duckdb.spool/model-full/pages.ndjson"

    for _ in range(KILLS):
        wanted = _lines(pages) + rng.randint(1, max(MODELS // PAGE // (KILLS + 1), 1))
        with crawler.starts() as child:
            while child.poll() is None and _lines(pages) < wanted:
                os.sched_yield()
            child.send_signal(signal.SIGKILL)
    with crawler.starts(subprocess.PIPE) as child:
        _, narration = child.communicate()

    assert child.returncode == 0, narration
    world = {item["_id"]: (item["likes"], item["downloadsAllTime"]) for item in BulkHub(models=MODELS).models}
    with closing(duckdb.connect(str(tmp_path / "hub.duckdb"), read_only=True)) as con:
        rows = con.execute("SELECT hub_id, likes, downloads_all_time FROM model_history").fetchall()
        assert con.execute("SELECT complete, duplicates, rejected FROM snapshots").fetchall() == [(True, 0, 0)]
    assert len(rows) == MODELS
    assert any(server.count(fault=fault) for fault in FAULTS)
    assert server.count(status=429) == sum(server.count(fault=fault) for fault in THROTTLED)
    assert {hub_id: (likes, all_time) for hub_id, likes, all_time in rows} == world


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0
