"""The database of the tests of commands."""

from tests.fakes.command_line import database  # noqa: F401 -- a fixture for every test here
