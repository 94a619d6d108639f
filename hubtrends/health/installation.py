"""The program itself: that its packages are its own, and its libraries those that it was written for.

The packages have plain names (db, reports, ...), and another distribution may bring one of the same name: then the one
that lies first on the path is imported, or both lie in one folder and the later has overwritten the earlier.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement

from hubtrends.health.finding import Finding, bad, ok

PACKAGES = ("hubtrends", "crawler", "db", "analysis", "reports")

APART = "install hubtrends into an environment of its own, as `pipx install` does"


@dataclass(frozen=True, slots=True)
class Package:
    """A package as it is imported."""

    name: str
    folder: Path | None
    """None where there is none."""
    owners: tuple[str, ...]
    """The distributions that have put files there; none of an editable installation."""


def imported() -> list[Package]:
    """Our packages as Python finds them."""
    owners = packages_distributions()
    return [Package(name, _folder(name), tuple(sorted(set(owners.get(name, ()))))) for name in PACKAGES]


def check_packages(packages: Sequence[Package]) -> Finding:
    """All packages lie beside the first, and nobody else has put files into them."""
    home = packages[0].folder
    for package in packages:
        foreign = [owner for owner in package.owners if owner != "hubtrends"]
        if package.folder is None:
            return bad("packages", f"the package {package.name} is not installed", "install hubtrends again")
        if home is not None and package.folder.parent != home.parent:
            return bad("packages", f"{package.name} is imported from {package.folder}, not from {home.parent}", APART)
        if foreign:
            return bad("packages", f"{', '.join(foreign)} has put files into the package {package.name}", APART)
    return ok("packages", f"all of them come from {home.parent if home else 'one place'}")


def check_libraries(requirements: Iterable[str], installed: Callable[[str], str | None]) -> list[Finding]:
    """Every library that hubtrends needs here is there, in a version that it was written for."""
    needs = [need for need in map(Requirement, requirements) if need.marker is None or need.marker.evaluate()]
    found = [finding for need in needs if (finding := _check_library(need, installed(need.name))) is not None]
    return found or [ok("libraries", f"{len(needs)} are there, in versions that hubtrends is written for")]


def installed_version(name: str) -> str | None:
    """The version of a distribution, or None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _check_library(need: Requirement, found: str | None) -> Finding | None:
    wanted = f"{need.name}{need.specifier}"
    if found is None:
        return bad("libraries", f"{need.name} is not installed", f"install {wanted}, or hubtrends again")
    if not need.specifier.contains(found, prereleases=True):
        return bad("libraries", f"{need.name} is {found}, and hubtrends is written for {need.specifier}", APART)
    return None


def _folder(name: str) -> Path | None:
    spec = find_spec(name)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]).resolve() if places else None
