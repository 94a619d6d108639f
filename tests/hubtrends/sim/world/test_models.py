"""Models of a simulated world are what their names say, and copies follow their bases."""

from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from hubtrends.sim.server.exchange import Item
from hubtrends.sim.sources.catalogue import Order
from hubtrends.sim.world.families import FAMILIES, LABS, parameters_of
from hubtrends.sim.world.names import QUANTISERS, known_owners
from hubtrends.sim.world.world import START, World

NOW = datetime(START.year, START.month, START.day, tzinfo=UTC) + timedelta(days=30)


@pytest.fixture(scope="module")
def models() -> dict[str, Item]:
    """All models of a world after a month, by `_id`."""
    return {item["_id"]: item for item in World(7).at(NOW).models.page(Order("createdAt"), 10_000).items}


def pairs(models: dict[str, Item], relation: str) -> list[tuple[Item, Item]]:
    """Return the models with this relation, each with its base models."""
    related = [item for item in models.values() if item.get("baseModels", {}).get("relation") == relation]
    return [(item, models[base["_id"]]) for item in related for base in item["baseModels"]["models"]]


@pytest.mark.parametrize(
    ("size", "parameters"),
    [("9B", 9e9), ("0.6B", 6e8), ("33M", 33e6), ("120B-A12B", 120e9), ("8x7B", 46.48e9)],
)
def test_the_size_in_a_name(size: str, parameters: float) -> None:
    """Active parameters do not count, and the experts of a mixture share layers."""
    assert parameters_of(size) == pytest.approx(parameters)


def test_a_text_without_a_size_is_refused() -> None:
    """The error shows what a size looks like."""
    with pytest.raises(ValueError, match="'large' is not a size"):
        parameters_of("large")


def test_size_and_task_fit_the_name(models: dict[str, Item]) -> None:
    """The family in a name states the task; the size in it is that of the weights, within 5 %."""
    for item in models.values():
        work = item["id"].partition("/")[2]
        family = next(family for family in FAMILIES if work.startswith(f"{family.name}-"))
        assert item.get("pipeline_tag", family.task) == family.task
        size = next(size for size in family.sizes if f"-{size}" in work)
        if weights := item.get("safetensors") or item.get("gguf"):
            assert weights["total"] == pytest.approx(parameters_of(size), rel=0.05)


def test_a_copy_states_its_format_once(models: dict[str, Item]) -> None:
    """A GGUF file holds a GGUF copy of a model that is no copy itself; no name piles up its origins."""
    copies = pairs(models, "quantized")

    assert {item["author"] for item, _ in copies} <= QUANTISERS.keys()
    for item, base in copies:
        assert base.get("baseModels", {}).get("relation") != "quantized"
        assert ("gguf" in item["tags"]) == ("GGUF" in item["id"])
        assert ("gguf" in item["tags"]) != ("safetensors" in item["tags"] or "onnx" in item["tags"])
        assert item["id"].count("GGUF") <= 1


def test_a_copy_follows_its_base_within_days(models: dict[str, Item]) -> None:
    """A copy is never older than its base; half of them appear within a week, and nearly all have fewer likes."""
    copies = pairs(models, "quantized")
    ages = [datetime.fromisoformat(item["createdAt"]) - datetime.fromisoformat(base["createdAt"])
            for item, base in copies]  # fmt: skip

    assert min(ages) > timedelta(0)
    assert sum(age < timedelta(days=8) for age in ages) >= len(ages) / 2
    assert sum(item["likes"] <= base["likes"] for item, base in copies) > 0.95 * len(copies)


@pytest.mark.parametrize("relation", ["finetune", "adapter", "merge"])
def test_derivatives_name_their_base(models: dict[str, Item], relation: str) -> None:
    """The name repeats the family and size of the base, the tags repeat the relation."""
    found = pairs(models, relation)

    assert found
    for item, base in found:
        assert item["createdAt"] > base["createdAt"]
        assert any(tag.startswith(f"base_model:{relation}:") for tag in item["tags"])
        assert ("lora" in item["tags"]) == (relation == "adapter")
    assert any(len(item["baseModels"]["models"]) == 2 for item, _ in pairs(models, "merge"))


def test_models_are_trained_on_older_datasets_that_exist() -> None:
    """A dataset tag names a dataset of the world from before the model, unless it has left since."""
    world = World(7).at(datetime(START.year, START.month, START.day, tzinfo=UTC))
    datasets = {item["id"]: item["createdAt"] for item in world.datasets.page(Order("createdAt"), 1000).items}
    named = [(item["createdAt"], tag.removeprefix("dataset:"))
             for item in world.models.page(Order("createdAt"), 1000).items
             for tag in item["tags"] if tag.startswith("dataset:")]  # fmt: skip

    assert len(named) > 50
    assert all(datasets[name] < created for created, name in named)


def test_small_embedding_models_have_downloads_and_few_likes(models: dict[str, Item]) -> None:
    """Per like, base models for embeddings have more than five times the downloads of those for text."""

    def downloads_per_like(task: str) -> float:
        bases = [item for item in models.values() if item.get("pipeline_tag") == task and "baseModels" not in item]
        return float(median(item["downloadsAllTime"] / (item["likes"] + 1) for item in bases))

    assert downloads_per_like("feature-extraction") > 5 * downloads_per_like("text-generation")


def test_every_organisation_has_a_kind_and_a_country() -> None:
    """The table of owners has each name once, labs and copiers included."""
    owners = known_owners()
    names = [owner.name for owner in owners]

    assert len(names) == len(set(names)) > 180
    assert {lab.name for lab in LABS} | QUANTISERS.keys() <= set(names)
    assert all(len(owner.country) == 2 and owner.kind for owner in owners)
