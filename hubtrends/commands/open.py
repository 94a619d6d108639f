"""open: show a report in the browser."""

import sys
import webbrowser
from typing import Annotated

import typer

from hubtrends.commands.options import ConfigOption, OutOption, settings_for, week
from hubtrends.output.streams import emit
from hubtrends.published import newest_page
from hubtrends.times import Week


def open_(
    of_week: Annotated[
        Week | None, typer.Option("--week", parser=week, metavar="WEEK", help="An ISO week, such as 2026-W19.")
    ] = None,
    out: OutOption = None,
    config: ConfigOption = None,
) -> None:
    """Open the newest report in the browser; print its path."""
    page = newest_page(out or settings_for(config, None).reports, of_week).resolve()
    emit(f"{page}\n")
    if sys.stdout.isatty():
        webbrowser.open(page.as_uri())
