"""How a command of the training room ends if something is wrong with what was asked."""

import sys
from typing import NoReturn

import click


def fail(error: Exception | str) -> NoReturn:
    """End the command with one line and exit code 2."""
    click.echo(f"semeq: {error}", err=True)
    sys.exit(2)
