"""Finds, reads and checks the configuration file.

find    --config FILE, else $HUBTRENDS_CONFIG, else config.yaml in the current folder, else the defaults
| read  YAML without repeated keys
| check all problems at once, each with its path and the nearest valid word
| place relative paths start at the folder of the file; $HUBTRENDS_DB overrides its database
"""

import difflib
import logging
import reprlib
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hubtrends.config.settings import Settings, setting_keys
from hubtrends.errors import ConfigError, NotTextError, Problem
from hubtrends.files import read_small_text

logger = logging.getLogger(__name__)

DEFAULT_FILE = Path("config.yaml")

MAX_FILE_BYTES = 2**20
"""A file with all settings and comments has four thousand bytes."""

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
"""Messages for pydantic's error types, in the terms of YAML. For all other types pydantic's message is shown."""

RENAMED_KEYS = {"budget": "rate_limit", "crawl.post_days": "crawl.article_days"}
"""Keys of unreleased versions."""

RENAMED_VALUES = {"post": "article"}


class _Loader(yaml.SafeLoader):
    """A safe loader that refuses repeated keys; YAML would silently keep the last one."""

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
    """Return the effective settings; `path` is the value of --config.

    Raises ConfigError.
    """
    file = find(path, environ)
    settings = Settings() if file is None else read(file)
    database = environ.get("HUBTRENDS_DB")
    logger.debug("settings from %s; HUBTRENDS_DB %s", file or "the defaults", "overrides" if database else "is unset")
    return settings.with_database(Path(database)) if database else settings


def find(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the configuration file to read, or None to use the defaults."""
    if path is not None:
        return path
    if named := environ.get("HUBTRENDS_CONFIG"):
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def read(file: Path) -> Settings:
    """Return the settings of one file; raises ConfigError."""
    try:
        data = yaml.load(read_small_text(file, MAX_FILE_BYTES), _Loader)  # noqa: S506 -- it is a SafeLoader
        return Settings.model_validate(data).relative_to(file.parent)
    except ValidationError as error:
        raise ConfigError(file, tuple(map(_validation_problem, error.errors()))) from error
    except (OSError, NotTextError, RecursionError, yaml.YAMLError, ValueError) as error:
        raise ConfigError(file, (_file_problem(error),)) from error


def _file_problem(error: Exception) -> Problem:
    """Return why a file has no configuration at all."""
    match error:
        case FileNotFoundError():
            return Problem("", "no such file; 'hubtrends config show' prints one to start from")
        case OSError():
            return Problem("", f"cannot be read: {error.strerror}")
        case NotTextError():
            return Problem("", f"cannot be read: it {error}")
        case RecursionError():
            return Problem("", "not a configuration: it is nested too deeply")
        case yaml.MarkedYAMLError(problem_mark=yaml.Mark() as mark):
            return Problem(f"line {mark.line + 1}, column {mark.column + 1}", f"not valid YAML: {error.problem}")
        case _:  # a ValueError for a date such as 2026-99-99, or a YAML error without a position
            return Problem("", f"not valid YAML: {error}")


def _validation_problem(error: ErrorDetails) -> Problem:
    key, kind, value = ".".join(map(str, error["loc"])), error["type"], error["input"]
    if kind == "extra_forbidden" and key in RENAMED_KEYS:
        return Problem(key, f"is called '{RENAMED_KEYS[key]}' now")
    context = {**error.get("ctx", {}), "input": reprlib.repr(value)}
    what = EXPLANATIONS[kind].format(**context) if kind in EXPLANATIONS else error["msg"]
    if kind == "extra_forbidden":
        return Problem(key, what, _nearest_key(error["loc"]))
    if kind == "enum" and isinstance(value, str):
        valid = context["expected"].split("'")[1::2]
        renamed = RENAMED_VALUES.get(value)
        return Problem(key, what, renamed if renamed in valid else _nearest(value, valid))
    return Problem(key, what)


def _nearest(word: str, valid: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, valid, n=1)), None)


def _nearest_key(loc: tuple[int | str, ...]) -> str | None:
    """Return the nearest key of the same section, or else the path of a similar key of another section."""
    section = "".join(f"{part}." for part in loc[:-1] if isinstance(part, str))
    keys = list(setting_keys())
    siblings = [key.removeprefix(section) for key in keys if key.startswith(section)]
    if near := _nearest(str(loc[-1]), [key for key in siblings if "." not in key]):
        return near
    elsewhere = {key.rpartition(".")[2]: key for key in keys}
    near = _nearest(str(loc[-1]), list(elsewhere))
    return elsewhere[near] if near else None
