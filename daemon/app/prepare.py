"""From what the user asked for to a session that can start: files are read here, nothing is opened yet."""

from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ... import model as models
from ...model import Model, ModelError
from ..audio.spectrum import spectrum_of
from ..eq.plugin_file import Plugin
from ..errors import MappingError
from ..host.host_file import Host
from ..host.locator import Locator
from ..host.own import OwnSettings
from ..host.route import Route
from ..host.target import Target
from ..host.turns import Turns
from ..mappings.library import load, suits
from ..ports.endpoint import Peer
from ..ports.udp import resolve
from ..session.address_space import METHODS
from ..session.level_match import LevelMatch
from ..session.morpher import TargetOverrides, Words
from ..session.session import Session
from ..session.settings import Settings
from ..session.state import GLIDE_MS, State
from ..storage.storage import Storage
from ..surface.surface_file import Surface
from ..toml.reader import did_you_mean
from .config import Config, TargetConfig, address, library_file, mapping_folders, own_settings_file, state_file
from .memory import Memory, open_memory, remember_nothing
from .own_settings import OwnSettingsFile


class Prepared(Struct, frozen=True):
    """A session, where its targets listen, and what there is to say about the start."""

    session: Session
    peers: tuple[Peer, ...]
    warnings: tuple[str, ...]
    storage: Storage | None = None


def prepare(config: Config, morph_cc: int | None, remember: bool) -> Prepared:
    """Read model, mappings and state; raises ``ModelError``, ``TomlFileError`` or ``PortError`` for what is wrong."""
    shipped = models.load(config.model)
    if remember:
        memory = open_memory(shipped, library_file(), state_file(), config.osc.port)
    else:
        memory = remember_nothing(shipped)
    try:
        return _prepared(config, morph_cc, memory)
    except BaseException:
        if memory.storage:
            memory.storage.end()
        raise


def _prepared(config: Config, morph_cc: int | None, memory: Memory) -> Prepared:
    model = memory.library.vocabulary.model
    state, forgotten = _start_state(model, config, memory.state)
    kept = OwnSettingsFile(own_settings_file())
    targets, peers = _targets(model, config, kept)
    surface = _surface(config.surface)
    surfaces = {port.port: found for port in config.ports if (found := _surface(port.surface))}
    settings = Settings(
        morph_cc,
        surface,
        surfaces,
        tuple(resolve(address(told, "--osc-feedback")) for told in config.followers),
        tuple(_overrides(model, asked) for asked in config.targets),
        Words(config.favourites, config.blend),
        config.takeover,
        _glide_ms(config),
        memory.library,
    )
    session = Session(model, targets, settings, state)
    session.is_kept = lambda: kept.is_written
    spectrum = spectrum_of(Path(config.spectrum), lambda _done, _whole: None) if config.spectrum else None
    session.level_match = LevelMatch(spectrum, config.level_match)
    for name, used in ((config.surface, surface), *((port.surface, surfaces.get(port.port)) for port in config.ports)):
        _check(name, used)
    warnings = tuple(filter(None, (*memory.warnings, forgotten, kept.complaint)))
    return Prepared(session, peers, warnings, memory.storage)


def _surface(name: str | None) -> Surface | None:
    return load(Surface, name, mapping_folders()) if name else None


def _check(name: str | None, surface: Surface | None) -> None:
    """See whether a surface moves and shows what there is; raises :class:`MappingError` naming what there is not."""
    for _, named in surface.addresses if surface else ():
        if named not in METHODS:
            raise MappingError(f"surface {name}: no address {named!r}{did_you_mean(named, METHODS)}")


def _glide_ms(config: Config) -> float:
    return GLIDE_MS if config.glide_ms is None else config.glide_ms


def _start_state(model: Model, config: Config, remembered: State) -> tuple[State, str]:
    """The state to start in: what was asked for, else what is remembered, else the default."""
    state, forgotten = remembered, ""
    if config.terms:
        state = replace(state, terms=config.terms, mode="morph")
    else:
        try:
            for term in state.terms:
                model.latent(term)
        except ModelError as error:
            first = list(model.terms)
            terms = State().terms if all(t in model.terms for t in State().terms) else (first[0], first[-1])
            state, forgotten = replace(state, terms=terms), f"last time's terms are gone: {error}"
    if any(target.start == "from-daw" for target in config.targets):
        state = replace(state, morph=0.0)
    if config.strength is not None:
        state = replace(state, strength=config.strength)
    if config.glide_ms is not None:
        state = replace(state, glide_ms=None)
    return state, forgotten


def _targets(model: Model, config: Config, kept: OwnSettings) -> tuple[list[Target], tuple[Peer, ...]]:
    kinds = tuple(band.kind for band in model.bands(next(iter(model.terms))))
    targets: list[Target] = []
    turns: dict[Peer, Turns] = {}
    peers: list[Peer] = []
    for asked in config.targets:
        host, plugin = _host(asked), load(Plugin, asked.plugin, mapping_folders())
        if not suits(host, asked.plugin, mapping_folders()):
            raise MappingError(
                f"{asked.plugin} is not how {host.name} has its plug-ins; there is {', '.join(host.plugins)}, or a file"
                " of your own: semeq targets"
            )
        if config.on_exit == "restore" and not host.can_be_asked:
            raise MappingError(
                f"{host.name} cannot be asked for its values, so --on-exit restore cannot work; use leave or flat"
            )
        if asked.start == "from-daw" and not host.can_tell:
            raise MappingError(f"{host.name} cannot be asked for its values, so --start from-daw cannot work")
        peer = _peer(asked, host)
        locator = Locator(host, asked.track, asked.slot)
        track = 1 if locator.track is None else locator.track
        route = Route.choose(host, plugin, track, locator.slot or 1, kinds, asked.sample_rate_hz)
        where = peer if isinstance(peer, str) else f"{peer[0]}:{peer[1]}"
        glide_s = _glide_ms(config) / 1000.0
        turn = turns.setdefault(peer, Turns())
        targets.append(
            Target(route, glide_s, where, asked.hands, asked.start, asked.send_on_release, locator, turn, kept)
        )
        peers.append(peer)
    return targets, tuple(peers)


def _host(asked: TargetConfig) -> Host:
    """The host file, with what the user says instead of it."""
    host = load(Host, asked.host, mapping_folders())
    given: dict[str, Any] = {name: value for name in ("set", "value") if (value := getattr(asked, name)) is not None}
    if given.get("value") == "natural":
        given["resolution"] = 0
    try:
        return replace(host, **given)
    except ValueError as error:
        options = " ".join(f"--{name} {value!r}" for name, value in given.items())
        raise MappingError(f"{host.name} with {options}: {error}") from None


def _overrides(model: Model, asked: TargetConfig) -> TargetOverrides:
    for term in asked.terms or ():
        model.latent(term)
    return TargetOverrides(asked.terms, asked.strength, asked.start == "from-daw")


def _peer(asked: TargetConfig, host: Host) -> Peer:
    """Where a target listens: an address, or, over MIDI, a part of a port's name (none: a port of semeq's own)."""
    if host.midi:
        return asked.send or ""
    if not (asked.send or host.port):
        raise MappingError(f"{host.name} has no usual port: say --send HOST:PORT")
    return address(asked.send, "--send") if asked.send else ("127.0.0.1", host.port)
