"""Parses names and links, as people write them, into entries of the watch list.

text ─► links_in ─► every Hub and arXiv link in it, in order, without repetition
word ─► parse_entry ─► one entry, or an error with the reason
word ─► named ─► a name, and the kind if a link or a prefix states it; always

A link needs the host of the Hub or arXiv and the path of an entity that can be watched. The input is not trusted: every
name must match the rule for its kind.
"""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from crawler.kinds import Kind
from hubtrends.errors import WatchEntryError


class WatchTarget(StrEnum):
    """The kinds of entries."""

    MODEL = "model"
    DATASET = "dataset"
    SPACE = "space"
    PAPER = "paper"
    AUTHOR = "author"
    """A user or an organisation, with all their repositories."""


@dataclass(frozen=True, slots=True)
class WatchEntry:
    """One entry: a repository or an author by name, a paper by arXiv id without version."""

    kind: WatchTarget
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


FORMS = "write org/name, dataset:org/name, space:org/name, paper:2401.01234, author:name, or a Hub or arXiv link"

RESERVED = re.compile(
    r"""
    api | avatars | billing | blog | brand | buckets | changelog | chat | code-of-conduct |
    collections | content-guidelines | content-policy | course | datasets | discord | docs |
    enterprise | front | hardware | inference | inference-api | inference-endpoints |
    inference-providers | jobs | join | kernels | languages | learn | login | logout | mcp | metrics
    | models | new | new-collection | new-dataset | new-model | new-space | notifications | oauth |
    organizations | papers | playground | posts | pricing | privacy | search | settings | spaces |
    storage | subscribe | support | tasks | terms-of-service | transformers | welcome
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""First segments of Hub paths that are pages of the site, not users."""

AUTHOR_PAGES = frozenset(
    ("activity", "collections", "datasets", "followers", "following", "likes", "models", "papers", "spaces")
)
"""Second segments of Hub paths that are pages of an author, not models."""

NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?", re.ASCII)
"""A user or a repository on the Hub: up to 96 characters, no dot or dash at either end."""

PAPER = re.compile(
    r"""
    (?: (?P<id> \d{2}(?:0[1-9]|1[0-2]) \. \d{4,5} )
      | (?P<archive> acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg
          |comp-gas|cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin
          |nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con )
        (?: \. [A-Za-z-]{2,8} )? / (?P<number> \d{2}(?:0[1-9]|1[0-2]) \d{3} )
    )
    (?! \d ) (?: v\d+ )? (?: \.pdf )?
    """,
    re.ASCII | re.VERBOSE,
)
"""An arXiv id: 2401.01234, until March 2007 cs/0309040 (https://info.arxiv.org/help/arxiv_identifier.html)."""

LINK = re.compile(
    r"""
    (?: https?:// | (?<![A-Za-z0-9._@/:-]) (?://)? )
    (?: (?P<hub>(?:www\.)?(?:huggingface|hf)\.co)
      | (?P<arxiv>(?:[a-z0-9-]{1,20}\.){0,2}arxiv\.org)
      | (?P<doi>(?:dx\.|www\.)?doi\.org) )
    (?: :\d{1,5} )? / (?P<path>[A-Za-z0-9._%/-]*)
    | (?<![A-Za-z0-9]) arxiv: \s? (?!https?:) (?P<mention>[A-Za-z0-9._/-]+)
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)

MARKDOWN_ESCAPE = re.compile(r"\\([_.~-])")


def links_in(text: str) -> list[WatchEntry]:
    """Return the distinct entries of all Hub and arXiv links in a text, in order.

    Links to other pages of the Hub (blog, docs, settings, running Spaces) are ignored.
    """
    links = LINK.finditer(MARKDOWN_ESCAPE.sub(r"\1", text))
    return list(dict.fromkeys(entry for link in links if (entry := _target(link))))


def parse_entry(text: str) -> WatchEntry:
    """Return the entry of one word: org/name (a model), kind:name, an arXiv id or a link.

    Raises WatchEntryError with the reason and the valid forms.
    """
    word = text.strip()
    if paper := _paper(word):
        return paper
    if link := LINK.match(word):
        return _linked(word, link)
    if "://" in word:
        raise WatchEntryError(text, "only links to the Hub and to arXiv can be watched")
    if ":" not in word and "/" not in word:
        raise WatchEntryError(text, FORMS)
    kind, _, name = word.rpartition(":")
    return _named(text, kind.lower() or WatchTarget.MODEL, name)


ARTICLE = re.compile(r"(?:https?://)?huggingface\.co/blog/(?P<id>[\w./-]{1,200}?)/?(?:[?#].*)?", re.ASCII)
"""The address of a blog article, which cannot be watched."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names: a name or a Hub id, and the kind if the text states it."""

    id: str
    kind: Kind | None = None


def named(text: str) -> Named:
    """Return the entity of a link, an arXiv id or a text such as dataset:org/name; any other text is a name."""
    word = text.strip()
    if article := ARTICLE.fullmatch(word):
        return Named(article["id"], Kind.ARTICLE)
    if not LINK.match(word) and PAPER.fullmatch(word) is None and ":" not in word:
        return Named(word)
    try:
        entry = parse_entry(word)
    except WatchEntryError:
        return Named(word)
    return Named(entry.id, None if entry.kind is WatchTarget.AUTHOR else Kind(entry.kind))


def _linked(word: str, link: re.Match[str]) -> WatchEntry:
    target = _target(link)
    if target is None or (link.end() < len(word) and word[link.end()] not in "?#"):
        raise WatchEntryError(word, "the link leads to no model, dataset, space, paper or author")
    return target


def _named(text: str, kind: str, name: str) -> WatchEntry:
    if kind not in frozenset(WatchTarget):
        near = difflib.get_close_matches(kind, [*WatchTarget], n=1)
        raise WatchEntryError(text, f"there is no such kind, did you mean {near[0]}?" if near else FORMS)
    entry = _paper(name) if kind == WatchTarget.PAPER else _repo_or_author(WatchTarget(kind), name.split("/"))
    if entry is None:
        raise WatchEntryError(text, FORMS)
    return entry


def _target(link: re.Match[str]) -> WatchEntry | None:
    if mention := link["mention"]:
        return _paper_at_start(mention)
    path = unquote(link["path"]).rstrip(".-/")
    if link["hub"]:
        return _hub_target(path.split("/"))
    prefix = r"10\.48550/arxiv\." if link["doi"] else r"(?:abs|pdf|html|format|ps|e-print|src)/"
    inside = re.match(prefix, path, re.IGNORECASE)
    return _paper_at_start(path[inside.end() :]) if inside else None


def _hub_target(segments: list[str]) -> WatchEntry | None:
    """Return the entity of a Hub path; a page inside a repository gives the repository."""
    match segments:
        case ["papers", paper, *_]:
            return _paper(paper)
        case ["datasets", *name]:
            return _repo_or_author(WatchTarget.DATASET, name[:2])
        case ["spaces", owner, name, *_]:
            return _repo_or_author(WatchTarget.SPACE, [owner, name])
        case [author] if "." not in author:  # robots.txt, favicon.ico; a user has no dot
            return _repo_or_author(WatchTarget.AUTHOR, [author])
        case [author, page, *_] if page in AUTHOR_PAGES:
            return _repo_or_author(WatchTarget.AUTHOR, [author])
        case [owner, name, *_]:
            return _repo_or_author(WatchTarget.MODEL, [owner, name])
    return None


def _repo_or_author(kind: WatchTarget, parts: list[str]) -> WatchEntry | None:
    """Return the entry if its parts are valid names; early models and datasets have no owner."""
    parts = [*parts[:-1], *(part.removesuffix(".git") for part in parts[-1:])]
    sizes = {WatchTarget.AUTHOR: {1}, WatchTarget.SPACE: {2}}.get(kind, {1, 2})
    named = len(parts) in sizes and all(NAME.fullmatch(part) and ".." not in part for part in parts)
    taken = kind in {WatchTarget.MODEL, WatchTarget.AUTHOR} and named and RESERVED.fullmatch(parts[0])
    return WatchEntry(kind, "/".join(parts)) if named and not taken else None


def _paper(text: str) -> WatchEntry | None:
    return _as_paper(PAPER.fullmatch(text))


def _paper_at_start(text: str) -> WatchEntry | None:
    return _as_paper(PAPER.match(text))


def _as_paper(found: re.Match[str] | None) -> WatchEntry | None:
    """Return the paper without its version; an old id also without its subject class."""
    if found is None:
        return None
    return WatchEntry(WatchTarget.PAPER, found["id"] or f"{found['archive']}/{found['number']}")
