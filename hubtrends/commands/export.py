"""export: write the history as Parquet files."""

from typing import Annotated

import typer

from hubtrends.commands.options import ConfigOption, DbOption, say, settings_for
from hubtrends.jobs.export import export_address, run_export, verify_export
from hubtrends.output.streams import emit
from hubtrends.shell import shell_of


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
    settings, now = settings_for(config, db), shell_of(ctx).clock()
    address = export_address(settings, to)
    if verify:
        say(f"{verify_export(settings, address, now, say)} files in {address} match their checksums")
        return
    report = run_export(settings, address, now, say)
    written = f"{len(report.written)} files with {report.rows:,} rows ({report.bytes / 1e6:,.1f} MB) written"
    say(f"{written}, {report.unchanged} unchanged")
    emit(f"{address}\n")
