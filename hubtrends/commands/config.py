"""config: show or check the settings."""

import os

import typer

from hubtrends.commands.options import ConfigOption, DbOption, common_options, settings_for
from hubtrends.config.dump import dump
from hubtrends.config.load import find
from hubtrends.jobs.reference import reference_of
from hubtrends.output.streams import emit

app = typer.Typer(no_args_is_help=True, callback=common_options, help="Show or check the configuration.")


@app.command()
def show(config: ConfigOption = None, db: DbOption = None) -> None:
    """Print the effective settings as YAML."""
    emit(dump(settings_for(config, db)))


@app.command()
def check(config: ConfigOption = None, db: DbOption = None) -> None:
    """Check the configuration and list all problems."""
    reference_of(settings_for(config, db))
    file = find(config, os.environ)
    found = f"{file} is valid" if file else "there is no configuration file; the defaults are in force"
    emit(f"{found}\n")
