"""Makes text from the Hub inert: the one place that decides what a stranger's words may contain.

    clean      no control, bidi or invisible characters, one line, a bounded length: safe for XML and a terminal
    cut        shortened to a width in columns, with an ellipsis
    markdown   clean text that a CommonMark or GFM renderer shows as it is written; also `markdown_within`
    csv_cell   clean text that a spreadsheet does not take for a formula
    hub_url    the address of an entity, or None for a name that no entity on the Hub can have

HTML needs no function here: jinja2 escapes whatever is clean.
"""

import re
import unicodedata
from urllib.parse import quote

from crawler.kinds import Kind

LONGEST = 300
"""Names on the Hub have at most 193 characters and few titles more than 200."""

UNSEEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls; escape sequences of a terminal begin with one
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction: they reorder what stands around them
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"  # drawn as nothing, or as a blank
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # no characters at all; XML 1.0 forbids most of them
    "]+"
)
JOINERS = re.compile("[\u200c\u200d]")
"""They bind emoji and Persian letters, so a title may have them; without them it can still be read."""

ACCENT = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
MARKS = re.compile(f"({ACCENT}{{3}}){ACCENT}+")
"""More than three accents on one letter run over the lines above and below."""

REPLACEMENT = "\ufffd"
ELLIPSIS = "…"


def clean(text: str, longest: int = LONGEST) -> str:
    """Return the text on one line, at most `longest` characters, what cannot be seen replaced by U+FFFD."""
    head = text[: 8 * longest]
    line = " ".join(MARKS.sub(r"\1", JOINERS.sub("", head)).split())
    seen = UNSEEN.sub(REPLACEMENT, line)
    return seen if len(seen) <= longest and len(text) == len(head) else seen[: longest - 1] + ELLIPSIS


def cut(text: str, columns: int) -> str:
    """Return the text, shortened to a number of terminal columns; wide characters take two."""
    if sum(map(_columns, text)) <= columns:
        return text
    taken, kept = 1, 0
    for character in text:
        taken += _columns(character)
        if taken > columns:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


ACTIVE = re.compile(
    r"""
    [\\`*_\[\]<>&|~$]               # opens or closes something anywhere
    | (?<=[a-z]) : (?=\S) | :(?=//)  # a scheme: GFM makes links of bare addresses
    | \. (?=[^\W\d_]) | (?<=www)\.  # a name of a host
    """,
    re.VERBOSE | re.IGNORECASE,
)
OPENING = re.compile(r"^(?:(?=[#+=-])|(\d{1,9})(?=[.)](?:\s|$)))")
"""What makes a heading or a list of a line that begins with it."""


def markdown(text: str) -> str:
    """Return clean text with all Markdown in it escaped, fit to begin a line."""
    return OPENING.sub(r"\1\\", markdown_within(text))


def markdown_within(text: str) -> str:
    """Return clean text with all Markdown in it escaped, fit to stand within a line or a cell.

    At signs stand in a code span: GFM looks for e-mail addresses, and GitHub for names of users to call,
    when the backslashes are gone.
    """
    return re.sub("@+", r"`\g<0>`", ACTIVE.sub(r"\\\g<0>", text))


FORMULA = re.compile(r"['\s]*[=+\-@\t\r＝＋－＠]")


def csv_cell(text: str) -> str:
    """Return clean text, with an apostrophe before what a spreadsheet would compute."""
    return f"'{text}" if FORMULA.match(text) else text


HUB = "https://huggingface.co"


def hub_url(kind: Kind, name: str) -> str | None:
    """Return the address of an entity on the Hub; None where the name was not clean or not whole."""
    if not name or REPLACEMENT in name or ELLIPSIS in name or clean(name) != name:
        return None
    return f"{HUB}/{kind.spec.url_prefix}{quote(name, safe='/')}"
