"""Reads attributes from a repository's tags, with macros that ingest and import share.

A tag is `namespace:value` (`license:mit`, `arxiv:2401.01234`, `base_model:finetune:org/name`) or a bare word. Models
carry their languages as bare codes, datasets as `language:en`. See sql/tags.sql.
"""

import duckdb

from db.sql import load_sql, quote_text

LANGUAGES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv "
    "ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne "
    "ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st "
    "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
"""ISO 639-1 codes. The Hub reads a bare tag of a model that is one of these as a language."""


def define_tag_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Define the macros in the connection."""
    con.execute(load_sql("db/ingest/tags").format(languages=", ".join(quote_text(word) for word in sorted(LANGUAGES))))


_LISTS = frozenset({"languages", "base_models", "datasets", "papers"})


def read_from_tags(name: str, tags: str, stated: str | None) -> str:
    """Return SQL that reads one of `FROM_TAGS` from a list of tags.

    Datasets from a separate field follow those from the tags. A list may hold repeats or be empty: an outer SELECT with
    `once_told` normalizes it.
    """
    read = f"tag_{name}({tags})"
    return f"list_concat({read}, {stated})" if name == "datasets" and stated else read


def once_told(name: str, column: str) -> str:
    """Return SQL that normalizes a column of `read_from_tags` for storage."""
    return f"once({column})" if name in _LISTS else column


def told_by_tags(name: str, tags: str, stated: str | None) -> str:
    """Return both as one expression; the lambda binds the list, so it is read once."""
    read = read_from_tags(name, tags, stated)
    return f"list_transform([{read}], lambda words: once(words))[1]" if name in _LISTS else read
