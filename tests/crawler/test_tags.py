"""What the tags of a repository say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.tags import LANGUAGES, TagFacts, read_tags

NOTHING = TagFacts(None, [], [], None, [], [])


def test_a_model() -> None:
    """Licence, languages, base model, data and papers are found among the words that say none of it."""
    tags = [
        "transformers", "safetensors", "license:mit", "en", "de", "arxiv:2401.01234", "dataset:org/corpus",
        "base_model:org/base", "base_model:finetune:org/base", "region:us",
    ]  # fmt: skip

    assert read_tags(tags) == TagFacts("mit", ["en", "de"], ["org/base"], "finetune", ["org/corpus"], ["2401.01234"])


def test_a_dataset() -> None:
    """Datasets name their languages in full."""
    assert read_tags(["language:en", "language:yue"]).languages == ["en", "yue"]


def test_repeats_and_order() -> None:
    """Each value stands once, where it came first; of several licences the first counts."""
    facts = read_tags(["license:mit", "fr", "license:gpl", "en", "fr"])

    assert (facts.license, facts.languages) == ("mit", ["fr", "en"])


@pytest.mark.parametrize("relation", ["adapter", "finetune", "merge", "quantized"])
def test_relations_to_a_base_model(relation: str) -> None:
    """Each relation of the Hub is told apart from the name of the base model."""
    facts = read_tags([f"base_model:{relation}:org/base"])

    assert (facts.base_models, facts.base_relation) == (["org/base"], relation)


def test_a_merge_has_several_bases() -> None:
    """All are kept, under the first relation that is stated."""
    facts = read_tags(["base_model:merge:a/x", "base_model:merge:b/y"])

    assert (facts.base_models, facts.base_relation) == (["a/x", "b/y"], "merge")


@pytest.mark.parametrize("tag", ["", ":", "license:", "license", ":mit", "arxiv", "EN", "base_model:"])
def test_tags_that_say_nothing(tag: str) -> None:
    """A name without a value, a value without a name and an unknown word are no facts."""
    assert read_tags([tag]) == NOTHING


def test_a_value_may_hold_colons() -> None:
    """Only the first colon ends the name."""
    assert read_tags(["dataset:odd:name"]).datasets == ["odd:name"]


@given(st.lists(st.text(max_size=30)))
def test_any_words(tags: list[str]) -> None:
    """Whatever the tags are, a fact is a part of one of them and stands once."""
    facts = read_tags(tags)

    for values in (facts.languages, facts.base_models, facts.datasets, facts.papers):
        assert len(values) == len(set(values))
        assert all(any(value in tag for tag in tags) for value in values)


def test_languages_are_two_letters() -> None:
    """The list is that of ISO 639-1: a longer word among the tags is never taken for one."""
    assert all(len(code) == 2 and code.islower() for code in LANGUAGES)
