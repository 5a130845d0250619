"""What the commands for own words and the library share: opening it, and asking the daemon."""

import asyncio
import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from ...model import Bands, Model, load
from ...model.model import key_of
from ..app.config import address, library_file
from ..errors import LibraryError, PortError
from ..library.five import five_bands
from ..library.names import checked_name
from ..library.records import Put
from ..library.words import Example, OwnWord, decoded, encoded, taught
from ..messages.osc import decode, encode
from ..messages.types import Osc
from ..ports.event_loop import run
from ..ports.udp import UdpPort
from ..session.dispatch import REFUSAL
from ..storage.database import Database, open_library

SAVED = "/semeq/saved"
ANSWER_S = 5.0
TO = click.option("--to", default="127.0.0.1:9000", metavar="HOST:PORT", help="The daemon (127.0.0.1:9000).")


@contextmanager
def opened() -> Generator[Database, None, None]:
    """The user's library; raises :class:`LibraryError`, and says beside what is wrong."""
    database, _, said = open_library(library_file())
    if said:
        click.echo(said, err=True)
    try:
        yield database
    except sqlite3.Error as error:
        raise LibraryError(f"{database.path}: {error}; nothing was changed") from None
    finally:
        database.close()


def own_words(database: Database) -> dict[str, OwnWord]:
    """The words that the user has taught, by their keys."""
    words, _ = decoded(database.documents()["words"])
    return {word.key: word for word in words}


def words_if_any() -> list[OwnWord]:
    """The user's words for a command that only reads: none where there is no library or none that can be read."""
    if not library_file().is_file():
        return []
    with suppress(LibraryError), opened() as database:
        return list(own_words(database).values())
    return []


def write(database: Database, puts: Sequence[Put]) -> None:
    """Write changes, on disk when this returns."""
    if database.read_only:
        raise LibraryError(database.read_only)
    database.write(puts)


def teach_settings(settings: Sequence[tuple[str, Bands, str]], *, force: bool) -> list[OwnWord]:
    """Teach words from settings that were read elsewhere (name, bands, note); all of them or none.

    Raises ``click.UsageError`` for a name that is none, or that would hide a shipped word without ``force``.
    """
    model = load()
    with opened() as database:
        words, changed = own_words(database), dict[str, OwnWord]()
        for name, bands, note in settings:
            try:
                name = checked_name(name)
                five, off_db = five_bands(bands)
            except ValueError as error:
                raise click.UsageError(f"{name[:40]!r}: {error}") from None
            _refuse_hiding(model, name, force)
            example = Example.of(five, at_s=time.time(), note=note[:200], off_db=off_db)
            word = taught(model, words.get(key_of(name)), name, example, force=force)
            words[word.key] = changed[word.key] = word
        write(database, [Put(0, "words", key, encoded(word)) for key, word in changed.items()])
    return list(changed.values())


def _refuse_hiding(model: Model, name: str, force: bool) -> None:
    if key_of(name) in model.indices and not force:
        raise click.UsageError(f"{name!r} is a word that semeq knows: --force puts yours in its place, or use --name")


def ask(message: Osc, to: str) -> Osc:
    """Send a change to the daemon and wait until it is on disk; raises ``click.UsageError`` if it is refused."""
    return run(_ask(message, to))


async def _ask(message: Osc, to: str) -> Osc:
    answer: asyncio.Future[Osc] = asyncio.get_running_loop().create_future()
    refused = asyncio.Event()

    def hear(data: bytes, _: object) -> None:
        with suppress(ValueError):
            for said in decode(data):
                if said.address in {SAVED, REFUSAL} and not answer.done():
                    answer.set_result(said)

    port = await UdpPort.connect(address(to, "--to"), hear, refused.set)
    try:
        port.send(encode(message))
        waiting = asyncio.ensure_future(refused.wait())
        await asyncio.wait((answer, waiting), timeout=ANSWER_S, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
    finally:
        port.close()
    if refused.is_set():
        raise PortError(f"nobody listens on {to}; is semeq-daemon running, on that port?")
    if not answer.done():
        raise PortError(f"semeq on {to} has not answered within {ANSWER_S:g} s: it is not on disk yet")
    said = answer.result()
    if said.address == REFUSAL:
        raise click.UsageError(str(said.arguments[-1]))
    return said


def read_text(path: Path) -> str:
    """A file's text; raises ``click.UsageError`` naming it."""
    try:
        if path.is_file() and path.stat().st_size > 20_000_000:
            raise click.UsageError(f"{path}: too large")
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from None
