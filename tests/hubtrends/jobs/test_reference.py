"""The owners and topics of the configuration reach the report at once and the store with the next commit."""

from pathlib import Path

import pytest

from crawler.kinds import Kind
from db.reference import Reference, Topic, default_topics, shipped_owners
from db.reference_tables import write_reference
from hubtrends.config.settings import Settings, TopicSettings
from hubtrends.errors import OwnersFileError
from hubtrends.jobs.reference import reference_of, store_reference
from hubtrends.jobs.report import analyse_report
from tests.fakes.store import Store
from tests.fakes.walks import T0, new_store


def test_the_defaults_are_those_that_ship() -> None:
    """Without settings, topics and owners are the shipped ones."""
    reference = reference_of(Settings())

    assert [topic.topic for topic in reference.topics] == [topic.topic for topic in default_topics()]
    assert {owner.owner for owner in reference.owners} == {owner.owner for owner in shipped_owners()}


def test_settings_become_rules() -> None:
    """A topic of the settings keeps its lists and limits; owners lose their case."""
    settings = Settings.model_validate(
        {
            "topics": [
                {"topic": "x", "words": ["state space"], "owners": ["Org"], "kinds": ["model"], "max_parameters": 9}
            ]
        }
    )

    assert reference_of(settings).topics == (
        Topic("x", words=("state space",), owners=("org",), kinds=("model",), max_parameters=9, source="settings"),
    )


def test_own_owners_are_read(tmp_path: Path) -> None:
    """The rows of the user's file carry its name and a checksum of it."""
    file = tmp_path / "mine.csv"
    file.write_text("owner,owner_kind,country\nme,company,CH\n")

    (mine,) = (owner for owner in reference_of(Settings(owners=file)).owners if owner.owner == "me")
    assert (mine.source, len(mine.version)) == ("mine.csv", 12)


@pytest.mark.parametrize(
    ("text", "said"), [(None, "No such file"), ("owner\nx\n", "line 2"), ("\x00\xff", "owner|columns|UTF-8")]
)
def test_an_unusable_file_is_named(tmp_path: Path, text: str | None, said: str) -> None:
    """The error names the file and its problem."""
    file = tmp_path / "mine.csv"
    if text is not None:
        file.write_bytes(text.encode("latin-1"))

    with pytest.raises(OwnersFileError, match=said) as caught:
        reference_of(Settings(owners=file))

    assert caught.value.path == file


def test_an_unusable_file_costs_no_commit(tmp_path: Path) -> None:
    """The stored tables stay, and the reason is logged."""
    store, said = Store(), list[str]()
    write_reference(store.con, Reference((), (Topic("stored", words=("x",)),)))

    store_reference(store.con, Settings(owners=tmp_path / "missing.csv"), said.append)

    assert store.con.execute("SELECT topic FROM topic_rules").fetchall() == [("stored",)]
    assert "missing.csv" in said[0]


def test_a_report_uses_the_topics_of_the_settings_at_once(tmp_path: Path) -> None:
    """A topic that no commit has stored yet stands in the analysis of a report."""
    settings = Settings(topics=(TopicSettings(topic="Mine", words=("lantern",)),))
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, T0, {"hub_id": "0" * 24, "id": "org/lantern", "likes": 3})

        results = analyse_report(store.con, settings.with_database(tmp_path / "hub.duckdb"), T0)

    assert [(topic.topic, topic.entities) for topic in results.topics] == [("Mine", 1)]
