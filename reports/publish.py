"""Puts finished files in the place of older ones, all of them or none.

    written beside ─► fsynced, each one ─► renamed, all in a row ─► the folder fsynced

Whatever fails before the first rename leaves the previous report as it was. A crash between two renames leaves
each file whole, some of the old report and some of the new; making the report again mends that.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from crawler.durable import sync, write_durably

SUFFIX = ".new"
"""What a file is called until it is whole; a later run writes over what a crash has left."""


def publish(folder: Path, stem: str, files: Mapping[str, bytes]) -> list[Path]:
    """Write `files`, keyed by suffix, as `stem` with that suffix into `folder`, and return their paths.

    The folder is made if it is not there. An OSError passes through: it names the file and the reason.
    """
    folder.mkdir(parents=True, exist_ok=True)
    targets = {folder / f"{stem}{suffix}": content for suffix, content in files.items()}
    with ExitStack() as undo:
        for target, content in targets.items():
            undo.callback(_beside(target).unlink, missing_ok=True)
            write_durably(_beside(target), content)
        for target in targets:
            _beside(target).replace(target)
    sync(folder)
    return list(targets)


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}{SUFFIX}")
