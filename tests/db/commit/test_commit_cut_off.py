"""The next start recovers from a killed commit."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.commit.commit import commit
from db.commit.intent import Intent, read_intent, write_intent
from db.commit.paths import Files, FileSet, FileStamp
from db.commit.recover import Leftovers, Recovery, decide
from db.errors import DatabaseBusyError
from tests.fakes.actors import (
    AT_ONCE,
    Committer,
    Lines,
    Time,
    adding,
    cut_off,
    leave_log,
    recover,
    rows,
    rows_in_duckdb_1_5,
    session,
    store,
)
from tests.fakes.steps import Step

BEFORE_THE_INTENT = [Step.LOCKED, Step.GUARDED, Step.COPIED, Step.CHANGED, Step.FLUSHED_COPY]
AFTER_THE_INTENT = [Step.INTENDED, Step.MOVED_LOGS, Step.RENAMED, Step.FLUSHED_FOLDER, Step.CLEANED]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Create a database with one row."""
    path = tmp_path / "hub.duckdb"
    store(path, 1)
    return path


def names(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()} - {"hub.duckdb.lock"}


@pytest.mark.parametrize("step", BEFORE_THE_INTENT)
def test_killed_before_the_intent_the_file_is_the_old_one(path: Path, step: Step) -> None:
    """A kill before the intent drops the copy, and the next commit works."""
    cut_off(path, step, 2)

    recover(path)

    assert rows(path) == rows_in_duckdb_1_5(path) == [1]
    assert names(path) == {"hub.duckdb"}
    store(path, 3)
    assert rows(path) == [1, 3]


@pytest.mark.parametrize("step", AFTER_THE_INTENT)
def test_killed_after_the_intent_the_file_is_the_new_one(path: Path, step: Step) -> None:
    """A kill after the intent completes the commit, and the next commit works."""
    cut_off(path, step, 2)

    recover(path)

    assert rows(path) == rows_in_duckdb_1_5(path) == [1, 2]
    assert names(path) == {"hub.duckdb"}
    store(path, 3)
    assert rows(path) == [1, 2, 3]


@pytest.mark.parametrize(
    ("step", "log"),
    [
        (Step.COPIED, True),
        (Step.INTENDED, False),
        (Step.MOVED_LOGS, False),
        (Step.RENAMED, False),
        (Step.FLUSHED_FOLDER, False),
    ],
)
def test_killed_with_a_log_beside_the_file(path: Path, step: Step, log: bool) -> None:
    """A user's rows in the `.wal` survive a kill at every relevant step."""
    leave_log(path, 7)
    cut_off(path, step, 2)

    recover(path)

    assert rows(path) == ([1, 7] if log else [1, 2, 7])
    assert names(path) == ({"hub.duckdb", "hub.duckdb.wal"} if log else {"hub.duckdb"})


@pytest.mark.parametrize("step", [Step.CHANGED, Step.INTENDED, Step.RENAMED])
def test_killed_while_the_file_is_made(tmp_path: Path, step: Step) -> None:
    """A killed first commit leaves no file or a complete one."""
    path = tmp_path / "hub.duckdb"
    cut_off(path, step, 2)

    recover(path)

    if step is Step.CHANGED:
        assert not path.exists()
    else:
        assert rows(path) == [2]
    store(path, 3)
    assert rows(path)[-1] == 3


def test_the_next_commit_recovers_by_itself(path: Path) -> None:
    """A commit first completes an interrupted one."""
    cut_off(path, Step.INTENDED, 2)

    store(path, 3)

    assert rows(path) == [1, 2, 3]


@pytest.mark.parametrize(
    ("step", "verdict"),
    [
        (Step.GUARDED, Recovery.NOTHING),
        (Step.FLUSHED_COPY, Recovery.DROPPED),
        (Step.INTENDED, Recovery.ROLLED_FORWARD),
        (Step.RENAMED, Recovery.FINISHED),
        (Step.CLEANED, Recovery.NOTHING),
    ],
)
def test_recovery_tells_what_it_did(path: Path, step: Step, verdict: Recovery) -> None:
    """Recovery reports its outcome, and a second recovery has nothing to do."""
    cut_off(path, step, 2)

    assert recover(path) is verdict
    assert recover(path) is Recovery.NOTHING


def test_recovery_can_be_killed_too(path: Path) -> None:
    """A kill during recovery loses nothing, and the following start continues."""
    leave_log(path, 7)
    cut_off(path, Step.INTENDED, 2)
    files = Files.of(path)
    files.log(".wal").replace(files.moved_log(".wal"))

    assert recover(path) is Recovery.ROLLED_FORWARD
    assert rows(path) == [1, 2, 7]


@pytest.mark.parametrize("crash", [False, True])
def test_what_a_user_wrote_after_the_kill_is_kept(path: Path, crash: bool) -> None:
    """A user's row written after the intent is kept, and the copy is dropped."""
    cut_off(path, Step.INTENDED, 2)
    if crash:
        leave_log(path, 7)
    else:
        with session(path) as user:
            user.sql("INSERT INTO t VALUES (7)")

    assert recover(path) is Recovery.SUPERSEDED
    assert rows(path) == [1, 7]
    store(path, 3)
    assert rows(path) == [1, 3, 7]
    assert names(path) == {"hub.duckdb"}


def test_what_a_user_wrote_after_the_rename_is_kept(path: Path) -> None:
    """A user's row written to the new file before the clean-up is kept."""
    cut_off(path, Step.RENAMED, 2)
    leave_log(path, 7)

    assert recover(path) is Recovery.FINISHED
    assert rows(path) == [1, 2, 7]


def test_a_log_that_fits_no_file_any_more_is_rescued(path: Path) -> None:
    """If a user writes while the log is moved away, both rows remain readable."""
    leave_log(path, 7)
    cut_off(path, Step.MOVED_LOGS, 2)
    with session(path) as user:
        user.sql("INSERT INTO t VALUES (8)")

    assert recover(path) is Recovery.RESCUED
    assert rows(path) == [1, 8]
    assert rows(Files.of(path).rescued) == [1, 2, 7]
    assert names(path) == {"hub.duckdb", "hub.duckdb.rescued"}


def test_a_copy_that_is_gone_gives_the_log_its_place_back(path: Path) -> None:
    """Without a copy the commit cannot complete, so the log returns to its file."""
    leave_log(path, 7)
    cut_off(path, Step.MOVED_LOGS, 2)
    Files.of(path).copy.unlink()
    Files.of(path).copy.write_text("something else")

    assert recover(path) is Recovery.DROPPED
    assert rows(path) == [1, 7]


def test_recovery_waits_for_a_user_who_writes(path: Path) -> None:
    """Recovery waits for a writing user, whose rows may not be on disk yet."""
    cut_off(path, Step.INTENDED, 2)

    with session(path) as user, pytest.raises(DatabaseBusyError, match=str(user.pid)):
        recover(path)


def test_a_torn_intent_counts_as_none(path: Path) -> None:
    """A truncated intent record drops the copy."""
    cut_off(path, Step.INTENDED, 2)
    record = Files.of(path).intent
    record.write_bytes(record.read_bytes()[:-5])

    assert recover(path) is Recovery.DROPPED
    assert rows(path) == [1]


def test_a_dead_writers_lock_is_taken_over(path: Path) -> None:
    """The lock file of a killed hubtrends does not block the next commit."""
    committer = Committer(path, 2)
    committer.advance(Step.LOCKED)
    committer.die()

    commit(path, adding(3), on_wait=Lines(), wait=AT_ONCE, clock=Time())

    assert rows(path) == [1, 3]


ONE, OTHER, COPY = FileStamp(1, 10, 100), FileStamp(1, 10, 101), FileStamp(2, 12, 200)
LOG, NEW_LOG = FileStamp(3, 5, 99), FileStamp(4, 6, 300)
INTENT = Intent(FileSet(ONE, {".wal": LOG}), COPY)
CUT_OFF = Leftovers(FileSet(ONE, {".wal": LOG}), {}, COPY, INTENT)
"""The files after a kill between the intent and the first move."""


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Recovery.ROLLED_FORWARD),
        ({"present": FileSet(ONE, {}), "moved_logs": {".wal": LOG}}, Recovery.ROLLED_FORWARD),
        ({"intent": None}, Recovery.DROPPED),
        ({"copy": None}, Recovery.DROPPED),
        ({"copy": OTHER}, Recovery.DROPPED),
        ({"present": FileSet(OTHER, {".wal": LOG})}, Recovery.SUPERSEDED),
        ({"present": FileSet(ONE, {".wal": NEW_LOG})}, Recovery.SUPERSEDED),
        ({"present": FileSet(ONE, {})}, Recovery.SUPERSEDED),
        ({"present": FileSet(None, {})}, Recovery.SUPERSEDED),
        ({"present": FileSet(ONE, {".wal": NEW_LOG}), "moved_logs": {".wal": LOG}}, Recovery.RESCUED),
        ({"present": FileSet(COPY, {}), "moved_logs": {".wal": LOG}, "copy": None}, Recovery.FINISHED),
        ({"present": FileSet(COPY, {".wal": NEW_LOG}), "copy": None}, Recovery.FINISHED),
    ],
)
def test_the_verdict_follows_from_the_files(changes: dict[str, object], verdict: Recovery) -> None:
    """The copy replaces the original only if every file of the original is unchanged."""
    assert decide(dataclasses.replace(CUT_OFF, **changes)) is verdict  # type: ignore[arg-type]


identities = st.builds(FileStamp, *[st.integers(0, 2**63)] * 3)
footprints = st.builds(
    FileSet, st.none() | identities, st.dictionaries(st.sampled_from([".wal", ".wal.recovery"]), identities)
)


@given(intent=st.builds(Intent, footprints, identities))
def test_an_intent_is_read_as_it_was_written(intent: Intent, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An intent record round-trips through its file."""
    files = Files.of(tmp_path_factory.mktemp("intent") / "hub.duckdb")
    write_intent(files, intent)

    assert read_intent(files) == intent


@given(content=st.binary())
def test_garbage_is_no_intent(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Arbitrary bytes are not read as an intent record."""
    files = Files.of(tmp_path_factory.mktemp("intent") / "hub.duckdb")
    files.intent.write_bytes(content)

    assert read_intent(files) is None
