"""Formats a span of time in its two largest units."""

UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def format_duration(seconds: float) -> str:
    """Format seconds as `2 d 3 h`, `36 h`, `12 min 30 s` or `0.4 s`: rounded down, with at most two units.

    Days begin at 48 hours, so that an age has the unit in which limits are set.
    """
    if seconds < 1:
        return f"{max(seconds, 0):.1f} s"
    index = next(i for i, (unit, _) in enumerate(UNITS) if seconds >= unit * (2 if unit == 86400 else 1))
    (unit, name), rest = UNITS[index], UNITS[index + 1 : index + 2]
    text = f"{seconds // unit:.0f} {name}"
    for smaller, its_name in rest:
        if more := int(seconds % unit // smaller):
            text += f" {more} {its_name}"
    return text


def format_duration_approx(seconds: float) -> str:
    """Format an estimate: to ten seconds, from two minutes to a minute, from two hours to ten minutes."""
    step = 10 if seconds < 120 else 60 if seconds < 7200 else 600
    return f"about {format_duration(max(round(seconds / step), 1) * step)}"
