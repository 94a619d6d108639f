"""Settings and fixtures for all tests."""

import fcntl
import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# Compiled modules save a tenth of a second at each start of the program.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A background job or nohup ignores these signals, and every process that a test starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

settings.register_profile("quick", max_examples=40, deadline=None)
settings.register_profile("soak", max_examples=1000, deadline=None)
settings.load_profile("quick")  # --hypothesis-profile replaces it


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with the database of the demo, built once for all workers; tests must not change it."""
    from tests.cookbook import build_database

    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = shared / "demo"
        if not built.exists():
            build_database(shared / "demo-unfinished").rename(built)
    return built
