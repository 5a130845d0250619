"""A recorded knob over a sound: what the daemon would have asked for, and when."""

from collections.abc import Iterable

from ...model import Bands, Model
from ..messages.types import Midi
from ..session.session import Session
from ..session.settings import Settings
from ..session.state import State


def goals(
    model: Model,
    terms: tuple[str, str],
    strength: float,
    morph_cc: int | None,
    performance: Iterable[tuple[float, Midi]],
    asked: str = "",
) -> list[tuple[float, Bands]]:
    """Play moves to a session of its own; gives (seconds, bands) for each time at which the bands were sent elsewhere.

    The first controller that moves is the knob, unless ``morph_cc`` names one. It leads between the terms, or from flat
    to what is ``asked`` in words. Raises ``ModelError``, or ``ValueError`` if nothing of a request is understood.
    """
    session = Session(model, (), Settings(morph_cc, takeover="off"), State(terms=terms, strength=strength))
    if asked:
        session.morpher.flat()
        session.morpher.ask(asked)
        session.morpher.set_strength(strength)
    found = [(0.0, session.morpher.bands)]
    for at_s, message in performance:
        session.receive(message, at_s, "replay")
        session.advance(at_s)
        if session.morpher.bands != found[-1][1]:
            found.append((at_s, session.morpher.bands))
    return found
