"""The command `semeq`: what there is to see and try without running the daemon."""

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import entry_points, version
from pathlib import Path

import click
from msgspec import structs

from ...model import load
from ..app.config import address, mapping_folders
from ..app.logs import keep_native_noise_away
from ..eq.equalizer import Equalizer
from ..eq.plugin_file import Plugin
from ..errors import PortError
from ..mappings.library import load as load_mapping
from ..messages.osc import decode, encode
from ..messages.types import Address, Osc, OscArgument
from ..ports.event_loop import run
from ..ports.midi_in import short_name
from ..ports.rtmidi import RtMidi, candidates
from ..ports.udp import UdpPort
from ..session.dispatch import REFUSAL
from ..session.session import QUESTIONS
from ..session.state import STRENGTH_RANGE
from .audition import audition
from .doctor import doctor
from .learn import learn
from .learn_host import learn_host
from .mappings import mappings
from .plot import plot
from .render import render
from .run import Between, run_command
from .tables import LANGUAGES, bands_table, json_text, row_of, settings_table, terms_table
from .targets import targets
from .touchosc import touchosc

MODEL = click.option("--model", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Another model.")
JSON = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
ANSWER_S = 0.5
SETTLE_S = 0.05
"""What belongs to an answer comes within this time of it."""


class Gathered(click.Group):
    """A group whose further commands are those that installed packages offer as `semeq.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, own and offered."""
        return sorted({*super().list_commands(ctx), *(entry.name for entry in entry_points(group="semeq.commands"))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by name; an offered one is imported only when it is asked for."""
        for entry in entry_points(group="semeq.commands", name=cmd_name):
            return entry.load()
        return super().get_command(ctx, cmd_name)


@click.group(
    cls=Gathered,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("semeq"), "--version", message="semeq %(version)s")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Words in, equaliser moves out. `semeq-daemon` does the work; these are its tools."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


command.add_command(audition)
command.add_command(plot)
command.add_command(render)
command.add_command(touchosc)
command.add_command(doctor)
command.add_command(mappings)
command.add_command(targets)
command.add_command(learn)
command.add_command(learn_host)


def main() -> None:
    """Run the command; whatever is wrong becomes one line and exit code 2."""
    run_command(command, "semeq")


@command.command()
def ports() -> None:
    """List MIDI inputs and outputs of every MIDI system."""
    keep_native_noise_away()
    for api in candidates("auto"):
        click.echo(api)
        for direction, word in (("in", "input"), ("out", "output")):
            try:
                client = RtMidi(api, direction)
            except PortError as error:
                click.echo(f"  {error}")
                break
            names = client.names()
            client.close()
            click.echo("\n".join(f"  {word:<6}  {short_name(name)}" for name in names) or f"  {word:<6}  none")


@command.command()
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help="Only words of this language.")
@JSON
@MODEL
def terms(lang: str | None, as_json: bool, model: Path | None) -> None:
    """List the words, with how many people each stands on."""
    found = [term for term in load(model).terms.values() if lang in (None, term.language)]
    click.echo(json_text([asdict(term) for term in found]) if as_json else terms_table(found))


@command.command()
@click.argument("term")
@click.argument("term_b", required=False)
@click.option("--morph", type=Between(0, 1), default=0.0, metavar="M", help="Position between the terms (0).")
@click.option("--strength", type=Between(*STRENGTH_RANGE), default=1.0, metavar="S", help="-1 to 2 (1).")
@click.option("--plugin", metavar="NAME", help="What this EQ will be set to (`semeq mappings list`, or a TOML file).")
@JSON
@MODEL
def bands(
    term: str,
    term_b: str | None,
    morph: float,
    strength: float,
    plugin: str | None,
    as_json: bool,
    model: Path | None,
) -> None:
    """Show the five bands of TERM, or of a point on the way from it to TERM_B.

    With --plugin a line for each of its parameters instead: the value that it will have, as the plug-in counts, the
    position 0 to 1 of its knob, and what that is in all off what the words ask for, at most, from 20 Hz to 16 kHz.
    """
    if morph and term_b is None:
        raise click.UsageError("--morph needs a second term")
    found = load(model).bands(term, term_b, position=morph, strength=strength)
    if plugin is None:
        click.echo(json.dumps([structs.asdict(band) for band in found]) if as_json else bands_table(found))
        return
    equalizer = Equalizer.choose(load_mapping(Plugin, plugin, mapping_folders()), tuple(band.kind for band in found))
    fit = equalizer.fit(found)
    rows = [row_of(setting) for setting in equalizer.settings(fit.bands)]
    name = equalizer.plugin.name
    if as_json:
        click.echo(json_text({"plugin": name, "off_db": fit.off_db, "parameters": rows}))
    else:
        click.echo(f"{settings_table(rows)}\n{name}: at most {fit.off_db:.2f} dB off, from 20 Hz to 16 kHz")


@command.command(context_settings={"ignore_unknown_options": True})  # so that -1 is a value
@click.argument("osc_address", metavar="ADDRESS")
@click.argument("arguments", nargs=-1)
@click.option("--to", default="127.0.0.1:9000", metavar="HOST:PORT", help="Where to (127.0.0.1:9000, the daemon).")
@click.option("--all", "everything", is_flag=True, help="Print all that comes back, the daemon's values too.")
@click.pass_context
def send(ctx: click.Context, osc_address: str, arguments: tuple[str, ...], to: str, everything: bool) -> None:
    """Send one OSC message to the daemon, and say whether it was taken, or why not.

    Whole numbers are sent as integers, other numbers as floats, true and false as such, the rest as text. An answer to
    the message itself is printed; any other program than semeq may be sent to as well.
    """
    if not osc_address.startswith("/"):
        raise click.UsageError(f"an OSC address begins with /, not {osc_address!r}")
    message = Osc(osc_address, tuple(_argument(word) for word in arguments))
    answers, is_done = run(_send(message, to))
    refused = [str(answer.arguments[-1]) for answer in answers if answer.address == REFUSAL and answer.arguments]
    if everything or message.address in QUESTIONS:
        click.echo("\n".join(map(str, answers)))
    if refused:
        raise click.UsageError(f"{osc_address} was not taken: {refused[0]}")
    if not is_done:
        click.echo("sent; nothing came back", err=True)
    elif not (everything or message.address in QUESTIONS):
        click.echo(f"done: {message}")


def _argument(word: str) -> OscArgument:
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(word.lower(), word)


async def _send(message: Osc, to: str) -> tuple[list[Osc], bool]:
    """Send, then ask semeq whether it is there: its answers, and whether it has worked on the message."""
    peer = address(to, "--to")
    try:
        data = encode(message)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    answers: list[Osc] = []
    refused, done = asyncio.Event(), asyncio.Event()

    def hear(received: bytes, _: Address) -> None:
        with suppress(ValueError):  # whoever answers may be no OSC program at all
            take(decode(received))

    def take(received: list[Osc]) -> None:
        for answer in received:
            (done.set() if answer == worked else answers.append(answer))

    token = secrets.token_hex(8)
    worked = Osc("/semeq/pong", (token,))
    port = await UdpPort.connect(peer, hear, refused.set)
    port.send(data)
    port.send(encode(Osc("/semeq/ping", (token,))))
    waiting = [asyncio.create_task(event.wait()) for event in (refused, done)]
    await asyncio.wait(waiting, timeout=ANSWER_S, return_when=asyncio.FIRST_COMPLETED)
    if done.is_set():
        await asyncio.sleep(SETTLE_S)
    for task in waiting:
        task.cancel()
    port.close()
    if refused.is_set() and not answers:
        raise PortError(f"nobody listens on {to}; is semeq-daemon running, on that port?")
    return answers, done.is_set()
