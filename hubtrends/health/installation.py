"""Checks that our packages are our own and that the libraries have supported versions.

Our packages have plain names (db, reports, ...). Another distribution with a package of the same name can hide ours on
the import path, or overwrite its files in the same folder.
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
    owners, found = packages_distributions(), []
    for name in PACKAGES:
        spec = find_spec(name)
        folders = list(spec.submodule_search_locations or ()) if spec else []
        folder = Path(folders[0]).resolve() if folders else None
        found.append(Package(name, folder, tuple(sorted(set(owners.get(name, ()))))))
    return found


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
    found = []
    for need in needs:
        present = installed(need.name)
        if present is None:
            remedy = f"install {need.name}{need.specifier}, or hubtrends again"
            found.append(bad("libraries", f"{need.name} is not installed", remedy))
        elif not need.specifier.contains(present, prereleases=True):
            what = f"{need.name} is {present}, and hubtrends supports {need.specifier}"
            found.append(bad("libraries", what, ISOLATE))
    return found or [ok("libraries", f"all {len(needs)} are installed in supported versions")]


def installed_version(name: str) -> str | None:
    """Return the version of a distribution, or None if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
