"""drop-snapshot: delete snapshots with all their data."""

from typing import Annotated

import typer

from hubtrends.commands.options import ConfigOption, DbOption, FormatOption, open_for_query, say, settings_for, show
from hubtrends.jobs.drop_snapshot import delete_snapshots, plan_deletion
from hubtrends.output.rows import Format, Rows
from hubtrends.shell import shell_of


def drop_snapshot(
    ctx: typer.Context,
    snapshots: Annotated[list[int], typer.Argument(metavar="ID...", help="Values of `snapshot_id`.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Delete them; without it only show what would be deleted.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be deleted, even with --yes.")
    ] = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Delete snapshots and all their data."""
    settings, now = settings_for(config, db), shell_of(ctx).clock()
    with open_for_query(settings, now):
        found = plan_deletion(settings, snapshots)
    columns = ("observations", "entities", "attributes", "events", "rejects", "coverage", "lists")
    rows = [
        (one.snapshot_id, one.kind, one.observed_at, column, getattr(one, column))
        for one in found.snapshots
        for column in columns
    ]
    show(Rows(("snapshot", "kind", "observed_at", "table", "rows"), rows), style)
    if found.reports:
        say(f"reports that use them, to be deleted or rewritten: {', '.join(found.reports)}")
    numbers = " ".join(str(snapshot.snapshot_id) for snapshot in found.snapshots)
    if dry_run or not yes:
        say(f"nothing was changed; `hubtrends drop-snapshot {numbers} --yes` deletes what is listed")
        return
    delete_snapshots(settings, found, now, say)
    say(f"deleted: {numbers}")
