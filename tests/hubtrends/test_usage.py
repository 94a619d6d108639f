"""Usage errors that a person can read."""

import pytest

from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from hubtrends.usage import readable
from tests.fakes.command_line import said

MESSAGES = {
    "'gian' is not one of impact, gain: did you mean gain?": "Value error, 'gian' is not one of 'impact', 'gain'.",
    "'x' is not one of impact, gain": "'x' is not one of 'impact', 'gain'.",
    "'a' is wrong": "Value error, 'a' is wrong",
}


@pytest.mark.parametrize(("better", "message"), MESSAGES.items())
def test_messages_of_the_parser(better: str, message: str) -> None:
    """The prefix of the validator goes, and the nearest word appears."""
    assert readable(message) == better


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["trends", "--by", "gian"], "did you mean gain?"),
        (["trends", "modle"], "did you mean model?"),
        (["watch", "list", "--format", "jsno"], "did you mean json?"),
        (["--log-format", "jsn", "status"], "did you mean json?"),
    ],
)
def test_a_misspelt_word_of_an_option(words: list[str], near: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The suggestion appears for options of the program, of a command and of a command in a group."""
    assert run(words) == ExitCode.USAGE
    assert near in said(capsys)[1]
