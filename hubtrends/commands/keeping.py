"""daemon, status and demo: what the keeper needs."""

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hubtrends.commands.common import (
    ConfigOption,
    DbOption,
    FormatOption,
    narration,
    settings_for,
    show,
    stopping,
    utc_now,
)
from hubtrends.daemon import run_daemon
from hubtrends.demo import run_demo
from hubtrends.output import Format, Rows, formatted
from hubtrends.program import Program
from hubtrends.progress import PlainVoice, voice
from hubtrends.state import State, state


def daemon(config: ConfigOption = None, db: DbOption = None) -> None:
    """Run the schedule in the foreground until SIGTERM or Ctrl-C."""
    settings = settings_for(config, db)
    with stopping() as stop:
        telling = PlainVoice(narration())
        telling.says(f"keeping {settings.database}; stop with Ctrl-C or SIGTERM")
        run_daemon(Program(settings, utc_now, telling, stop))
        telling.says("stopped")


def status(style: FormatOption = Format.TABLE, config: ConfigOption = None, db: DbOption = None) -> None:
    """Show what ran, what is stored, what is next, and what to look at."""
    now = utc_now()
    found = state(settings_for(config, db), now)
    if style is Format.JSON:
        typer.echo(json.dumps(_as_json(found, now), indent=1, ensure_ascii=False))
        return
    for title, rows in _tables(found, now):
        if rows.rows:
            typer.echo(f"## {title}\n" if style is Format.MD else title)
            show(rows, style)
            typer.echo()


def _tables(found: State, now: datetime) -> list[tuple[str, Rows]]:
    size = "not there yet" if found.size is None else f"{found.size / 1e6:,.1f} MB"
    return [
        ("Database", Rows(("file", "size"), [(str(found.database), size)])),
        (
            "Snapshots",
            Rows(
                ("kind", "held", "newest", "scope", "things", "rejected", "complete", "stale"),
                [
                    (s.kind, s.snapshots, s.observed_at, s.scope, s.records, s.rejected, s.complete, s.stale)
                    for s in found.snapshots
                ],
            ),
        ),
        (
            "Unfinished walks",
            Rows(
                ("kind", "scope", "began", "pages", "things"),
                [(w.kind, w.scope, w.started_at, w.pages, w.records) for w in found.walks],
            ),
        ),
        (
            "Runs",
            Rows(
                ("began", "job", "outcome", "detail"),
                [(r.started_at, r.job, r.outcome, r.detail) for r in found.runs],
            ),
        ),
        ("Next", Rows(("job", "due"), list(found.due))),
        ("Look at", Rows(("what",), [(warning,) for warning in found.warnings(now)])),
    ]


def _as_json(found: State, now: datetime) -> dict[str, object]:
    tables = {
        title.lower().replace(" ", "_"): json.loads(formatted(r, Format.JSON)) for title, r in _tables(found, now)
    }
    return {"now": now.isoformat(), **tables}


def demo(
    out: Annotated[Path | None, typer.Option(help="Where to put the database and the report.")] = None,
    seed: Annotated[int, typer.Option(help="Of the simulated world.")] = 7,
) -> None:
    """Show the whole thing against a simulated Hub: no network, no token."""
    folder = out or Path(tempfile.mkdtemp(prefix="hubtrends-demo-"))
    with stopping() as stop, voice(narration()) as telling:
        files = run_demo(folder, seed, telling, stop)
    narration().print("The report, and the database to ask:", highlight=False)
    for file in files:
        typer.echo(str(file))
