"""The same results give the same bytes everywhere, and rendering imports little."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from reports.build import build
from reports.render.render import render
from tests.fakes.results import week

CHECKOUT = Path(__file__).parents[2]

PRINT_HASH = """
from hashlib import sha256
from reports.build import build
from reports.render.render import render
from tests.fakes.results import week
files = render(build(week()))
print(sha256(b"".join(files[suffix] for suffix in sorted(files))).hexdigest())
"""

PRINT_LOADED = """
import importlib, pkgutil, sys
import reports
for module in pkgutil.walk_packages(reports.__path__, "reports."):
    importlib.import_module(module.name)
print(" ".join(sys.modules))
"""


def run(code: str, **environment: str) -> str:
    """Return the output of a new Python process in which warnings are errors."""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        command, cwd=CHECKOUT, env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_other_environment() -> None:
    """Time zone, locale, hash seed and a user's matplotlib configuration change no byte."""
    files = render(build(week()))
    here = sha256(b"".join(files[suffix] for suffix in sorted(files))).hexdigest()

    there = run(
        PRINT_HASH, TZ="Asia/Kathmandu", LC_ALL="C", PYTHONHASHSEED="4711", MATPLOTLIBRC=str(Path(__file__).parent)
    )

    assert there == here


def test_twice() -> None:
    """Rendering a report does not change the next one."""
    assert render(build(week())) == render(build(week()))


def test_what_is_loaded() -> None:
    """No module of reports imports the database, HTTP or matplotlib's global state."""
    loaded = set(run(PRINT_LOADED).split())

    assert loaded.isdisjoint(
        {"duckdb", "httpx2", "httpx", "huggingface_hub", "polars", "yaml", "typer", "matplotlib.pyplot"}
    )
    assert "reports.render.svg" in loaded
