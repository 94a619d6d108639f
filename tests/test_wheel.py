"""The wheel as a stranger gets it: built from the checkout, installed elsewhere, run without the checkout."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CARRIED = ("db/sql/views.sql", "db/sql/dictionary.toml", "reports/templates", "hubtrends/config/settings.py")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without a network: the build backend is among the development packages."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run([str(part) for part in build], check=True)
    return next(folder.glob("hubtrends-*.whl"))


@pytest.mark.timeout(300)
def test_the_wheel_runs_the_demo_outside_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """SQL, templates and defaults travel with it: a fresh environment that has only the wheel writes a report.

    The environment borrows the installed dependencies by a path file, so that the test needs no package index; what the
    wheel itself holds comes from the wheel, since the checkout is not on that path.
    """
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    packages = next((home / "lib").glob("python*/site-packages"))
    target = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", packages, wheel]
    subprocess.run([str(part) for part in target], check=True)
    borrowed = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    (packages / "borrowed.pth").write_text(f"{borrowed}\n")
    command = (
        "import sys\n"
        "from hubtrends.cli import run\n"
        "import db, hubtrends; print(db.__file__, file=sys.stderr)\n"
        "sys.exit(run(['demo', '--out', 'demo']))"
    )

    done = subprocess.run(
        [home / "bin/python", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert str(packages) in done.stderr
    assert len(list((tmp_path / "demo").glob("*.html"))) == 1


def test_the_wheel_carries_what_is_not_code(wheel: Path) -> None:
    """Every file that is read at run time is in the wheel."""
    from zipfile import ZipFile

    names = ZipFile(wheel).namelist()

    for path in CARRIED:
        assert any(name.startswith(path) for name in names), path
