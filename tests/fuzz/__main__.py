"""Runs the program with random arguments, files and environments: python -m tests.fuzz SECONDS [SEED].

Each run is a process in its own folder, with a closed port of loopback as the Hub. Findings are tracebacks, exit codes
that exit_codes.py does not define, ends by a signal, and runs of more than two minutes. Each finding has its seed;
`python -m tests.fuzz 0 SEED` repeats it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.kinds import Kind
from hubtrends.exit_codes import ExitCode
from tests.fakes.user import COMMAND
from tests.fakes.walks import day, new_store, repo
from tests.fuzz.cases import Case, draw

LONGEST_SECONDS = 120
CODES = frozenset(ExitCode) - {ExitCode.FAILED}


def main(seconds: float, seed: int) -> int:
    """Run cases from the seed on; return the number of findings."""
    runs = findings = 0
    with tempfile.TemporaryDirectory() as name:
        database = _database(Path(name))
        until = time.monotonic() + seconds
        while runs == 0 or time.monotonic() < until:
            case = draw(seed + runs)
            if finding := _finding(case, database):
                findings += 1
                sys.stdout.write(f"seed {case.seed}: {case.words!r} {case.environ}{case.redirection}\n{finding}\n\n")
                sys.stdout.flush()
            runs += 1
    sys.stdout.write(f"{runs} runs from seed {seed}, {findings} with a finding\n")
    return findings


def _database(folder: Path) -> Path:
    with new_store(folder) as store:
        for at in (0, 7):
            store.take(Kind.MODEL, day(at), repo("a", id="org/a", likes=at), repo("b", id="org/b", downloads=at))
        return store.file


def _finding(case: Case, database: Path) -> str | None:
    """Run one case and return its finding."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        shutil.copy(database, folder / "hub.duckdb")
        case.furnish(folder)
        return _judged(*_run(case, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(case: Case, folder: Path) -> tuple[int | None, str]:
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "HF_ENDPOINT": "http://127.0.0.1:9",
        "PYTHONPATH": str(Path(__file__).parents[2]), **case.environ,
    }  # fmt: skip
    line = f'exec 3>err; "$@" 2>&3{case.redirection}; exit ${{PIPESTATUS[0]}}'
    with subprocess.Popen(
        ["bash", "-c", line, "bash", *COMMAND, *case.words],
        cwd=folder, env=environ, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            code = process.wait(LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            return None, ""
    return code, (folder / "err").read_text(encoding="utf-8", errors="replace")


def _judged(code: int | None, stderr: str) -> str | None:
    if code is None:
        return f"did not end within {LONGEST_SECONDS} s"
    if "Traceback" in stderr or "nanobind" in stderr or "Exception ignored" in stderr:
        return "\n".join(stderr.splitlines()[-12:])
    return None if code in CODES else f"exit code {code}: {stderr[-500:]}"


if __name__ == "__main__":
    given = dict(enumerate(sys.argv[1:]))
    sys.exit(main(float(given.get(0, "60")), int(given.get(1, str(time.time_ns() % 10**9)))) > 0)
