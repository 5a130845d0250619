"""Everything that a daemon's picture is drawn from, as plain values: they travel, so that others draw the same."""

from typing import Any, cast

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from ...model import Bands, Descriptor, response_db
from ..host.presence import TargetView
from ..messages.types import MidiPort
from ..session.display import PEAK_AT_HZ, SCALES_DB
from ..session.morpher import Morpher
from ..session.report import arrival
from ..session.session import Session
from .meter import Meter

NEAR = 12
"""How many terms near the present place are named."""
ROOMY = 28
"""Lines from which a terminal may have room for the words near the present place, and for what the setting does."""
LONGEST = 300
"""Characters of a text that are shown: no terminal has room for more, and no datagram for a text from outside."""


class Word(Struct, frozen=True):
    """A term as it is shown, with what it rests on."""

    term: str
    evidence: str
    people_said: str

    @classmethod
    def of(cls, descriptor: Descriptor) -> "Word":
        """A term of a model."""
        return cls(descriptor.term, descriptor.evidence, descriptor.people_said)


class View(Struct, frozen=True, kw_only=True):
    """What there is to see of a daemon. Two equal views look the same, so that nothing redraws at rest."""

    terms: tuple[Word, Word]
    morph: float
    strength: float
    mode: str
    bypassed: bool
    side: str
    level_db: float | None
    is_matched: bool
    sound: str
    bands: Bands
    midi: MidiPort
    knob: str
    osc: str
    target: TargetView | None
    """The first plug-in."""
    targets: int
    from_daw: bool
    """Whether all begin at their own setting."""
    scale_db: int
    arrived: str
    """What came in last."""
    messages_per_second: int
    latency_ms: float | None
    attention: str
    demo: str
    near: tuple[str, ...]
    scenes: tuple[str, ...] = ()
    """The names of those on the keys 1 to 9, empty ones too."""
    song: str = ""
    request: str = ""
    heard: str = ""
    described: str = ""
    words: str = ""
    """What stands for the words that can be chosen."""


def view(session: Session, meter: Meter, osc: str, demo: str, now_s: float, *, has_room: bool = True) -> View:
    """Everything that there is to see at ``now_s``; ``osc`` says where OSC is listened to, ``demo`` what plays.

    ``has_room``: what is shown from :data:`ROOMY` lines on is wanted, too, which takes longer than all the rest.
    """
    morpher, latency_s = session.morpher, meter.latency_s(now_s)
    midi, bands = _midi(session), _bands(session)
    targets = [target.view for target in session.targets]
    return View(
        terms=(Word.of(morpher.terms[0]), Word.of(morpher.terms[1])),
        morph=morpher.state.morph,
        strength=morpher.state.strength,
        mode=morpher.mode_text[:LONGEST],
        bypassed=morpher.bypassed,
        side=session.compare.side,
        level_db=session.shown_level_db,
        is_matched=session.is_matched,
        sound=session.sound,
        bands=bands,
        midi=midi,
        knob=session.controllers.knob(midi.port),
        osc=osc,
        target=replace(targets[0], own=None, unmatched="") if targets else None,
        targets=len(targets),
        from_daw=bool(targets) and all(target.from_daw for target in targets),
        scale_db=_scale_db(morpher, bands),
        arrived=arrival(session.last_in),
        messages_per_second=meter.rate(now_s),
        latency_ms=None if latency_s is None else round(latency_s * 1000, 1),
        attention=session.attention[:LONGEST],
        demo=demo,
        near=morpher.near(NEAR) if has_room else (),
        scenes=session.making.collection.places,
        song=morpher.state.song,
        request=morpher.state.request_said[:LONGEST],
        heard=morpher.heard[:LONGEST],
        described=morpher.model.described(bands)[:LONGEST] if has_room else "",
        words=session.words,
    )


def to_text(view: View) -> str:
    """A view as it travels: JSON, every number exactly."""
    try:
        return msgspec.json.encode(view).decode()
    except UnicodeEncodeError:  # halves of characters, in a name from outside
        return msgspec.json.encode(_whole(msgspec.to_builtins(view))).decode()


def from_text(text: str) -> View:
    """Read a view; a later daemon's further values are left out. Raises ``ValueError`` if it is none."""
    try:
        return msgspec.json.decode(text, type=View)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ValueError(f"no picture: {error}") from None


def _whole(value: Any) -> Any:
    """The same with a question mark in the place of each half of a character."""
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case dict():
            return {key: _whole(inside) for key, inside in cast(dict[str, Any], value).items()}
        case list() | tuple():
            return [_whole(inside) for inside in cast(list[Any], value)]
        case _:
            return value


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
