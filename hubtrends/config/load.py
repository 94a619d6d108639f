"""Finds, checks and writes the configuration file.

find    --config FILE, else $HUBTRENDS_CONFIG, else config.yaml in the current folder, else nothing
| read  YAML; a repeated key is a mistake
| check every problem at once, each by its path, with the nearest right key
| place relative paths are taken from the folder of the file; $HUBTRENDS_DB goes before its database

ConfigError: some settings cannot be used; it carries every problem found.
"""

import difflib
import inspect
import reprlib
import sys
import textwrap
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hubtrends.config.settings import Section, Settings
from hubtrends.files import NotTextError, read_small_text

DEFAULT_FILE = Path("config.yaml")

LARGEST = 2**20
"""Bytes of a configuration file; with all comments it has four thousand."""

COMMENT_WIDTH = 100

HEADER = """\
# The settings of hubtrends, each with its default. Every key may be left out.
# Relative paths are taken from the folder of this file. The token for the Hub is not set here:
# HF_TOKEN and the saved login are read as huggingface_hub reads them.
"""

EXPLANATIONS = {
    "bool_type": "must be true or false, not {input}",
    "enum": "must be {expected}, not {input}",
    "extra_forbidden": "no such setting",
    "finite_number": "must be a finite number, not {input}",
    "float_type": "must be a number, not {input}",
    "greater_than": "must be above {gt:g}, not {input}",
    "greater_than_equal": "must be at least {ge:g}, not {input}",
    "int_type": "must be a whole number, not {input}",
    "invalid_key": "a key must be text",
    "less_than": "must be below {lt:g}, not {input}",
    "less_than_equal": "must be at most {le:g}, not {input}",
    "missing": "is missing",
    "model_type": "must be keys with values, not {input}",
    "path_type": "must be a path, not {input}",
    "string_type": "must be text, not {input}",
    "tuple_type": "must be a list, not {input}",
    "value_error": "{error}",
}
"""What pydantic's error types mean to the author of a YAML file; pydantic's own words do for the rest."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One entity wrong with a configuration."""

    key: str
    """The path of the setting, such as crawl.top; empty when the file as a whole is meant."""
    what: str
    instead: str | None = None
    """The nearest right word, if one is near."""

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        hint = f" (did you mean '{self.instead}'?)" if self.instead else ""
        return f"{key}{self.what}{hint}"


class ConfigError(Exception):
    """The configuration cannot be used."""

    def __init__(self, path: Path, problems: tuple[Problem, ...]) -> None:
        self.path, self.problems = path, problems
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))


class _Loader(yaml.SafeLoader):
    """A safe loader that refuses a repeated key, of which YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key.value}' is repeated", key.start_mark
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else key)
        return super().construct_mapping(node, deep)


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings in force; ConfigError carries every problem of the file.

    The path is that of --config, or None where it was not given.
    """
    file = find(path, environ)
    settings = Settings() if file is None else read(file)
    database = environ.get("HUBTRENDS_DB")
    return settings.with_database(Path(database)) if database else settings


def find(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the configuration file to read, or None where the defaults hold."""
    if path is not None:
        return path
    if named := environ.get("HUBTRENDS_CONFIG"):
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def read(file: Path) -> Settings:
    """Return the settings of one file; ConfigError carries every problem."""
    try:
        data = yaml.load(read_small_text(file, LARGEST), _Loader)  # noqa: S506 -- it is a SafeLoader
        return Settings.model_validate(data).seen_from(file.parent)
    except FileNotFoundError as error:
        advice = "no such file; 'hubtrends config show' prints one to start from"
        raise ConfigError(file, (Problem("", advice),)) from error
    except OSError as error:
        raise ConfigError(file, (Problem("", f"cannot be read: {error.strerror}"),)) from error
    except NotTextError as error:
        raise ConfigError(file, (Problem("", f"cannot be read: it {error}"),)) from error
    except RecursionError as error:
        raise ConfigError(file, (Problem("", "not a configuration: it is nested too deeply"),)) from error
    except yaml.YAMLError as error:
        raise ConfigError(file, (_yaml_problem(error),)) from error
    except ValidationError as error:
        raise ConfigError(file, tuple(map(_problem, error.errors()))) from error
    except ValueError as error:  # a date such as 2026-99-99
        raise ConfigError(file, (Problem("", f"not valid YAML: {error}"),)) from error


def _yaml_problem(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return Problem(place, f"not valid YAML: {getattr(error, 'problem', None) or error}")


def _problem(error: ErrorDetails) -> Problem:
    key, kind = ".".join(map(str, error["loc"])), error["type"]
    context = {**error.get("ctx", {}), "input": reprlib.repr(error["input"])}
    what = EXPLANATIONS[kind].format(**context) if kind in EXPLANATIONS else error["msg"]
    if kind == "extra_forbidden":
        return Problem(key, what, _nearest_key(error["loc"]))
    if kind == "enum" and isinstance(error["input"], str):
        return Problem(key, what, _nearest(error["input"], context["expected"].split("'")[1::2]))
    return Problem(key, what)


def _nearest(word: str, right: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, right, n=1)), None)


def _nearest_key(loc: tuple[int | str, ...]) -> str | None:
    """Return the nearest key of the same section, else the path of one with such a name elsewhere."""
    section = "".join(f"{part}." for part in loc[:-1] if isinstance(part, str))
    keys = list(setting_keys())
    siblings = [key.removeprefix(section) for key in keys if key.startswith(section)]
    if near := _nearest(str(loc[-1]), [key for key in siblings if "." not in key]):
        return near
    elsewhere = {key.rpartition(".")[2]: key for key in keys}
    near = _nearest(str(loc[-1]), list(elsewhere))
    return elsewhere[near] if near else None


def setting_keys(section: type[Section] = Settings) -> Iterator[str]:
    """Yield the path of every setting and section, such as crawl and crawl.top."""
    for name, field in section.model_fields.items():
        yield name
        for part in _sections_in(field.annotation):
            yield from (f"{name}.{key}" for key in setting_keys(part))


def _sections_in(annotation: Any) -> Iterator[type[Section]]:
    """Yield the section that a field is, or holds a list of."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, Section):
            yield part


def dump(settings: Settings, *, comments: bool = True) -> str:
    """Return the settings as YAML that `read` understands, with the descriptions as comments."""
    lines = "\n".join(_section_lines(settings, comments))
    return f"{HEADER}\n{lines}\n" if comments else f"{lines}\n"


def _section_lines(section: Section, comments: bool) -> Iterator[str]:
    for name, plain in section.model_dump(mode="json").items():
        value = getattr(section, name)
        if comments:
            yield from _comment(section, name)
        if isinstance(value, Section):
            yield f"{name}:"
            yield from _indented(_section_lines(value, comments))
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
    for item in _sections_in(fields[name].annotation):
        if item is not fields[name].annotation:
            yield from (f"#   {key}: {part.description}" for key, part in item.model_fields.items())


def _flow(plain: object) -> str:
    """Return a value as YAML on one line."""
    readable = str(plain).isprintable()  # unescaped, a line separator such as U+0085 would end the line
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=readable, width=sys.maxsize)
    return text.removesuffix("...\n").strip()
