"""Puts finished files in the place of older ones, all of them or none.

    written beside ─► fsynced, each one ─► renamed, all in a row ─► the folder fsynced

Whatever fails before the first rename leaves the previous report as it was. A crash between two renames leaves
each file whole, some of the old report and some of the new; making the report again mends that.
"""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

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
            _write(_beside(target), content)
        for target in targets:
            _beside(target).replace(target)
    _sync(folder)
    return list(targets)


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}{SUFFIX}")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
