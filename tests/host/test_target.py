"""One plug-in: what is sent to it and when, under a clock that is moved by hand."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.life import Life
from semeq.daemon.host.locator import Locator
from semeq.daemon.host.own import WRITTEN_S, InMemory
from semeq.daemon.host.presence import CONNECTED, Presence
from semeq.daemon.host.reports import ParameterReports, ReadBack
from semeq.daemon.host.route import single
from semeq.daemon.host.target import Target
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import Osc, parse
from semeq.model import scaled
from small_ardour import SmallArdour

HEARTBEAT = Osc("/heartbeat", (1.0,))
ASK, DESCRIBE = parse(load(Host, "ardour").presence.ask), Osc("/strip/plugin/descriptor", (2, 3))
RATE = Osc("/strip/list")
LISTEN, LISTEN_REAPER = Osc("/strip/expand", (2, 1)), Osc("/action/41743", (1.0,))
PARAMETERS, PRESETS = 20, 5
LIST = Osc("/strip/plugin/list", (2,))
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


@pytest.fixture
def in_ardour(make_route):
    """Make a target that leads at once, in a small Ardour that answers it."""

    def in_ardour(plugin="calf-eq5", **options):
        target = Target(make_route("ardour", plugin), 0.03, "127.0.0.1:3819", **options)
        return target, SmallArdour(target)

    return in_ardour


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
    assert (ardour.due_s(), ardour.advance(0.0)) == (0.0, [ASK, RATE, DESCRIBE])
    assert (ardour.due_s(), ardour.presence) == (1.0, Presence.UNKNOWN)


def test_a_host_that_cannot_be_asked_is_blind(ardour, reaper):
    """Only of such a host it is said that nobody knows what stands there."""
    assert (reaper.view.own, reaper.view.is_blind) == (None, True)
    assert (ardour.view.own, ardour.view.is_blind) == (None, False)


def test_first_values_come_without_a_glide_presets_first(ardour, five, describe, run, make_route):
    """The first bands are set in one burst, switches before anything else."""
    sent = settled(ardour, five, describe, run)
    route = make_route("ardour", "calf-eq5")
    assert [message for setting in route.equalizer.settings(five) for message in route.write(setting, {})] == sent
    assert ardour.settled


@pytest.mark.parametrize("bundles", [False, True])
def test_the_first_band_leaves_before_the_others(make_route, five, describe, run, bundles):
    """What it needs can be on its way while the others are worked out; a host that takes bundles gets all at once."""
    route = make_route("ardour", "calf-eq5")
    host = replace(route.host, bundles=bundles)
    target = Target(replace(route, host=host), 0.03, "127.0.0.1:3819")
    settled(target, five, describe, run)
    target.set_goal(scaled(five, 0.5), 1.0)
    target.request_update(1.0)
    gains = [slot.gain.index + 1 for slot in route.equalizer.slots]
    batches = [numbers(batch) for batch in target.batches(1.0) if batch]
    assert batches == ([gains] if bundles else [gains[:1], gains[1:]])


def test_a_host_that_falls_silent_on_the_way_is_missed_in_time(ardour, five, describe, run):
    """While bands glide, whatever else was due stays due."""
    settled(ardour, five, describe, run)
    ardour.receive(HEARTBEAT, 1.0)
    timeout_s = ardour.route.host.presence.timeout_s
    ardour.glide_in(5.0 * timeout_s)
    ardour.set_goal(scaled(five, -1.0), 1.0)
    ardour.request_update(1.0)
    now_s = 1.0
    while ardour.presence is Presence.ANSWERS and now_s < 5.0 * timeout_s:
        ardour.advance(now_s)
        now_s = max(now_s, ardour.due_s())
    assert (ardour.presence, now_s) == (Presence.SILENT, pytest.approx(1.0 + timeout_s, abs=2 * PERIOD_S))


def test_the_first_glide_leaves_from_what_is_there(in_ardour, five):
    """The first bands are reached from the plug-in's own setting, in rising steps that take 0.3 s."""
    target, host = in_ardour()
    for setting in target.route.equalizer.settings(scaled(five, 0.5)):
        host.hand(setting.parameter.name, setting.value, tells=False)
    host.bands = five
    sent = [(at, m.arguments[3]) for at, m in host.play(1.0) if m.arguments[2] == 13]
    levels = [20 * math.log10(value) for _, value in sent]
    assert levels == sorted(levels)
    assert len(levels) > 20
    assert (levels[0], levels[-1]) == (pytest.approx(3.1, abs=0.1), pytest.approx(6.0, abs=1e-5))
    assert sent[-1][0] - sent[0][0] == pytest.approx(0.29, abs=0.02)


def test_values_wait_for_the_description(ardour, five, describe):
    """Nothing is set before the host has said what there is."""
    ardour.set_goal(five, 0.0)
    assert ardour.advance(0.0) == [ASK, RATE, DESCRIBE]
    ardour.receive(HEARTBEAT, 0.1)
    assert settings([(0.1, m) for m in ardour.advance(0.1)]) == []
    describe(ardour, 0.2)
    sent = ardour.advance(0.2)
    assert (sent[0], len(sent) - 1) == (LISTEN, PARAMETERS)


def test_a_host_that_describes_nothing_is_never_told(ardour, five, run):
    """A host that can be asked and does not say what there is gets no value, however long that takes."""
    ardour.set_goal(five, 0.0)
    ardour.receive(HEARTBEAT, 0.0)
    assert settings(run(ardour, 2.9)) == []
    assert settings(run(ardour, 30.0, 2.9)) == []


def test_a_host_that_cannot_answer_is_told_at_once(reaper, five):
    """Where no answer can come there is nothing to wait for."""
    reaper.set_goal(five, 0.0)
    sent = reaper.advance(0.0)
    assert (sent[:2], len(sent) - 2) == ([Osc("/semeq/ping"), LISTEN_REAPER], 15)


def test_only_changed_values_are_sent(ardour, five, describe, run):
    """A new gain of one band is one message each update, and what stays is not sent again."""
    settled(ardour, five, describe, run)
    ardour.receive(HEARTBEAT, 1.0)
    ardour.set_goal((replace(five[0], gain_db=0.0), *five[1:]), 1.0)
    sent = settings(run(ardour, 2.0, 1.0))
    assert {13} == set(numbers(message for _, message in sent))
    assert 4 >= len(sent) >= 3


def test_equal_bands_are_nothing_new(ardour, five, describe, run):
    """To ask for what is there already sends nothing."""
    settled(ardour, five, describe, run)
    ardour.set_goal(tuple(replace(band) for band in five), 1.0)
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


def standing(equalizer, bands):
    """What a plug-in of :class:`SmallArdour` holds once it has ``bands``; its output gain has been left alone."""
    heard = {setting.parameter.name: single(setting.value) for setting in equalizer.settings(bands)}
    return heard | {equalizer.plugin.output.name: 1.0}


@given(
    moves=st.lists(st.tuples(st.floats(0.0, 0.05), st.floats(-1.0, 2.0)), min_size=1, max_size=12),
    is_ticking=st.booleans(),
)
def test_any_knob_ends_at_its_last_value_and_keeps_the_rate(make_route, five, run, moves, is_ticking):
    """However the knob moves, and whether or not time is looked at in between, the host hears the last value last."""
    target = Target(make_route("ardour", "calf-eq5"), 0.03, "")
    host = SmallArdour(target)
    target.set_goal(five, 0.0)
    sent = host.play(2.0)
    for wait_s, strength in moves:
        if is_ticking:
            sent += host.play(wait_s)
        else:
            host.now_s += wait_s
        target.set_goal(scaled(five, strength), host.now_s)
    sent += host.play(2.0)
    times = sorted({at for at, _ in settings(sent)})
    assert all(b - a >= PERIOD_S - 1e-9 for a, b in itertools.pairwise(times))
    route, bands = make_route("ardour", "calf-eq5"), scaled(five, moves[-1][1])
    assert host.only == pytest.approx(standing(route.equalizer, bands))
    assert target.settled


def test_a_host_that_answers_is_left_alone(in_ardour, five):
    """While heartbeats come and all is read back, only the list of plug-ins is looked at, every two seconds."""
    target, host = in_ardour()
    host.bands = five
    host.play(2.0)
    first = len(host.heard)
    host.play(8.0)
    assert {message for _, message in host.heard[first:]} == {LIST}
    assert len(host.heard) - first <= 5
    assert (target.presence, target.trouble) == (Presence.ANSWERS, "")


def test_silence_is_noticed_and_asked_about(in_ardour, five):
    """After the host's time-out it counts as gone, is asked every second, and the player is told."""
    target, host = in_ardour()
    host.bands = five
    host.play(1.5)
    host.is_running = False
    assert host.play(2.0) == []
    first = len(host.heard)
    assert host.play(6.0) == []
    asked = [(at, message) for at, message in host.heard[first:] if message in (ASK, DESCRIBE)]
    assert len(asked) >= 8
    assert (target.presence, target.trouble) == (Presence.SILENT, "Ardour does not answer on 127.0.0.1:3819")


def test_a_host_that_comes_back_is_followed_on(in_ardour, five):
    """After silence it is read again, and then it glides from what there is now to what was asked."""
    target, host = in_ardour()
    host.bands = five
    host.play(1.0)
    there = host.only
    host.is_running = False
    host.play(5.0)
    host.plugins[2, 3] = host.own(target.route.equalizer)
    host.is_running = True
    sent = host.play(2.0)
    assert (host.only, target.life) == (pytest.approx(there), Life.FOLLOWING)
    assert sent[-1][0] - sent[0][0] == pytest.approx(0.29, abs=0.02)


def test_another_plugin_after_the_return_is_left_alone(in_ardour, five, make_route):
    """What was there before says nothing about what the host has loaded meanwhile."""
    target, host = in_ardour()
    host.bands = five
    host.play(1.0)
    host.is_running = False
    host.play(5.0)
    host.plugins[2, 3] = host.own(make_route("ardour", "ace-eq").equalizer)
    before, host.is_running = host.only, True
    assert (host.play(3.0), host.only) == ([], before)
    assert "is it Calf" in target.trouble


def test_a_refused_port_is_a_silent_host(ardour, five, describe, run):
    """When the system says that nobody listens, the host is gone at once; coming back it is asked first."""
    settled(ardour, five, describe, run)
    ardour.refused(0.6)
    assert Presence.SILENT is ardour.presence
    out = [message for _, message in run(ardour, 1.7, 0.6)]
    assert {ASK, RATE, DESCRIBE} == set(out)
    describe(ardour, 1.7)
    assert Life.FOLLOWING is ardour.life


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
    ardour.refresh(0.6)
    again = [message for _, message in settings([(0.6, m) for m in ardour.advance(0.6)])]
    assert (sorted(map(str, first)), True) == (sorted(map(str, again)), ardour.settled)


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
    assert ardour.advance(0.0) == [ASK, RATE, DESCRIBE]


def test_told_numbers_are_used(ardour, five, describe):
    """Where the host counts otherwise than the file, the name decides."""
    ardour.set_goal(five, 0.0)
    ardour.advance(0.0)
    describe(ardour, 0.1, numbers={"Freq L": 114, "Level L": 113})
    sent = [message for _, message in settings((0.1, m) for m in ardour.advance(0.1))]
    assert numbers(sent)[:8] == [12, 20, 24, 28, 16, 114, 113, 15]


def test_the_wrong_plugin_is_named_and_left_alone(in_ardour, five, make_route):
    """A plug-in without the parameters is not touched, and the player is told why; the right one is noticed."""
    target, host = in_ardour()
    host.bands, right = five, host.plugins[2, 3]
    host.plugins[2, 3] = host.own(make_route("ardour", "ace-eq").equalizer)
    before = host.only
    assert (host.play(3.0), host.only) == ([], before)
    assert target.trouble == "Ardour track 2 · slot 3 has no 'LS Active': is it Calf Equalizer 5 Band?"
    assert len(host.asked()) >= 3
    host.plugins[2, 3] = right
    assert host.play(3.0) != []
    assert (target.trouble, target.life) == ("", Life.FOLLOWING)


def test_an_empty_place_is_named(in_ardour, five):
    """A host that answers but describes nothing there is told nothing, and asked on; what appears there follows."""
    target, host = in_ardour()
    host.bands, there = five, host.plugins.pop((2, 3))
    assert host.play(5.0) == []
    assert target.trouble == "Ardour knows no plug-in at track 2 · slot 3"
    host.plugins[2, 3] = there
    assert host.play(3.0) != []
    assert target.trouble == ""


def test_descriptions_of_others_change_nothing(ardour, five):
    """What is said about another track's plug-in does not concern this one."""
    ardour.set_goal(five, 0.0)
    ardour.advance(0.0)
    ardour.receive(Osc("/strip/plugin/descriptor", (1, 3, 1, "Gain", 0.5)), 0.1)
    ardour.receive(Osc("/strip/plugin/descriptor_end", (1, 3)), 0.1)
    assert (ardour.trouble, ardour.life) == ("", Life.IDENTIFYING)


def test_restore_puts_back_what_was_there_first(in_ardour, five):
    """By a glide, then exactly, switches last; as often as wanted; then it waits."""
    target, host = in_ardour()
    before = host.only
    for bands in (five, scaled(five, 0.5)):
        host.bands = bands
        target.player_moved(host.now_s)
        host.play(1.0)
        assert host.only != before
        host.bands = None
        assert target.restore(host.now_s)
        sent = host.play(2.0)
        assert (host.only, target.life) == (before, Life.WAITING)
        assert {message.arguments[2] for _, message in sent[-PRESETS:]} == {12, 16, 20, 24, 28}
    assert host.play(3.0) == []


def test_nothing_follows_a_restore(in_ardour, five):
    """Neither a glide under way nor what is no move undoes what was put back."""
    target, host = in_ardour()
    before = host.only
    target.set_goal(five, 0.0)
    host.play(0.1)
    target.restore(host.now_s)
    host.play(0.05)
    target.set_goal(five, host.now_s)
    target.refresh(host.now_s)
    target.request_update(host.now_s)
    host.play(3.0)
    assert (host.only, target.life) == (before, Life.WAITING)


def test_a_restore_that_is_lost_is_sent_again(in_ardour, five):
    """What a lossy network drops of it is noticed and repaired; it is no hand and no new setting of its own."""
    target, host = in_ardour()
    before = host.only
    target.set_goal(five, 0.0)
    host.play(1.5)
    lost = itertools.count()
    host.loses = lambda m: m.address == "/strip/plugin/parameter" and next(lost) % 10 == 0
    target.restore(host.now_s)
    host.play(3.0)
    host.loses = lambda m: False
    host.play(3.0)
    assert (host.only, target.life) == (before, Life.WAITING)


def test_restore_without_a_report_is_nothing(ardour, reaper):
    """Where nothing is known, nothing is put back."""
    for target in (ardour, reaper):
        assert not target.restore(0.0)
        assert target.settled


def test_the_view(ardour, five):
    """The terminal shows host, plug-in, place and presence."""
    view = ardour.view
    assert (view.name, view.place) == ("Ardour · Calf Equalizer 5 Band", "track 2 · slot 3")
    assert Presence.UNKNOWN is view.presence


def test_the_rate_is_the_hosts(make_route, five, run):
    """A slower host hears fewer updates."""
    route = make_route("ardour", "calf-eq5")
    host = replace(route.host, rate_hz=20.0)
    target = Target(replace(route, host=host), 1.0, "")
    ardour = SmallArdour(target)
    target.set_goal(five, 0.0)
    ardour.play(2.0)
    target.set_goal(scaled(five, 0.0), 2.0)
    times = sorted({at for at, _ in ardour.play(2.0)})
    assert pytest.approx(len(times), abs=2) == 20
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.05 - 1e-9


NOTICE = Osc("/select/plugin/parameter", (14, 0.5))


# -- other hands --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hands", ["pickup", "hold", "ignore"])
@pytest.mark.parametrize("tells", [True, False])
def test_a_hand_is_seen_and_left_alone(in_ardour, five, hands, tells):
    """What differs and stands still was moved by hand, and stays as long as it shall; the knob takes over gently."""
    target, host = in_ardour(hands=hands)
    host.bands = five
    host.play(0.5)
    host.hand("Freq L", 55.0, tells=tells)
    host.play(2.0)
    assert ("moved by hand" in target.trouble) == (hands != "ignore")
    left = host.only
    assert left["Freq L"] == 55.0
    host.bands = scaled(five, 0.5)
    target.request_update(host.now_s)
    host.play(1.0)
    assert (host.only != left) == (hands != "hold")
    target.resume(host.now_s)
    host.play(1.0)
    assert (target.trouble, target.settled) == ("", True)
    if hands != "ignore":
        assert host.only["Freq L"] == pytest.approx(100.0)


def test_a_hand_that_goes_back_is_left_alone(in_ardour, five):
    """A hand that has been noticed may put a value back where it was before semeq moved it: nothing is lost."""
    target, host = in_ardour()
    own = host.only["Freq L"]
    host.bands = five
    host.play(0.5)
    host.hand("Freq L", 55.0)
    host.play(2.0)
    assert "moved by hand" in target.trouble
    host.hand("Freq L", own)
    assert (host.play(2.0), host.only["Freq L"]) == ([], own)


def test_an_echo_is_no_hand(in_ardour, five):
    """What the host reports of the daemon's own moves changes nothing, near as single precision."""
    target, host = in_ardour()
    host.bands = five
    host.play(1.0)
    host.hand("Freq L", host.only["Freq L"] * (1 + 1e-6))
    assert (host.play(2.0), target.trouble) == ([], "")


@pytest.mark.parametrize("late_s", [0.3, 0.6, 1.2])
def test_a_late_echo_is_no_hand(in_ardour, five, late_s):
    """A busy host that takes values late has them in the end, and nobody is suspected."""
    target, host = in_ardour()
    host.bands = five
    host.play(1.0)
    late = []
    host.loses = lambda m: m.address == "/strip/plugin/parameter" and (late.append((host.now_s, m)) or True)
    host.bands = scaled(five, 0.5)
    target.request_update(host.now_s)
    host.play(late_s)
    host.loses = lambda m: False
    for _, message in late:
        host._take(message)
        host.heard.pop()
    host.play(2.0)
    assert target.trouble == ""
    gains = {n: 20 * math.log10(v) for n, v in host.only.items() if n.startswith("Level")}
    assert gains["Level L"] == pytest.approx(3.0, abs=1e-4)


def test_what_is_lost_is_sent_again_three_times(in_ardour, five):
    """A value that never arrives is repeated; then somebody else holds it, and is left it."""
    target, host = in_ardour()
    host.bands = five
    host.play(1.5)
    host.loses = lambda m: m.address == "/strip/plugin/parameter" and m.arguments[2] == 13
    host.bands = scaled(five, 0.5)
    target.request_update(host.now_s)
    sent = [at for at, m in host.play(5.0) if m.arguments[2] == 13]
    late = [at for at in sent if at > sent[0] + 0.2]
    assert len(late) == 3
    assert "moved by hand" in target.trouble


def test_a_lossy_network_gets_it_right(in_ardour, five):
    """With one datagram in twenty lost both ways all arrives, no hand is seen and nothing flaps."""
    for seed in range(30):
        target, host = in_ardour()
        chance = random.Random(seed)
        host.loses = lambda m, chance=chance: chance.random() < 0.05
        host.bands = five
        seen = set()
        for _ in range(60):
            host.play(0.1)
            seen.add(target.trouble)
        assert host.only == pytest.approx(standing(target.route.equalizer, five)), seed
        assert seen == {""}


def test_the_last_step_of_a_way_is_not_left_out(make_route):
    """A value from before the last one was lost, though it is closer than anybody hears: it is sent again, thrice."""
    reports, read_back = ParameterReports(make_route()), ReadBack()
    stands, told = {"Level 1": single(1.303807)}, {"Level 1": single(1.303621)}
    before = {"Level 1": (1.2, 1.303807)}
    assert reports.moved(stands, told) == {}
    assert reports.left_behind(stands, told, before) == {"Level 1"}
    assert reports.left_behind(told, told, before) == set()
    assert reports.left_behind({"Level 1": 1.3037}, told, before) == set()
    assert ParameterReports(make_route("bitwig", "bitwig-eq-plus")).left_behind(stands, told, before) == set()
    verdicts = [read_back.judge({}, lambda *_: False, now_s, frozenset({"Level 1"})) for now_s in range(4)]
    assert [verdict.lost for verdict in verdicts] == [{"Level 1"}] * 3 + [set()]
    assert not any(verdict.by_hand for verdict in verdicts)


def test_nobody_looks_for_hands_while_values_go_out(in_ardour, five):
    """A notice under a turning knob is looked into when the echo has faded, once."""
    target, host = in_ardour()
    host.bands = five
    host.play(1.5)
    host.bands = scaled(five, 0.5)
    target.request_update(host.now_s)
    started_s = host.now_s
    host.play(0.02)
    target.receive(NOTICE, host.now_s)
    sent = host.play(2.0)
    looked_s = [at for at, _ in host.asked() if at > started_s]
    assert looked_s == [pytest.approx(sent[-1][0] + 0.3, abs=0.011)]


def test_the_way_begins_at_the_plugins_own_setting(in_ardour, five):
    """From what the plug-in had, by so much of the way as the knob says; before a move nothing is sent at all."""
    target, host = in_ardour(start="from-daw")
    for setting in target.route.equalizer.settings(scaled(five, 0.5)):
        host.hand(setting.parameter.name, setting.value, tells=False)
    there, host.bands, host.morph = host.only, five, 0.0
    assert host.play(2.0) == []
    target.player_moved(host.now_s)
    host.play(1.0)
    assert host.only == pytest.approx(there)
    host.morph = 0.5
    target.request_update(host.now_s)
    host.play(1.0)
    assert 20 * math.log10(host.only["Level L"]) == pytest.approx((3.0 + 6.0) / 2)


def test_values_may_wait_for_the_knobs_release(in_ardour, five):
    """While the knob turns nothing is sent; when it has been still, the last value is."""
    target, host = in_ardour(on_release=True)
    host.bands = five
    host.play(2.0)
    sent = []
    for step in range(10):
        host.bands = scaled(five, 0.1 * step)
        target.request_update(host.now_s)
        sent += host.play(0.1)
    assert sent == []
    assert host.play(1.0) != []
    assert 20 * math.log10(host.only["Level L"]) == pytest.approx(0.9 * 6.0, abs=1e-4)


# -- another place ----------------------------------------------------------------------------------------------------


@pytest.fixture
def vocals(make_route, model):
    """A plug-in on a track that is found by its name, moved to bright; the other strip has another one."""
    route = make_route("ardour", "calf-eq5", slot=1)
    target = Target(route, 0.03, "127.0.0.1:1", locator=Locator(route.host, "Vocals", 1))
    host = SmallArdour(target)
    host.plugins = {(track, 1): host.own(route.equalizer) for track in (2, 3)}
    host.play(0.1)
    host.say(2, "Vocals")
    host.play(0.5)
    host.bands = model.bands("bright")
    target.request_update(host.now_s)
    host.play(1.0)
    return host


def values_of(host, track):
    """What the plug-in on a track has, by name."""
    return dict(host.plugins[track, 1].values())


def test_a_track_that_moves_keeps_what_it_had_before(vocals):
    """The engineer's setting is given back, wherever the track has gone meanwhile."""
    before, plugins = values_of(vocals, 3), vocals.plugins
    assert values_of(vocals, 2) != before
    plugins[2, 1], plugins[3, 1] = plugins[3, 1], plugins[2, 1]
    vocals.say(2, "New")
    vocals.say(3, "Vocals")
    vocals.play(1.0)
    vocals.target.restore(vocals.now_s)
    vocals.play(2.0)
    assert values_of(vocals, 3) == pytest.approx(before)


def test_another_track_of_that_name_has_its_own_past(vocals):
    """Where the name has gone to another plug-in, that one gets back what it had itself."""
    vocals.hand("Freq 2", 777.0, (3, 1), tells=False)
    vocals.say(2, "New")
    vocals.say(3, "Vocals")
    vocals.play(1.0)
    assert values_of(vocals, 3)["Freq 2"] != 777.0
    vocals.target.restore(vocals.now_s)
    vocals.play(2.0)
    assert values_of(vocals, 3)["Freq 2"] == pytest.approx(777.0)


def test_a_name_that_comes_back_is_followed_again(vocals, make_route, model):
    """A name that led to another plug-in for a while leads back: the first plug-in follows without a further move."""
    vocals.plugins[3, 1] = vocals.own(make_route("ardour", "ace-eq").equalizer)
    before = values_of(vocals, 3)
    vocals.say(2, "New")
    vocals.say(3, "Vocals")
    vocals.bands = model.bands("warm")
    vocals.play(5.0)
    assert "is it Calf" in vocals.target.trouble
    vocals.say(3, "New")
    vocals.say(2, "Vocals")
    vocals.play(2.0)
    equalizer = vocals.target.route.equalizer
    wanted = standing(equalizer, equalizer.fit(vocals.bands).bands)
    assert (values_of(vocals, 2), vocals.target.trouble) == (pytest.approx(wanted), "")
    assert values_of(vocals, 3) == before


def test_an_empty_place_is_asked_again(vocals):
    """A track without the plug-in is said, and looked at again and again, until it is there."""
    there = vocals.plugins.pop((3, 1))
    vocals.say(2, "New")
    vocals.say(3, "Vocals")
    asked = len(vocals.asked())
    vocals.play(5.0)
    assert len(vocals.asked()) > asked + 2
    assert vocals.target.trouble == "Ardour knows no plug-in at track 3 · slot 1"
    vocals.plugins[3, 1] = there
    vocals.play(3.0)
    assert vocals.target.trouble == ""


def test_a_name_that_is_found_at_once_is_no_trouble(make_route):
    """A good start says nothing, though a tick passes before names are told; a wrong name is said two seconds on."""
    route = make_route("ardour", "calf-eq5", slot=1)
    target = Target(route, 0.03, "", locator=Locator(route.host, "Vocals", 1))
    host = SmallArdour(target)
    seen = set()
    for _ in range(20):
        host.play(0.04)
        seen.add(target.trouble)
    assert seen == {""}
    host.play(2.0)
    assert target.trouble == "Ardour has no track called 'Vocals'"


def test_a_move_before_its_own_setting_is_on_disk_is_kept(make_route, five):
    """It is asked for again soon, though the host says nothing more; then the plug-in follows."""

    class Slow(InMemory):
        is_written = False

    kept = Slow()
    target = Target(make_route("ardour", "calf-eq5"), 0.0, "here", start="wait", kept=kept)
    host = SmallArdour(target)
    host.play(0.1)
    target.advance(host.now_s)
    target.player_moved(host.now_s)
    assert target.life is Life.FOLLOWING
    assert target.is_due(host.now_s)
    target.set_goal(five, host.now_s)
    assert target.advance(host.now_s) == []
    now_s = target.due_s()
    assert now_s == pytest.approx(host.now_s + WRITTEN_S)
    kept.is_written = True
    assert {message.address for message in target.advance(now_s)} == {"/strip/plugin/parameter"}


def test_a_move_just_after_a_question_is_kept(make_route, five):
    """Where to go is asked for at once, though the host's pace allows nothing yet: it may say nothing more."""
    target = Target(make_route("ardour", "calf-eq5"), 0.0, "here", start="wait")
    host = SmallArdour(target)
    host.play(0.1)
    target.look(host.now_s)
    assert target.advance(host.now_s)
    moved_s = host.now_s + PERIOD_S / 10
    target.player_moved(moved_s)
    assert target.life is Life.FOLLOWING
    assert target.is_due(moved_s)
    target.set_goal(five, moved_s)
    assert target.advance(moved_s) == []
    now_s = target.due_s()
    assert now_s - host.now_s <= PERIOD_S
    assert {message.address for message in target.advance(now_s)} == {"/strip/plugin/parameter"}
