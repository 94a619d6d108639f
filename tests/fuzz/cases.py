"""Draws one run of the program: arguments, environment and files of the folder.

A case depends on its seed alone. Most arguments are valid and a few are odd: arguments that are all wrong are
refused at the first place.
"""

import os
import random
from dataclasses import dataclass
from pathlib import Path

ODD = (
    "", " ", ".", "/", "..", "-", "--", "~nobody/x", "a\nb", "a\x1b[2Jb", "\udcff", "中😀", "x" * 300, "0", "-1", "nan",
    "1e400",
    "9" * 30, "0x10", "/dev/null", "/dev/zero", "/dev/full", "/proc/self/mem", "fifo", "folder", "junk", "empty",
    "hub.duckdb", "gone/x", "hub.duckdb/x", "socket:", "http://127.0.0.1:9/x", "'", '"; --', "\\", "%s", "{0}",
    "\u202eabc",
)  # fmt: skip

TIMES = (
    "2026-10-06", "2026-10-06T09:30Z", "0001-01-01", "9999-12-31T23:59:59.999999", "1969-12-31", "2016-02-30",
    "2026-10-06T09:30+23:59", "0001-01-01T00:00+14:00", "10000-01-01", "20261006", "2026-W40",
)  # fmt: skip

WEEKS = ("2026-W40", "0001-W01", "9999-W52", "0000-W00", "2026-W54", "2026W4")
NUMBERS = ("1", "0", "7", "1000000000", "9223372036854775807", "99999999999999999999", "0.5", "1e18")
KINDS = ("model", "dataset", "space", "paper", "article", "article")
FORMATS = ("table", "json", "csv", "md", "parquet")
QUERIES = (
    "SELECT 1", "FROM models", "FROM week_over_week('model')", "FROM week_over_week('model', as_of := '0001-01-01')",
    "FROM history('a')", "FROM leaders('model', 'likes')", "FROM data_dictionary", "SELECT date '290000-01-01'",
    "SELECT timestamptz 'infinity', timestamp '-infinity'", "SELECT interval 1 day, uuid(), '1'::BIT, 'x'::BLOB",
    "SELECT map{'a': [1, NULL]}, union_value(a := 1), {'a': {'b': 'c'}}", "SELECT 'nan'::DOUBLE, 1::HUGEINT << 100",
    "SELECT timestamptz '9999-12-31 23:59:59+00' + interval 1 day", "SELECT * FROM read_csv('fifo')",
    "SELECT time '24:00'",
    "SELECT timestamp_ns '2200-01-01', timetz '12:00+15:59', time_ns '12:00'", "SELECT '中😀', chr(0), chr(27)",
    "SELECT repeat('x', 3000000000)", "SELECT 1; SELECT 2", ";", "COPY models TO 'x'", "PRAGMA database_list",
    "SELECT " + "(" * 5000 + "1" + ")" * 5000, "SELECT 1 AS a, 2 AS a", "EXPLAIN ANALYZE FROM models",
    "SELECT [[[]]], NULL",
)  # fmt: skip

SETTINGS = (
    "database", "reports", "watch_list", "wait_seconds", "crawl.top", "crawl.kinds", "crawl.scope",
    "crawl.created_days",
    "crawl.timeout_seconds", "rate_limit.reserve", "rate_limit.attempts", "schedule.crawls", "schedule.report",
    "retention.daily_days", "trends.limit", "trends.shrink.likes", "trends.shock.banner",
)  # fmt: skip

VALUES = (
    "null", "[]", "{}", "true", "''", "1", "-1", "1e400", ".nan", ".inf", "99999999999999999999999", "2026-10-06",
    "'0 11 * * mon'", "'0 11 1 * mon'", "'* * * * *'", "'0 0 31 2 *'", "[model]", "[model, model]", "head", '"a\\0b"',
    '"\\ud800"', "!!binary aGk=", "!!python/object:os.system x", "&a [*a]", "*nothing", "[" * 3000, "? {a: b}",
    "| \n  x",
    "999999999", "0x7fffffffffffffff", "1:30:00", "~", "'~nobody/x'", ".", "fifo", "folder", "/dev/zero",
)  # fmt: skip

ENVIRONMENTS: tuple[dict[str, str], ...] = (
    {}, {}, {}, {}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1:strict"}, {"LC_ALL": "C"},
    {"TZ": "No/Where"},
    {"COLUMNS": "1"}, {"COLUMNS": "x"}, {"TERM": ""}, {"HOME": "/nowhere"}, {"HOME": ""}, {"TMPDIR": "/nowhere"},
    {"HUBTRENDS_CONFIG": "folder"}, {"HUBTRENDS_CONFIG": "fifo"}, {"HUBTRENDS_DB": "\udcff"},
    {"HUBTRENDS_DB": "folder"},
    {"HF_HOME": "/dev/null"}, {"HF_TOKEN": "a\nb"}, {"HF_ENDPOINT": "x"}, {"XDG_CACHE_HOME": "/dev/null"},
    {"MPLCONFIGDIR": "/dev/null"},
)  # fmt: skip

NEIGHBOURS = ("watch.txt", "config.yaml", "hub.duckdb.journal", "hub.duckdb.lock", "hub.duckdb.spool", "hub.duckdb.wal")
"""Names of files next to the database."""

CONTENTS = (
    b"", b"\0", b"\xff\xfe", b"org/a\n", b"author:x\nspace:a/b\n# c\n", b"x" * 5000, b"{}", b"[]", b"- a: &a\n  - *a\n",
    b"SQLite format 3\0" + b"\1" * 200, b"org/a\r\n\xc2\x85org/b\n", "中/😀\n".encode(), b"\xef\xbb\xbforg/a\n",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One run of the program."""

    words: tuple[str, ...]
    environ: dict[str, str]
    redirection: str
    seed: int

    def furnish(self, folder: Path) -> None:
        """Put odd files into the folder, which has a database named hub.duckdb."""
        chance = random.Random(self.seed)
        os.mkfifo(folder / "fifo")
        (folder / "folder").mkdir()
        (folder / "empty").touch()
        (folder / "junk").write_bytes(chance.randbytes(3000))
        if chance.random() < 0.3:
            _place(folder / chance.choice(NEIGHBOURS), chance)
        (folder / "odd.yaml").write_text(_config(chance), encoding="utf-8", errors="replace")


def draw(seed: int) -> Case:
    """Return the case of a seed."""
    chance = random.Random(seed)
    words = _command(chance)
    if chance.random() < 0.3:
        words += ["--config", "odd.yaml" if chance.random() < 0.7 else chance.choice(ODD)]
    if chance.random() < 0.2:
        words += ["--db", chance.choice(ODD)]
    if chance.random() < 0.1:
        words.insert(chance.randrange(len(words) + 1), chance.choice(ODD))
    redirection = chance.choice(["", "", "", "", " >&-", " >/dev/full", " | head -c 1", " 2>&-", " <&-"])
    return Case(tuple(words), chance.choice(ENVIRONMENTS), redirection, seed)


def _command(chance: random.Random) -> list[str]:
    def some(values: tuple[str, ...]) -> str:
        return chance.choice(values) if chance.random() < 0.8 else chance.choice(ODD)

    def perhaps(*words: str) -> list[str]:
        return list(words) if chance.random() < 0.4 else []

    style = perhaps("--format", some(FORMATS))
    name = some(("org/a", "org/b", "a", "nobody/nothing", "2401.01234"))
    commands: tuple[list[str], ...] = (
        ["sql", some(QUERIES), "--timeout", some(("5", "0.01")), *style, *perhaps("--limit", some(NUMBERS)),
         *perhaps("--memory", some(("100MB", "2GB", "1GiB"))), *perhaps("--unsafe")],
        ["trends", some(KINDS), *style, *perhaps("--as-of", some(TIMES)), *perhaps("--limit", some(NUMBERS)),
         *perhaps("--metric", some(("likes", "downloads", "upvotes"))), *perhaps("--by", some(("score", "gain",
         "percent")))],
        ["history", name, *style],
        ["compare", name, some(("org/a", "org/b")), *style],
        ["report", *perhaps("--week", some(WEEKS)), *perhaps("--as-of", some(TIMES)),
         *perhaps("--out", some(("out",)))],
        ["crawl", some(KINDS), *perhaps("--observed-at", some(TIMES)), *perhaps("--scope", some(("head", "full")))],
        ["status", *style], ["doctor", *style], ["prune", *style, *perhaps("--dry-run")],
        ["export", *perhaps("--to", some(("out",))), *perhaps("--verify")],
        ["import", some(("junk", "empty", "folder")), "--kind", some(KINDS), "--origin", some(("x",)),
         *perhaps("--observed-at", some(TIMES)), *perhaps("--observed-from", some(("FILENAME", "ts")))],
        ["backup", *perhaps(some(("copy.duckdb",))), *perhaps("--force")], ["restore", some(("copy.duckdb",
         "hub.duckdb"))],
        ["watch", "list", *style], ["watch", "add", some(("org/x", "author:y", "https://hf.co/a/b")),
         *perhaps("--from", some(("junk",)))],
        ["watch", "remove", some(("org/a",))], ["config", "show"], ["config", "check"], [chance.choice(ODD)], [],
        ["drop-snapshot", some(NUMBERS)], ["forget", name, *perhaps("--dry-run")],
    )  # fmt: skip
    return list(chance.choice(commands))


def _config(chance: random.Random) -> str:
    lines = []
    for path in chance.sample(SETTINGS, chance.randrange(1, 4)):
        *sections, key = path.split(".")
        lines.append(
            "".join(f"{section}: {{" for section in sections) + f"{key}: {chance.choice(VALUES)}" + "}" * len(sections)
        )
    return "\n".join(lines) + "\n"


def _place(path: Path, chance: random.Random) -> None:
    """Create an odd entry of this name: a file, a folder, a FIFO, a dangling link or a link to itself."""
    match chance.randrange(6):
        case 0:
            path.mkdir()
        case 1:
            os.mkfifo(path)
        case 2:
            path.symlink_to(chance.choice(("nowhere", path.name, "/dev/zero", "folder")))
        case _:
            path.write_bytes(chance.choice(CONTENTS))
