"""The table of a plug-in's life: a transcript for each of its rows, under a clock that is moved by hand.

Each test brings a target in a small Ardour into a state, lets something happen, and looks at the state after it and at
what was written to the plug-in because of it.
"""

import pytest
from semeq.daemon.host.life import TABLE, Effect, Life, LifeEvent, step
from semeq.daemon.host.own import InMemory
from semeq.daemon.host.target import Target
from semeq.daemon.messages.types import Osc
from semeq.model import scaled
from small_ardour import HEARTBEAT, SmallArdour

WRITING = {Life.FOLLOWING, Life.RESTORING}


class Stage:
    """A target, its Ardour, and ways into every state and to every event."""

    def __init__(self, make_route, five):
        self.target = Target(make_route("ardour", "calf-eq5"), 0.03, "here", start="wait", kept=InMemory())
        self.host, self.five = SmallArdour(self.target), five
        self.wrong = self.host.own(make_route("ardour", "ace-eq").equalizer)
        self.right = self.host.plugins[2, 3]

    def bring(self, life):
        """Come into a state, as a player would."""
        host, target = self.host, self.target
        match life:
            case Life.SILENT:
                pass
            case Life.IDENTIFYING:
                del host.plugins[2, 3]
                host.play(0.05)
            case Life.MISMATCH:
                host.plugins[2, 3] = self.wrong
                host.play(3.0)
            case Life.READING:
                self.bring(Life.WAITING)
                host.plugins.clear()
                host.play(0.5)
                target._happens(LifeEvent.LOOK, host.now_s)
            case Life.WAITING:
                host.play(1.0)
            case Life.FOLLOWING:
                self.bring(Life.WAITING)
                self.move()
                host.play(1.5)
            case Life.YIELDED:
                self.bring(Life.FOLLOWING)
                host.hand("Freq L", 55.0)
                host.play(1.5)
            case Life.RESTORING:
                self.bring(Life.FOLLOWING)
                target.restore(host.now_s)
        assert target.life is life

    def move(self):
        """The player turns the knob."""
        self.host.bands = scaled(self.five, 0.5) if self.host.bands == self.five else self.five
        self.target.player_moved(self.host.now_s)

    def cause(self, event):
        """Let something happen, in the host or at the knob; returns what is written in the next two seconds."""
        host, target = self.host, self.target
        match event:
            case LifeEvent.HEARD:
                target.receive(HEARTBEAT, host.now_s)
                return []
            case LifeEvent.FITS | LifeEvent.READ:
                host.plugins[2, 3] = self.right
            case LifeEvent.DIFFERS:
                host.plugins[2, 3] = self.wrong
            case LifeEvent.LOOK | LifeEvent.MUTE:
                target._happens(event, host.now_s)
                return []
            case LifeEvent.MOVED:
                host.play(0.0)
                self.move()
            case LifeEvent.HAND:
                host.hand("Level 2", 2.0)
            case LifeEvent.RESUMED:
                target.resume(host.now_s)
            case LifeEvent.RESTORE:
                target.restore(host.now_s)
            case LifeEvent.RESTORED:
                pass
            case LifeEvent.DOUBT:
                host.plugins[2, 3] = self.wrong
                target.receive(Osc("/strip/plugin/list", (2, 3, "Other", 1)), host.now_s)
                target.receive(Osc("/strip/plugin/list", (2, 3, "Another", 1)), host.now_s)
                return []
            case LifeEvent.SILENCE:
                target.refused(host.now_s)
                return []
        return host.play(3.0)


ROWS = sorted(TABLE, key=str)
ENDS = {
    (Life.READING, LifeEvent.DIFFERS): Life.MISMATCH,
    # What is identified is read at once, and then waits.
    (Life.IDENTIFYING, LifeEvent.FITS): Life.WAITING,
    (Life.MISMATCH, LifeEvent.FITS): Life.WAITING,
    # What was given back waits.
    **{(life, LifeEvent.RESTORE): Life.WAITING for life in (Life.WAITING, Life.FOLLOWING, Life.YIELDED)},
}
"""Where a transcript of some seconds ends, if that is further on than the row's next state."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1].name.lower()}")
def test_a_row(make_route, five, row):
    """A state and an event: the state after it, and what it writes: nothing but while following or restoring."""
    life, event = row
    after, effect = TABLE[row]
    stage = Stage(make_route, five)
    stage.bring(life)
    before = stage.host.only if stage.host.plugins else None
    written = stage.cause(event)
    assert stage.target.life is ENDS.get(row, after)
    writes = after in WRITING or (life in WRITING and event is LifeEvent.RESTORED)
    assert bool(written) == writes, effect
    if not writes and before and event not in (LifeEvent.HAND, LifeEvent.DOUBT):
        assert stage.host.plugins == {} or stage.host.plugins[2, 3] in (stage.right, stage.wrong)


def test_what_is_not_in_the_table_changes_nothing():
    """Every other event leaves every state as it is."""
    rest = [(life, event) for life in Life for event in LifeEvent if (life, event) not in TABLE]
    assert all(step(*pair) == (pair[0], Effect.NOTHING) for pair in rest)
    assert len(rest) > 50


def test_nothing_but_two_states_writes():
    """Only what leads into following or restoring has an effect that writes."""
    writing = {Effect.LEAD, Effect.TAKE_OVER, Effect.GIVE_BACK}
    assert {after for after, effect in TABLE.values() if effect in writing} == WRITING
