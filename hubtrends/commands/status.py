"""status: what ran, what is stored, what is due next."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

import typer

from db.status import Coverage, StoreStatus
from hubtrends.commands.options import ConfigOption, DbOption, FormatOption, settings_for, show
from hubtrends.health.status import Status, collect_status
from hubtrends.jobs.journal import Outcome, Run
from hubtrends.output.rows import Format, Line, Rows, formatted
from hubtrends.output.streams import emit
from hubtrends.shell import shell_of, verbosity
from hubtrends.sizes import format_size


def status(
    ctx: typer.Context, style: FormatOption = Format.TABLE, config: ConfigOption = None, db: DbOption = None
) -> None:
    """Show what ran, what is stored, what is due next, and what needs attention."""
    now = shell_of(ctx).clock()
    found = collect_status(settings_for(config, db), now)
    tables = _tables(found, now, brief=style in (Format.TABLE, Format.MD))
    if style is Format.TABLE and not verbosity(ctx):
        tables = [(title, rows) for title, rows in tables if title != "Coverage"]
    if style is Format.JSON:
        content = {title.lower().replace(" ", "_"): json.loads(formatted(rows, Format.JSON)) for title, rows in tables}
        emit(json.dumps({"now": now.isoformat(), **content}, indent=1, ensure_ascii=False) + "\n")
        return
    for title, rows in tables:
        if rows.rows:
            emit(f"## {title}\n\n" if style is Format.MD else f"{title}\n")
            show(rows, style)
            emit("\n")


def _tables(found: Status, now: datetime, *, brief: bool) -> list[tuple[str, Rows]]:
    """Return the titles and rows of status: megabytes and short texts for people, bytes and full texts for programs."""
    store, beat = found.store or StoreStatus(), found.heartbeat
    sizes = [found.size, found.room.need, found.room.free]
    shown = ["not there yet" if size is None else format_size(size) for size in sizes] if brief else sizes
    archives = [(a.origin, a.kind, a.snapshots, a.first_at, a.last_at, a.revision, a.licence) for a in store.archives]
    walks = [(walk.kind, walk.scope, walk.started_at, walk.pages, walk.records) for walk in found.walks]
    runs = [(run.started_at, run.job, run.outcome, _detail(run, brief=brief)) for run in found.runs]
    daemon = [(str(beat.pid), beat.beat_at, beat.next_at)] if beat else []
    return [
        ("Database", Rows(("file", "size", "next commit needs", "free"), [(str(found.database), *shown)])),
        ("Snapshots", _snapshots(store, brief=brief)),
        ("Archives", Rows(("archive", "kind", "snapshots", "first", "last", "revision", "licence"), archives)),
        ("Rejects", Rows(("kind", "items", "reason"), [(one.kind, one.items, one.reason) for one in store.rejects])),
        ("Coverage", (_coverage_in_brief if brief else _coverage)(store.coverage)),
        ("Unfinished walks", Rows(("kind", "scope", "began", "pages", "entities"), walks)),
        ("Runs", Rows(("began", "job", "outcome", "detail"), runs)),
        ("Daemon", Rows(("pid", "heartbeat", "next"), daemon)),
        ("Next", Rows(("job", "due"), list(found.due))),
        ("Look at", Rows(("what",), [(warning,) for warning in found.warnings(now)])),
    ]


def _snapshots(store: StoreStatus, *, brief: bool) -> Rows:
    newest = {one.kind: replace(one, private=one.private or None) if brief else one for one in store.newest}
    names = ["observed_at", "scope", "records", "duplicates", "rejected", "private", "complete", "stale"]
    names += [] if brief else ["reason"]  # people find it among the warnings
    rows = [
        (
            one.kind, one.own, None if brief and not one.imported else one.imported,
            *(getattr(newest.get(one.kind), name, None) for name in names),
        )
        for one in store.held
    ]  # fmt: skip
    columns = ("kind", "held", "imported", "newest", "scope", "entities", *names[3:])
    return Rows(columns, rows, ("kind", "newest", "entities", "complete", "stale", "held", "scope", "rejected"))


def _coverage(fields: Sequence[Coverage]) -> Rows:
    rows = [
        (one.kind, one.source, one.field, one.carried, one.records, one.share, one.sent, one.drift) for one in fields
    ]
    return Rows(("kind", "source", "field", "carried", "records", "share", "type", "drift"), rows)


def _coverage_in_brief(fields: Sequence[Coverage]) -> Rows:
    """Return one row per kind: how many columns have a value in all entities, and which only in some."""
    rows = []
    for kind, group in groupby((one for one in fields if one.source == "store"), key=lambda one: one.kind):
        columns = list(group)
        some = [one for one in columns if one.carried != one.records]
        shares = [(one.field, one.share or 0.0) for one in some]  # never rounded to 0 or 100 %
        texts = [f"{name} {'<1' if 0 < share < 0.01 else min(int(share * 100), 99)} %" for name, share in shares]
        rows.append((kind, len(columns), len(columns) - len(some), ", ".join(texts)))
    return Rows(("kind", "fields", "in all", "in some"), rows)


def _detail(run: Run, *, brief: bool) -> str:
    """Return the detail of a run: one line for a successful one, everything for a failure."""
    detail = run.detail or ""
    return Line(detail) if brief and run.outcome is Outcome.DONE else detail
