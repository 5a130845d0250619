"""The command `semeq learn-host`: each controller is moved in turn while the user clicks learn in the DAW."""

import time
from pathlib import Path
from typing import get_args

import click

from ...model import load
from ..app.config import MidiApi, mapping_folders
from ..eq.equalizer import Setting
from ..eq.plugin_file import FixedParameter, Parameter, Plugin
from ..errors import MappingError
from ..host.host_file import Host
from ..host.route import Route
from ..mappings.library import load as load_mapping
from ..messages.midi import to_midi_bytes
from ..messages.types import Midi
from ..ports.midi_out import MidiOutput
from .completion import names

SWEEP = tuple(step / 20 for step in (*range(10, 21), *range(20, -1, -1), *range(11)))
"""Positions that a controller is moved through: from the middle up, down and back."""
STEP_S = 0.01
HELP = "Enter moves it, n next, b back, q quit"


@click.command("learn-host")
@click.option("--host", default="midi-cc", metavar="NAME", help="midi-cc (usual), midi-cc14, midi-nrpn.")
@click.option(
    "--plugin",
    required=True,
    metavar="NAME",
    shell_complete=names(Plugin),
    help="EQ plug-in (`semeq mappings list`), or a TOML file.",
)
@click.option("--send", default="", metavar="PORT", help="The DAW's MIDI port; without it semeq offers one of its own.")
@click.option("--midi-api", type=click.Choice(get_args(MidiApi)), default="auto", help="MIDI system (auto).")
@click.option("--every", type=float, metavar="S", help="Wait for no keys: so many seconds for each.")
@click.option("--model", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Another model.")
def learn_host(host: str, plugin: str, send: str, midi_api: str, every: float | None, model: Path | None) -> None:
    """Teach a DAW semeq's controllers: click learn on a parameter there, and semeq moves the controller for it."""
    route = _route(host, plugin, model)
    output = MidiOutput(send, midi_api, lambda: None)
    output.start()
    try:
        lessons = lessons_of(route)
        click.echo(f"{len(lessons)} parameters of {route.plugin.name} on {send or 'the port that semeq offers'}.")
        if presets := presets_of(route):
            click.echo(f"Set by hand in the plug-in: {presets}.")
        _teach(lessons, output, every)
    finally:
        output.stop()
    click.echo(f"Now: semeq-daemon --host {host} --plugin {plugin}{f' --send {send!r}' if send else ''}")


def lessons_of(route: Route) -> list[tuple[str, list[list[Midi]]]]:
    """Each parameter's name with what moves it, one list of messages for each step, at last to its usual place."""
    lessons: list[tuple[str, list[list[Midi]]]] = []
    for parameter in route.equalizer.parameters():
        if isinstance(parameter, Parameter):
            steps = [_messages(route, parameter, position) for position in (*SWEEP, _rest(parameter))]
            lessons.append((parameter.name, steps))
    return lessons


def presets_of(route: Route) -> str:
    """What must be set by hand, as the plug-in file says it."""
    presets = (parameter for parameter in route.equalizer.parameters() if isinstance(parameter, FixedParameter))
    return ", ".join(f"{preset.name} = {preset.value}" for preset in presets)


def _rest(parameter: Parameter) -> float:
    """Where a controller is left: gains at 0 dB, all else in the middle."""
    flat = {"db": 0.0, "gain": 1.0}.get(parameter.unit)
    return 0.5 if flat is None else parameter.law.to_normalized(flat)


def _messages(route: Route, parameter: Parameter, position: float) -> list[Midi]:
    return [m for m in route.write(Setting(parameter, parameter.law.to_value(position)), {}) if isinstance(m, Midi)]


def _route(host: str, plugin: str, model: Path | None) -> Route:
    folders = mapping_folders()
    found = load_mapping(Host, host, folders)
    if found.midi is None:
        raise MappingError(
            f"{found.name} needs no learning: --host midi-cc, midi-cc14 or midi-nrpn is for DAWs that do"
        )
    loaded = load(model)
    kinds = tuple(band.kind for band in loaded.bands(next(iter(loaded.terms))))
    return Route.choose(found, load_mapping(Plugin, plugin, folders), 1, 1, kinds)


def _teach(lessons: list[tuple[str, list[list[Midi]]]], output: MidiOutput, every: float | None) -> None:
    number = 0
    while 0 <= number < len(lessons):
        name, steps = lessons[number]
        click.echo(f"{number + 1} of {len(lessons)}  {name}")
        key = "" if every is not None else click.prompt(f"  click learn there; {HELP}", default="", show_default=False)
        if key in {"n", "b", "q"}:
            number = {"n": number + 1, "b": max(number - 1, 0), "q": len(lessons)}[key]
            continue
        for step in steps:
            for message in step:
                output.send(to_midi_bytes(message))
            time.sleep(STEP_S)
        if every is not None:
            time.sleep(max(every - STEP_S * len(steps), 0.0))
            number += 1
