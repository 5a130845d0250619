"""What a host says that changes nothing: it is noted, and nothing else is done."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from semeq.daemon.host.life import Life
from semeq.daemon.host.locator import Locator
from semeq.daemon.host.presence import CONNECTED, Presence
from semeq.daemon.host.target import Target
from semeq.daemon.messages.types import Osc, Questions
from semeq.model import scaled
from small_ardour import HEARTBEAT, NOTICE, SmallArdour


class Noting(SmallArdour):
    """An Ardour whose target is looked at when something is due, and after each message of which something follows.

    ``believes``: what the target says of that, else something is taken to follow of each.
    """

    is_news, due_s = True, 0.0

    def __init__(self, target, *, believes):
        super().__init__(target)
        self.target = self
        self.told, self.looks, self.believes = target, 0, believes

    def __getattr__(self, name):
        """All but what is heard and sent is the target's own."""
        return getattr(self.told, name)

    def receive(self, message, now_s):
        """Hear something."""
        follows = self.told.receive(message, now_s)
        self.is_news = self.is_news or follows or not self.believes

    def set_goal(self, *goal):
        """The knob has been turned."""
        self.is_news = True
        self.told.set_goal(*goal)

    def advance(self, now_s):
        """Send what is due."""
        if not (self.is_news or now_s >= self.due_s):
            return []
        self.is_news, self.looks = False, self.looks + 1
        out = self.told.advance(now_s)
        due_s = self.told.due_s()
        self.due_s = math.inf if due_s is None else due_s
        return out


HAPPENINGS = st.one_of(
    st.tuples(st.just("move"), st.sampled_from([0.0, 0.25, 0.5, 1.0])),
    st.tuples(st.sampled_from(["hand", "quiet hand"]), st.sampled_from([0.5, 2.0])),
    st.tuples(st.sampled_from(["plug-in", "ardour", "refused", "restore", "vocals", "drums"]), st.just(0.0)),
)


def carry_out(ardour, what, value, five, plugins):
    """Let something happen to the plug-in, at the knob, or to Ardour; it is looked at afterwards."""
    target, ardour.is_news = ardour.told, True
    match what:
        case "move":
            ardour.bands = scaled(five, value)
            target.player_moved(ardour.now_s)
        case "hand" | "quiet hand" if ardour.plugins:
            ardour.hand("Level 2", value, tells=what == "hand")
        case "plug-in":
            ardour.plugins = {} if ardour.plugins else dict(plugins)
        case "ardour":
            ardour.is_running = not ardour.is_running
        case "vocals" | "drums":
            ardour.say(2, what)
        case "refused":
            target.refused(ardour.now_s)
        case "restore":
            target.restore(ardour.now_s)
        case _:
            pass


@settings(max_examples=60)
@given(
    start=st.sampled_from(["wait", "at-once", "from-daw"]),
    place=st.sampled_from([(2, 3), (2, "plug-in 20"), ("vocals", 3)]),
    script=st.lists(st.tuples(st.sampled_from([0.05, 0.4, 1.3, 6.0]), HAPPENINGS), max_size=6),
)
def test_nothing_is_missed(make_route, five, start, place, script):
    """Whoever looks at a target only when something follows tells its host the same at the same times."""
    heard, ends, looks = [], [], []
    for believes in (False, True):
        route = make_route("ardour", "calf-eq5")
        target = Target(route, 0.03, "here", start=start, locator=Locator(route.host, *place))
        ardour = Noting(target, believes=believes)
        plugins, ardour.bands = dict(ardour.plugins), five
        for seconds, (what, value) in script:
            ardour.play(seconds)
            carry_out(ardour, what, value, five, plugins)
        ardour.play(7.0)
        heard.append(ardour.heard)
        ends.append((target.life, target.presence, target.trouble, ardour.plugins))
        looks.append(ardour.looks)
    assert heard[0] == heard[1]
    assert ends[0] == ends[1]
    assert looks[0] >= looks[1]


@pytest.fixture
def known(make_route, five):
    """A target that follows, in an Ardour of which all is known."""
    target = Target(make_route("ardour", "calf-eq5"), 0.03, "here", start="at-once")
    ardour = SmallArdour(target)
    ardour.bands = five
    ardour.play(3.0)
    assert target.life is Life.FOLLOWING
    return ardour


def test_a_heartbeat_is_no_news(known):
    """Nor is an answer that says what was known, nor something that no file of a host knows."""
    for message in (HEARTBEAT, Osc("/strip/plugin/list", (2, 3, "plug-in 20", 1)), Osc("/something/else", (1,))):
        known.target.receive(message, known.now_s)
        assert known.target.receive(message, known.now_s) is False


def test_what_only_asks_is_called_so(make_route, five):
    """A host's questions come apart from its values."""
    target = Target(make_route("ardour", "calf-eq5"), 0.03, "here", start="at-once")
    ardour = SmallArdour(target)
    ardour.bands, kinds = five, {}
    batches = target.batches

    def noted(now_s):
        for batch in batches(now_s):
            kinds.setdefault(type(batch), set()).update(message.address for message in batch)
            yield batch

    target.batches = noted
    ardour.play(5.0)
    assert kinds[Questions] >= {"/set_surface", "/strip/plugin/list", "/strip/plugin/descriptor"}
    assert "/strip/plugin/parameter" not in kinds[Questions]
    assert "/strip/plugin/parameter" in kinds[list]


@pytest.mark.parametrize(
    "message", [NOTICE, CONNECTED, Osc("/strip/plugin/list", (2, 3, "Another", 1)), Osc("/strip/plugin/list", (2,))]
)
def test_what_else_a_host_says_is_news(known, message):
    """Something moves, something else may stand there, or the wire was cut."""
    known.target.receive(Osc("/strip/plugin/list", (2, 3, "plug-in 20", 1)), known.now_s)
    assert known.target.receive(message, known.now_s) is True


def test_who_is_there_is_news(make_route):
    """Also of a host that cannot be asked for anything: the first thing that it says shows that it is there."""
    target = Target(make_route("reaper", "reaeq"), 0.0, "here")
    target.advance(0.0)
    assert [target.receive(Osc("/time", (1.0,)), at_s) for at_s in (1.0, 2.0)] == [True, False]


def test_who_comes_back_is_news(known):
    """The first word of a host, and the first one after a silence."""
    known.is_running = False
    known.play(6.0)
    assert known.target.presence is Presence.SILENT
    assert known.target.receive(HEARTBEAT, known.now_s) is True
    assert known.target.life is not Life.SILENT


def test_at_rest_hardly_anything_is_done(make_route, five):
    """A host's heartbeat each second makes nobody look; only what is to be asked does, each two seconds."""
    target = Target(make_route("ardour", "calf-eq5"), 0.03, "here", start="at-once")
    ardour = Noting(target, believes=True)
    ardour.bands = five
    ardour.play(10.0)
    before = ardour.looks
    ardour.play(100.0)
    assert ardour.looks - before <= 51
