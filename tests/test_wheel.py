"""The wheel is built from the checkout, installed elsewhere, and runs without the checkout."""

import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from crawler.kinds import Kind
from tests.fakes.walks import day, new_store, repo

ROOT = Path(__file__).parent.parent
PACKAGES = ("crawler", "db", "analysis", "reports", "hubtrends")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built without a network: the build backend is one of the development packages."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run([str(part) for part in build], check=True)
    return next(folder.glob("hubtrends-*.whl"))


def test_the_wheel_has_every_file_of_the_packages(wheel: Path) -> None:
    """SQL, templates and other data are in the wheel, not only modules."""
    with ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    files = [file.relative_to(ROOT) for package in PACKAGES for file in (ROOT / package).rglob("*") if file.is_file()]

    missing = [str(file) for file in files if "__pycache__" not in file.parts and str(file) not in packed]

    assert {".py", ".sql", ".toml", ".j2"} <= {file.suffix for file in files}
    assert missing == []


def test_the_installed_wheel_writes_a_report(wheel: Path, tmp_path: Path) -> None:
    """A new environment with only the wheel reads a database and writes a report.

    The environment finds the installed dependencies by a path file, so the test needs no package index. The checkout is
    not on its path.
    """
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    packages = next((home / "lib").glob("python*/site-packages"))
    with ZipFile(wheel) as archive:
        archive.extractall(packages)
    dependencies = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    (packages / "dependencies.pth").write_text(f"{dependencies}\n")
    with new_store(tmp_path) as store:
        for at in (0, 7):
            store.take(Kind.MODEL, day(at), *(repo(f"m{number}", likes=at * number) for number in range(9)))
    command = (
        "import sys\n"
        "from hubtrends.cli import run\n"
        "import db, hubtrends; print(db.__file__, file=sys.stderr)\n"
        f"sys.exit(run(['report', '--db', 'hub.duckdb', '--as-of', '{day(7):%Y-%m-%d}T23:00Z', '--out', 'out']))"
    )

    done = subprocess.run(
        [home / "bin/python", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert str(packages) in done.stderr
    assert len(list((tmp_path / "out").glob("2026-*.html"))) == 1
