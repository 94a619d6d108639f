"""Change the code one operator or number at a time, and print the changes that no test notices.

`python -m tests.mutate TARGET MUTANTS MINUTES` works in a copy of the checkout. It runs the target's quick tests on an
even sample of all possible changes. A survivor is either a missing test or a change without effect.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import WorkerOutcome, WorkItem, WorkResult

ROOT = Path(__file__).parents[1]
TESTS = {
    "db/commit": "tests/db/commit -k 'not soak and not beside_others and not cut_off'",
    "db/backup": "tests/db/backup/test_backup.py tests/db/backup/test_crash.py -k 'not fsync'",
    "crawler/spool": "tests/crawler/spool -k 'not fsync and not again and not stopped_at'",
    "crawler/http/rate_limiter.py": "tests/crawler/http/test_rate_limiter.py",
    "analysis/score/panel.py": "tests/analysis/score/test_panel.py",
    "analysis/score/significance.py": "tests/analysis/score",
}
"""What can be mutated, and the quick tests that should notice."""

CONFIG = """
[cosmic-ray]
module-path = "{target}"
timeout = {seconds:.1f}
excluded-modules = []
test-command = "{python} -m pytest -n 0 -q -x -p no:cacheprovider {tests}"
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = [
  "core/RemoveDecorator",
  "core/ReplaceUnaryOperator_(?!Delete_Not).*",
  "core/ReplaceBinaryOperator_(?!Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul).*",
  "core/ReplaceComparisonOperator_(?!Eq_NotEq|NotEq_Eq|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Is_IsNot|IsNot_Is).*",
]
"""


def main(target: str, mutants: str, minutes: str) -> None:
    """Mutate one target some times, for at most some minutes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "out", "demo"))
        configure(copy, target, seconds=600)
        before = time.monotonic()
        run(copy, "cosmic-ray baseline mutate.toml")
        configure(copy, target, seconds=20 + 5 * (time.monotonic() - before))
        run(copy, "cosmic-ray init mutate.toml all")
        run(copy, "cr-filter-operators all mutate.toml")
        sample(copy / "all", int(mutants))
        try:
            run(copy, "cosmic-ray exec mutate.toml all", seconds=60 * float(minutes))
        except subprocess.TimeoutExpired:
            sys.stdout.write(f"stopped after {minutes} minutes\n")
        run(copy, "cr-report --surviving-only --show-diff all")
        sys.stdout.write(f"{target}: {counts(copy / 'all')}\n")


def configure(copy: Path, target: str, seconds: float) -> None:
    text = CONFIG.format(target=target, python=sys.executable, tests=TESTS[target], seconds=seconds)
    (copy / "mutate.toml").write_text(text)


def sample(database: Path, mutants: int) -> None:
    """Skip all but an even sample of the pending mutants."""
    with use_db(database) as work:
        pending = sorted(work.pending_work_items, key=_place)
        kept = {pending[number * len(pending) // mutants].job_id for number in range(mutants)}
        skipped = [item.job_id for item in pending if item.job_id not in kept]
        work.set_multiple_results(skipped, WorkResult(WorkerOutcome.SKIPPED, output="not sampled"))


def _place(item: WorkItem) -> tuple[str, tuple[int, int], str, int]:
    change = item.mutations[0]
    return str(change.module_path), change.start_pos, change.operator_name, change.occurrence


def counts(database: Path) -> str:
    """Say how many mutants there are, ran and survived."""
    with use_db(database) as work:
        results = [result for _, result in work.results]
        possible = work.num_work_items - sum(result.output == "Filtered operator" for result in results)
    ran = [result for result in results if result.worker_outcome is not WorkerOutcome.SKIPPED]
    survived = sum(not result.is_killed for result in ran)
    return f"{possible} mutants, {len(ran)} run, {len(ran) - survived} killed, {survived} survived"


def run(copy: Path, command: str, seconds: float | None = None) -> None:
    program, *arguments = command.split()
    path = Path(sys.executable).with_name(program)
    subprocess.run(
        [path, *arguments],
        cwd=copy,
        check=True,
        timeout=seconds,
        env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"},
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
