"""What the commands for own words and the library share: opening it, and asking the daemon."""

import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from msgspec import Struct, field

from ...model import Bands, Model, load
from ...model.model import key_of
from ..app.config import library_file
from ..errors import LibraryError, PortError
from ..files import read_bounded
from ..library.five import five_bands
from ..library.history import noted
from ..library.names import checked_name
from ..library.records import COMMANDS, Documents, Put
from ..library.words import Example, OwnWord, decoded, encoded, taught
from ..messages.types import Osc
from ..session.dispatch import REFUSAL
from ..storage.database import Database, open_library
from .sending import converse, refusal_among

SAVED = "/semeq/saved"
SAVED_S = 5.0
"""How long a disk may take."""
LARGEST_BYTES = 20_000_000


@contextmanager
def opened() -> Generator[Database, None, None]:
    """The user's library; raises :class:`LibraryError`, and says beside what is wrong."""
    database, _, said = open_library(library_file(), COMMANDS)
    if said:
        click.echo(said, err=True)
    try:
        yield database
    except sqlite3.Error as error:
        raise LibraryError(f"{database.path}: {error}; nothing was changed") from None
    finally:
        database.close()


def own_words(documents: Documents) -> dict[str, OwnWord]:
    """The words that the user has taught, by their keys."""
    words, _ = decoded(documents["words"])
    return {word.key: word for word in words}


class Changes(Struct):
    """What a command does to the library, whose ``documents`` are as they were; ``what`` says it in the history."""

    documents: Documents
    what: str = ""
    puts: list[Put] = field(default_factory=list[Put])

    def put(self, table: str, key: str, document: bytes | None) -> None:
        """Keep a document, or remove it (``None``)."""
        self.puts.append(Put(0, table, key, document, self.documents[table].get(key)))


@contextmanager
def changing() -> Generator[Changes, None, None]:
    """The user's library for a command that changes it: what it has read stays so until all of it is on disk.

    ``semeq undo`` takes it back. Raises :class:`LibraryError`, and then nothing is changed.
    """
    with opened() as database:
        if database.read_only:
            raise LibraryError(database.read_only)
        with database.alone():
            changes = Changes(database.documents())
            yield changes
            if changes.puts:
                database.write([*changes.puts, noted(changes.puts, changes.what, time.time())])


def words_if_any() -> list[OwnWord]:
    """The user's words for a command that only reads: none if there is no library or none that can be read."""
    if not library_file().is_file():
        return []
    with suppress(LibraryError), opened() as database:
        return list(own_words(database.documents()).values())
    return []


def teach_settings(settings: Sequence[tuple[str, Bands, str]], *, force: bool) -> list[OwnWord]:
    """Teach words from settings that were read elsewhere (name, bands, note); all of them or none.

    Raises ``click.UsageError`` for a name that is none, or that would hide a shipped word without ``force``.
    """
    model = load()
    with changing() as changes:
        words, changed = own_words(changes.documents), dict[str, OwnWord]()
        for name, bands, note in settings:
            try:
                name = checked_name(name)
                five, off_db = five_bands(bands)
            except ValueError as error:
                raise click.UsageError(f"{name[:40]!r}: {error}") from None
            refuse_hiding(model, name, force)
            example = Example.of(five, at_s=time.time(), note=note[:200], off_db=off_db)
            word = taught(model, words.get(key_of(name)), name, example, force=force)
            words[word.key] = changed[word.key] = word
        for key, word in changed.items():
            changes.put("words", key, encoded(word))
        names = [word.name for word in changed.values()]
        changes.what = f"taught {', '.join(names[:3])}" + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return list(changed.values())


def refuse_hiding(model: Model, name: str, force: bool) -> None:
    """Raise ``click.UsageError`` if a name would hide a shipped word, unless that was asked for."""
    if key_of(name) in model.indices and not force:
        raise click.UsageError(
            f"{name!r} is a word that semeq knows: --force puts yours in its place, or choose another name"
        )


def ask(message: Osc, to: str) -> Osc:
    """Send a change to the daemon and wait until it is on disk; raises ``click.UsageError`` if it is refused."""
    answers = converse((message,), to, lambda answer: answer.address in {SAVED, REFUSAL}, within_s=SAVED_S)
    if why := refusal_among(answers):
        raise click.UsageError(why)
    for answer in answers:
        if answer.address == SAVED:
            return answer
    raise PortError(f"semeq on {to} has not answered within {SAVED_S:g} s: it is not on disk yet")


def read_text(path: Path) -> str:
    """A file's text; raises ``click.UsageError`` naming it."""
    try:
        return read_bounded(path, LARGEST_BYTES).decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from None
