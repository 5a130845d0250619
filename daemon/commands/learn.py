"""The command `semeq learn`: a controller is moved and asked about until there is a surface file for it."""

import queue
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import click

from ...model import ModelError, load
from ..app.config import config_folder
from ..app.logs import keep_native_noise_away
from ..errors import PortError
from ..files import write_asked
from ..messages.midi import from_midi_bytes
from ..messages.types import printable
from ..ports.midi_client import connect, listen
from ..ports.midi_in import find, short_name
from ..ports.rtmidi import RtMidi
from ..session.address_space import ACTIONS
from ..surface.learning import Learning, surface_text
from ..surface.surface_file import Surface
from ..toml.reader import read_toml
from .asking import read_lines

_Said = tuple[float, bytes] | str | None
"""What the controller sent and when, a line that was typed, or that no more will be typed."""


@click.command()
@click.option("--midi", metavar="NAME", help="The controller's port, by a part of its name.")
@click.option("--midi-api", type=click.Choice(["auto", "jack", "alsa", "coremidi", "winmm"]), default="auto")
@click.option("--name", metavar="NAME", help="The surface's name (default: the port's).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Another file.")
@click.option("--add", is_flag=True, help="Keep what the file says of other controls.")
@click.option("--force", is_flag=True, help="Replace the file without asking.")
def learn(midi: str | None, midi_api: str, name: str | None, out: Path | None, add: bool, force: bool) -> None:
    """Learn a MIDI controller: move each control and say what it should do; semeq writes its surface file."""
    keep_native_noise_away()
    client = connect(midi_api)
    try:
        port = _port(client, midi)
        title = printable(name or short_name(port).partition(":")[0]).strip() or "My controller"
        path = out or config_folder() / "mappings" / "surfaces" / f"{_file_name(title)}.toml"
        known = Surface(title, "learned: each control was moved once", ())
        if add and path.exists():
            known = read_toml(path, Surface)
        elif path.exists() and not force:
            click.confirm(f"{path} is there already. Replace it? (--add keeps it)", abort=True)
        click.echo(f"{short_name(port)}: listening.")
        lesson = Learning(known, _word, ACTIONS)
        _converse(client, port, lesson)
    finally:
        client.close()
    if not lesson.surface.controls:
        click.echo("Nothing was learned; nothing is written.")
        return
    write_asked(path, surface_text(lesson.surface).encode())
    options = f"--surface {path if out else path.stem} --midi {_quoted(midi or short_name(port))}"
    click.echo(f"{path}: {len(lesson.surface.controls)} controls. Use it: semeq-daemon {options}")


def _port(client: RtMidi, wanted: str | None) -> str:
    """The port's full name; raises :class:`PortError` listing what there is if it is not clear which is meant."""
    names = client.names()
    found = find(wanted, names) if wanted else names[0] if len(names) == 1 else None
    if found:
        return found
    listed = ", ".join(repr(short_name(name)) for name in names) or "none"
    asked = f"no MIDI port is called {wanted!r}" if wanted else "say with --midi which MIDI port is meant"
    raise PortError(f"{asked} (there are: {listed})")


def _converse(client: RtMidi, port: str, lesson: Learning) -> None:
    """Carry messages and lines to the lesson, and what it says to the terminal, until it has finished."""
    said: queue.SimpleQueue[_Said] = queue.SimpleQueue()

    def heard(data: Sequence[int]) -> None:
        said.put((time.monotonic(), bytes(data)))

    listen(client, port, heard)
    threading.Thread(target=read_lines, args=(said.put,), name="typed", daemon=True).start()
    while not lesson.finished:
        for line in lesson.take_lines():
            click.echo(line)
        due_s = lesson.due_s()
        try:
            thing = said.get(timeout=None if due_s is None else max(due_s - time.monotonic(), 0.0))
        except queue.Empty:
            lesson.advance(time.monotonic())
            continue
        if thing is None:
            return
        if isinstance(thing, str):
            lesson.answer(thing)
        else:
            _hear(lesson, *thing)


def _hear(lesson: Learning, at_s: float, data: bytes) -> None:
    lesson.advance(at_s)
    try:
        message = from_midi_bytes(data) if data and data[0] < 0xF0 else None
    except ValueError:
        return
    if message is not None:
        lesson.receive(message, at_s)


def _word(typed: str) -> str:
    """The model's word for what was typed; raises ``ValueError`` if it knows none."""
    try:
        return load(None).descriptor(typed).term
    except ModelError as error:
        raise ValueError(str(error)) from None


def _file_name(title: str) -> str:
    letters = "".join(sign if sign.isalnum() else "-" for sign in title.lower())
    return "-".join(filter(None, letters.split("-"))) or "my-controller"


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
