"""The same results give the same bytes wherever and whenever they are rendered, and reading them loads little."""

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
    """Return what a fresh Python prints; warnings are errors there as well."""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        command, cwd=CHECKOUT, env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_other_surroundings() -> None:
    """Zone, locale, hash seed and a matplotlib configuration of the user's own change no byte."""
    files = render(build(week()))
    here = sha256(b"".join(files[suffix] for suffix in sorted(files))).hexdigest()

    there = run(
        PRINT_HASH, TZ="Asia/Kathmandu", LC_ALL="C", PYTHONHASHSEED="4711", MATPLOTLIBRC=str(Path(__file__).parent)
    )

    assert there == here


def test_twice() -> None:
    """A report that was drawn does not change the next one."""
    assert render(build(week())) == render(build(week()))


def test_what_is_loaded() -> None:
    """No module of reports loads the database, HTTP or matplotlib's global state."""
    loaded = set(run(PRINT_LOADED).split())

    assert loaded.isdisjoint(
        {"duckdb", "httpx2", "httpx", "huggingface_hub", "polars", "yaml", "typer", "matplotlib.pyplot"}
    )
    assert "reports.render.svg" in loaded
