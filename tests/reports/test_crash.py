"""A report whose disk loses power while it is published."""

from pathlib import Path

from reports.publish import publish
from tests.fakes.crash import Recorder, faults

OLD, NEW = b"the report of before", b"the report of this week"
SUFFIXES = (".html", ".md")


def published(tmp_path: Path, dropped: int | None = None, folder: str = "out") -> Recorder:
    """The record of a report of two files, published over an older one."""
    root = tmp_path / f"disk-{dropped}"
    (root / "out").mkdir(parents=True)
    for suffix in SUFFIXES:
        (root / "out" / f"week{suffix}").write_bytes(OLD)
    recorder = Recorder(root, tmp_path / f"vault-{dropped}", dropped=dropped)
    with recorder.recording():
        publish(root / folder, "week", dict.fromkeys(SUFFIXES, NEW))
        recorder.promise("new")
    return recorder


def report(folder: Path) -> set[bytes]:
    """What its files hold."""
    return {(folder / "out" / f"week{suffix}").read_bytes() for suffix in SUFFIXES}


def is_whole(promised: object, found: object) -> bool:
    return found == {NEW} or (promised is None and isinstance(found, set) and found <= {OLD, NEW})


def test_a_crash_leaves_each_file_whole(tmp_path: Path) -> None:
    """Each file is the old one or the new one; after the end all are new."""
    assert faults(published(tmp_path), report, is_whole) == []


def test_each_fsync_is_needed(tmp_path: Path) -> None:
    """Without any one of the fsyncs a file may be torn, or the report be lost."""
    fsyncs = published(tmp_path).fsyncs

    assert fsyncs == len(SUFFIXES) + 1
    assert [n for n in range(fsyncs) if not faults(published(tmp_path, n), report, is_whole)] == []


def test_a_new_folder_is_on_disk(tmp_path: Path) -> None:
    """A first report is there after a crash, with its folder."""

    def first(folder: Path) -> set[bytes]:
        return {(folder / "new" / "out" / f"week{suffix}").read_bytes() for suffix in SUFFIXES}

    recorder = published(tmp_path, folder="new/out")

    assert faults(recorder, first, lambda promised, found: promised is None or found == {NEW}) == []
