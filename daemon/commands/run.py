"""Commands that end with one clear line and exit code 2 if something is wrong with what was asked."""

import math
import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from ...model import ModelError
from ..errors import AudioError, LibraryError, PictureError, PortError, ServiceError, TomlFileError
from ..messages.types import printable
from ..terminal.plain import make_output_safe
from ..terminal.windows import kernel32, switch_sequences_on

if TYPE_CHECKING:
    from rich.console import Console

MOST_DIGITS = 9


class Between(click.FloatRange):
    """A number in a range; click's own lets NaN into every range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number; fails as a click type does."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


class Place(click.ParamType[int | str]):
    """A place in a DAW: a whole number from ``least`` on, or a name."""

    name = "place"

    def __init__(self, least: int) -> None:
        self._least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """Read the number or the name; fails as a click type does."""
        text = str(value).strip()
        if not text:
            self.fail("it is empty.", param, ctx)
        if not re.fullmatch(r"-?[0-9]+", text):
            return text
        if len(text) > MOST_DIGITS:
            self.fail(f"a number of {len(text)} digits is none.", param, ctx)
        if int(text) < self._least:
            self.fail(f"{text} is below {self._least}.", param, ctx)
        return int(text)


def console_for_picture() -> "Console | None":
    """Standard output, where a picture can be drawn on it; ``None`` if log lines are better."""
    if not sys.stdout.isatty():
        return None
    if kernel := kernel32():
        switch_sequences_on(kernel)  # first, as rich looks only once whether they are
    from rich.console import Console  # a run without a picture does without it

    console = Console()
    return None if console.is_dumb_terminal else console


def run_command(command: click.Command, name: str) -> None:
    """Run a command as a program; every error that a user can mend is one line on standard error."""
    open_streams()
    make_output_safe()
    try:
        status = command.main(prog_name=name, standalone_mode=False)
        sys.stdout.flush()
    except click.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except BrokenPipeError:  # whoever read along has seen enough
        _let_go_of_output()
        sys.exit(1)
    except OSError as error:
        _let_go_of_output()
        _fail(name, f"cannot write what was asked for: {error.strerror or error}")
    except click.ClickException as error:
        _fail(name, error.format_message())
    except (AudioError, LibraryError, ModelError, PictureError, PortError, ServiceError, TomlFileError) as error:
        _fail(name, str(error))
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _let_go_of_output() -> None:
    """Keep the interpreter from complaining once more, at its end, about an output that cannot be written to."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def open_streams() -> None:
    """Let standard streams that were closed (``2>&-``) lead nowhere, so that no file or socket takes their place."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _fail(name: str, text: str) -> None:
    click.echo(printable(f"{name}: {' '.join(text.split())}"), err=True)
    sys.exit(2)
