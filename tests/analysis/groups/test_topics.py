"""Directions of interest and emerging tags: what belongs to them, and that a surge is found and nothing else."""

import contextlib
import random
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from analysis.groups.share_records import TopicHeat
from analysis.groups.topics import emerging_tags, topics
from crawler.kinds import Kind
from db.reference import Reference, Topic, default_topics, shipped_owners
from db.reference_tables import use_reference, write_reference
from tests.fakes.store import DAY, START, Store

WEEK = 7 * DAY
END = START + 2 * WEEK
SIZE = 1200
TAGS = ("vision", "audio", "chat", "code", "math", "legal", "music", "maps")
SURGE = "steering-vectors"
MACHINE = ("region:us", "license:mit", "endpoints_compatible", "base_model:org/base")


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store."""
    made = Store()
    with contextlib.closing(made.con):
        yield made


def rules(store: Store, *given: Topic) -> None:
    """Replace the topics."""
    write_reference(store.con, Reference(shipped_owners(), given))


def members(store: Store, kind: Kind = Kind.MODEL) -> dict[str, set[str]]:
    """Return the names of the members of each topic of models at the end."""
    rows = store.con.execute(
        "SELECT m.topic, e.id FROM topic_members($kind, $end, NULL::TIMESTAMPTZ) AS m"
        " JOIN entities AS e ON e.entity_key = m.entity_key",
        {"kind": kind.value, "end": END},
    ).fetchall()
    found: dict[str, set[str]] = {}
    for topic, name in rows:
        found.setdefault(topic, set()).add(name)
    return found


def test_words_match_whole_tokens_of_the_name(store: Store) -> None:
    """A word is a token, a phrase a run of tokens, without case; the owner is not part of the name."""
    rules(store, Topic("mamba", words=("mamba", "state space")))
    for name in ("a/Mamba-7B", "a/x_MAMBA", "a/State.Space-1", "mamba/b", "a/mambaforge", "a/space-state", "mamba"):
        store.entity(name)

    assert members(store) == {"mamba": {"a/Mamba-7B", "a/x_MAMBA", "a/State.Space-1", "mamba"}}


def test_any_list_and_all_limits(store: Store) -> None:
    """A tag, a word or an owner is enough; task, size, kind and refused words limit each of them."""
    rules(
        store,
        Topic(
            "small", tags=("tiny",), words=("mini",), owners=("small-org",), tasks=("text",), max_parameters=4 * 10**9,
            without_words=("lora",), kinds=("model",),
        ),
    )  # fmt: skip
    store.entity("a/by-tag", tags=["tiny"], task="text", parameters=10**9)
    store.entity("a/by-mini-word-3b", task="text")
    store.entity("small-org/x", author="Small-Org", task="text", parameters=1)
    store.entity("a/mini-70b", task="text")
    store.entity("a/mini", task="text")
    store.entity("a/mini-1b-lora", task="text")
    store.entity("a/mini-1b", task="image")
    store.entity("b/mini-1b", Kind.DATASET, task="text")

    assert members(store) == {"small": {"a/by-tag", "a/by-mini-word-3b", "small-org/x"}}
    assert members(store, Kind.DATASET) == {}


def test_a_rule_of_limits_alone_takes_everything_within_them(store: Store) -> None:
    """A topic may be a task or a range of parameters; the number that the Hub states wins over the name."""
    rules(store, Topic("huge", min_parameters=10**12), Topic("speech", tasks=("speech",)))
    store.entity("a/ring-1T")
    store.entity("a/k2", parameters=10**12)
    store.entity("a/wrong-2t", parameters=5)
    store.entity("a/voice", task="speech")

    assert members(store) == {"huge": {"a/ring-1T", "a/k2"}, "speech": {"a/voice"}}


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("a/Qwen3-0.6B", 600_000_000), ("a/x-270m-it", 270_000_000), ("a/Ring-1T", 10**12), ("a/30B-A3B", 3 * 10**10),
        ("a/llama2", None), ("a/4bit", None), ("a/99999b", None), ("a/tab7b", None),
    ],
)  # fmt: skip
def test_the_size_in_a_name(store: Store, name: str, parameters: int | None) -> None:
    """A number with b, m or t counts if it is a token of its own."""
    assert store.con.execute("SELECT named_parameters(?)", [name]).fetchone() == (parameters,)


def test_hostile_tags_and_names_are_only_text(store: Store) -> None:
    """Quotes, wildcards, regular expressions and long tags neither fail nor match by accident."""
    rules(store, Topic("it's", tags=("a'b", "%"), words=(".*",)), Topic("plain", words=("x",)))
    store.entity("o/a'b--%_(", tags=["a'b", "\\", "x" * 10_000, "", "\x00".replace("\x00", "\u202e")])
    store.entity("o/other", tags=["anything"])
    for week in range(3):
        store.snapshot(START + week * WEEK, {name: {"likes": week} for name in store.keys})

    assert members(store) == {"it's": {"o/a'b--%_("}}
    assert emerging_tags(store.con, Kind.MODEL, as_of=END) == ()


def test_heat_is_the_share_of_the_gain_and_its_change(store: Store) -> None:
    """Half of the votes now and a quarter before make 50 % and 25 points; likes and upvotes count alike."""
    rules(store, Topic("hot", words=("hot",)), Topic("nothing", words=("absent",)))
    store.entity("a/hot")
    store.entity("a/cold")
    store.entity("2604.1", Kind.PAPER, title="A hot paper")
    for week, (liked, others, upvoted) in enumerate(((0, 0, 0), (1, 6, 1), (5, 14, 5))):
        moment = START + week * WEEK
        store.snapshot(moment, {"a/hot": {"likes": liked}, "a/cold": {"likes": others}})
        store.snapshot(moment, {"2604.1": {"upvotes": upvoted}}, Kind.PAPER)

    hot, nothing = topics(store.con, as_of=END)

    assert (hot.topic, hot.entities, hot.likes_gain, hot.upvotes_gain) == ("hot", 2, 4, 4)
    assert (hot.gain_share, hot.change_points, hot.heat) == (0.5, 25, 75)
    assert hot.leading_entries == ("2604.1", "a/hot")
    assert (nothing.entities, nothing.likes_gain, nothing.gain_share, nothing.heat) == (0, None, 0, 0)


def test_settings_of_a_session_win_over_the_stored_ones(store: Store) -> None:
    """A report uses the topics of the configuration before a commit stores them."""
    rules(store, Topic("old", words=("x",)))
    use_reference(store.con, Reference((), (Topic("new", words=("x",)),)))

    assert [heat.topic for heat in topics(store.con, as_of=END)] == ["new"]


def world(store: Store, seed: int, surging: Mapping[str, float], new: int = 0) -> None:
    """Add models with noisy weekly likes of heavy-tailed levels; tags of `surging` multiply the gain of the last week.

    `new` more models with the tag SURGE are created in the last week.
    """
    draw = random.Random(seed)
    names, tags, born = [], [], []
    for number in range(SIZE + new):
        own = draw.sample(TAGS, 3) + ([SURGE] if number % 30 == 0 or number >= SIZE else [])
        names.append(f"user{number % 400}/model-{number}")
        tags.append([*own, *MACHINE])
        age = draw.uniform(0, 6) if number >= SIZE else draw.expovariate(1 / 200)
        born.append(END - timedelta(days=age))
    store.keys |= {name: key for key, name in enumerate(names, start=1)}
    store.con.execute(
        "INSERT INTO entities SELECT unnest($keys::INTEGER[]), 'model', unnest($names::VARCHAR[]),"
        " unnest($names::VARCHAR[]), unnest($born::TIMESTAMPTZ[]), NULL, $start, $start, 0, 'listed'",
        {"keys": list(store.keys.values()), "names": names, "born": born, "start": START},
    )
    store.con.execute(
        "INSERT INTO repo_attributes (entity_key, valid_from, id, author, tags)"
        " SELECT unnest($keys::INTEGER[]), $start, unnest($names::VARCHAR[]),"
        " split_part(unnest($names::VARCHAR[]), '/', 1), unnest($tags::VARCHAR[][])",
        {"keys": list(store.keys.values()), "names": names, "tags": tags, "start": START},
    )
    levels = {name: draw.lognormvariate(2, 1.5) for name in names}
    counts = dict.fromkeys(names, 100)
    for week in range(3):
        for name, own in zip(names, tags, strict=True):
            lift = max((surging.get(tag, 1) for tag in own), default=1) if week == 2 else 1
            counts[name] += round(lift * levels[name] * draw.lognormvariate(0, 0.5)) if week else 0
        store.snapshot(START + week * WEEK, {name: {"likes": count} for name, count in counts.items()})


def heats(store: Store) -> dict[str, TopicHeat]:
    """Return the topics by name."""
    return {heat.topic: heat for heat in topics(store.con, as_of=END)}


TOPICS = (Topic("steering", tags=(SURGE,)), *(Topic(tag, tags=(tag,)) for tag in TAGS))


def test_a_surge_of_a_tag_and_its_topic_is_found_and_nothing_else(store: Store) -> None:
    """Forty models of one tag gain three times as much: that tag and its topic rise, and no other."""
    rules(store, *TOPICS)
    world(store, 1, {SURGE: 3.0})

    (tag,) = emerging_tags(store.con, Kind.MODEL, as_of=END)
    assert (tag.tag, tag.evidence) == (SURGE, ("likes",))
    assert tag.owners_up > 0.8 * tag.owners
    assert {name for name, heat in heats(store).items() if heat.rising} == {"steering"}
    assert (heats(store)["steering"].change_points or 0) > 0


def test_a_wave_of_new_models_with_a_tag_is_found(store: Store) -> None:
    """Thirty new models of as many owners with one tag rise by the count of new entities."""
    world(store, 2, {}, new=30)

    (tag,) = emerging_tags(store.con, Kind.MODEL, as_of=END)
    assert (tag.tag, tag.evidence) == (SURGE, ("new entities",))
    assert tag.new_entities >= 30 > tag.new_before


def test_one_owner_is_not_a_wave(store: Store) -> None:
    """Thirty new models of one owner are one vote."""
    world(store, 2, {}, new=30)
    store.con.execute("UPDATE repo_attributes SET author = 'bulk' WHERE entity_key > ?", [SIZE])

    assert emerging_tags(store.con, Kind.MODEL, as_of=END) == ()


@pytest.mark.parametrize("seed", range(3, 7))
def test_an_ordinary_week_has_no_emerging_tag(store: Store, seed: int) -> None:
    """Noise alone lifts neither a tag nor a topic."""
    rules(store, *TOPICS)
    world(store, seed, {})

    assert emerging_tags(store.con, Kind.MODEL, as_of=END) == ()
    assert not any(heat.rising for heat in heats(store).values())


def test_one_model_does_not_lift_its_tags(store: Store) -> None:
    """A model that gains a million likes moves the share of its tags and is no rise of theirs."""
    world(store, 8, {})
    store.con.execute("UPDATE observations SET likes = likes + 1000000 WHERE snapshot_id = 3 AND entity_key = 31")

    assert emerging_tags(store.con, Kind.MODEL, as_of=END) == ()


def test_the_report_has_the_same_rows(store: Store) -> None:
    """Topics and tags of a report, gathered kind by kind, equal those of the macros."""
    rules(store, *TOPICS)
    world(store, 1, {SURGE: 3.0})

    week = store.week(END)

    assert week.topics == topics(store.con, as_of=END)
    (models, *others) = week.emerging
    assert models.rows == emerging_tags(store.con, Kind.MODEL, as_of=END)
    assert (models.found, models.tested > len(TAGS), others) == (1, True, [])


def test_the_default_topics_are_complete() -> None:
    """Every default topic has a name of its own and words in lower case."""
    names = [topic.topic for topic in default_topics()]

    assert len(set(names)) == len(names) >= 10
    assert all(word == word.lower() for topic in default_topics() for word in topic.words)
