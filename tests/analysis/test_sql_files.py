"""Each SQL file of the analysis creates one relation and has an accurate header."""

import re
from importlib.resources import files

import pytest

FILES = {
    file.name.removesuffix(".sql"): file.read_text(encoding="utf-8")
    for folder in (files("analysis") / "sql", files("analysis.score") / "sql")
    for file in folder.iterdir()
    if file.name.endswith(".sql")
}


def in_header(text: str, entry: str) -> set[str]:
    """Return the names in a line of the header."""
    (line,) = re.findall(rf"^-- {entry}: (.*)$", text, flags=re.MULTILINE)
    return set(re.findall(r"\w+", re.sub(r"\(.*?\)", "", line)))


@pytest.mark.parametrize("name", FILES)
def test_header_lists_the_parameters(name: str) -> None:
    """The header of a file lists exactly the parameters of its statements."""
    body = "\n".join(line for line in FILES[name].splitlines() if not line.startswith("--"))

    assert in_header(FILES[name], "parameters") == set(re.findall(r"\$(\w+)", body))


@pytest.mark.parametrize("name", FILES)
def test_header_lists_what_is_written(name: str) -> None:
    """The header of a file lists exactly the relations and macros that it creates."""
    created = re.findall(r"CREATE OR REPLACE TEMP (?:TABLE|MACRO) (\w+)", FILES[name])

    assert in_header(FILES[name], "writes") == set(created)


@pytest.mark.parametrize("name", [name for name in FILES if name[0].isdigit()])
def test_step_of_the_score_is_named_after_its_relation(name: str) -> None:
    """A numbered file creates one relation; the relation's name starts with that of the file."""
    number, _, relation = name.partition("_")

    assert re.fullmatch(r"\d\d", number)
    assert any(relation.startswith(written) for written in in_header(FILES[name], "writes"))


def test_no_macro_has_two_bodies() -> None:
    """Files never redefine a macro to change the behaviour of another file."""
    macros = [name for text in FILES.values() for name in re.findall(r"TEMP MACRO (\w+)", text)]

    assert len(macros) == len(set(macros))
