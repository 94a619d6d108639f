"""watch: the entities and authors that every report shows."""

from pathlib import Path
from typing import Annotated

import typer

from hubtrends.commands.options import (
    ConfigOption,
    DbOption,
    FormatOption,
    common_options,
    say,
    settings_for,
    show,
)
from hubtrends.output.rows import Format, Rows
from hubtrends.watchlist import file as watch
from hubtrends.watchlist.parse import parse_entry

app = typer.Typer(
    no_args_is_help=True,
    callback=common_options,
    help="Edit the watch list: models, datasets, spaces, papers and authors.",
)

EntriesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ENTRY]...", help="org/name, dataset:…, space:…, paper:2401.01234, author:name, or a link."
    ),
]


@app.command("list")
def list_entries(style: FormatOption = Format.TABLE, config: ConfigOption = None, db: DbOption = None) -> None:
    """Show the watch list."""
    entries = watch.read(settings_for(config, db).watch_file)
    show(Rows(("kind", "id"), [(str(e.kind), e.id) for e in entries]), style)


@app.command()
def add(
    entries: EntriesArgument = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="Add every Hub and arXiv link in this text file.")
    ] = None,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Add entities, or all links of a reading list."""
    wanted = [parse_entry(text) for text in entries or ()]
    if source is not None:
        wanted += watch.entries_in_reading_list(source)
    if not wanted:
        raise typer.BadParameter("name an entity or an author, or a file with links to the Hub with --from")
    path = settings_for(config, db).watch_file
    new = watch.add(path, wanted)
    known = len(dict.fromkeys(wanted)) - len(new)
    say(f"{len(new)} added to {path}, {known} known before")


@app.command()
def remove(entries: EntriesArgument = None, config: ConfigOption = None, db: DbOption = None) -> None:
    """Remove entities."""
    if not entries:
        raise typer.BadParameter("name an entity or an author to remove")
    path = settings_for(config, db).watch_file
    removed = watch.remove(path, [parse_entry(text) for text in entries])
    say(f"{len(removed)} removed from {path}")
