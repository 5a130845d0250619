"""All that there is to see of a session, as plain values for the terminal."""

from .session import Session
from .snapshot import MidiPort, Snapshot

NEAR = 12
"""Terms near the present place that are named."""


def snapshot(session: Session, now_s: float) -> Snapshot:
    """Everything that there is to see at ``now_s``."""
    desk, latency_s, prompt = session.desk, session.meter.latency_s(now_s), session.prompt
    midi = _midi(session)
    return Snapshot(
        terms=desk.terms,
        morph=desk.state.morph,
        strength=desk.state.strength,
        course=desk.course,
        bypassed=desk.bypassed,
        bands=desk.bands,
        midi=midi,
        knob=session.controllers.knob(midi.port),
        osc=session.osc,
        targets=tuple(target.view for target in session.targets),
        scale_db=desk.scale_db,
        last_in=session.last_in,
        messages_per_second=session.meter.rate(now_s),
        latency_ms=None if latency_s is None else round(latency_s * 1000, 1),
        call=session.call,
        picker=prompt.picker,
        help=prompt.help,
        near=desk.near(NEAR),
    )


def _midi(session: Session) -> MidiPort:
    """The ports in one: the first that is there, the first that wants the player."""
    ports = list(session.controllers.statuses.values())
    first = next((port for port in ports if port.port), MidiPort())
    trouble = next((port.trouble for port in ports if port.trouble), "")
    return MidiPort(", ".join(port.wanted for port in ports), first.port, trouble)
