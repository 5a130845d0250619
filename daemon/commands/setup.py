"""The command `semeq setup`: from nothing to a knob that moves one's own equaliser, with nothing to know before."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from ...model import Model, ModelError
from ...model import load as load_model
from ..app.config import Config, config_folder, mapping_folders
from ..app.config_file import changed, save
from ..app.logs import keep_native_noise_away
from ..discover.around import HostThere
from ..host.host_file import Host
from ..mappings.library import load
from ..messages.types import printable
from ..terminal.plot import spark
from ..toml.reader import read_toml
from .asking import Asking, Back, say
from .equalisers import Choice, equaliser, look
from .knobs import Knobs, Turned, controllers

LISTEN_S = 0.05
FREE_OSC_PORT = 9100
"""Where semeq listens if the host sends to semeq's usual port."""


class Answers(Struct):
    """What was answered so far."""

    terms: tuple[str, str]
    choice: Choice | None = None
    knob: Turned | None = None
    is_saved: bool = False


@click.command()
@click.option("--yes", is_flag=True, help="Ask nothing, take every default.")
@click.option("--start/--no-start", default=True, help="Start semeq-daemon at the end, if this is a terminal (yes).")
def setup(yes: bool, start: bool) -> None:
    """Find the DAW, its equaliser, the knob and two words, and write them down. It can be run again.

    Nothing is moved, and nothing is written before the end.
    """
    keep_native_noise_away()
    path = config_folder() / "semeq.toml"
    before = read_toml(path, Config) if path.exists() else Config()
    model = load_model(before.model)
    asking, answers = Asking(is_yes=yes or not sys.stdin.isatty()), Answers(before.terms or ("warm", "bright"))
    say("semeq turns words into moves of your own equaliser. (ctrl-c leaves, nothing is changed; b: a question back)")
    click.echo()
    try:
        _ask_all(asking, answers, model, path, before)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nNothing was changed.")
        raise click.Abort from None
    finally:
        asking.close()
    arguments = [] if answers.is_saved else _arguments(answers)
    if answers.choice:
        say("Nothing has been moved yet. Turn the knob to hear it; o gives back what was there.")
    else:
        say("Without a DAW: semeq-daemon --demo shows it, and semeq audition song.wav lets you hear it on headphones.")
    click.echo(f"{'Next time just' if answers.is_saved else 'Start it with'}: {_line(arguments)}")
    if start and not asking.is_yes and sys.stdin.isatty() and sys.stdout.isatty():
        _run(arguments if answers.choice else [*arguments, "--demo"])


def _ask_all(asking: Asking, answers: Answers, model: Model, path: Path, before: Config) -> None:
    """Ask everything, one step after the other; ``b`` goes back to the last one that asked something."""
    there, way, step = _look(), list[int](), 0
    while step < 4:
        asked = asking.asked
        try:
            match step:
                case 0:
                    answers.choice = equaliser(asking, there)
                case 1:
                    with Knobs() as knobs:
                        answers.knob = _knob(asking, knobs)
                case 2:
                    answers.terms = _words(asking, model, answers.terms)
                case _:
                    answers.is_saved = _remember(asking, path, answers, before)
        except Back:
            step = way.pop() if way else 0
            there = _look() if step == 0 else there
        else:
            way += [step] * (asking.asked > asked)
            step += 1


def _look() -> list[HostThere]:
    is_shown = sys.stdout.isatty()
    click.echo("Looking …" * is_shown, nl=False)
    there = look()
    hosts = [f"{name} answers" for name in dict.fromkeys(one.host.name for one in there)] or ["no DAW answers"]
    knobs = controllers()
    count = f"{len(knobs) or 'no'} MIDI controller{'' if len(knobs) == 1 else 's'}"
    said = f"{', '.join(hosts)} · {count}{': ' if knobs else ''}{', '.join(map(printable, knobs))}"
    click.echo("\r" * is_shown, nl=False)
    say(f"Looking …  {said}", further="  ")
    return there


# -- the knob and the words -------------------------------------------------------------------------------------------


def _knob(asking: Asking, knobs: Knobs) -> Turned | None:
    if not knobs.ports:
        say("No MIDI controller is connected: the arrow keys morph. (run setup again when there is one)")
        return None
    say("Turn the knob that you want to morph with.   (enter: the arrow keys)")
    if not asking.until(lambda: knobs.turned is not None, LISTEN_S) or knobs.turned is None:
        return Turned(knobs.ports[0], -1, 1) if asking.is_yes and len(knobs.ports) == 1 else None
    click.echo(f"{printable(knobs.turned.port)}: CC {knobs.turned.control}, channel {knobs.turned.channel}. Good.")
    return knobs.turned


def _words(asking: Asking, model: Model, usual: tuple[str, str]) -> tuple[str, str]:
    while True:
        answer = asking.ask(f"Between which two words?  [{usual[0]} -> {usual[1]}]", " ".join(usual))
        words = answer.replace(",", " ").replace("->", " ").split()
        try:
            first, second = (model.descriptor(word) for word in words)
        except (ModelError, ValueError) as error:
            say(str(error) if isinstance(error, ModelError) else "Two words, please: warm bright")
            continue
        for term in (first, second):
            click.echo(f"  {term.term:<12} {spark(model.bands(term.term))}   {term.evidence}")
        return first.term, second.term


# -- what is kept -----------------------------------------------------------------------------------------------------


def _remember(asking: Asking, path: Path, answers: Answers, before: Config) -> bool:
    choice, knob = answers.choice, answers.knob
    values: dict[str, Any] = {
        "midi": knob.port if knob else None,
        "morph_cc": knob.control if knob and knob.control >= 0 else None,
        "terms": list(answers.terms),
    }
    if port := _other_osc_port(choice, before.osc.port):
        values["osc.port"] = port
        say(f"That host sends to the port that semeq usually has: semeq takes OSC port {port} instead.")
    text = changed(path, values, [choice.table] if choice else [])
    if path.exists() and not asking.agrees(f"{path} is there: put these into it?", default=True):
        click.echo("It stays as it is.")
        return False
    kept = save(path, text)
    click.echo(f"Saved in {path}" + (f"; what was there is in {kept.name}" if kept else ""))
    return True


def _other_osc_port(choice: Choice | None, own: int) -> int:
    """The OSC port for semeq if the host sends its answers to the one that semeq would have; else 0."""
    return FREE_OSC_PORT if choice and load(Host, choice.host, mapping_folders()).reply_port == own else 0


def _arguments(answers: Answers) -> list[str]:
    """Options of semeq-daemon that say the same as the file would."""
    given = {"--terms": ",".join(answers.terms)}
    if knob := answers.knob:
        given["--midi"] = knob.port
        given |= {"--morph-cc": str(knob.control)} if knob.control >= 0 else {}
    if answers.choice:
        given |= {f"--{key}": str(value) for key, value in answers.choice.table.items() if value is not None}
    return [word for option in given.items() for word in option]


def _line(arguments: Sequence[str]) -> str:
    return shlex.join(["semeq-daemon", *arguments])


def _run(arguments: Sequence[str]) -> None:
    from .daemon import command as daemon

    daemon.main(args=list(arguments), prog_name="semeq-daemon", standalone_mode=False)
