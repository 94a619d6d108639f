"""A sheet that charts are drawn on: a figure in pixels, with placeholders for colours and text."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

WIDTH = 358
"""Pixels: the width of a column on a phone, so that text has its full size there."""

COLOURS = {
    "ink": "#010101",
    "muted": "#020202",
    "accent": "#030303",
    "faint": "#040404",
    "quiet": "#050505",
    "down": "#060606",
    "paper": "#070707",
}
"""Placeholders; matplotlib uses none of these colours by itself."""

TEXT, SMALL = 12.5, 11.5
"""Sizes of text in pixels; a page draws charts at their own width or larger."""

Points = Sequence[tuple[float, float]]


@dataclass(slots=True)
class Sheet:
    """A figure in pixels from its upper left corner, and the text for its placeholders."""

    height: int
    figure: Figure
    axes: Axes
    texts: list[str] = field(default_factory=list)

    @classmethod
    def blank(cls, height: int) -> "Sheet":
        """Return an empty sheet."""
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        figure.patch.set_visible(False)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        axes.set_axis_off()
        return cls(height, figure, axes)

    def text(
        self, x: float, y: float, text: str, *, align: str = "left", size: float = SMALL, colour: str = "muted"
    ) -> None:
        """Write text whose baseline starts, ends or is centred at a point."""
        placeholder = f"word{len(self.texts)}"
        self.texts.append(text)
        self.axes.text(x, y, placeholder, ha=align, va="baseline", fontsize=size, color=COLOURS[colour])

    def line(self, points: Points, *, colour: str, width: float, style: str = "-") -> None:
        """Draw a line through points."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.axes.plot(xs, ys, color=COLOURS[colour], linewidth=width, linestyle=style, clip_on=False)

    def marks(self, points: Points, *, colour: str, shape: str = "o", size: float = 5, filled: bool = True) -> None:
        """Draw a filled or hollow mark at each point."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        (drawn,) = self.axes.plot(xs, ys, linestyle="none", marker=shape, markersize=size, clip_on=False)
        face = COLOURS[colour if filled else "paper"]
        drawn.set(markerfacecolor=face, markeredgecolor=COLOURS[colour], markeredgewidth=1.1)

    def area(self, points: Points, *, colour: str) -> None:
        """Fill the area inside a line through points."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.axes.fill(xs, ys, color=COLOURS[colour], linewidth=0, clip_on=False)

    def box(self, x: float, y: float, width: float, height: float, *, colour: str, filled: bool = True) -> None:
        """Draw a filled or hollow box from its upper left corner."""
        edge = {"linewidth": 0.0} if filled else {"fill": False, "edgecolor": COLOURS[colour], "linewidth": 1.0}
        self.axes.bar(x, height, width, y, align="edge", color=COLOURS[colour], clip_on=False, **edge)
