"""prune: what retention lets go, and the space that it takes."""

import time
from typing import Annotated

import typer
from rich.console import Console

from db.commit.commit import commit
from db.commit.wait import WaitPolicy
from db.deletion.retention import SnapshotInfo, drop, list_snapshots, select_expired
from db.queries import reports_made
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
from hubtrends.config.settings import Settings
from hubtrends.errors import ReportsForgottenError
from hubtrends.jobs.journal import Journal
from hubtrends.output.rows import Format, Rows
from hubtrends.report_impact import coarsened, forgotten, kept_for_reports


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    forget_reports: Annotated[
        bool, typer.Option("--forget-reports", help="Go on although the journal has lost what reports rest on.")
    ] = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Drop old snapshots as configured, and give the space back."""
    settings, now = settings_for(config, db), utc_now()
    journal = Journal(settings.database)
    reports = journal.reports()
    with open_for_query(settings) as con:
        snapshots, lost = list_snapshots(con), forgotten(reports_made(con), reports)
    if lost and not forget_reports:
        raise ReportsForgottenError(journal.path, lost)
    dropped = select_expired(snapshots, now, settings.retention.daily_days, kept_for_reports(reports))
    show(_rows(dropped), style)
    console = narration()
    console.print(coarsened(reports, snapshots, dropped).told(), highlight=False)
    if dry_run or not dropped:
        console.print(f"{_count(dropped)} {'would go' if dry_run else 'to drop'}", highlight=False)
        return
    before, after = _drop(settings, dropped, console)
    console.print(f"{_count(dropped)} dropped, {before / 1e6:,.1f} MB became {after / 1e6:,.1f} MB", highlight=False)


def _drop(settings: Settings, dropped: list[SnapshotInfo], console: Console) -> tuple[int, int]:
    """Write the file anew without them; return its bytes before and after."""
    before = settings.database.stat().st_size
    commit(
        settings.database,
        lambda con: drop(con, [snapshot.snapshot_id for snapshot in dropped]),
        on_wait=lambda line: console.print(line, highlight=False, markup=False),
        wait=WaitPolicy(limit=settings.wait_seconds),
        clock=time,
        repack=True,
    )
    return before, settings.database.stat().st_size


def _count(dropped: list[SnapshotInfo]) -> str:
    return "1 snapshot" if len(dropped) == 1 else f"{len(dropped)} snapshots"


def _rows(dropped: list[SnapshotInfo]) -> Rows:
    return Rows(
        ("snapshot", "kind", "scope", "observed_at", "complete", "entities", "origin"),
        [(s.snapshot_id, s.kind, s.scope, s.observed_at, s.complete, s.records, s.origin) for s in dropped],
    )
