"""Names and links of Hub entities as people write them."""

from pathlib import Path

import pytest
from huggingface_hub.utils._validators import validate_repo_id
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hubtrends.errors import WatchEntryError
from hubtrends.watchlist.parse import AUTHOR_PAGES, RESERVED, WatchEntry, WatchTarget, links_in, parse_entry

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"

MODEL = WatchEntry(WatchTarget.MODEL, "org/name")
DATASET = WatchEntry(WatchTarget.DATASET, "org/name")
SPACE = WatchEntry(WatchTarget.SPACE, "org/name")
PAPER = WatchEntry(WatchTarget.PAPER, "2401.01234")
OLD_PAPER = WatchEntry(WatchTarget.PAPER, "cs/0309040")
AUTHOR = WatchEntry(WatchTarget.AUTHOR, "org")

LINKS = {
    "https://huggingface.co/org/name": MODEL,
    "http://www.huggingface.co/org/name/": MODEL,
    "https://hf.co/org/name": MODEL,
    "HTTPS://HuggingFace.co/org/name": MODEL,
    "huggingface.co/org/name": MODEL,
    "https://huggingface.co/org/name/blob/main/README.md?download=true#usage": MODEL,
    "https://huggingface.co/org/name.git": MODEL,
    "https://huggingface.co/org%2Fname": MODEL,
    "https://huggingface.co:443/org/name/discussions/3": MODEL,
    "https://huggingface.co/datasets/org/name": DATASET,
    "https://huggingface.co/datasets/org/name/viewer/default/train": DATASET,
    "https://huggingface.co/spaces/org/name": SPACE,
    "https://huggingface.co/spaces/org/name?logs=build": SPACE,
    "https://huggingface.co/papers/2401.01234": PAPER,
    "https://huggingface.co/papers/2401.01234v2": PAPER,
    "https://arxiv.org/abs/2401.01234": PAPER,
    "https://arxiv.org/pdf/2401.01234v12.pdf": PAPER,
    "https://www.arxiv.org/html/2401.01234v1": PAPER,
    "https://export.arxiv.org/abs/2401.01234": PAPER,
    "https://doi.org/10.48550/arXiv.2401.01234": PAPER,
    "arXiv:2401.01234v3": PAPER,
    "https://arxiv.org/abs/cs/0309040": OLD_PAPER,
    "https://arxiv.org/pdf/cs.CL/0309040v2": OLD_PAPER,
    "https://huggingface.co/org": AUTHOR,
    "https://huggingface.co/org/models?sort=likes": AUTHOR,
    "https://huggingface.co/org/activity/all": AUTHOR,
}

LEADING_NOWHERE = [
    "https://huggingface.co",
    "https://huggingface.co/",
    "https://huggingface.co/models?other=arxiv",
    "https://huggingface.co/blog/org/post",
    "https://huggingface.co/docs/transformers/main",
    "https://huggingface.co/settings/tokens",
    "https://huggingface.co/collections/org/some-64f9a55bb3115b4f513ec026",
    "https://huggingface.co/robots.txt",
    "https://huggingface.co/papers/trending",
    "https://huggingface.co/papers/date/2026-05-04",
    "https://huggingface.co/datasets",
    "https://huggingface.co/spaces/org",
    "https://org-name.hf.space/org/name",
    "https://cdn-avatars.huggingface.co/v1/production",
    "https://huggingface.co/org/../settings",
    "https://huggingface.co.evil.example/org/name",
    "https://nothuggingface.co/org/name",
    "https://huggingface.co@evil.example/org/name",
    "https://github.com/org/name",
    "https://arxiv.org/list/cs.CL/recent",
    "https://arxiv.org/abs/2413.01234",
    "https://arxiv.org/abs/2401.012345",
    "https://arxiv.org/abs/nonsense/0309040",
    "https://doi.org/10.1000/182",
    "keeper@hf.co/org/name",
]

names = st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9._-]{0,20}[A-Za-z0-9_])?", fullmatch=True).filter(
    lambda name: ".." not in name and not name.endswith(".git")
)
repos = st.tuples(names, names).map("/".join)
papers = st.from_regex(r"[0-9]{2}(0[1-9]|1[0-2])\.[0-9]{4,5}|(cs|math-ph|hep-th)/0[0-7]12[0-9]{3}", fullmatch=True)
entries = st.one_of(
    st.builds(WatchEntry, st.sampled_from([WatchTarget.MODEL, WatchTarget.DATASET, WatchTarget.SPACE]), repos),
    st.builds(WatchEntry, st.just(WatchTarget.AUTHOR), names),
    st.builds(WatchEntry, st.just(WatchTarget.PAPER), papers),
).filter(lambda entry: not RESERVED.fullmatch(entry.id.split("/")[0]))


class TestLinks:
    @pytest.mark.parametrize(("link", "entry"), LINKS.items(), ids=list(LINKS))
    def test_forms(self, link: str, entry: WatchEntry) -> None:
        """Each form of a link leads to its entity, alone and inside a sentence, a list and Markdown."""
        assert parse_entry(link) == entry
        for text in (f"See {link}.", f"- [it]({link}), too", f"<{link}>[1]", f'"{link}"', f"| {link}|"):
            assert links_in(text) == [entry], text

    @pytest.mark.parametrize("link", LEADING_NOWHERE)
    def test_other_links(self, link: str) -> None:
        """Other pages of the Hub, other hosts and look-alike hosts give no entry."""
        assert links_in(f"See [this]({link}) page.") == []
        with pytest.raises(WatchEntryError):
            parse_entry(link)

    def test_order(self) -> None:
        """Links come in the order of the text, each once, however it is written."""
        text = "https://arxiv.org/abs/2401.01234v1, https://hf.co/org/name (https://hf.co/papers/2401.01234)"

        assert links_in(text) == [PAPER, MODEL]

    def test_links_that_touch(self) -> None:
        """A link ends at a bracket or at Chinese text, not at an escaped underscore."""
        text = r"(https://hf.co/org/name)https://hf.co/datasets/org/name，https://hf.co/spaces/org/na\_me"

        assert links_in(text) == [MODEL, DATASET, WatchEntry(WatchTarget.SPACE, "org/na_me")]

    def test_a_link_to_an_archived_page(self) -> None:
        """A copy in a web archive counts as the page itself."""
        assert links_in("https://web.archive.org/web/2024/https://arxiv.org/abs/2401.01234") == [PAPER]

    def test_reading_list(self) -> None:
        """Every paper of a real reading list is found, and each Space that it links."""
        found = links_in(seed("004_a04ead88748a04e1.txt"))
        kinds = [entry.kind for entry in found]

        assert (kinds.count(WatchTarget.PAPER), kinds.count(WatchTarget.SPACE), len(found)) == (140, 3, 143)

    def test_copied_page(self) -> None:
        """A page of the Hub's blog, copied with its menus, contains no model; its footer links one organisation."""
        found = links_in(seed("000_021b5c9605e9d438.txt"))

        assert found == [WatchEntry(WatchTarget.AUTHOR, "huggingface")]

    @example("https://hf.co/%00/%2e%2e/\udcff arxiv: //hf.co")
    @given(st.text())
    def test_any_text(self, text: str) -> None:
        """No text raises an error."""
        assert len(links_in(text)) <= len(text)

    @given(st.lists(st.sampled_from([*LINKS, *LEADING_NOWHERE, " ", "(", ")", "_", "/", "\\", "%"])).map("".join))
    def test_any_mixture(self, text: str) -> None:
        """The entries found in any mixture of links can be written to the list and read back."""
        found = links_in(text)

        assert [parse_entry(str(entry)) for entry in found] == found

    @given(entries)
    def test_round_trip(self, entry: WatchEntry) -> None:
        """A link made from an entry leads back to it, except for the few names that are pages of the site."""
        prefix = "" if entry.kind in {WatchTarget.MODEL, WatchTarget.AUTHOR} else f"{entry.kind}s/"
        assume(entry.kind != WatchTarget.MODEL or entry.id.split("/")[1] not in AUTHOR_PAGES)
        assume(entry.kind != WatchTarget.AUTHOR or "." not in entry.id)
        assume(entry.kind != WatchTarget.PAPER or "/" not in entry.id)

        assert links_in(f"[name](https://huggingface.co/{prefix}{entry.id})") == [entry]


class TestWords:
    @pytest.mark.parametrize(
        ("word", "entry"),
        [
            ("org/name", MODEL),
            ("  org/name\n", MODEL),
            ("model:org/name", MODEL),
            ("Dataset:org/name", DATASET),
            ("space:org/name", SPACE),
            ("paper:2401.01234", PAPER),
            ("paper:2401.01234v2", PAPER),
            ("2401.01234", PAPER),
            ("cs/0309040", OLD_PAPER),
            ("paper:cs.CL/0309040v1", OLD_PAPER),
            ("author:org", AUTHOR),
            ("dataset:squad", WatchEntry(WatchTarget.DATASET, "squad")),
        ],
    )
    def test_forms(self, word: str, entry: WatchEntry) -> None:
        """A name is a model unless its kind stands before it; an arXiv id is a paper."""
        assert parse_entry(word) == entry

    @pytest.mark.parametrize(
        ("word", "reason"),
        [
            ("", "write org/name"),
            ("gpt2", "write org/name"),
            ("a/b/c", "write org/name"),
            ("a/../b", "write org/name"),
            ("a/b..c", "write org/name"),
            ("-a/b", "write org/name"),
            (f"a/{'b' * 97}", "write org/name"),
            ("org/na me", "write org/name"),
            ("org/名", "write org/name"),
            ("blog/some-post", "write org/name"),
            ("author:org/name", "write org/name"),
            ("space:name", "write org/name"),
            ("paper:org/name", "write org/name"),
            ("paper:2401.1", "write org/name"),
            ("post:org/name", "write org/name"),
            ("datasets:org/name", "did you mean dataset?"),
            ("https://example.org/org/name", "only links to the Hub and to arXiv"),
            ("https://huggingface.co/pricing", "the link leads to no model"),
        ],
    )
    def test_refused(self, word: str, reason: str) -> None:
        """An invalid name is refused with the reason and the valid forms."""
        with pytest.raises(WatchEntryError) as caught:
            parse_entry(word)

        assert reason in caught.value.reason
        assert caught.value.text == word

    def test_a_hostile_watch_entry(self) -> None:
        """Escape and bidirectional characters and very long words do not reach the terminal."""
        with pytest.raises(WatchEntryError) as caught:
            parse_entry("\x1b[2J\u202e" + "x" * 10_000)

        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 300

    @given(st.one_of(st.text(), st.text(alphabet="ab/:.-_0123456789#?")))
    def test_any_word(self, word: str) -> None:
        """Any word gives an entry that is read back as itself, or a WatchEntryError."""
        try:
            entry = parse_entry(word)
        except WatchEntryError:
            return
        assert parse_entry(str(entry)) == entry

    @given(entries)
    def test_round_trip(self, entry: WatchEntry) -> None:
        """Every entry is read back from its own text."""
        assert parse_entry(str(entry)) == entry

    @given(repos.filter(lambda name: "--" not in name))
    def test_hub_rule(self, name: str) -> None:
        """A valid name here is valid for huggingface_hub, which refuses two dashes as well."""
        validate_repo_id(parse_entry(f"dataset:{name}").id)


def seed(name: str) -> str:
    """A text that was collected with this project; it does not travel with the source."""
    if not (SEEDS / name).exists():
        pytest.skip(f"{SEEDS / name} is not here")
    return (SEEDS / name).read_text(encoding="utf-8")
