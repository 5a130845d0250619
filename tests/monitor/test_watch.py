"""What a monitor knows, over a network under a clock that is moved by hand, which loses what it likes."""

import random
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from semeq.daemon.messages.osc import decode, encode
from semeq.daemon.messages.types import Osc
from semeq.daemon.monitor.watch import LOST_S, REST_S, Watch
from semeq.daemon.session.monitors import MONITOR, number_of
from semeq.daemon.terminal.draw import draw
from semeq.daemon.terminal.meter import Meter
from semeq.daemon.terminal.prompt import Prompt
from semeq.daemon.terminal.snapshot import snapshot
from semeq.daemon.terminal.view import from_text, to_text, view

FRAME_S = 1.0 / 15.0


class Network:
    """A session, monitors, and a network between them; the daemon draws as its own loop does."""

    def __init__(self, session, count, loss, seed):
        self.session, self.watches = session, [Watch() for _ in range(count)]
        self.loss, self.now_s, self.carried = loss, 0.0, 0
        self._dice, self._next_s, self._coming = random.Random(seed), 0.0, deque()

    @property
    def seen(self):
        """What there is to see at the daemon."""
        return view(self.session, Meter(), "OSC", "", self.now_s)

    def play(self, seconds):
        """Let time pass in steps of a millisecond or as far as nothing is due."""
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            for number, watch in enumerate(self.watches):
                for question in watch.ask(self.now_s):
                    self._carry(self._to_daemon, number, question)
            while self._coming and self._coming[0][0] <= self.now_s:
                _, arrive, number, message = self._coming.popleft()
                arrive(number, message)
            for out in self.session.advance(self.now_s):
                self._carry(self._to_monitor, out.to[1], out.message)
            if self.session.monitors.is_anyone and self.now_s >= self._next_s:
                self._next_s = self.now_s + FRAME_S
                for (_, number), message in self.session.monitors.advance(to_text(self.seen), self.now_s):
                    self._carry(self._to_monitor, number, message)
            self.now_s += 0.02

    def _carry(self, arrive, number, message):
        if self._dice.random() >= self.loss:
            self.carried += 1
            (same,) = decode(encode(message))
            self._coming.append((self.now_s + 0.005, arrive, number, same))

    def _to_daemon(self, number, message):
        self.session.receive(message, self.now_s, ("127.0.0.1", number))

    def _to_monitor(self, number, message):
        self.watches[number].heard(message, self.now_s)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("loss", [0.05, 0.3])
def test_the_picture_is_right_in_the_end(make_session, loss, seed):
    """Whatever was lost while the knob turned, the last picture, and all words, arrive at each of three monitors."""
    network = Network(make_session(), 3, loss, seed)
    for step in range(40):
        network.session.receive(Osc("/semeq/morph", (step / 50,)), network.now_s, "Controller 1")
        network.play(0.1)
    network.play(10.0)
    assert [watch.view == network.seen for watch in network.watches] == [True] * 3
    assert [watch.words for watch in network.watches] == [tuple(network.session.morpher.model.terms)] * 3
    assert not any(watch.is_lost(network.now_s) for watch in network.watches)


def test_at_rest_little_is_said(make_session):
    """A question and an answer each two seconds, no picture."""
    network = Network(make_session(), 1, 0.0, 0)
    network.play(5.0)
    before = network.carried
    network.play(20.0)
    assert network.carried - before <= 2 * 20.0 / REST_S + 2


def test_another_daemon_in_its_place_is_seen(make_session):
    """After a restart it knows nobody; the next question finds it, and its picture comes."""
    network = Network(make_session(), 1, 0.0, 0)
    network.play(1.0)
    network.session = make_session()
    network.session.receive(Osc("/semeq/terms", ("dark", "airy")), network.now_s, None)
    network.play(REST_S + 0.5)
    assert [word.term for word in network.watches[0].view.terms] == ["dark", "airy"]


def test_silence_is_noticed(make_session):
    """Within seconds; the last picture is kept, and one lost question says nothing."""
    network = Network(make_session(), 1, 0.0, 0)
    network.play(3.0)
    (watch,) = network.watches
    network.loss = 1.0
    network.play(REST_S + LOST_S + 1.0)
    assert watch.is_lost(network.now_s)
    assert watch.view is not None
    network.loss = 0.0
    network.play(1.0)
    assert not watch.is_lost(network.now_s)


def test_a_refusal_is_noticed_at_once():
    """The system says that nobody listens there; a picture says otherwise."""
    watch, session_text = Watch(), "{}"
    watch.ask(0.0)
    watch.refused()
    assert watch.is_lost(0.0)
    watch.heard(Osc(MONITOR, (number_of(session_text),)), 0.1)
    assert not watch.is_lost(0.1)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([MONITOR, "/semeq/monitor/words", "/other"]),
            st.lists(st.integers(-5, 9) | st.text(max_size=20) | st.floats() | st.none(), max_size=6),
        )
    )
)
def test_nonsense_is_no_picture(messages):
    """Whatever comes from wherever: nothing is raised, nothing is shown."""
    watch = Watch()
    for number, (address, arguments) in enumerate(messages):
        watch.ask(float(number))
        watch.heard(Osc(address, tuple(arguments)), float(number))
    assert (watch.view, watch.words) == (None, None)


def test_a_damaged_picture_is_none(make_session):
    """One whose number does not fit, or that is cut."""
    text = to_text(view(make_session(), Meter(), "OSC", "", 0.0))
    watch = Watch()
    watch.heard(Osc(MONITOR, (number_of(text), text[:-1])), 0.0)
    assert (watch.view, watch.is_foreign) == (None, False)
    watch.heard(Osc(MONITOR, (number_of(text[:-1]), text[:-1])), 0.0)
    assert (watch.view, watch.is_foreign) == (None, True)
    watch.heard(Osc(MONITOR, (number_of(text), text)), 0.0)
    assert (watch.view, watch.is_foreign) == (from_text(text), False)


def test_words_that_cannot_be_are_left_out(make_session):
    """Beyond the last, before the first, and what is no word: none of them stands for one that has not come."""
    seen = view(make_session(), Meter(), "OSC", "", 0.0)
    watch = Watch()
    watch.heard(Osc(MONITOR, (number_of(to_text(seen)), to_text(seen))), 0.0)
    words = "/semeq/monitor/words", seen.words
    watch.heard(Osc(words[0], (words[1], 2, -1, "before", "warm", 7, "beyond")), 0.1)
    assert watch.words is None
    watch.heard(Osc(words[0], (words[1], 2, 1, "bright")), 0.2)
    assert watch.words == ("warm", "bright")


def test_half_a_character_keeps_no_picture_back(make_session):
    """A port's name may be anything; everything else travels as it is."""
    seen = replace(view(make_session(), Meter(), "OSC", "", 0.0), knob="\ud800 1")
    assert from_text(to_text(seen)) == replace(seen, knob="? 1")


def test_what_is_drawn_elsewhere_is_what_is_drawn_here(make_session):
    """Line by line, from what has travelled; only the place beside the name says where."""
    session = make_session(("ardour", "calf-eq5"))
    session.receive(Osc("/semeq/morph", (0.3,)), 0.0, "Controller 1")
    seen = view(session, Meter(), "OSC 127.0.0.1:9000", "", 0.0)
    here, there = (draw(snapshot(one, Prompt(None)), 100, 30).renderables for one in (seen, from_text(to_text(seen))))
    assert [line.markup for line in here] == [line.markup for line in there]


def test_a_later_daemons_further_values_are_left_out(make_session):
    """A monitor that is older than its daemon shows what it knows."""
    seen = view(make_session(), Meter(), "OSC", "", 0.0)
    assert from_text('{"colour": [1, 2], ' + to_text(seen)[1:]) == seen
