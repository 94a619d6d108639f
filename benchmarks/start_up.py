"""Measures the CPU time of short commands beside the interpreter alone and the command line of huggingface_hub."""

import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import cpu_seconds, in_child
from benchmarks.server import HubSize, serving
from benchmarks.table import Figure
from benchmarks.walks import START, walk_and_commit
from crawler.kinds import Kind
from db.connect import open_readonly

MODELS = 5000
"""A small database: what remains is the cost of starting."""

REPEATS = 5
"""The quickest run counts, because other processes can only slow a run down."""

SCRIPTS = Path(sysconfig.get_path("scripts"))


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Yield a figure for each command, relative to `hf --help`."""
    database, repeats = folder / "hub.duckdb", max(int(REPEATS * scale), 1)
    with serving(HubSize(max(int(MODELS * scale), 100), day=0)) as hub:
        in_child(walk_and_commit, hub.url, folder, (Kind.MODEL,), START)
    with open_readonly(database) as con:
        ((model,),) = con.execute("SELECT id FROM models LIMIT 1").fetchall()
    alone = _least_cpu(folder, repeats, sys.executable, "-c", "pass")
    other = _least_cpu(folder, repeats, str(SCRIPTS / "hf"), "--help")
    for words, aim in (
        (("--help",), "under 0.3 s"),
        (("--version",), "under 0.3 s"),
        (("trends", "model"), "under 1 s"),
        (("history", model), "under 1 s"),
        (("status",), "under 1 s"),
    ):
        seconds = _least_cpu(folder, repeats, str(SCRIPTS / "hubtrends"), *words)
        yield Figure(
            "start-up",
            f"CPU seconds of hubtrends {words[0]}",
            f"{seconds:.2f} s",
            f"hf --help: {other:.2f} s; python -c pass: {alone:.2f} s",
            seconds / other,
            aim,
        )


def _least_cpu(folder: Path, repeats: int, *command: str) -> float:
    """Return the least CPU seconds of a command that is run in a folder."""
    return min(_cpu(folder, command) for _ in range(repeats))


def _cpu(folder: Path, command: tuple[str, ...]) -> float:
    before = cpu_seconds()
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return cpu_seconds() - before
