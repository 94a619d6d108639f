"""watch: what every report shows, whether it moved or not."""

from pathlib import Path
from typing import Annotated

import typer

from hubtrends.commands.options import (
    ConfigOption,
    DbOption,
    FormatOption,
    common_options,
    narration,
    settings_for,
    show,
)
from hubtrends.files import NotTextError, read_small_text
from hubtrends.output.rows import Format, Rows
from hubtrends.watchlist import file as watch
from hubtrends.watchlist.parse import WatchEntry, links_in, parse_entry

LARGEST = 2**26
"""Bytes of a reading list."""

app = typer.Typer(
    no_args_is_help=True, callback=common_options, help="Follow models, datasets, spaces, papers and authors."
)

EntriesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ENTRY]...", help="org/name, dataset:…, space:…, paper:2401.01234, author:name, or a link."
    ),
]


@app.command("list")
def list_entries(style: FormatOption = Format.TABLE, config: ConfigOption = None, db: DbOption = None) -> None:
    """Show what is followed."""
    entries = watch.read(settings_for(config, db).watch_file)
    show(Rows(("kind", "id"), [(str(e.kind), e.id) for e in entries]), style)


@app.command()
def add(
    entries: EntriesArgument = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="Follow every Hub and arXiv link in this text file.")
    ] = None,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Follow entities, or everything that a reading list links to."""
    wanted = [parse_entry(text) for text in entries or ()]
    if source is not None:
        wanted += _links_in_file(source)
    if not wanted:
        raise typer.BadParameter("name what to follow, or a file with --from that links to something on the Hub")
    path = settings_for(config, db).watch_file
    new = watch.add(path, wanted)
    known = len(dict.fromkeys(wanted)) - len(new)
    narration().print(f"{len(new)} added to {path}, {known} known before", highlight=False, markup=False)


@app.command()
def remove(entries: EntriesArgument = None, config: ConfigOption = None, db: DbOption = None) -> None:
    """Follow entities no longer."""
    if not entries:
        raise typer.BadParameter("name what to follow no longer")
    path = settings_for(config, db).watch_file
    removed = watch.remove(path, [parse_entry(text) for text in entries])
    narration().print(f"{len(removed)} removed from {path}", highlight=False, markup=False)


def _links_in_file(source: Path) -> list[WatchEntry]:
    try:
        return links_in(read_small_text(source, LARGEST, errors="replace"))
    except OSError as error:
        raise typer.BadParameter(f"{source} cannot be read: {error.strerror}") from None
    except NotTextError as error:
        raise typer.BadParameter(f"{source} cannot be read: it {error}") from None
