"""Simulates a disk that loses power: the states that may follow the last fsync.

A `Recorder` watches a folder while a program works in it. At each change of a name and at each fsync it notes what the
files hold, so writes of DuckDB and of child processes are seen too. The record determines the states that a crash
at each moment may leave, by the guarantees of POSIX alone:

- bytes that were not fsynced may be there, be missing (zeros of the right length), or be there in part;
- each new, removed or changed name may be on disk or not, in any order, until its folder is fsynced.

Hard links in a vault keep the inodes, so a state can be restored in the same files that the program used.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

MOST_CHANGES = 7
"""All subsets of up to this many name changes are tried; of more, each alone, all but each, and each prefix."""


@dataclass(frozen=True)
class Version:
    """The content of a file at one moment."""

    body: bytes
    mtime_ns: int


@dataclass(frozen=True)
class Rename:
    """A rename, creation or removal in one folder: `old` is None for a new file, `new` for a removed one."""

    folder: str
    old: str | None
    new: str | None
    inode: int


Names = dict[str, int]
State = dict[str, tuple[int, Version]]
"""The inode and the content at each path."""


@dataclass(frozen=True)
class Moment:
    """Everything that determines the states after a crash: synced data and pending changes."""

    label: str
    promised: object
    on_disk: Names
    pending: tuple[Rename, ...]
    versions: dict[int, Version]
    synced: dict[int, Version]

    def states(self) -> Iterator[State]:
        """Yield every state that a crash at this moment may leave."""
        for applied in _subsets(self.pending):
            names = dict(self.on_disk)
            for change in applied:
                _apply(names, change)
            names = {path: inode for path, inode in names.items() if _is_reachable(path, names)}
            files = sorted({inode for inode in names.values() if inode in self.versions})
            choices = [self._possible(inode) for inode in files]
            for bodies in itertools.product(*choices):
                held = dict(zip(files, bodies, strict=True))
                yield {path: (inode, held.get(inode, FOLDER)) for path, inode in names.items()}

    def _possible(self, inode: int) -> list[Version]:
        """Return the possible contents of a file."""
        now, sure = self.versions[inode], self.synced.get(inode)
        if now == sure:
            return [now]
        kept = sure.body if sure is not None and now.body.startswith(sure.body) else b""
        half = kept + now.body[len(kept) : (len(kept) + len(now.body)) // 2]
        lost = sure if sure is not None else replace(now, body=bytes(len(now.body)))
        return list(dict.fromkeys([now, lost, replace(now, body=half.ljust(len(now.body), b"\0"))]))


FOLDER = Version(b"", -1)


def _subsets(changes: tuple[Rename, ...]) -> Iterator[tuple[Rename, ...]]:
    if len(changes) <= MOST_CHANGES:
        for size in range(len(changes) + 1):
            yield from itertools.combinations(changes, size)
        return
    for number, change in enumerate(changes):
        yield (change,)
        yield changes[:number]
        yield changes[:number] + changes[number + 1 :]
    yield changes


def _apply(names: Names, change: Rename) -> None:
    if change.old is not None and names.get(change.old) == change.inode:
        del names[change.old]
    if change.new is not None:
        names[change.new] = change.inode


def _is_reachable(path: str, names: Names) -> bool:
    return all(str(folder) in names for folder in Path(path).parents if str(folder) != ".")


@dataclass
class Recorder:
    """Watches a folder; `dropped` is the number of an fsync to leave out."""

    folder: Path
    vault: Path
    ignored: tuple[str, ...] = ()
    """Suffixes of files that do not matter."""
    dropped: int | None = None
    fsyncs: int = 0
    promised: object = None
    moments: list[Moment] = field(default_factory=list)
    _is_looking: bool = False
    _names: Names = field(default_factory=dict)
    _on_disk: Names = field(default_factory=dict)
    _pending: list[Rename] = field(default_factory=list)
    _versions: dict[int, Version] = field(default_factory=dict)
    _synced: dict[int, Version] = field(default_factory=dict)

    @contextmanager
    def recording(self) -> Iterator["Recorder"]:
        """Record the changes during the block; files present at its start are on disk."""
        self.vault.mkdir()
        self._observe()
        self._on_disk, self._pending, self._synced = dict(self._names), [], dict(self._versions)
        with _patched(self):
            yield self
        self._note("the end")

    def promise(self, outcome: object) -> None:
        """Note that the program has reported `outcome` to its caller."""
        self.promised = outcome
        self._note(f"{outcome} was promised")

    def wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if self._is_looking:
                return real(*arguments, **options)
            self._observe()
            if name == "fsync" and not self._sync(arguments[0]):
                return None
            before = dict(self._names)
            result = real(*arguments, **options)
            if name in ("rename", "replace"):
                self._renamed(before, *(str(Path(os.fsdecode(path))) for path in arguments[:2]))
            self._note(f"{name} {' '.join(str(argument) for argument in arguments)}")
            return result

        return call

    def _renamed(self, before: Names, old: str, new: str) -> None:
        source, target = (os.path.relpath(path, self.folder) for path in (old, new))
        if source in before:
            change = Rename(str(Path(source).parent), source, target, before[source])
            self._pending.append(change)
            _apply(self._names, change)

    def _note(self, label: str) -> None:
        self._observe()
        parts = dict(self._on_disk), tuple(self._pending), dict(self._versions), dict(self._synced)
        self.moments.append(Moment(label, self.promised, *parts))

    def _sync(self, descriptor: int) -> bool:
        """Note an fsync; return whether to execute it."""
        inode = os.fstat(descriptor).st_ino
        folders = {found: path for path, found in self._names.items()} | {self.folder.stat().st_ino: "."}
        if inode not in folders and inode not in self._versions:
            return True
        self.fsyncs += 1
        if self.fsyncs - 1 == self.dropped:
            return False
        if inode in self._versions:
            self._synced[inode] = self._versions[inode]
            return True
        for change in [change for change in self._pending if change.folder == folders[inode]]:
            _apply(self._on_disk, change)
            self._pending.remove(change)
        return True

    def _observe(self) -> None:
        self._is_looking = True
        found: Names = {}
        for path in sorted(self.folder.rglob("*")):
            if path.name.endswith(self.ignored):
                continue
            stat = path.stat()
            found[str(path.relative_to(self.folder))] = stat.st_ino
            if path.is_file():
                if not (kept := self.vault / str(stat.st_ino)).exists():
                    kept.hardlink_to(path)
                self._versions[stat.st_ino] = Version(path.read_bytes(), stat.st_mtime_ns)
        for name, inode in self._names.items():
            if found.get(name) != inode:
                self._pending.append(Rename(str(Path(name).parent), name, None, inode))
        for name, inode in found.items():
            if self._names.get(name) != inode:
                self._pending.append(Rename(str(Path(name).parent), None, name, inode))
        self._names = found
        self._is_looking = False

    def lay_out(self, state: State) -> None:
        """Replace the folder's content with the state after a crash."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        for path, (inode, version) in sorted(state.items()):
            place = self.folder / path
            if version is FOLDER:
                place.mkdir()
                continue
            place.hardlink_to(self.vault / str(inode))
            place.write_bytes(version.body)
            os.utime(place, ns=(version.mtime_ns, version.mtime_ns))


PATCHED = ("fsync", "rename", "replace", "unlink", "remove", "link", "truncate", "mkdir", "rmdir")


@contextmanager
def _patched(recorder: Recorder) -> Iterator[None]:
    with ExitStack() as patches:
        for name in PATCHED:
            patches.enter_context(mock.patch.object(os, name, recorder.wrapped(name, getattr(os, name))))
        yield


def faults(recorder: Recorder, outcome: Callable[[Path], object], fits: Callable[[object, object], bool]) -> list[str]:
    """Simulate every crash at every moment; return the states that break a promise."""
    known: dict[object, object] = {}
    found = []
    for moment in recorder.moments:
        for state in moment.states():
            key = frozenset(state.items())
            if key not in known:
                recorder.lay_out(state)
                known[key] = _outcome(outcome, recorder.folder)
            if not fits(moment.promised, known[key]):
                found.append(f"after {moment.label}: {known[key]} from {sorted(state)}")
    return found


def _outcome(outcome: Callable[[Path], object], folder: Path) -> object:
    try:
        return outcome(folder)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong with a state is a fault of it
        return f"{type(error).__name__}: {error}"
