"""The host's own sample rate: asked with the first questions, shared by its targets, and followed when it changes."""

import pytest
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.life import Life
from semeq.daemon.host.rate import TRIES, HostRate
from semeq.daemon.host.target import Target
from semeq.daemon.host.turns import Turns
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.osc import decode, encode
from semeq.daemon.messages.types import Line, Osc
from small_ardour import SmallArdour


@pytest.mark.parametrize(
    ("host", "answer", "hz"),
    [
        ("ardour", Osc("#reply", ("end_route_list", 96_000, 0, 1)), 96_000.0),
        ("ardour", Osc("#reply", ("B", 96_000, 1, 1)), None),
        ("ardour", Osc("#reply", ("end_route_list",)), None),
        ("ardour", Osc("#reply", ("end_route_list", "96000")), None),
        ("ardour", Osc("#reply", ("end_route_list", 7)), None),
        ("ardour", Osc("#reply"), None),
        ("scsynth", Osc("/status.reply", (1, 0, 0, 2, 5, 0.1, 0.2, 44_100.0, 44_099.8)), 44_100.0),
        ("reaper", Osc("#reply", ("end_route_list", 96_000, 0, 1)), None),
        ("mod-host", Line("44100", "jack sample_rate"), 44_100.0),
        ("mod-host", Line("44100", "cpu_load"), None),
    ],
)
def test_what_hosts_say(host, answer, hz):
    """The rate is where the host's file says; anything else is none."""
    rate = HostRate()
    rate.receive(load(Host, host), answer)
    assert rate.hz == hz


def test_a_host_is_asked_three_times_at_most():
    """One that never says is left alone, until it has been away."""
    rate, ardour = HostRate(), load(Host, "ardour")
    assert [len(rate.questions(ardour)) for _ in range(TRIES + 1)] == [1] * TRIES + [0]
    rate.lose()
    assert rate.questions(ardour) == [Osc("/strip/list")]
    assert rate.questions(load(Host, "reaper")) == []


def test_ardours_answers_have_an_address_without_a_slash():
    """They travel as any other message."""
    said = Osc("#reply", ("end_route_list", 44_100, 2**40, 0))
    assert decode(encode(said)) == [said]


@pytest.fixture
def ardour_at(make_route):
    """Make a small Ardour that runs at some rate, and what leads at once in it."""

    def at(rate_hz, turns=None):
        target = Target(make_route("ardour", "x42-fil4"), 0.03, "127.0.0.1:3819", turns=turns)
        host = SmallArdour(target)
        host.rate_hz = rate_hz
        return target, host

    return at


def test_the_bands_are_worked_out_for_the_hosts_rate(ardour_at, five):
    """Whatever the file says: what is written at 96 kHz is what is right there, and nothing is written before."""
    target, host = ardour_at(96_000)
    host.bands = five
    assert target.route.equalizer.sample_rate_hz == 48_000
    host.play(2.0)
    assert target.route.equalizer.sample_rate_hz == 96_000
    assert target.life is Life.FOLLOWING
    equalizer = target.route.equalizer
    right, wrong = (
        {setting.parameter.name: setting.value for setting in each.settings(each.fit(five).bands)}
        for each in (equalizer, target.route.at_rate(48_000).equalizer)
    )
    assert host.only == pytest.approx(host.only | right, rel=1e-4)
    assert host.only != pytest.approx(host.only | wrong, rel=1e-2)


def test_what_one_target_hears_holds_for_the_others(ardour_at, five):
    """The host is asked once for all; each works its bands out anew before it writes."""
    turns = Turns()
    (first, host), (second, other) = ardour_at(96_000, turns), ardour_at(96_000, turns)
    for each in (host, other):
        each.bands = five
    host.play(2.0)
    other.play(2.0)
    assert (len(host.asked("/strip/list")), len(other.asked("/strip/list"))) == (1, 0)
    assert [target.route.equalizer.sample_rate_hz for target in (first, second)] == [96_000] * 2
    assert other.only == host.only


def test_a_host_that_comes_back_at_another_rate_is_asked_again(ardour_at, five):
    """It was away; what it said before is old."""
    target, host = ardour_at(48_000)
    host.bands = five
    host.play(2.0)
    host.is_running = False
    host.play(6.0)
    assert target.life is Life.SILENT
    host.is_running, host.rate_hz = True, 44_100
    host.play(8.0)
    assert (target.life, target.route.equalizer.sample_rate_hz) == (Life.FOLLOWING, 44_100)


def test_a_host_that_does_not_say_is_taken_as_the_user_says(ardour_at, five):
    """Nothing waits for it."""
    target, host = ardour_at(96_000)
    host.bands, host.loses = five, lambda message: message.address == "#reply"
    host.play(2.0)
    assert (target.life, target.route.equalizer.sample_rate_hz) == (Life.FOLLOWING, 48_000)
