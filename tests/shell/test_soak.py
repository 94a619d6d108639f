"""A whole walk under kill and fault, end to end through the command line: the table equals the world's.

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

from hubtrends.sim.bulk import BulkHub
from hubtrends.sim.faults import Fault, Faults
from hubtrends.sim.server import SimServer

MODELS = int(os.environ.get("HUBTRENDS_SOAK_MODELS", "6000"))
KILLS = int(os.environ.get("HUBTRENDS_SOAK_KILLS", "3"))

FAULTS = (
    Fault.THROTTLED_RETRY_AFTER, Fault.INTERNAL_ERROR, Fault.BAD_GATEWAY, Fault.UNAVAILABLE, Fault.GATEWAY_TIMEOUT,
    Fault.RESET, Fault.TRUNCATED, Fault.EMPTY, Fault.NOT_JSON,
)  # fmt: skip
"""Those that pass; a stall is left to the crawler's own tests, for it costs its whole timeout."""

CONFIG = """
crawl: {page_size: 500, timeout_seconds: 5}
budget: {reserve: 0.0}
"""


@pytest.fixture
def server() -> Iterator[SimServer]:
    hub = BulkHub(models=MODELS)
    faults = Faults.at_random(dict.fromkeys(FAULTS, 0.005), seed=3, path="/api/models")
    with SimServer(hub, faults=faults) as running:
        yield running


class Crawler:
    """`hubtrends crawl model --scope full` as a process of its own."""

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
def test_killed_and_faulted_the_table_is_the_worlds(server: SimServer, tmp_path: Path) -> None:
    """Killed at random pages, with every passing fault at random: each model once, each number right."""
    crawler, rng = Crawler(tmp_path, server.url), random.Random(5)
    pages = tmp_path / "hub.duckdb.spool/model-full/pages.ndjson"

    for _ in range(KILLS):
        wanted = _lines(pages) + rng.randint(1, max(MODELS // 500 // (KILLS + 1), 1))
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
    assert {hub_id: (likes, all_time) for hub_id, likes, all_time in rows} == world


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0
