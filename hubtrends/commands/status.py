"""status: what ran, what is stored, what is due next."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import typer

from db.status import Coverage, StoreStatus
from hubtrends.commands.options import ConfigOption, DbOption, FormatOption, settings_for, show
from hubtrends.health.status import Status, collect_status
from hubtrends.jobs.journal import Outcome, Run
from hubtrends.output.rows import Format, Rows, formatted
from hubtrends.output.streams import emit
from hubtrends.shell import shell_of

BRIEF = 60
"""Characters of the detail of a successful run in a terminal; a failure is shown in full."""


def status(
    ctx: typer.Context, style: FormatOption = Format.TABLE, config: ConfigOption = None, db: DbOption = None
) -> None:
    """Show what ran, what is stored, what is due next, and what needs attention."""
    now = shell_of(ctx).clock()
    found = collect_status(settings_for(config, db), now)
    held, brief = found.store or StoreStatus(), style in (Format.TABLE, Format.MD)
    tables = [
        ("Database", _database(found, brief=brief)),
        ("Snapshots", _snapshots(held, brief=brief)),
        ("Archives", _archives(held)),
        ("Rejects", _rejects(held)),
        ("Coverage", (_coverage_in_brief if brief else _coverage)(held.coverage)),
        ("Unfinished walks", _walks(found)),
        ("Runs", Rows(("began", "job", "outcome", "detail"), [_run(run, brief=brief) for run in found.runs])),
        ("Daemon", _daemon(found)),
        ("Next", Rows(("job", "due"), list(found.due))),
        ("Look at", Rows(("what",), [(warning,) for warning in found.warnings(now)])),
    ]
    if style is Format.JSON:
        content = {title.lower().replace(" ", "_"): json.loads(formatted(rows, Format.JSON)) for title, rows in tables}
        emit(json.dumps({"now": now.isoformat(), **content}, indent=1, ensure_ascii=False) + "\n")
        return
    for title, rows in tables:
        if rows.rows:
            emit(f"## {title}\n\n" if style is Format.MD else f"{title}\n")
            show(rows, style)
            emit("\n")


def _database(found: Status, *, brief: bool) -> Rows:
    """Return the file and its disk: bytes for programs, megabytes for people."""
    sizes = [found.size, found.room.need, found.room.free]
    shown = ["not there yet" if size is None else f"{size / 1e6:,.1f} MB" for size in sizes] if brief else sizes
    return Rows(("file", "size", "next commit needs", "free"), [(str(found.database), *shown)])


def _snapshots(held: StoreStatus, *, brief: bool) -> Rows:
    newest = {one.kind: replace(one, private=one.private or None) if brief else one for one in held.newest}
    names = ["observed_at", "scope", "records", "duplicates", "rejected", "private", "complete", "stale"]
    names += [] if brief else ["reason"]  # people find it among the warnings
    rows = [
        (
            one.kind, one.own, None if brief and not one.imported else one.imported,
            *(getattr(newest.get(one.kind), name, None) for name in names),
        )
        for one in held.held
    ]  # fmt: skip
    return Rows(("kind", "held", "imported", "newest", "scope", "entities", *names[3:]), rows)


def _archives(held: StoreStatus) -> Rows:
    rows = [(a.origin, a.kind, a.snapshots, a.first_at, a.last_at, a.revision, a.licence) for a in held.archives]
    return Rows(("archive", "kind", "snapshots", "first", "last", "revision", "licence"), rows)


def _rejects(held: StoreStatus) -> Rows:
    return Rows(("kind", "items", "reason"), [(one.kind, one.items, one.reason) for one in held.rejects])


def _coverage(fields: Sequence[Coverage]) -> Rows:
    rows = [
        (one.kind, one.source, one.field, one.carried, one.records, one.share, one.sent, one.drift) for one in fields
    ]
    return Rows(("kind", "source", "field", "carried", "records", "share", "type", "drift"), rows)


def _coverage_in_brief(fields: Sequence[Coverage]) -> Rows:
    """Return one row per kind: columns that all entities have, columns that some have."""
    rows = []
    for kind, group in groupby((one for one in fields if one.source == "store"), key=lambda one: one.kind):
        columns = list(group)
        some = [one for one in columns if one.carried != one.records]
        rows.append((kind, len(columns), len(columns) - len(some), ", ".join(map(_share, some))))
    return Rows(("kind", "fields", "in all", "in some"), rows)


def _share(field: Coverage) -> str:
    """Format a share, rounded neither to 0 nor to 100 %."""
    share = 0.0 if field.share is None else field.share
    return f"{field.field} {'<1' if 0 < share < 0.01 else f'{min(int(share * 100), 99)}'} %"


def _walks(found: Status) -> Rows:
    rows = [(walk.kind, walk.scope, walk.started_at, walk.pages, walk.records) for walk in found.walks]
    return Rows(("kind", "scope", "began", "pages", "entities"), rows)


def _run(run: Run, *, brief: bool) -> tuple[object, ...]:
    detail = run.detail or ""
    if brief and run.outcome is Outcome.DONE and len(detail) > BRIEF:
        detail = detail[: BRIEF - 1] + "…"
    return run.started_at, run.job, run.outcome, detail


def _daemon(found: Status) -> Rows:
    beat = found.heartbeat
    return Rows(("pid", "sign of life", "next"), [(str(beat.pid), beat.beat_at, beat.next_at)] if beat else [])
