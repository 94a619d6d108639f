"""Measure speed, memory, growth, pace and start-up, each with a yardstick from the same run: `python -m benchmarks`.

Arguments select sections, and `--scale 0.01` makes all of them small. The result is one table; nothing is asserted. All
files are in a temporary folder that is deleted.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import analysis, crawl, families, groups, growth, memory, organisations, pace, shares, start_up, store
from benchmarks.table import Figure, table

Section = Callable[[float, Path], Iterator[Figure]]

SECTIONS: Mapping[str, Section] = {
    "crawl": crawl.figures,
    "memory": memory.figures,
    "store": store.figures,
    "analysis": analysis.figures,
    "shares": shares.figures,
    "families": families.figures,
    "organisations": organisations.figures,
    "groups": groups.figures,
    "growth": growth.figures,
    "pace": pace.figures,
    "start-up": start_up.figures,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of the given sections, or of all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"any of {', '.join(SECTIONS)}; default all")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on all sizes, for a quick look")
    given = parser.parse_args(arguments)
    if unknown := set(given.sections) - SECTIONS.keys():
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    for line in table(run(given.sections or SECTIONS, given.scale)):
        print(line)


def run(sections: Sequence[str] | Mapping[str, Section], scale: float) -> Iterator[Figure]:
    """Yield the figures of these sections; report each on stderr as soon as it is measured."""
    for name in sections:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hubtrends-bench-") as folder:
            for figure in SECTIONS[name](scale, Path(folder)):
                print(f"{name}: {figure.what}: {figure.measured}", file=sys.stderr, flush=True)
                yield figure
        print(f"{name}: took {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
