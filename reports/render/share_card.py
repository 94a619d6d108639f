"""Draws the picture that a chat or a social network shows for a report: 1200 x 630 pixels.

    headline
    dateline
    bars of the largest gains

Text from the Hub is drawn literally: no `$` starts a formula.
"""

import io
import textwrap

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, fontManager, get_font
from matplotlib.style import context

from reports.document import Cards, Report, plain
from reports.text.escaping import cut

WIDTH, HEIGHT, DPI = 1200, 630, 100
PAPER, INK, MUTED, ACCENT = "#fbfaf7", "#1f1d1a", "#5f5a51", "#0b5a8a"
HEADLINE_CHARACTERS, HEADLINE_LINES = 34, 2
NAME_COLUMNS, BARS = 44, 5

CJK_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Microsoft YaHei",
)
"""Fonts with Chinese glyphs, in order of preference; Matplotlib falls back from DejaVu Sans glyph by glyph."""


def render_share_card(report: Report) -> bytes:
    """Return the card of a report as PNG."""
    style = {"font.family": _fonts(), "text.parse_math": False}
    with context([style], after_reset=True):
        figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        axes.set_axis_off()
        _write_head(axes, report)
        _draw_gains(axes, report)
        raw = io.BytesIO()
        figure.savefig(raw, format="png", dpi=DPI, metadata={"Software": None})
    return raw.getvalue()


def _write_head(axes: Axes, report: Report) -> None:
    wide = max(HEADLINE_CHARACTERS - sum(ord(letter) > 0x2E80 for letter in report.headline), HEADLINE_CHARACTERS // 2)
    lines = textwrap.wrap(_drawable(report.headline), wide, max_lines=HEADLINE_LINES, placeholder="…")
    for place, line in enumerate(lines):
        axes.text(60, 120 + 64 * place, line, fontsize=36, fontweight="bold", color=INK)
    dateline = plain(report.dateline).rpartition(" · ")[0] or plain(report.dateline)
    axes.text(60, 120 + 64 * len(lines), _drawable(dateline), fontsize=15, color=MUTED)
    axes.text(WIDTH - 60, HEIGHT - 36, f"hubtrends · {report.week}", fontsize=13, color=MUTED, ha="right")


def _draw_gains(axes: Axes, report: Report) -> None:
    """Draw the cards of the report as bars from a common zero, on the scale of the largest."""
    found = [block for section in report.sections for block in section.blocks if isinstance(block, Cards)]
    known = (card for block in found for card in block.cards if card.gain > 0)
    cards = sorted(known, key=lambda card: -card.gain)[:BARS]
    largest = max((card.gain for card in cards), default=0)
    for place, card in enumerate(cards):
        top = 320 + 52 * place
        axes.text(60, top, _drawable(cut(card.name.text, NAME_COLUMNS)), fontsize=16, color=INK)
        axes.text(WIDTH - 60, top, _drawable(card.figure), fontsize=16, color=ACCENT, ha="right")
        axes.barh(top + 14, max((WIDTH - 120) * card.gain / largest, 2), 8, left=60, color=ACCENT, linewidth=0)


def _fonts() -> list[str]:
    """Return the fonts to draw with: DejaVu Sans, which Matplotlib ships, then those with Chinese glyphs."""
    installed = {font.name for font in fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in CJK_FONTS if name in installed)]


def _drawable(text: str) -> str:
    """Return the text with a dot for every character that no font has."""
    fonts = [get_font(findfont(name)) for name in _fonts()]
    return "".join(one if any(font.get_char_index(ord(one)) for font in fonts) else "·" for one in text)
