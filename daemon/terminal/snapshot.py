"""Everything that there is to see at one moment, as plain values."""

from dataclasses import dataclass

import numpy as np

from ...model import Bands, Descriptor, response_db
from ..host.presence import TargetView
from ..messages.types import Message, MidiPort
from ..session.display import PEAK_AT_HZ, SCALES_DB
from ..session.morpher import Morpher
from ..session.session import Session
from .picker import Picker
from .terminal import Terminal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the terminal shows. Two equal snapshots look the same, so that nothing redraws at rest."""

    terms: tuple[Descriptor, Descriptor]
    morph: float
    strength: float
    course: str
    bypassed: bool
    side: str
    level_db: float | None
    is_matched: bool
    sound: str
    bands: Bands
    midi: MidiPort
    knob: str
    osc: str
    targets: tuple[TargetView, ...]
    scale_db: int
    last_in: Message | None
    messages_per_second: int
    latency_ms: float | None
    attention: str
    picker: Picker | None
    help: bool
    demo: str
    near: tuple[str, ...]
    scenes: tuple[str, ...] = ()
    """The names of those on the keys 1 to 9, empty ones too."""
    song: str = ""
    typed: str | None = None
    """The name of what is being taught."""
    stores: bool = False
    request: str = ""
    heard: str = ""
    described: str = ""
    asking: str | None = None
    marked: Descriptor | None = None
    """What the picker's marked word rests on."""


NEAR = 12
"""Terms near the present place that are named."""


def snapshot(session: Session, terminal: Terminal, now_s: float) -> Snapshot:
    """Everything that there is to see at ``now_s``."""
    morpher, latency_s, prompt = session.morpher, terminal.meter.latency_s(now_s), terminal.prompt
    midi, bands = _midi(session), _bands(session)
    return Snapshot(
        terms=morpher.terms,
        morph=morpher.state.morph,
        strength=morpher.state.strength,
        course=morpher.course,
        bypassed=morpher.bypassed,
        side=session.compare.side,
        level_db=round(session.level_db, 1) + 0.0 if session.level_match.is_on else None,
        is_matched=session.is_matched,
        sound=session.sound,
        bands=bands,
        midi=midi,
        knob=session.controllers.knob(midi.port),
        osc=terminal.osc,
        targets=tuple(target.view for target in session.targets),
        scale_db=_scale_db(morpher, bands),
        last_in=session.last_in,
        messages_per_second=terminal.meter.rate(now_s),
        latency_ms=None if latency_s is None else round(latency_s * 1000, 1),
        attention=prompt.question or session.attention,
        picker=prompt.picker,
        help=prompt.help,
        demo=terminal.demo,
        near=morpher.near(NEAR),
        scenes=session.making.collection.places,
        song=morpher.state.song,
        typed=prompt.typed,
        stores=prompt.stores,
        request=morpher.state.request_said,
        heard=morpher.heard,
        described=morpher.model.described(bands),
        asking=prompt.asking,
        marked=morpher.model.terms.get(prompt.picker.choice or "") if prompt.picker else None,
    )


def _bands(session: Session) -> Bands:
    """The bands that are asked for; while the first plug-in is not led by the knob, those that stand there."""
    own = session.targets[0].view.own if session.targets else None
    return own or session.morpher.bands


def _scale_db(morpher: Morpher, bands: Bands) -> int:
    """The scale of the picture; a plug-in's own curve may need a larger one than the words."""
    if bands is morpher.bands:
        return morpher.scale_db
    peak_db = float(np.max(np.abs(response_db(bands, PEAK_AT_HZ))))
    return max(morpher.scale_db, next((scale for scale in SCALES_DB if peak_db <= scale), SCALES_DB[-1]))


def _midi(session: Session) -> MidiPort:
    """The ports in one: the first that is there, the first that wants the player."""
    ports = list(session.controllers.statuses.values())
    first = next((port for port in ports if port.port), MidiPort())
    trouble = next((port.trouble for port in ports if port.trouble), "")
    return MidiPort(", ".join(port.wanted for port in ports), first.port, trouble)
