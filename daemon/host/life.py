"""One plug-in's life, as a table: what may be sent depends on what is known, and on who moved last.

A plug-in is ``silent`` until its host says anything. Then it is ``identifying``: what stands in its slot is asked for,
completely, while no other plug-in of the same host is being asked. Another plug-in, none, or an answer that is an
error is a ``mismatch``: nothing is written, the player is told, and the host is asked on, as somebody may mend it. The
right one is ``reading`` until all of its values are known. From then on it is ``waiting``: semeq could write and does
not, because the player has not moved anything. The first move makes it ``following``, gliding from what stands there,
which is on disk by then. A hand on the plug-in makes it ``yielded``, until the knob is turned again. Whoever asks for
what was there before semeq makes it ``restoring``, and then it waits again. Whatever may have changed, a list of
plug-ins, an answer that is suddenly an error, another place, leads back to ``identifying``; a host that falls silent
leads back to the beginning. A host that cannot be asked passes from ``silent`` to ``waiting`` at once. Nothing is
written but while ``following`` or ``restoring``.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

Hands = Literal["pickup", "hold", "ignore"]
"""What a move by hand in the DAW does: the knob takes over when it is turned again, or when told to; or nothing."""
Start = Literal["wait", "at-once", "from-daw"]
"""What a run begins with: nothing until the player moves something, what the knob says, or the plug-in's setting."""


class Life(StrEnum):
    """What is known of one plug-in, and who leads."""

    SILENT = "silent"
    IDENTIFYING = "identifying"
    MISMATCH = "mismatch"
    READING = "reading"
    WAITING = "waiting"
    FOLLOWING = "following"
    YIELDED = "yielded"
    RESTORING = "restoring"


class LifeEvent(StrEnum):
    """What can happen to a plug-in."""

    HEARD = "the host says something"
    MUTE = "the host is there, but cannot be asked"
    FITS = "what stands there is the right plug-in"
    DIFFERS = "another plug-in, none, or an error"
    READ = "all values are known"
    LOOK = "what was read may be old by now"
    MOVED = "the player has moved something"
    HAND = "a hand in the host has moved something"
    RESUMED = "the knob takes over again"
    RESTORE = "the player wants back what was there before"
    RESTORED = "it has been given back"
    DOUBT = "something else may stand there now"
    SILENCE = "the host is gone"


class Effect(StrEnum):
    """What a change of state causes."""

    NOTHING = "nothing"
    ASK = "ask what stands there"
    LISTEN = "have the host report, if it does that"
    LEARN = "take what stands there as the plug-in's own setting"
    LEAD = "glide from what stands there to where the knob says, and send everything"
    TAKE_OVER = "glide from what the hand has left"
    YIELD = "note what the hand has moved and send nothing"
    GIVE_BACK = "glide back to the plug-in's own setting, then set it exactly"


TABLE: Mapping[tuple[Life, LifeEvent], tuple[Life, Effect]] = {
    (Life.SILENT, LifeEvent.HEARD): (Life.IDENTIFYING, Effect.ASK),
    (Life.SILENT, LifeEvent.MUTE): (Life.WAITING, Effect.LISTEN),
    (Life.IDENTIFYING, LifeEvent.FITS): (Life.READING, Effect.NOTHING),
    (Life.IDENTIFYING, LifeEvent.DIFFERS): (Life.MISMATCH, Effect.NOTHING),
    (Life.MISMATCH, LifeEvent.FITS): (Life.READING, Effect.NOTHING),
    (Life.READING, LifeEvent.READ): (Life.WAITING, Effect.LEARN),
    (Life.READING, LifeEvent.DIFFERS): (Life.MISMATCH, Effect.NOTHING),
    (Life.WAITING, LifeEvent.HAND): (Life.WAITING, Effect.LEARN),
    (Life.WAITING, LifeEvent.LOOK): (Life.READING, Effect.ASK),
    (Life.WAITING, LifeEvent.MOVED): (Life.FOLLOWING, Effect.LEAD),
    (Life.WAITING, LifeEvent.RESTORE): (Life.RESTORING, Effect.GIVE_BACK),
    (Life.FOLLOWING, LifeEvent.HAND): (Life.YIELDED, Effect.YIELD),
    (Life.FOLLOWING, LifeEvent.RESTORE): (Life.RESTORING, Effect.GIVE_BACK),
    (Life.YIELDED, LifeEvent.HAND): (Life.YIELDED, Effect.YIELD),
    (Life.YIELDED, LifeEvent.RESUMED): (Life.FOLLOWING, Effect.TAKE_OVER),
    (Life.YIELDED, LifeEvent.RESTORE): (Life.RESTORING, Effect.GIVE_BACK),
    (Life.RESTORING, LifeEvent.RESTORED): (Life.WAITING, Effect.NOTHING),
    **{
        (life, LifeEvent.DOUBT): (Life.IDENTIFYING, Effect.ASK)
        for life in (Life.READING, Life.WAITING, Life.FOLLOWING, Life.YIELDED, Life.RESTORING)
    },
    **{(life, LifeEvent.SILENCE): (Life.SILENT, Effect.ASK) for life in Life if life is not Life.SILENT},
}
"""State and event: the next state and what it causes. What is not in it changes nothing."""


def step(life: Life, event: LifeEvent) -> tuple[Life, Effect]:
    """The next state, and what the change causes."""
    return TABLE.get((life, event), (life, Effect.NOTHING))
