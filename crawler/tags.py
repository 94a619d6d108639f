"""Reads what the Hub packs into a repository's tags.

A tag is `namespace:value` (`license:mit`, `arxiv:2401.01234`, `base_model:finetune:org/name`) or a bare word. Models
carry their languages as bare codes, datasets as `language:en`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

RELATIONS = frozenset({"adapter", "finetune", "merge", "quantized"})

LANGUAGES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv "
    "ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne "
    "ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st "
    "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
"""ISO 639-1. A bare tag of a model that is one of these is read as a language, as the Hub does."""


@dataclass(slots=True)
class TagFacts:
    """What the tags of one repository say; a list is empty where they say nothing."""

    license: str | None
    languages: list[str]
    base_models: list[str]
    base_relation: str | None
    datasets: list[str]
    papers: list[str]


def read_tags(tags: Iterable[str]) -> TagFacts:
    """Return the facts in the tags, each list in the order of the tags and without repeats."""
    found: dict[str, list[str]] = {}
    relation = None
    for tag in tags:
        if ":" in tag:
            namespace, _, value = tag.partition(":")
            if namespace not in _READ or not value:
                continue
        elif tag in LANGUAGES:
            namespace, value = "language", tag
        else:
            continue
        if namespace == "base_model":
            prefix, _, base = value.partition(":")
            if base and prefix in RELATIONS:
                relation, value = relation or prefix, base
        values = found.setdefault(namespace, [])
        if value not in values:
            values.append(value)
    return TagFacts(
        license=found["license"][0] if "license" in found else None,
        languages=found.get("language", []),
        base_models=found.get("base_model", []),
        base_relation=relation,
        datasets=found.get("dataset", []),
        papers=found.get("arxiv", []),
    )


_READ = frozenset({"license", "language", "base_model", "dataset", "arxiv"})
