"""What the user asks for: a strict TOML file, and above it the options of the command line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import click
import platformdirs
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from ..errors import PortError
from ..host.host_file import Host
from ..host.life import Hands, Start
from ..mappings.library import SHIPPED, load
from ..messages.types import Address
from ..session.session import OnExit
from ..session.state import BLENDED, GLIDE_RANGE_MS, STRENGTH_RANGE
from ..surface.takeover import Mode

MidiApi = Literal["auto", "jack", "alsa", "coremidi", "winmm"]
LogLevel = Literal["debug", "info", "warning", "error"]
OF_TARGET = ("host", "plugin", "track", "slot", "send", "start", "hands", "send_on_release", "set", "value")
"""Options of the command line that concern one equaliser."""
Port = Annotated[int, Meta(ge=0, le=65535)]


class OscConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where semeq listens for OSC, who may steer, and who hears its values besides those that steer (``HOST:PORT``).

    ``allow`` names addresses and networks. ``query_port`` is where OSCQuery answers (``None``: the OSC port's number if
    that is free; -1: nowhere), ``query_write`` lets it change values; ``announce`` tells the network by DNS-SD.
    """

    port: Port = 9000
    bind: str = "127.0.0.1"
    feedback: str | tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    query_port: Annotated[int, Meta(ge=-1, le=65535)] | None = None
    query_write: bool = False
    announce: bool = True


class MidiConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """One controller: its port's name or a part of it, and the surface file that belongs to it."""

    port: str
    surface: str | None = None


class TargetConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """One equaliser in a DAW: host and plug-in files by name, its place as the DAW counts (from 1) or by its names.

    The track ``selected`` is whichever the DAW has selected. ``terms`` and ``strength`` are what this one has of
    its own; ``set`` and ``value`` replace the host file's; ``sample_rate_hz`` is for hosts that do not say it.
    """

    host: str
    plugin: str
    track: Annotated[int, Meta(ge=0)] | str = 1
    slot: Annotated[int, Meta(ge=1)] | str = 1
    send: str | None = None
    terms: tuple[str, str] | None = None
    strength: Annotated[float, Meta(ge=0, le=2)] = 1.0
    start: Start = "wait"
    hands: Hands = "pickup"
    send_on_release: bool = False
    set: str | None = None
    value: Literal["natural", "normalized"] | None = None
    sample_rate_hz: Annotated[float, Meta(ge=32_000, le=768_000)] = 48000.0


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be asked for; what is not said is as last time (terms, strength, glide) or the default."""

    midi: str | tuple[str | MidiConfig, ...] = ()
    midi_api: MidiApi = "auto"
    morph_cc: Annotated[int, Meta(ge=0, le=127)] | None = None
    terms: tuple[str, str] | None = None
    strength: Annotated[float, Meta(ge=STRENGTH_RANGE[0], le=STRENGTH_RANGE[1])] | None = None
    glide_ms: Annotated[float, Meta(ge=GLIDE_RANGE_MS[0], le=GLIDE_RANGE_MS[1])] | None = None
    takeover: Mode = "scaling"
    favourites: tuple[str, ...] = ()
    blend: Annotated[tuple[str, ...], Meta(max_length=BLENDED)] = ()
    level_match: bool = False
    spectrum: str | None = None
    on_exit: OnExit = "leave"
    model: str | None = None
    surface: str | None = None
    ui: bool = True
    stage: bool = False
    phone: bool = False
    log_level: LogLevel = "info"
    osc: OscConfig = field(default_factory=OscConfig)
    targets: tuple[TargetConfig, ...] = ()

    @property
    def ports(self) -> tuple[MidiConfig, ...]:
        """The controllers that were asked for."""
        named = (self.midi,) if isinstance(self.midi, str) else self.midi
        return tuple(MidiConfig(part) if isinstance(part, str) else part for part in named)

    @property
    def followers(self) -> tuple[str, ...]:
        """Who hears the values without steering, ``HOST:PORT``."""
        return (self.osc.feedback,) if isinstance(self.osc.feedback, str) else self.osc.feedback


def config_folder() -> Path:
    """Where the user's own files are: ``semeq.toml``, and mappings in ``mappings/``."""
    return platformdirs.user_config_path("semeq", appauthor=False)


def mapping_folders() -> tuple[Path, ...]:
    """Where mapping files are looked for: the user's own win over the shipped ones."""
    return config_folder() / "mappings", SHIPPED


def library_file() -> Path:
    """Where what the player makes is kept: own words, scenes, songs, favourites, history, the last setting."""
    return platformdirs.user_data_path("semeq", appauthor=False) / "library.sqlite"


def phones_folder() -> Path:
    """Where the keys of phones are kept, as hashes."""
    return platformdirs.user_data_path("semeq", appauthor=False) / "phones"


def state_file() -> Path:
    """Where an older semeq remembered terms, position, knobs and scenes."""
    return platformdirs.user_state_path("semeq", appauthor=False) / "state.json"


def own_settings_file() -> Path:
    """Where the daemon keeps what plug-ins had before it first wrote to them."""
    return platformdirs.user_state_path("semeq", appauthor=False) / "own-settings.json"


def midi_file(of: int | str) -> Path:
    """Where the daemon with this OSC port, or ``semeq``, notes which MIDI drivers did no harm in its last run."""
    return platformdirs.user_state_path("semeq", appauthor=False) / f"midi-{of}.json"


def log_file() -> Path:
    """Where log lines go while the terminal is drawn on."""
    return platformdirs.user_log_path("semeq", appauthor=False) / "semeq.log"


def address(text: str, option: str, default_host: str = "127.0.0.1") -> Address:
    """Read ``HOST:PORT``, ``[IPv6]:PORT`` or ``:PORT``; raises :class:`PortError` naming the option."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or len(port) > 5 or not 1 <= int(port) <= 65535:
        raise PortError(f"{option} {text[:200]!r} is not HOST:PORT with a port from 1 to 65535")
    try:
        host.encode("idna")
    except UnicodeError:
        raise PortError(f"{option} {text[:200]!r}: no host has such a name") from None
    return host.strip("[]") or default_host, int(port)


def heard_at(osc: OscConfig) -> str:
    """Where a daemon of this machine is spoken to from this machine, ``HOST:PORT``."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(osc.bind, osc.bind)
    return f"[{host}]:{osc.port}" if ":" in host else f"{host}:{osc.port}"


def with_options(config: Config, options: Mapping[str, Any]) -> Config:
    """Lay the command line's options (``None``: not given) over a configuration; raises ``click.UsageError``."""
    given = {name: value for name, value in options.items() if value not in (None, ())}
    target = {name: given.pop(name) for name in OF_TARGET if name in given}
    osc = {name: given.pop(f"osc_{name}") for name in OscConfig.__struct_fields__ if f"osc_{name}" in given}
    if "terms" in given:
        given["terms"] = _two_terms(given["terms"])
    if "spectrum" in given:
        given["spectrum"] = str(given["spectrum"])
    if "model" in given:
        given["model"] = str(given["model"])
    return replace(config, **given, osc=replace(config.osc, **osc), targets=_targets(config.targets, target))


def _two_terms(text: str) -> tuple[str, str]:
    a, comma, b = (part.strip() for part in text.partition(","))
    if not (a and comma and b) or "," in b:
        raise click.UsageError(f"--terms takes two words with a comma between them, not {text!r}")
    return a, b


def _targets(configured: tuple[TargetConfig, ...], given: dict[str, Any]) -> tuple[TargetConfig, ...]:
    if "host" in given and "plugin" in given:
        return (TargetConfig(**given),)
    if not given:
        return configured
    if len(configured) == 1:
        old = replace(configured[0], send=None, set=None, value=None) if "host" in given else configured[0]
        return (replace(old, **given),)
    if configured:
        raise click.UsageError(
            f"--{next(iter(given))} could mean {len(configured)} targets: set it for each [[targets]] in the file"
        )
    if "host" in given:
        load(Host, given["host"], mapping_folders())  # a name that nobody knows is said before what else is missing
    missing = [f"--{name} NAME" for name in ("host", "plugin") if name not in given]
    raise click.UsageError(f"--{next(iter(given))} needs {' and '.join(missing)} (`semeq mappings list` names them)")
