"""The commands `semeq undo` and `semeq redo`: what commands have changed in the library, back and forth."""

import click

from ..errors import LibraryError
from ..library.history import History
from ..session.keeping import KINDS
from .own import opened


@click.command()
def undo() -> None:
    """Take back what a command changed last: a rename, an import, a word that was forgotten, a song.

    What was changed while playing is undone in the daemon: key u, or /semeq/undo.
    """
    _step(is_undo=True)


@click.command()
def redo() -> None:
    """Take back the last `semeq undo`."""
    _step(is_undo=False)


def _step(*, is_undo: bool) -> None:
    with opened() as database:
        if database.read_only:
            raise LibraryError(database.read_only)
        history = History(database.remembered().history)
        try:
            step = history.undo() if is_undo else history.redo()
        except ValueError as error:
            raise click.UsageError(
                f"{error} that a command has changed; what was played: key u, or /semeq/undo"
            ) from None
        left = database.write([*step.puts(is_undo=is_undo), *history.take_operations()])
    click.echo(f"{'undone' if is_undo else 'redone'}: {step.what}")
    for put in left:
        click.echo(f"{KINDS[put.table]} {put.key!r} stays as another has changed it since", err=True)
