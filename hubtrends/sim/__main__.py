"""Serve a simulated Hub: run `python -m hubtrends.sim` and set `HF_ENDPOINT` to the URL it prints."""

import threading
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from hubtrends.sim.errors import SimError
from hubtrends.sim.server.quota import Quota
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.folder import FolderHub
from hubtrends.sim.world.story import Story
from hubtrends.sim.world.world import START, World


def serve(
    folder: Annotated[Path | None, typer.Option(help="Play back the *.jsonl of this folder.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the simulated world, without --folder.")] = 0,
    day: Annotated[int, typer.Option(min=0, help="Days since the start of that world.")] = 35,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 selects a free one.")] = 0,
    quota: Annotated[int | None, typer.Option(min=1, help="API requests per five minutes.")] = None,
) -> None:
    """Serve until Ctrl-C; the URL is the first line on stdout."""
    limits = Quota(api=quota, token_api=quota) if quota else None
    try:
        moment = datetime.combine(START + timedelta(days=day), time(), UTC)
        hub = World(seed, story=Story()).at(moment) if folder is None else FolderHub(folder)
    except SimError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error
    with SimServer(hub, quota=limits, now=lambda: datetime.now(UTC), port=port) as server:
        try:
            typer.echo(server.url)
            threading.Event().wait()
        except KeyboardInterrupt:
            typer.echo(f"{server.count()} requests served", err=True)


if __name__ == "__main__":
    typer.run(serve)
