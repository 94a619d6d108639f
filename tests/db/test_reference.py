"""The owners and topics that ship with the program, and those of a user."""

import pytest

from crawler.kinds import Kind
from db.reference import OWNER_KINDS, Reference, Topic, default_topics, merge_owners, owners_in, shipped_owners
from db.reference_tables import write_reference
from tests.fakes.store import Store

HEADER = "owner,owner_kind,country\n"


def test_the_shipped_owners_are_sound() -> None:
    """Every owner is there once, has a known kind, and only organisations have a country."""
    owners = shipped_owners()

    assert len({owner.owner.lower() for owner in owners}) == len(owners) > 150
    assert {owner.owner_kind for owner in owners} <= set(OWNER_KINDS)
    assert not [owner for owner in owners if owner.owner_kind == "individual" and owner.country]


def test_a_new_file_has_both_tables() -> None:
    """A fresh store holds the shipped owners with their source and version, and the default topics."""
    store = Store()

    assert store.con.execute("SELECT count(*), min(source), max(version) FROM owners").fetchone() == (
        len(shipped_owners()), "hubtrends", shipped_owners()[0].version,
    )  # fmt: skip
    topics = store.con.execute("SELECT topic, words FROM topic_rules").fetchall()
    assert topics == [(topic.topic, list(topic.words)) for topic in default_topics()]


def test_own_rows_replace_those_of_the_same_name() -> None:
    """A user's row wins without regard to case; other shipped rows stay."""
    own = owners_in(f"{HEADER}OPENAI,community,\nmine,,CH\n", "mine.csv", "1")

    merged = {owner.owner.lower(): owner for owner in merge_owners(own)}
    assert (merged["openai"].owner_kind, merged["openai"].country, merged["openai"].source) == (
        "community", None, "mine.csv",
    )  # fmt: skip
    assert (merged["mine"].owner_kind, merged["mine"].country) == (None, "CH")
    assert len(merged) == len(shipped_owners()) + 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("owner,country\na,FR\n", "line 2 does not have exactly the columns owner, owner_kind and country"),
        (f"{HEADER}a,company\n", "line 2 does not have exactly the columns"),
        (f"{HEADER}a,company,FR,x\n", "line 2 does not have exactly the columns"),
        (f"{HEADER}ok,,\n ,company,FR\n", "line 3 has no owner"),
        (f"{HEADER}a,firm,FR\n", "line 2 has the owner_kind 'firm': write one of company, university"),
        (f"{HEADER}a,company,France\n", "line 2 has the country 'France': write two capital letters"),
        (f"{HEADER}a,individual,FR\n", "line 2 gives the country of a person"),
        (f'{HEADER}"a"b,company,FR\n', "it is not CSV"),
    ],
)
def test_unusable_rows_are_named(text: str, said: str) -> None:
    """The error names the line and what to write."""
    with pytest.raises(ValueError, match=said):
        owners_in(text, "mine.csv", "1")


def test_no_topics_leave_an_empty_table() -> None:
    """A user may follow no topic at all."""
    store = Store()
    write_reference(store.con, Reference((), ()))

    assert store.con.execute("SELECT count(*) FROM topics()").fetchone() == (0,)
    assert store.con.execute("SELECT count(*) FROM owners").fetchone() == (0,)


def test_a_topic_of_one_kind_leaves_the_others_out() -> None:
    """A limit on kinds holds in every kind."""
    store = Store()
    write_reference(store.con, Reference((), (Topic("x", words=("x",), kinds=("dataset",)),)))
    store.entity("a/x", Kind.MODEL)
    store.entity("b/x", Kind.DATASET)

    members = {
        kind: store.con.execute("SELECT count(*) FROM topic_members(?, now(), NULL::TIMESTAMPTZ)", [kind]).fetchone()
        for kind in ("model", "dataset")
    }
    assert members == {"model": (0,), "dataset": (1,)}
