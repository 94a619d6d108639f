"""Facets, weeks and topics on real records equal a plain recomputation from the files, in both DuckDB versions."""

import csv
import io
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.groups.facets import facets
from analysis.groups.topics import topics
from crawler.kinds import Kind, Scope
from db.ingest.ingest import ingest_walks
from db.reference import default_topics
from hubtrends.sim.sources.folder import FolderHub
from tests.db.test_real_input import DATES, FIRST, FOLDER, LAST, Items, items
from tests.fakes.crawls import walks_of
from tests.fakes.walks import Store, new_store

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not there: it holds the real records")

FORMATS = frozenset(
    "awq bitsandbytes compressed-tensors coreml exl2 exl3 fp8 gguf gptq litert mlx mxfp4 nvfp4 onnx openvino pytorch"
    " safetensors tensorrt".split()
)
IN_NAMES = FORMATS - {"bitsandbytes", "compressed-tensors", "pytorch", "safetensors"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Models, datasets and spaces of two dates, six days apart."""
    folder = tmp_path_factory.mktemp("shares")
    with new_store(folder) as store:
        for date in (FIRST, LAST):
            kinds = (Kind.MODEL, Kind.DATASET, Kind.SPACE)
            ingest_walks(
                store.con, walks_of(FolderHub(FOLDER / date), DATES[date], folder, *kinds, scope=Scope.HEAD), "1"
            )
        yield store


def formats(item: dict[str, Any]) -> set[str]:
    """Return the formats of a model by its tags and the words of its name."""
    words = "".join(letter if letter.isalnum() else " " for letter in item["id"].lower()).split()
    return (set(item["tags"]) & FORMATS) | (set(words) & IN_NAMES)


OWNER_COUNTRIES = {
    row["owner"].lower(): row["country"] or None
    for row in csv.DictReader(io.StringIO((Path(__file__).parents[3] / "db/schema/owners.csv").read_text()))
}

VALUES: dict[tuple[str, str], Callable[[dict[str, Any]], set[Any]]] = {
    ("model", "task"): lambda item: {item.get("pipeline_tag")},
    ("model", "library"): lambda item: {item.get("library_name")},
    ("model", "license"): lambda item: {tag[8:] for tag in item["tags"] if tag.startswith("license:")},
    ("model", "organisation"): lambda item: {item["author"]},
    ("model", "format"): formats,
    ("model", "region"): lambda item: {tag[7:] for tag in item["tags"] if tag.startswith("region:")},
    ("model", "owner_country"): lambda item: {OWNER_COUNTRIES.get(item["author"].lower())},
    ("dataset", "task"): lambda item: {tag[16:] for tag in item["tags"] if tag.startswith("task_categories:")},
    ("dataset", "language"): lambda item: {tag[9:] for tag in item["tags"] if tag.startswith("language:")},
    ("space", "sdk"): lambda item: {item.get("sdk")},
}


def recomputed(kind: str, by: str) -> dict[str | None, tuple[int, int, int | None, float | None, float]]:
    """Return entities, entities before, likes gained, share of the gain and change in points, by value."""
    now, before = items(LAST, kind), items(FIRST, kind)
    gains = {key: now[key]["likes"] - before[key]["likes"] for key in now.keys() & before.keys()}
    counts, counts_before = _counted(now, VALUES[kind, by]), _counted(before, VALUES[kind, by])
    gained: dict[str | None, int] = defaultdict(int)
    for key, gain in gains.items():
        for value in VALUES[kind, by](now[key]) or {None}:
            gained[value] += gain
    return {
        value: (
            counts[value],
            counts_before[value],
            gained.get(value),
            gained[value] / sum(gains.values()) if value in gained else None,
            100 * (counts[value] / len(now) - counts_before[value] / len(before)),
        )
        for value in counts.keys() | counts_before.keys()
    }


def _counted(found: Items, values: Callable[[dict[str, Any]], set[Any]]) -> dict[str | None, int]:
    counts: dict[str | None, int] = defaultdict(int)
    for item in found.values():
        for value in values(item) or {None}:
            counts[value] += 1
    return counts


@pytest.mark.parametrize(("kind", "by"), VALUES)
def test_a_facet_equals_its_recomputation(store: Store, kind: str, by: str) -> None:
    """Every value has the counts, gains and shares that the files give."""
    found = {
        row.value: (row.entities, row.entities_before, row.likes_gain, row.gain_share, row.change_points)
        for row in facets(store.con, Kind(kind), by, as_of=DATES[LAST]).rows
    }

    expected = recomputed(kind, by)
    assert found.keys() == expected.keys()
    for value, numbers in expected.items():
        assert found[value] == pytest.approx(numbers, abs=1e-6), value


def test_topics_equal_a_recomputation_by_tags(store: Store) -> None:
    """The likes of a topic are those of the items that have one of its tags or words, within its limits."""
    gained = 0
    (rule,) = (topic for topic in default_topics() if topic.topic == "Diffusion language models")
    for kind in ("model", "dataset", "space"):
        now, before = items(LAST, kind), items(FIRST, kind)
        for key in now.keys() & before.keys():
            name = "-".join(now[key]["id"].split("/")[-1].lower().replace("_", "-").replace(".", "-").split("-"))
            phrases = [f"-{word.replace(' ', '-')}-" for word in rule.words]
            if set(now[key]["tags"]) & set(rule.tags) or any(phrase in f"-{name}-" for phrase in phrases):
                gained += now[key]["likes"] - before[key]["likes"]

    (heat,) = (heat for heat in topics(store.con, as_of=DATES[LAST]) if heat.topic == rule.topic)
    assert heat.likes_gain == gained > 0


@pytest.mark.parametrize(
    "query",
    [
        "FROM facets('model', 'format', as_of := '2026-05-05')",
        "FROM facets('dataset', 'country', as_of := '2026-05-05')",
        "FROM weeks('model', 3, as_of := '2026-05-05')",
        "FROM topics(as_of := '2026-05-05')",
        "FROM emerging_tags('model', as_of := '2026-05-05')",
    ],
)
def test_duckdb_1_5_gives_the_same_rows(store: Store, query: str, tmp_path: Path) -> None:
    """An analyst's older tool computes the same from the file."""
    store.con.execute("CHECKPOINT")
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(store.file.read_bytes())
    tool = Path(sys.executable).with_name("duckdb")
    ran = subprocess.run(
        [tool, "-readonly", "-json", copy, "-c", f"SELECT to_json(r) AS row FROM ({query}) AS r"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    older = [
        json.loads(row["row"]) if isinstance(row["row"], str) else row["row"] for row in json.loads(ran.stdout or "[]")
    ]

    assert older == [json.loads(row) for (row,) in store.ask(f"SELECT to_json(r)::VARCHAR FROM ({query}) AS r")]
