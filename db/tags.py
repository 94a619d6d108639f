"""Reads what the Hub packs into a repository's tags: macros that staging of archives and taking in of walks share.

A tag is `namespace:value` (`license:mit`, `arxiv:2401.01234`, `base_model:finetune:org/name`) or a bare word. Models
carry their languages as bare codes, datasets as `language:en`. See sql/tags.sql.
"""

import duckdb

from db.archive_values import text
from db.schema import sql

LANGUAGES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv "
    "ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne "
    "ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st "
    "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
"""ISO 639-1. A bare tag of a model that is one of these is read as a language, as the Hub does."""


def prepare_tags(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros in the connection."""
    con.execute(sql("tags").format(languages=", ".join(text(word) for word in sorted(LANGUAGES))))


def told_by_tags(name: str, tags: str, stated: str | None) -> str:
    """SQL for one of `FROM_TAGS` over a list of tags; datasets that are stated beside the tags join those in them."""
    told = f"tag_{name}({tags})"
    if name == "datasets" and stated:
        both = f"unless_empty(once(coalesce({told}, []) || {stated}))"
        return f"CASE WHEN {stated} IS NULL THEN {told} ELSE {both} END"
    return told
