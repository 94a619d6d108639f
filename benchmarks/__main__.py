"""Speed, memory, growth and pace, each figure beside its yardstick from the same run: `python -m benchmarks`.

Sections may be named, and `--scale 0.01` makes every one of them small. Nothing is asserted: the table is for a person.
Everything is built in a temporary folder that is removed.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import analysis, crawl, growth, memory, pace, store
from benchmarks.table import Figure, table

Section = Callable[[float, Path], Iterator[Figure]]

SECTIONS: Mapping[str, Section] = {
    "crawl": crawl.figures,
    "memory": memory.figures,
    "store": store.figures,
    "analysis": analysis.figures,
    "growth": growth.figures,
    "pace": pace.figures,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of the sections that are named, or of all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all without it")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the sizes, for a quick look")
    given = parser.parse_args(arguments)
    if unknown := set(given.sections) - SECTIONS.keys():
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    for line in table(run(given.sections or SECTIONS, given.scale)):
        print(line)


def run(sections: Sequence[str] | Mapping[str, Section], scale: float) -> Iterator[Figure]:
    """The figures of these sections; each is told on stderr as soon as it is known."""
    for name in sections:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hubtrends-bench-") as folder:
            for figure in SECTIONS[name](scale, Path(folder)):
                print(f"{name}: {figure.what}: {figure.measured}", file=sys.stderr, flush=True)
                yield figure
        print(f"{name}: took {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
