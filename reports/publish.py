"""Replaces the files of a report, all or none.

    each file written under a temporary name and fsynced ─► all renamed ─► the folder fsynced

A failure before the first rename leaves the previous report unchanged. A crash between two renames leaves whole
files, some old and some new; writing the report again repairs that.
"""

import logging
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from crawler.durable import make_folder, sync, write_durably

logger = logging.getLogger(__name__)

SUFFIX = ".new"
"""The suffix of an unfinished file; the next run overwrites one left by a crash."""


def publish(folder: Path, stem: str, files: Mapping[str, bytes]) -> list[Path]:
    """Write `files`, keyed by suffix, into `folder` under `stem`, and return their paths.

    Creates the folder. An OSError passes through: it names the file and the reason.
    """
    make_folder(folder)
    targets = {folder / f"{stem}{suffix}": content for suffix, content in files.items()}
    with ExitStack() as undo:
        for target, content in targets.items():
            undo.callback(_unfinished(target).unlink, missing_ok=True)
            write_durably(_unfinished(target), content)
        for target in targets:
            _unfinished(target).replace(target)
    sync(folder)
    for target, content in targets.items():
        logger.info("published %s, %d bytes", target, len(content))
    return list(targets)


def _unfinished(target: Path) -> Path:
    return target.with_name(f".{target.name}{SUFFIX}")
