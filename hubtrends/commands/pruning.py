"""prune: what retention lets go, and the space that it takes."""

import time
from typing import Annotated

import typer

from db.commit import commit
from db.prune import Held, drop, droppable, held
from db.wait import WaitPolicy
from hubtrends.commands.common import (
    ConfigOption,
    DbOption,
    FormatOption,
    asking,
    narration,
    settings_for,
    show,
    utc_now,
)
from hubtrends.journal import Journal
from hubtrends.output import Format, Rows


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Drop old snapshots as configured, and give the space back."""
    settings = settings_for(config, db)
    used = Journal(settings.database).used_snapshots()
    with asking(settings) as con:
        dropped = droppable(held(con), utc_now(), settings.retention.daily_days, used)
    show(_rows(dropped), style)
    console = narration()
    if dry_run or not dropped:
        console.print(f"{len(dropped)} snapshots {'would go' if dry_run else 'to drop'}", highlight=False)
        return
    before = settings.database.stat().st_size
    commit(
        settings.database,
        lambda con: drop(con, [snapshot.snapshot_id for snapshot in dropped]),
        on_wait=lambda line: console.print(line, highlight=False, markup=False),
        wait=WaitPolicy(limit=settings.wait_seconds),
        clock=time,
        repack=True,
    )
    after = settings.database.stat().st_size
    console.print(
        f"{len(dropped)} snapshots dropped, {before / 1e6:,.1f} MB became {after / 1e6:,.1f} MB", highlight=False
    )


def _rows(dropped: list[Held]) -> Rows:
    return Rows(
        ("snapshot", "kind", "scope", "observed_at", "complete", "things", "origin"),
        [(s.snapshot_id, s.kind, s.scope, s.observed_at, s.complete, s.records, s.origin) for s in dropped],
    )
