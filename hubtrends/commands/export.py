"""export: write the history as Parquet files."""

from typing import Annotated

import typer

from db.commit.paths import Files
from db.export.export import export as write_export
from db.export.export import verify as verify_export
from db.export.target import target_at
from hubtrends.commands.options import ConfigOption, DbOption, open_for_query, say, settings_for, shell_of
from hubtrends.output.streams import emit


def export(
    ctx: typer.Context,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FOLDER|URL", help="Target; default a folder next to the database."),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read the exported files and compare their checksums.")
    ] = False,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Export the history as Parquet; write only what is new since the last export."""
    settings = settings_for(config, db)
    database = settings.database
    address = to or str(Files.of(database).export)
    target = target_at(database, address)
    with open_for_query(settings, shell_of(ctx).clock()) as con:
        if verify:
            manifest = verify_export(con, target)
            say(f"{len(manifest.files)} files in {address} match their checksums")
            return
        report = write_export(con, target, lambda file: say(f"{file.path}: {file.rows:,} rows"))
    written = f"{len(report.written)} files with {report.rows:,} rows ({report.bytes / 1e6:,.1f} MB) written"
    say(f"{written}, {report.unchanged} unchanged")
    emit(f"{address}\n")
