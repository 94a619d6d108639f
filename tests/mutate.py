"""Change the code one operator or number at a time, and print the changes that no test notices.

`python -m tests.mutate TARGET MINUTES` works in a copy of the checkout. A survivor is either a missing test or a change
without effect.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS = {
    "db/commit": "tests/db/commit/test_crash.py tests/db/commit/test_commit_cut_off.py tests/db/commit/test_commit.py",
    "db/backup": "tests/db/backup/test_crash.py tests/db/backup/test_backup.py tests/db/backup/test_paths.py",
    "crawler/spool": "tests/crawler/spool",
    "crawler/http/rate_limiter.py": "tests/crawler/http/test_rate_limiter.py",
    "analysis/score/panel.py": "tests/analysis/score/test_panel.py",
    "analysis/score/significance.py": "tests/analysis/score",
}
"""What can be mutated, and the tests that should notice."""

CONFIG = """
[cosmic-ray]
module-path = "{target}"
timeout = 300.0
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


def main(target: str, minutes: str) -> None:
    """Mutate one target for at most some minutes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "out", "demo"))
        config = CONFIG.format(target=target, python=sys.executable, tests=TESTS[target])
        (copy / "mutate.toml").write_text(config)
        for step in (
            "cosmic-ray baseline mutate.toml",
            "cosmic-ray init mutate.toml all",
            "cr-filter-operators all mutate.toml",
        ):
            run(copy, step)
        try:
            run(copy, "cosmic-ray exec mutate.toml all", seconds=60 * float(minutes))
        except subprocess.TimeoutExpired:
            sys.stdout.write(f"stopped after {minutes} minutes\n")
        run(copy, "cr-report --surviving-only --show-diff all")


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
