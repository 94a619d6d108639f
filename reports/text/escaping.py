"""Makes text from the Hub inert: the only module that decides what such text may contain.

    clean      no control, bidi or invisible characters, one line, bounded length: safe for XML and a terminal
    cut        shortened to a width in columns, with an ellipsis
    markdown   clean text that a CommonMark or GFM renderer shows literally; also `markdown_within`
    csv_cell   clean text that a spreadsheet does not evaluate
    hub_url    the address of an entity, or None for a name that no entity on the Hub can have

HTML has no function here: jinja2 escapes clean text.
"""

import re
import unicodedata
from urllib.parse import quote

from crawler.kinds import Kind

LONGEST = 300
"""Maximum number of characters. Names on the Hub have at most 193, and few titles have more than 200."""

UNSEEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls, which start terminal escape sequences
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, which reorder the text around them
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"  # invisible, or drawn as a blank
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # not characters; XML 1.0 forbids most of them
    "]+"
)
JOINERS = re.compile("[\u200c\u200d]")
"""Zero-width joiners of emoji and Persian letters. They are removed; the text stays readable without them."""

ACCENT = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
MARKS = re.compile(f"({ACCENT}{{3}}){ACCENT}+")
"""Accents after the third on one letter, which would cover the lines above and below."""

REPLACEMENT = "\ufffd"
ELLIPSIS = "…"


def clean(text: str, longest: int = LONGEST) -> str:
    """Return the text on one line of at most `longest` characters, with U+FFFD for invisible ones."""
    head = text[: 8 * longest]
    line = " ".join(MARKS.sub(r"\1", JOINERS.sub("", head)).split())
    seen = UNSEEN.sub(REPLACEMENT, line)
    return seen if len(seen) <= longest and len(text) == len(head) else seen[: longest - 1] + ELLIPSIS


def cut(text: str, width: int) -> str:
    """Return the text cut to a number of terminal columns; a wide character takes two."""
    if columns(text) <= width:
        return text
    taken, kept = 1, 0
    for character in text:
        taken += _columns(character)
        if taken > width:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def columns(text: str) -> int:
    """Return the width of a text in terminal columns."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


ACTIVE = re.compile(
    r"""
    [\\`*_\[\]<>&|~$]               # markup anywhere in a line
    | (?<=[a-z]) : (?=\S) | :(?=//)  # a scheme: GFM links bare addresses
    | \. (?=[^\W\d_]) | (?<=www)\.  # a host name
    """,
    re.VERBOSE | re.IGNORECASE,
)
OPENING = re.compile(r"^(?:(?=[#+=-])|(\d{1,9})(?=[.)](?:\s|$)))")
"""Characters at the start of a line that make it a heading or a list."""


def markdown(text: str) -> str:
    """Return clean text with its Markdown escaped, for the start of a line."""
    return OPENING.sub(r"\1\\", markdown_within(text))


def markdown_within(text: str) -> str:
    """Return clean text with its Markdown escaped, for the middle of a line or a cell.

    An at sign goes into a code span, because GFM looks for e-mail addresses, and GitHub for user names, after
    backslashes are removed.
    """
    return re.sub("@+", r"`\g<0>`", ACTIVE.sub(r"\\\g<0>", text))


FORMULA = re.compile(r"['\s]*[=+\-@\t\r＝＋－＠]")


def csv_cell(text: str) -> str:
    """Return clean text, with an apostrophe in front of a formula."""
    return f"'{text}" if FORMULA.match(text) else text


HUB = "https://huggingface.co"


def hub_url(kind: Kind, name: str) -> str | None:
    """Return the address of an entity on the Hub, or None for a name that is cut or not clean."""
    if not name or REPLACEMENT in name or ELLIPSIS in name or clean(name) != name:
        return None
    return f"{HUB}/{kind.spec.url_prefix}{quote(name, safe='/')}"
