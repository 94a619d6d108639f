"""demo: the whole program against a simulated Hub."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from hubtrends.commands.reported import tell_report
from hubtrends.commands.running import narration, stop_on_signal
from hubtrends.config.settings import Settings
from hubtrends.demo import run_demo
from hubtrends.progress.reporter import open_reporter


def demo(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Folder for the database and the report.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the simulated world.")] = 7,
) -> None:
    """Run the whole program against a simulated Hub: no network, no token."""
    folder = out or Path(tempfile.mkdtemp(prefix="hubtrends-demo-"))
    with stop_on_signal() as stop, open_reporter(narration()) as reporter:
        files = run_demo(folder, seed, reporter, stop)
    *_, database = files
    tell_report(ctx, Settings(database=database, reports=folder), files, demo=True)
