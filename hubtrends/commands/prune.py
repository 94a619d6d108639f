"""prune: delete snapshots that retention does not keep."""

from typing import Annotated

import typer

from hubtrends.commands.options import ConfigOption, DbOption, FormatOption, open_for_query, say, settings_for, show
from hubtrends.jobs.prune import plan_prune, run_prune
from hubtrends.output.rows import Format, Rows
from hubtrends.shell import shell_of


def prune(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be deleted.")] = False,
    forget_reports: Annotated[
        bool, typer.Option("--forget-reports", help="Continue although the journal has lost reports.")
    ] = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Delete old snapshots as configured and shrink the file."""
    settings, now = settings_for(config, db), shell_of(ctx).clock()
    with open_for_query(settings, now) as con:
        plan = plan_prune(con, settings, now, forget_reports=forget_reports)
    columns = ("snapshot", "kind", "scope", "observed_at", "complete", "entities", "origin")
    rows = [
        (one.snapshot_id, one.kind, one.scope, one.observed_at, one.complete, one.records, one.origin)
        for one in plan.expired
    ]
    show(Rows(columns, rows), style)
    say(str(plan.coarser))
    count = "1 snapshot" if len(plan.expired) == 1 else f"{len(plan.expired)} snapshots"
    if dry_run or not plan.expired:
        say(f"{count} {'would be deleted' if dry_run else 'to delete'}")
        return
    before, after = run_prune(settings, plan, say)
    say(f"{count} deleted, {before / 1e6:,.1f} MB became {after / 1e6:,.1f} MB")
