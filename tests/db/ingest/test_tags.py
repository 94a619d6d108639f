"""Attributes read from the tags of a repository."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.schema.columns import FROM_TAGS
from db.ingest.tags import define_tag_macros
from db.memory import with_memory_limit
from tests.fakes.walks import Store, new_store

LISTS = {"languages", "base_models", "datasets", "papers"}
READ = ", ".join(f"tag_{name}(tags) AS {name}" for name in FROM_TAGS)
CLEANED = ", ".join(f"once({name})" if name in LISTS else name for name in FROM_TAGS)
TAGS = "(SELECT $1::VARCHAR[] AS tags)"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with new_store(tmp_path_factory.mktemp("tags")) as store:
        define_tag_macros(store.con)
        yield store


def attributes(store: Store, tags: list[str] | None) -> dict[str, Any]:
    """Return the attributes that the macros read, without missing ones."""
    (row,) = store.ask(f"SELECT {CLEANED} FROM (SELECT {READ} FROM {TAGS})", [tags])
    return {name: value for name, value in zip(FROM_TAGS, row, strict=True) if value is not None}


def test_a_model(store: Store) -> None:
    """Licence, languages, base model, datasets and papers are found among other tags."""
    tags = [
        "transformers", "safetensors", "license:mit", "en", "de", "arxiv:2401.01234", "dataset:org/corpus",
        "base_model:org/base", "base_model:finetune:org/base", "region:us",
    ]  # fmt: skip

    assert attributes(store, tags) == {
        "license": "mit", "languages": ["en", "de"], "base_models": ["org/base"], "base_relation": "finetune",
        "datasets": ["org/corpus"], "papers": ["2401.01234"],
    }  # fmt: skip


def test_a_dataset(store: Store) -> None:
    """Languages of datasets have the prefix language:."""
    assert attributes(store, ["language:en", "language:yue"]) == {"languages": ["en", "yue"]}


@pytest.mark.parametrize("tags", [None, []], ids=["unknown", "none"])
def test_without_tags(store: Store, tags: list[str] | None) -> None:
    """Without tags every attribute is NULL, not an empty list."""
    assert attributes(store, tags) == {}


def test_repeats_and_order(store: Store) -> None:
    """Values are unique and in tag order; the first licence counts."""
    found = attributes(store, ["license:mit", "fr", "license:gpl", "en", "fr", "language:en"])

    assert found == {"license": "mit", "languages": ["fr", "en"]}


@pytest.mark.parametrize("relation", ["adapter", "finetune", "merge", "quantized"])
def test_relations_to_a_base_model(store: Store, relation: str) -> None:
    """The relation is split from the name of the base model."""
    assert attributes(store, [f"base_model:{relation}:org/base"]) == {
        "base_models": ["org/base"],
        "base_relation": relation,
    }


def test_a_merge_has_several_bases(store: Store) -> None:
    """Several base models are kept, with the first relation."""
    found = attributes(store, ["base_model:merge:a/x", "base_model:merge:b/y"])

    assert found == {"base_models": ["a/x", "b/y"], "base_relation": "merge"}


@pytest.mark.parametrize(
    "tag", ["", ":", "license:", "license", ":mit", "arxiv", "EN", "e", "base_model:", "language:", "xx"]
)
def test_tags_that_say_nothing(store: Store, tag: str) -> None:
    """A prefix without value, a value without prefix and an unknown word are ignored."""
    assert attributes(store, [tag]) == {}


def test_a_value_may_hold_colons(store: Store) -> None:
    """Only the first colon separates the prefix."""
    assert attributes(store, ["dataset:odd:name", "language:language:en"]) == {
        "datasets": ["odd:name"], "languages": ["language:en"],
    }  # fmt: skip


WORDS = ["merge", "finetune", "base_model", "license", "language", "dataset", "arxiv", "en", "fr", "mit", "a/b", ""]
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(":".join) | st.text(max_size=12)


def test_any_words(store: Store) -> None:
    """For any tags, a list attribute has their unique values in order."""

    ((languages,),) = store.ask("SELECT language_codes()")

    @given(tags=st.lists(words, max_size=8))
    @settings(deadline=None, derandomize=True)
    def check(tags: list[str]) -> None:
        found = attributes(store, tags)
        for name, namespace in (("datasets", "dataset"), ("papers", "arxiv")):
            values = [tag.removeprefix(f"{namespace}:") for tag in tags if tag.startswith(f"{namespace}:")]
            assert found.get(name, []) == list(dict.fromkeys(value for value in values if value))
        named = [tag.removeprefix("language:") for tag in tags if tag in languages or tag.startswith("language:")]
        assert found.get("languages", []) == list(dict.fromkeys(word for word in named if word))

    check()


@pytest.mark.parametrize("distinct", [1, 16, 17, 40])
def test_many_words(store: Store, distinct: int) -> None:
    """For long lists, repeats are removed and the order is kept."""
    values = [f"{(7 * number) % distinct:02}" for number in range(distinct)]

    assert attributes(store, [f"dataset:{value}" for value in values * 3]) == {"datasets": values}


def test_one_repository_with_very_many_tags(tmp_path: Path) -> None:
    """Reading 20,000 tags fits the first memory limit, because the cost is linear."""
    values = [f"name-{number}" for number in range(10_000)]
    with new_store(tmp_path) as store:
        define_tag_macros(store.con)

        found = with_memory_limit(
            store.con, lambda: attributes(store, [f"arxiv:{value}" for value in values * 2]), (128,)
        )
    assert found == {"papers": values}


def test_languages_are_two_letters(store: Store) -> None:
    """The language codes are the two-letter codes of ISO 639-1."""
    ((codes,),) = store.ask("SELECT language_codes()")

    assert len(codes) > 180
    assert all(len(code) == 2 and code.islower() for code in codes)
