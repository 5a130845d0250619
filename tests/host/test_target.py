"""One plug-in: what is sent to it and when, under a clock that is moved by hand."""

import itertools
import math
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from semeq.daemon.eq.plugin_file import FixedParameter
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.locator import Locator
from semeq.daemon.host.presence import CONNECTED, Presence
from semeq.daemon.host.target import HOLD_BACK_S, Target
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import Osc, parse
from semeq.model import scaled

HEARTBEAT = Osc("/heartbeat", (1.0,))
ASK, DESCRIBE = parse(load(Host, "ardour").presence.ask), Osc("/strip/plugin/descriptor", (2, 3))
LISTEN, LISTEN_REAPER = Osc("/strip/expand", (2, 1)), Osc("/action/41743", (1.0,))
PARAMETERS, PRESETS = 20, 5
PERIOD_S = 0.01


@pytest.fixture
def ardour(make_route):
    """A new target in Ardour, which answers and describes."""
    return Target(make_route("ardour", "calf-eq5"), 0.03, "127.0.0.1:3819")


@pytest.fixture
def reaper(make_route):
    """A new target in REAPER, which never answers."""
    return Target(make_route("reaper", "reaeq"), 0.0, "127.0.0.1:8000")


@pytest.fixture
def describe(make_route):
    """Let a host answer what there is: the parameters of ``plugin``, numbered from 1 or as ``numbers`` say."""

    def describe(target, now_s, plugin="calf-eq5", value=0.25, numbers=None):
        for parameter in make_route("ardour", plugin).equalizer.parameters():
            number = (numbers or {}).get(parameter.name, parameter.index + 1)
            target.receive(Osc("/strip/plugin/descriptor", (2, 3, number, parameter.name, value)), now_s)
        target.receive(Osc("/strip/plugin/descriptor_end", (2, 3)), now_s)

    return describe


def settings(sent):
    """Only what sets a parameter, without questions and ends of gestures."""
    return [
        (at, message)
        for at, message in sent
        if message.address.endswith("parameter") or ("fxparam" in message.address and message.arguments != (-1,))
    ]


def numbers(messages):
    """The parameters' numbers, as Ardour is sent them."""
    return [message.arguments[2] for message in messages]


def settled(target, five, describe, run):
    """A target whose host answers and which has been told ``five``; returns what it was told."""
    target.set_goal(five, 0.0)
    target.advance(0.0)
    target.receive(HEARTBEAT, 0.1)
    describe(target, 0.1)
    sent = settings(run(target, 0.5, 0.1))
    assert len(sent) == PARAMETERS
    return [message for _, message in sent]


def test_first_it_asks(ardour):
    """At once the host is asked whether it is there, and what the plug-in has."""
    assert (ardour.due_s(), ardour.advance(0.0)) == (0.0, [ASK, DESCRIBE])
    assert (ardour.due_s(), ardour.presence) == (1.0, Presence.UNKNOWN)


def test_first_values_come_without_a_glide_presets_first(ardour, five, describe, run, make_route):
    """The first bands are set in one burst, switches before anything else."""
    sent = settled(ardour, five, describe, run)
    route = make_route("ardour", "calf-eq5")
    assert [message for setting in route.equalizer.settings(five) for message in route.write(setting, {})] == sent
    assert ardour.settled


def test_the_first_glide_leaves_from_what_is_there(ardour, five, make_route, run):
    """Where the host has told the plug-in's own setting, the first bands are reached by a glide, in rising steps."""
    route = make_route("ardour", "calf-eq5")
    there = {s.parameter.name: s.value for s in route.equalizer.settings(scaled(five, 0.5))}
    ardour.set_goal(five, 0.0)
    ardour.advance(0.0)
    for number, (name, value) in enumerate(there.items(), 1):
        ardour.receive(Osc("/strip/plugin/descriptor", (2, 3, number, name, value)), 0.1)
    ardour.receive(Osc("/strip/plugin/descriptor_end", (2, 3)), 0.1)
    level = list(there).index("Level L") + 1
    sent = [message.arguments for _, message in settings(run(ardour, 1.0, 0.1))]
    levels = [20 * math.log10(arguments[3]) for arguments in sent if arguments[2] == level]
    assert levels == pytest.approx([4.0, 5.0, 6.0], abs=1e-5)


def test_values_wait_for_the_description(ardour, five, describe):
    """Nothing is set before the host has said what there is."""
    ardour.set_goal(five, 0.0)
    assert ardour.advance(0.0) == [ASK, DESCRIBE]
    ardour.receive(HEARTBEAT, 0.1)
    assert (ardour.advance(0.1), ardour.settled) == ([], False)
    describe(ardour, 0.2)
    sent = ardour.advance(0.2)
    assert (sent[0], len(sent) - 1) == (LISTEN, PARAMETERS)


def test_values_wait_no_longer_than_they_must(ardour, five, run):
    """A host that answers nothing is told all the same, after a while."""
    ardour.set_goal(five, 0.0)
    sent = settings(run(ardour, 5.0))
    assert [at for at, _ in sent] == [HOLD_BACK_S] * PARAMETERS


def test_a_host_that_cannot_answer_is_told_at_once(reaper, five):
    """Where no answer can come there is nothing to wait for."""
    reaper.set_goal(five, 0.0)
    sent = reaper.advance(0.0)
    assert (sent[:2], len(sent) - 2) == ([Osc("/semeq/ping"), LISTEN_REAPER], 15)


def test_only_changed_values_are_sent(ardour, five, describe, run):
    """A new gain of one band is one message each update, and what stays is not sent again."""
    settled(ardour, five, describe, run)
    ardour.receive(HEARTBEAT, 1.0)
    ardour.set_goal((structs.replace(five[0], gain_db=0.0), *five[1:]), 1.0)
    sent = settings(run(ardour, 2.0, 1.0))
    assert {13} == set(numbers(message for _, message in sent))
    assert 4 >= len(sent) >= 3


def test_equal_bands_are_nothing_new(ardour, five, describe, run):
    """To ask for what is there already sends nothing."""
    settled(ardour, five, describe, run)
    ardour.set_goal(tuple(structs.replace(band) for band in five), 1.0)
    assert (settings(run(ardour, 2.0, 1.0)), ardour.settled) == ([], True)


def test_a_glide_is_capped_and_ends_exactly(ardour, five, describe, run, make_route):
    """Updates keep the host's rate, the first leaves at once, the last is the very value that was asked for."""
    settled(ardour, five, describe, run)
    asked = scaled(five, -0.5)
    ardour.receive(HEARTBEAT, 1.0)
    ardour.set_goal(asked, 1.0)
    sent = settings(run(ardour, 1.9, 1.0))
    times = sorted({at for at, _ in sent})
    assert times[0] == 1.0
    assert min(b - a for a, b in itertools.pairwise(times)) >= PERIOD_S - 1e-9
    assert times[-1] <= 1.0 + 0.03 + PERIOD_S
    route = make_route("ardour", "calf-eq5")
    last = {message.arguments[2]: message for _, message in sent}
    expected = {m.arguments[2]: m for setting in route.equalizer.settings(asked) for m in route.write(setting, {})}
    assert {number: expected[number] for number in last} == last
    assert {13, 21, 25, 29, 17} == set(last)


@given(
    moves=st.lists(st.tuples(st.floats(0.0, 0.05), st.floats(-1.0, 2.0)), min_size=1, max_size=12),
    is_ticking=st.booleans(),
)
def test_any_knob_ends_at_its_last_value_and_keeps_the_rate(make_route, five, run, moves, is_ticking):
    """However the knob moves, and whether or not time is looked at in between, the host hears the last value last."""
    target = Target(make_route("ardour", "calf-eq5"), 0.03, "")
    heard, now_s = {}, 2.0
    target.set_goal(five, 0.0)
    sent = run(target, now_s)
    for wait_s, strength in moves:
        now_s += wait_s
        if is_ticking:
            sent += run(target, now_s, now_s - wait_s)
        target.set_goal(scaled(five, strength), now_s)
    sent += run(target, now_s + 1.0, now_s)
    times = sorted({at for at, _ in settings(sent)})
    assert all(b - a >= PERIOD_S - 1e-9 for a, b in itertools.pairwise(times))
    heard.update((message.arguments[2], message) for _, message in settings(sent))
    route = make_route("ardour", "calf-eq5")
    bands = scaled(five, moves[-1][1])
    expected = [message for setting in route.equalizer.settings(bands) for message in route.write(setting, {})]
    assert {message.arguments[2]: message for message in expected} == heard
    assert target.settled


def test_a_host_that_answers_is_left_alone(ardour, five, describe, run):
    """While heartbeats come, nothing is asked."""
    settled(ardour, five, describe, run)
    for beat in range(1, 6):
        ardour.receive(HEARTBEAT, float(beat))
    assert (run(ardour, 7.9, 5.0), ardour.presence, ardour.trouble) == ([], Presence.ANSWERS, "")


def test_silence_is_noticed_and_asked_about(ardour, five, describe, run):
    """After the host's time-out it counts as gone, is asked every second, and the player is told."""
    settled(ardour, five, describe, run)
    assert ardour.due_s() == pytest.approx(0.1 + 3.0)
    sent = run(ardour, 5.2, 0.5)
    assert [round(at, 6) for at, _ in sent] == [3.1, 3.1, 4.1, 4.1, 5.1, 5.1]
    assert [message for _, message in sent] == [ASK, DESCRIBE] * 3
    assert (ardour.presence, ardour.trouble) == (Presence.SILENT, "Ardour does not answer on 127.0.0.1:3819")


def test_a_host_that_comes_back_is_told_everything(ardour, five, describe, run):
    """After silence everything is sent again, once it has been said what there is now."""
    first = settled(ardour, five, describe, run)
    run(ardour, 3.5, 0.5)
    ardour.receive(HEARTBEAT, 3.6)
    assert (ardour.presence, ardour.advance(3.6)) == (Presence.ANSWERS, [])
    describe(ardour, 3.7)
    assert [LISTEN, *first] == ardour.advance(3.7)


def test_another_plugin_after_the_return_is_left_alone(ardour, five, describe, run):
    """What was there before says nothing about what the host has loaded meanwhile."""
    settled(ardour, five, describe, run)
    run(ardour, 3.5, 0.5)
    ardour.receive(HEARTBEAT, 3.6)
    describe(ardour, 3.7, plugin="ace-eq")
    assert settings(run(ardour, 3.9, 3.7)) == []
    assert "is it Calf" in ardour.trouble


def test_a_refused_port_is_a_silent_host(ardour, five, describe, run):
    """When the system says that nobody listens, the host is gone at once; coming back it is told all."""
    first = settled(ardour, five, describe, run)
    ardour.refused(0.6)
    assert (ardour.presence, ardour.due_s()) == (Presence.SILENT, 1.6)
    assert ardour.advance(1.6) == [ASK, DESCRIBE]
    describe(ardour, 1.7)
    assert [LISTEN, *first] == ardour.advance(1.7)


def test_a_mute_host_is_there_until_it_is_refused(reaper, five, run):
    """A host that never answers is asked for ever; a refusal means that it is gone, none any more that it is back."""
    reaper.set_goal(five, 0.0)
    first = [message for _, message in settings(run(reaper, 1.0))]
    assert (len(first), reaper.presence) == (15, Presence.UNKNOWN)
    reaper.refused(1.0)
    assert Presence.SILENT is reaper.presence
    assert [Osc("/semeq/ping")] == reaper.advance(reaper.due_s())
    reaper.refused(3.1)
    assert [Osc("/semeq/ping")] == reaper.advance(reaper.due_s())
    assert Presence.SILENT is reaper.presence
    again = reaper.advance(reaper.due_s())
    assert (reaper.presence, again) == (Presence.UNKNOWN, [Osc("/semeq/ping"), LISTEN_REAPER, *first])


def test_refresh_sends_everything_again(ardour, five, describe, run):
    """The player may ask for everything at any time."""
    first = settled(ardour, five, describe, run)
    ardour.refresh()
    assert (False, first) == (ardour.settled, ardour.advance(0.6))


def test_a_wire_that_doubts_is_told_everything_again(make_route, five, run):
    """Over MIDI nothing can be asked: when the wire says again that the other end is there, it is told all anew."""
    target = Target(make_route("midi-cc", "reaeq", 1, 1), 0.0, "DAW")
    target.set_goal(five, 0.0)
    target.receive(CONNECTED, 0.0)
    first = [message for _, message in run(target, 1.0)]
    assert first
    assert run(target, 2.0, 1.0) == []
    target.receive(CONNECTED, 2.0)
    assert [message for _, message in run(target, 3.0, 2.0)] == first


def test_refresh_before_anything_is_asked_for_is_nothing(ardour):
    """Without bands there is nothing to send again."""
    ardour.refresh()
    assert ardour.advance(0.0) == [ASK, DESCRIBE]


def test_told_numbers_are_used(ardour, five, describe):
    """Where the host counts otherwise than the file, the name decides."""
    ardour.set_goal(five, 0.0)
    ardour.advance(0.0)
    describe(ardour, 0.1, numbers={"Freq L": 114, "Level L": 113})
    sent = ardour.advance(0.1)[1:]
    assert numbers(sent)[:8] == [12, 20, 24, 28, 16, 114, 113, 15]


def test_the_wrong_plugin_is_named_and_left_alone(ardour, five, describe, run):
    """A plug-in without the parameters is not touched, and the player is told why."""
    ardour.set_goal(five, 0.0)
    ardour.advance(0.0)
    describe(ardour, 0.1, plugin="ace-eq")
    assert ardour.trouble == "Ardour track 2 · slot 3 has no 'LS Active': is it Calf Equalizer 5 Band?"
    assert (settings(run(ardour, 0.9, 0.1)), ardour.settled) == ([], False)


def test_the_right_plugin_is_noticed_when_it_is_there(ardour, five, describe, run):
    """While the wrong plug-in is there the host is asked on; the right one ends the trouble and the questions."""
    ardour.set_goal(five, 0.0)
    ardour.advance(0.0)
    describe(ardour, 0.1, plugin="ace-eq")
    ardour.receive(HEARTBEAT, 1.0)
    assert [(round(at, 6), message) for at, message in run(ardour, 1.5, 0.1)] == [(1.0, ASK), (1.0, DESCRIBE)]
    describe(ardour, 1.6)
    assert (ardour.trouble, len(settings(run(ardour, 1.6, 1.6)))) == ("", PARAMETERS)
    assert run(ardour, 4.5, 1.6) == []


def test_an_empty_place_is_named(ardour, five, describe, run):
    """A host that answers but describes nothing there is sent to, and asked on; what appears there is told all."""
    ardour.set_goal(five, 0.0)
    ardour.advance(0.0)
    ardour.receive(HEARTBEAT, 0.1)
    assert len(settings(run(ardour, 2.5, 0.1))) == PARAMETERS
    assert ardour.trouble == "Ardour knows no plug-in at track 2 · slot 3"
    describe(ardour, 2.6)
    assert (ardour.trouble, len(settings(run(ardour, 2.6, 2.6)))) == ("", PARAMETERS)


def test_descriptions_of_others_change_nothing(ardour, five):
    """What is said about another track's plug-in does not concern this one."""
    ardour.set_goal(five, 0.0)
    ardour.advance(0.0)
    ardour.receive(Osc("/strip/plugin/descriptor", (1, 3, 1, "Gain", 0.5)), 0.1)
    ardour.receive(Osc("/strip/plugin/descriptor_end", (1, 3)), 0.1)
    assert (ardour.trouble, ardour.advance(0.1)) == ("", [])


def test_restore_puts_back_what_was_reported_first(ardour, five, describe, run):
    """What the host reported before the first change is put back, switches last; later reports do not count."""
    sent = settled(ardour, five, describe, run)
    describe(ardour, 1.0, value=0.75)
    ardour.restore()
    restored = [message for _, message in settings(run(ardour, 1.5, 1.0))]
    assert [(*m.arguments[:3], 0.25) for m in reversed(sent)] == [m.arguments for m in restored]


def test_nothing_follows_a_restore(ardour, five, describe, run):
    """Neither a glide under way nor a move that comes late undoes what was put back."""
    settled(ardour, five, describe, run)
    ardour.set_goal(scaled(five, 0.0), 1.0)
    ardour.advance(1.0)
    ardour.restore()
    late = settings(run(ardour, 1.02, 1.0))
    ardour.set_goal(five, 1.02)
    ardour.refresh()
    assert {message.arguments[3] for _, message in late} == {0.25}
    assert (settings(run(ardour, 3.0, 1.02)), ardour.settled) == ([], True)


def test_restore_without_a_report_is_nothing(ardour, reaper):
    """Where nothing is known, nothing is put back."""
    for target in (ardour, reaper):
        target.restore()
        assert target.settled


def test_the_view(ardour, five):
    """The terminal shows host, plug-in, place and presence."""
    view = ardour.view
    assert (view.name, view.place) == ("Ardour · Calf Equalizer 5 Band", "track 2 · slot 3")
    assert Presence.UNKNOWN is view.presence


def test_the_rate_is_the_hosts(make_route, five, run):
    """A slower host hears fewer updates."""
    route = make_route("ardour", "calf-eq5")
    host = msgspec.structs.replace(route.host, rate_hz=20.0)
    target = Target(replace(route, host=host), 1.0, "")
    target.set_goal(five, 0.0)
    run(target, 2.0)
    target.set_goal(scaled(five, 0.0), 2.0)
    times = sorted({at for at, _ in settings(run(target, 4.0, 2.0))})
    assert pytest.approx(len(times), abs=2) == 20
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.05 - 1e-9


# -- other hands --------------------------------------------------------------------------------------------------

NOTICE = Osc("/select/plugin/parameter", (14, 0.5))


@pytest.fixture
def hand(make_route, describe):
    """A target whose plug-in has been told ``five``, and a hand that then moves one of its parameters."""

    def hand(target, now_s, moved=("Freq L", 55.0)):
        told = dict(target._sender.told) | dict([moved])
        target.receive(NOTICE, now_s)
        questions = target.advance(max(now_s, target.due_s()))
        for number, (name, value) in enumerate(told.items(), 1):
            target.receive(Osc("/strip/plugin/descriptor", (2, 3, number, name, value)), now_s + 0.001)
        target.receive(Osc("/strip/plugin/descriptor_end", (2, 3)), now_s + 0.001)
        target.advance(now_s + 0.001)
        return questions

    return hand


def with_hands(make_route, hands, **options):
    """A target in Ardour that takes moves by hand so."""
    return Target(make_route("ardour", "calf-eq5"), 0.03, "127.0.0.1:3819", hands, **options)


@pytest.mark.parametrize("hands", ["pickup", "hold", "ignore"])
def test_a_hand_is_seen_and_left_alone(make_route, five, describe, run, hand, hands):
    """A notice makes the host describe the plug-in; what differs was moved by hand, and stays as long as it shall."""
    target = with_hands(make_route, hands)
    settled(target, five, describe, run)
    assert hand(target, 2.0) == [DESCRIBE]
    assert ("moved by hand" in target.trouble) == (hands != "ignore")
    assert settings(run(target, 2.9, 2.1)) == []
    target.receive(HEARTBEAT, 2.9)
    target.set_goal(scaled(five, 0.5), 2.9)
    taken_over = settings(run(target, 3.9, 2.9))
    frequency = 14 if hands == "pickup" else None
    assert bool(taken_over) == (hands != "hold")
    assert frequency is None or frequency in numbers(message for _, message in taken_over)
    target.resume()
    target.set_goal(scaled(five, 0.5), 4.0)
    run(target, 5.0, 4.0)
    assert (target.trouble, target.settled) == ("", True)


def test_an_echo_is_no_hand(make_route, five, describe, run, hand):
    """What the host reports of the daemon's own moves changes nothing, near as single precision."""
    target = with_hands(make_route, "pickup")
    settled(target, five, describe, run)
    frequency = dict(target._sender.told)["Freq L"]
    hand(target, 2.0, ("Freq L", frequency * (1 + 1e-6)))
    assert target.trouble == ""


def test_nobody_looks_for_hands_while_values_go_out(make_route, five, describe, run):
    """A notice under a turning knob is looked into when the echo has faded, once."""
    target = with_hands(make_route, "pickup")
    settled(target, five, describe, run)
    target.set_goal(scaled(five, 0.5), 1.0)
    target.advance(1.0)
    target.receive(NOTICE, 1.005)
    out = run(target, 2.0, 1.005)
    looked_s = [at for at, message in out if message == DESCRIBE]
    assert looked_s == [max(at for at, _ in settings(out)) + 0.25]


def test_the_way_begins_at_the_plugins_own_setting(make_route, five, run):
    """From what the plug-in had, by so much of the way as the knob says; before that is known nothing is moved."""
    target = with_hands(make_route, "pickup", from_daw=True)
    route = make_route("ardour", "calf-eq5")
    there = {s.parameter.name: s.value for s in route.equalizer.settings(scaled(five, 0.5))}
    target.set_goal(five, 0.0, 0.0)
    target.advance(0.0)
    for number, (name, value) in enumerate(there.items(), 1):
        target.receive(Osc("/strip/plugin/descriptor", (2, 3, number, name, value)), 0.1)
    target.receive(Osc("/strip/plugin/descriptor_end", (2, 3)), 0.1)
    target.set_goal(five, 0.1, 0.0)
    run(target, 0.5, 0.1)
    told = dict(target._sender.told)
    assert told == pytest.approx(there)
    target.set_goal(five, 0.5, 0.5)
    run(target, 1.0, 0.5)
    level_db = 20 * math.log10(target._sender.told["Level L"])
    assert level_db == pytest.approx((3.0 + 6.0) / 2)


def test_a_host_that_does_not_say_what_there_is_is_not_moved_from_there(make_route, five, run):
    """Without the plug-in's own setting there is no way from it, and the player is told."""
    target = with_hands(make_route, "pickup", from_daw=True)
    target.set_goal(five, 0.0, 0.5)
    target.advance(0.0)
    target.receive(HEARTBEAT, 0.1)
    target.request_update()
    assert settings(run(target, 2.5, 0.1)) == []
    assert "knows no plug-in" in target.trouble


def test_values_may_wait_for_the_knobs_release(make_route, five, describe, run):
    """While the knob turns nothing is sent; when it has been still, the last value is."""
    target = with_hands(make_route, "pickup", on_release=True)
    target.set_goal(five, 0.0)
    target.advance(0.0)
    target.receive(HEARTBEAT, 0.1)
    describe(target, 0.1)
    run(target, 0.9, 0.1)
    sent = []
    for step in range(10):
        now_s = 1.0 + step * 0.1
        target.receive(HEARTBEAT, now_s)
        target.request_update(now_s)
        if target.is_due(now_s):
            target.set_goal(scaled(five, 0.1 * step), now_s)
        sent += settings(run(target, now_s + 0.099, now_s))
    assert sent == []
    target.set_goal(scaled(five, 0.9), 2.5)
    sent = settings(run(target, 3.0, 2.3))
    gain = next(message.arguments[3] for _, message in reversed(sent) if message.arguments[2] == 13)
    assert 20 * math.log10(gain) == pytest.approx(0.9 * 6.0, abs=1e-4)


# -- another place ----------------------------------------------------------------------------------------------------


class Strips:
    """Plug-ins on Ardour's strips, by the strip's number, as a target sees and moves them."""

    def __init__(self, target, tracks):
        parts = list(target.route.equalizer.parameters())
        self.target, self.now_s, self.bands = target, 0.0, None
        self.names = {part.index + 1: part.name for part in parts}
        own = {part.name: part.natural if isinstance(part, FixedParameter) else part.law.within(1.0) for part in parts}
        self.values = {track: dict(own) for track in tracks}

    def say(self, track, name):
        """A strip's name is told."""
        self.target.receive(Osc("/strip/name", (track, name)), self.now_s)
        self.play(0.0)

    def play(self, seconds):
        """Let time pass, with a heartbeat; questions are answered, values taken."""
        end_s, asked = self.now_s + seconds, []
        while True:
            if round(self.now_s * 100) % 100 == 0:
                self.target.receive(HEARTBEAT, self.now_s)
            if self.bands and self.target.is_due(self.now_s):
                self.target.set_goal(self.bands, self.now_s)
            for message in self.target.advance(self.now_s):
                if message.address == "/strip/plugin/parameter":
                    track, _, number, value = message.arguments
                    self.values.get(track, {})[self.names[number]] = value
                if message.address == "/strip/plugin/descriptor":
                    asked.append(message.arguments)
                    self._describe(*message.arguments)
            if self.now_s >= end_s:
                return asked
            self.now_s += 0.01

    def _describe(self, track, slot):
        if track not in self.values:
            return
        for number, name in self.names.items():
            values = (track, slot, number, name, self.values[track][name])
            self.target.receive(Osc("/strip/plugin/descriptor", values), self.now_s)
        self.target.receive(Osc("/strip/plugin/descriptor_end", (track, slot)), self.now_s)


@pytest.fixture
def vocals(make_route, model):
    """A plug-in on a track that is found by its name, moved to bright; the other strip has another one."""
    route = make_route("ardour", "calf-eq5", slot=1)
    target = Target(route, 0.03, "127.0.0.1:1", locator=Locator(route.host, "Vocals", 1))
    strips = Strips(target, (2, 3))
    strips.say(2, "Vocals")
    strips.play(0.5)
    strips.bands = model.bands("bright")
    target.request_update(strips.now_s)
    strips.play(1.0)
    return strips


def test_a_track_that_moves_keeps_what_it_had_before(vocals):
    """The engineer's setting is given back, wherever the track has gone meanwhile."""
    before, there = dict(vocals.values[3]), vocals.values[2]
    assert there != before
    vocals.values[2], vocals.values[3] = dict(before), there
    vocals.say(2, "New")
    vocals.say(3, "Vocals")
    vocals.play(1.0)
    vocals.target.restore()
    vocals.play(1.0)
    assert vocals.values[3] == pytest.approx(before)


def test_another_track_of_that_name_has_its_own_past(vocals):
    """Where the name has gone to another plug-in, that one gets back what it had itself."""
    vocals.values[3]["Freq 2"] = 777.0
    vocals.say(2, "New")
    vocals.say(3, "Vocals")
    vocals.play(1.0)
    assert vocals.values[3]["Freq 2"] != 777.0
    vocals.target.restore()
    vocals.play(1.0)
    assert vocals.values[3]["Freq 2"] == pytest.approx(777.0)


def test_an_empty_place_is_asked_again(vocals):
    """A track without the plug-in is said, and looked at again and again, until it is there."""
    there = vocals.values.pop(3)
    vocals.say(2, "New")
    vocals.say(3, "Vocals")
    assert len(vocals.play(5.0)) > 2
    assert vocals.target.trouble == "Ardour knows no plug-in at track 3 · slot 1"
    vocals.values[3] = there
    vocals.play(3.0)
    assert vocals.target.trouble == ""
