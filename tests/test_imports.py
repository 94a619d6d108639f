"""Which modules each stage loads on import: the direction of imports at run time.

import-linter reads the source; it cannot see what a package's __init__ drags along.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.kinds import Kind
from tests.fakes.walks import day, new_store, repo

ROOT = Path(__file__).parent.parent


def modules(package: str) -> list[str]:
    files = sorted((ROOT / package).rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]


def loaded_by(names: list[str]) -> set[str]:
    """Return the modules in memory after a fresh interpreter has imported these."""
    code = f"import sys\nfor name in {names!r}: __import__(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in done.stdout.split()} | set(done.stdout.split())


@pytest.mark.parametrize(
    ("package", "never"),
    [
        ("crawler", {"duckdb", "db", "analysis", "reports", "hubtrends", "typer", "apscheduler", "matplotlib"}),
        ("db", {"analysis", "reports", "hubtrends", "typer", "apscheduler", "matplotlib"}),
        ("analysis", {"reports", "hubtrends", "yaml", "typer", "apscheduler", "matplotlib"}),
        ("reports", {"duckdb", "httpx2", "huggingface_hub", "hubtrends", "yaml", "typer", "apscheduler"}),
        ("hubtrends/sim", {"duckdb", "crawler", "db", "analysis", "reports", "huggingface_hub"}),
    ],
)
def test_a_stage_loads_only_what_is_its_own(package: str, never: set[str]) -> None:
    """Importing every module of a stage brings in nothing that belongs to another.

    YAML is left to import-linter where huggingface_hub is loaded, since that loads it for itself.
    """
    assert loaded_by(modules(package)) & never == set()


@pytest.mark.parametrize("package", ["crawler", "db", "analysis", "reports"])
def test_importing_a_package_runs_nothing(package: str) -> None:
    """A package root contains only a docstring, so importing a submodule loads nothing else."""
    assert loaded_by([package]) & {"polars", "duckdb", "pydantic", "httpx2", "matplotlib"} == set()


def loaded_by_command(folder: Path, *words: str) -> set[str]:
    """Return the modules in memory after a fresh interpreter has run one command in a folder."""
    code = (
        "import sys\nfrom hubtrends.cli import run\nassert run(sys.argv[1:]) == 0\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, cwd=folder)
    return set(done.stderr.splitlines()[-1].split())


HEAVY = {"duckdb", "polars", "matplotlib", "huggingface_hub", "httpx2", "apscheduler", "jinja2"}
"""Libraries that take 0.05 to 0.5 s to import."""


@pytest.mark.parametrize("words", [("--help",), ("--version",)])
def test_help_loads_no_command(words: tuple[str, ...], tmp_path: Path) -> None:
    """Help and version answer at once, because they import neither a large library nor a command."""
    loaded = loaded_by_command(tmp_path, *words)

    assert loaded & (HEAVY | {"pydantic", "yaml", "rich", "db", "analysis"}) == set()
    assert {name for name in loaded if name.startswith("hubtrends.commands")} == set()


@pytest.mark.parametrize(
    ("words", "own"),
    [
        (("trends", "model"), {"duckdb"}),
        (("history", "org/a"), {"duckdb"}),
        (("status",), {"duckdb", "apscheduler", "polars"}),
        (("watch", "list"), {"duckdb"}),
    ],
)
def test_a_question_loads_no_crawler(words: tuple[str, ...], own: set[str], tmp_path: Path) -> None:
    """A command that reads the store imports neither the HTTP client nor what draws charts."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a", id="org/a", likes=7))
    loaded = loaded_by_command(tmp_path, *words, "--db", str(store.file))

    assert loaded & HEAVY <= own
