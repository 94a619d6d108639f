"""Announce a new report: its page on stdout, the next commands on stderr."""

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from hubtrends.commands.options import open_for_query, say
from hubtrends.config.settings import Settings
from hubtrends.next_steps import NextSteps, first_pick, lines, program
from hubtrends.output.streams import emit, printable
from hubtrends.published import PAGE
from hubtrends.shell import shell_of, verbosity
from reports.text.format import utc


def tell_report(ctx: typer.Context, settings: Settings, files: Sequence[Path], *, demo: bool = False) -> None:
    """Print the page of a report, with -v every file; add next steps for a person at a terminal."""
    page = next(file for file in files if PAGE.fullmatch(file.name))
    for file in files if verbosity(ctx) else (page,):
        emit(f"{file}\n")
    if not demo and not sys.stderr.isatty():
        return
    now = shell_of(ctx).clock()
    with open_for_query(settings, now) as con:
        model = first_pick(con)
        ((newest,),) = con.execute("SELECT max(s.observed_at) FROM snapshots AS s").fetchall()
    as_of = utc(newest) if demo and utc(newest) > now else None
    steps = NextSteps(page, settings.database, as_of, model, demo)
    for line in ("", *lines(steps, program())):
        say(printable(line))
