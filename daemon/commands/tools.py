"""The command `semeq`: what there is to see and try without running the daemon."""

import json
import sys
from importlib.metadata import entry_points, version
from pathlib import Path

import click
from msgspec import structs

from ...model import load
from ...model.biquad import SAMPLE_RATE_HZ
from ...model.model import key_of
from ..app.config import config_folder, mapping_folders, midi_file
from ..app.logs import keep_native_noise_away
from ..eq.equalizer import Equalizer
from ..eq.plugin_file import Plugin
from ..errors import PortError
from ..library.vocabulary import Vocabulary
from ..mappings.library import load as load_mapping
from ..messages.types import Osc, OscArgument
from ..ports.midi_caution import CAUTION
from ..ports.midi_client import connect
from ..ports.midi_in import short_name
from ..ports.rtmidi import candidates
from ..session.state import STRENGTH_RANGE
from .audition import audition
from .completion import completion, names
from .doctor import doctor
from .learn import learn
from .learn_host import learn_host
from .library import library
from .mappings import mappings
from .monitor import monitor
from .own import words_if_any
from .phone import phone
from .plot import plot
from .render import render
from .run import Between, run_command
from .say import describe, say
from .sending import TO, deliver
from .service import service
from .setup import setup
from .tables import LANGUAGES, bands_table, json_text, row_of, settings_table, terms_table
from .targets import targets
from .touchosc import touchosc
from .undo import redo, undo
from .words import history, song, teach, words

MODEL = click.option("--model", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Another model.")
JSON = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")


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
        is_new = not (config_folder() / "semeq.toml").exists()
        if is_new and sys.stdin.isatty() and sys.stdout.isatty():
            ctx.invoke(setup)
        else:
            click.echo(ctx.get_help())


command.add_command(audition)
command.add_command(phone)
command.add_command(plot)
command.add_command(render)
command.add_command(say)
command.add_command(describe)
command.add_command(touchosc)
command.add_command(doctor)
command.add_command(mappings)
command.add_command(targets)
command.add_command(learn)
command.add_command(teach)
command.add_command(words)
command.add_command(song)
command.add_command(history)
command.add_command(undo)
command.add_command(redo)
command.add_command(library)
command.add_command(learn_host)
command.add_command(setup)
command.add_command(monitor)
command.add_command(service)
command.add_command(completion)


def main() -> None:
    """Run the command; whatever is wrong becomes one line and exit code 2."""
    with CAUTION.during(midi_file("semeq")):
        run_command(command, "semeq")


@command.command()
def ports() -> None:
    """List MIDI inputs and outputs of every MIDI system."""
    keep_native_noise_away()
    for api in candidates("auto"):
        click.echo(api)
        for direction, word in (("in", "input"), ("out", "output")):
            try:
                client = connect(api, direction)
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
    """List the words, what each rests on, and what there is to know about it; yours are marked."""
    own = {word.key: word for word in words_if_any()}
    known = Vocabulary.of(load(model), own.values()).model.terms.values()
    found = [term for term in known if lang in (None, term.language)]
    marks = {
        term.term: "yours" if own[key_of(term.term)].alone else "adapted to you"
        for term in found
        if key_of(term.term) in own
    }
    rows = [
        {**structs.asdict(term), "rests_on": term.rests_on, "remarks": term.remarks, "own": marks.get(term.term, "")}
        for term in found
    ]
    click.echo(json_text(rows) if as_json else terms_table(found, marks))


@command.command()
@click.argument("term")
@click.argument("term_b", required=False)
@click.option("--morph", type=Between(0, 1), default=0.0, metavar="M", help="Position between the terms (0).")
@click.option("--strength", type=Between(*STRENGTH_RANGE), default=1.0, metavar="S", help="-1 to 2 (1).")
@click.option(
    "--plugin",
    metavar="NAME",
    shell_complete=names(Plugin),
    help="What this EQ will be set to (`semeq mappings list`, or a TOML file).",
)
@click.option(
    "--sample-rate", type=Between(32_000, 768_000), metavar="HZ", help="The session's, with --plugin (48000)."
)
@JSON
@MODEL
def bands(
    term: str,
    term_b: str | None,
    morph: float,
    strength: float,
    plugin: str | None,
    sample_rate: float | None,
    as_json: bool,
    model: Path | None,
) -> None:
    """Show the five bands of TERM, or of a point on the morph from it to TERM_B.

    With --plugin, a line for each parameter of that plug-in instead: the value that it will have, in the plug-in's own
    unit, and the position 0 to 1 of its knob; then how far the plug-in's response is from what the words ask for, at
    most, between 20 Hz and 16 kHz.
    """
    if morph and term_b is None:
        raise click.UsageError("--morph needs a second term")
    if sample_rate and plugin is None:
        raise click.UsageError("--sample-rate goes with --plugin: the bands themselves have none")
    loaded = load(model)
    for word in filter(None, (term, term_b)):
        if said := loaded.taken(word).said:
            click.echo(said, err=True)
    found = loaded.bands(term, term_b, position=morph, strength=strength)
    if plugin is None:
        click.echo(json.dumps([structs.asdict(band) for band in found]) if as_json else bands_table(found))
        return
    file, kinds = load_mapping(Plugin, plugin, mapping_folders()), tuple(band.kind for band in found)
    equalizer = Equalizer.choose(file, kinds, sample_rate or SAMPLE_RATE_HZ)
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
@TO
@click.option("--all", "everything", is_flag=True, help="Print all that comes back, the daemon's values too.")
def send(osc_address: str, arguments: tuple[str, ...], to: str, everything: bool) -> None:
    """Send one OSC message to the daemon, and say whether it was accepted, or why not.

    Whole numbers are sent as integers, other numbers as floats, true and false as such, the rest as text. An answer to
    the message itself is printed; any other program than semeq may be sent to as well.
    """
    if not osc_address.startswith("/"):
        raise click.UsageError(f"an OSC address begins with /, not {osc_address!r}")
    deliver(Osc(osc_address, tuple(_argument(word) for word in arguments)), to, shows_all=everything)


def _argument(word: str) -> OscArgument:
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(word.lower(), word)
