"""Which cron expressions a schedule accepts."""

import pytest
from pydantic import ValidationError

from hubtrends.config.settings import Settings, check_cron


@pytest.mark.parametrize("cron", ["*/15 * * * mon-fri", "0 0 last * *", "0 0 29 2 *", "0 0 * * mon-fri/2"])
def test_valid_expressions(cron: str) -> None:
    """An expression that the scheduler understands is accepted unchanged."""
    assert cron == check_cron(cron)


@pytest.mark.parametrize("weekday", ["1", "0-6", "mon,2", "7", "5/2", "*/2"])
def test_weekday_numbers(weekday: str) -> None:
    """The scheduler counts weekdays from Monday and crontab from Sunday, so only names are accepted."""
    with pytest.raises(ValueError, match=r"by name \(mon, tue, mon-fri\)"):
        check_cron(f"0 11 * * {weekday}")


@pytest.mark.parametrize(
    "cron", ["x", "* * *", "61 * * * *", "0 0 * * funday", "0 0 30 2 *", "@daily", "0 0 * * * *", "١ * * * *"]
)
def test_times_that_are_refused(cron: str) -> None:
    """The error names an expression that is malformed or never fires."""
    with pytest.raises(ValueError, match=r"cron expression|does not exist") as caught:
        check_cron(cron)

    assert f"'{cron}'" in str(caught.value)


@pytest.mark.parametrize("day", ["1", "1-7", "*/2", "last"])
def test_day_and_weekday(day: str) -> None:
    """Crontab reads the two fields as either and the scheduler as both, so the error shows both options."""
    with pytest.raises(ValueError, match="gives a day and a weekday") as caught:
        check_cron(f"0 11 {day} 5 mon")

    assert f"write '0 11 {day} 5 *' or '0 11 * 5 mon'" in str(caught.value)


@pytest.mark.parametrize(
    ("topics", "said"),
    [
        ([{"topic": "x"}], "topic 'x' needs tags, words, owners, tasks or a number of parameters"),
        ([{"topic": "x", "kinds": ["model"]}], "topic 'x' needs tags"),
        ([{"topic": "x", "words": ["--"]}], "'--' has no letter or digit, so no name has it"),
        ([{"topic": "x", "words": ["a", "a"]}], "must name each entry once"),
        ([{"topic": " x", "words": ["a"]}], "must be 1 to 100 visible characters without spaces at its ends"),
        ([{"topic": "x", "words": ["a"]}] * 2, "must name each topic once; 'x' is there twice"),
        (
            [{"topic": "x", "min_parameters": 9, "max_parameters": 8}],
            r"min_parameters of topic 'x' \(9\) must not be above",
        ),
    ],
)
def test_topics_that_are_refused(topics: object, said: str) -> None:
    """A topic needs a name of its own and a rule that an entity can meet."""
    with pytest.raises(ValidationError, match=said):
        Settings.model_validate({"topics": topics})


def test_no_topics() -> None:
    """An empty list follows nothing; a missing one follows the defaults."""
    assert Settings.model_validate({"topics": []}).topics == ()
    assert len(Settings().topics) >= 10
