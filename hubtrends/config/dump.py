"""Writes settings as YAML, with their descriptions as comments.

`hubtrends config show` prints this text; config.yaml of the repository is the text of the defaults.
"""

import inspect
import sys
import textwrap
from collections.abc import Iterator

import yaml

from hubtrends.config.settings import Section, Settings, sections_in

COMMENT_WIDTH = 100

HEADER = """\
# The settings of hubtrends with their defaults. You can leave out any key.
# Relative paths start at the folder of this file. The Hub token is not set here:
# huggingface_hub reads it from HF_TOKEN or the saved login.
"""


def dump(settings: Settings) -> str:
    """Return the settings as YAML for `load.read`, with the descriptions as comments."""
    lines = "\n".join(_section_lines(settings, comments=True))
    return f"{HEADER}\n{lines}\n"


def _section_lines(section: Section, *, comments: bool) -> Iterator[str]:
    for name, plain in section.model_dump(mode="json").items():
        value = getattr(section, name)
        if not comments and plain in (None, []):  # in a list, the keys that say nothing would bury the others
            continue
        if comments:
            yield from _comment(section, name)
        if isinstance(value, Section):
            yield f"{name}:"
            yield from _indented(_section_lines(value, comments=comments))
        elif plain and isinstance(value, tuple) and isinstance(value[0], Section):
            yield f"{name}:"
            for item in value:
                yield from _indented(_section_lines(item, comments=False), first="  - ", rest="    ")
        else:
            yield f"{name}: {_flow(plain)}"


def _indented(lines: Iterator[str], first: str = "  ", rest: str = "  ") -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{rest if number else first}{line}" if line else ""


def _comment(section: Section, name: str) -> Iterator[str]:
    fields = type(section).model_fields
    if name != next(iter(fields)):
        yield ""
    text = fields[name].description or inspect.getdoc(type(getattr(section, name))) or ""
    yield from textwrap.wrap(text, COMMENT_WIDTH, initial_indent="# ", subsequent_indent="# ")
    for item in sections_in(fields[name].annotation):
        if item is not fields[name].annotation:
            yield from (f"#   {key}: {part.description}" for key, part in item.model_fields.items())


def _flow(plain: object) -> str:
    """Return a value as YAML on one line."""
    readable = str(plain).isprintable()  # unescaped, a line separator such as U+0085 would end the line
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=readable, width=sys.maxsize)
    return text.removesuffix("...\n").strip()
