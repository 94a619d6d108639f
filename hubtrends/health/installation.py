"""Checks that our packages are our own and that the libraries have supported versions.

The packages have plain names (db, reports, ...). Another distribution with a package of the same name can hide ours on
the import path, or overwrite files of ours in the same folder.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement

from hubtrends.health.finding import Finding, bad, ok

PACKAGES = ("hubtrends", "crawler", "db", "analysis", "reports")

ISOLATE = "install hubtrends into its own environment, as `pipx install` does"


@dataclass(frozen=True, slots=True)
class Package:
    """A package as Python imports it."""

    name: str
    folder: Path | None
    """None if it is not installed."""
    owners: tuple[str, ...]
    """The distributions with files in this package; empty for an editable installation."""


def find_packages() -> list[Package]:
    """Return our packages as Python finds them."""
    owners = packages_distributions()
    return [Package(name, _folder(name), tuple(sorted(set(owners.get(name, ()))))) for name in PACKAGES]


def _folder(name: str) -> Path | None:
    spec = find_spec(name)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return Path(folders[0]).resolve() if folders else None


def check_packages(packages: Sequence[Package]) -> Finding:
    """Check that all packages lie in one folder and contain files of no other distribution."""
    home = packages[0].folder
    for package in packages:
        foreign = [owner for owner in package.owners if owner != "hubtrends"]
        if package.folder is None:
            return bad("packages", f"the package {package.name} is not installed", "install hubtrends again")
        if home is not None and package.folder.parent != home.parent:
            return bad("packages", f"{package.name} is imported from {package.folder}, not from {home.parent}", ISOLATE)
        if foreign:
            return bad("packages", f"{', '.join(foreign)} installed files into the package {package.name}", ISOLATE)
    return ok("packages", f"all of them are imported from {home.parent if home else 'one folder'}")


def check_libraries(requirements: Iterable[str], installed: Callable[[str], str | None]) -> list[Finding]:
    """Check that every required library is installed in a supported version."""
    needs = [need for need in map(Requirement, requirements) if need.marker is None or need.marker.evaluate()]
    found = [finding for need in needs if (finding := _check_library(need, installed(need.name))) is not None]
    return found or [ok("libraries", f"all {len(needs)} are installed in supported versions")]


def _check_library(need: Requirement, found: str | None) -> Finding | None:
    if found is None:
        wanted = f"{need.name}{need.specifier}"
        return bad("libraries", f"{need.name} is not installed", f"install {wanted}, or hubtrends again")
    if not need.specifier.contains(found, prereleases=True):
        return bad("libraries", f"{need.name} is {found}, and hubtrends supports {need.specifier}", ISOLATE)
    return None


def installed_version(name: str) -> str | None:
    """Return the version of a distribution, or None if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
