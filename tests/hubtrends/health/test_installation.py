"""Which installations doctor refuses."""

from pathlib import Path

import pytest

from hubtrends.health.finding import Verdict
from hubtrends.health.installation import Package, check_libraries, check_packages, find_packages

HOME = Path("/env/lib")


@pytest.mark.parametrize(
    ("package", "what", "remedy"),
    [
        (Package("db", Path("/elsewhere/db"), ()), "db is imported from /elsewhere/db, not from /env/lib", "pipx"),
        (Package("db", HOME / "db", ("dbtools", "hubtrends")), "dbtools installed files into the package db", "pipx"),
        (Package("db", None, ()), "the package db is not installed", "install hubtrends again"),
    ],
    ids=["hidden by another package", "files of another distribution", "missing"],
)
def test_foreign_package(package: Package, what: str, remedy: str) -> None:
    """The finding names the package and where it comes from."""
    found = check_packages([Package("hubtrends", HOME / "hubtrends", ("hubtrends",)), package])

    assert (Verdict.BAD, what) == (found.verdict, found.what)
    assert remedy in (found.remedy or "")


def test_own_packages() -> None:
    """The packages of this checkout lie in one folder."""
    assert Verdict.OK is check_packages(find_packages()).verdict


@pytest.mark.parametrize(
    ("version", "what", "remedy"),
    [
        ("1.5.6", "duckdb is 1.5.6, and hubtrends supports <3,>=2.0", "pipx"),
        (None, "duckdb is not installed", "install duckdb<3,>=2.0"),
    ],
)
def test_unsupported_library(version: str | None, what: str, remedy: str) -> None:
    """The finding names both versions; requirements of other systems are ignored."""
    requirements = ["duckdb<3,>=2.0", "winonly>=1; sys_platform == 'win32'"]
    (found,) = check_libraries(requirements, {"duckdb": version}.get)

    assert (Verdict.BAD, what) == (found.verdict, found.what)
    assert remedy in (found.remedy or "")
