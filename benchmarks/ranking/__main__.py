"""Run `python -m benchmarks.ranking`."""

from benchmarks.ranking.ranking import main

main()
