"""drop-snapshot: one snapshot taken out, with everything that it brought."""

from typing import Annotated

import typer

from hubtrends.commands.options import (
    ConfigOption,
    DbOption,
    FormatOption,
    narration,
    open_for_query,
    settings_for,
    show,
    utc_now,
)
from hubtrends.jobs.drop_snapshot import Going, going, take_out
from hubtrends.output.rows import Format, Rows


def drop_snapshot(
    snapshots: Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers, as `snapshots` has them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Take them out; without it only show what would go.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go, also with --yes.")] = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Take a snapshot out with everything that it brought."""
    settings, console = settings_for(config, db), narration()

    def says(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    with open_for_query(settings):
        found = going(settings, snapshots)
    show(_rows(found), style)
    if found.reports:
        says(f"reports that rest on them, to be deleted or made again: {', '.join(found.reports)}")
    numbers = " ".join(str(snapshot.snapshot_id) for snapshot in found.snapshots)
    if dry_run or not yes:
        says(f"nothing was changed; `hubtrends drop-snapshot {numbers} --yes` takes out what is listed")
        return
    take_out(settings, found, utc_now(), says)
    says(f"taken out: {numbers}")


def _rows(found: Going) -> Rows:
    columns = ("observations", "entities", "attributes", "events", "rejects", "coverage", "lists")
    return Rows(
        ("snapshot", "kind", "observed_at", "table", "rows"),
        [
            (one.snapshot_id, one.kind, one.observed_at, column, getattr(one, column))
            for one in found.snapshots
            for column in columns
        ],
    )
