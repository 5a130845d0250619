"""What one host is told and when, under a clock that is moved by hand."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from semeq.daemon.eq.equalizer import Setting
from semeq.daemon.eq.plugin_file import FixedParameter
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.sender import GESTURE_OVER_S, ParameterSender
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import Osc, parse
from semeq.model import scaled


def with_host(make_route, **changes):
    """A delivery to a host that takes two messages every 0.1 s, or as ``changes`` say."""
    host = replace(load(Host, "osc"), **({"rate_hz": 10, "burst": 2} | changes))
    route = make_route("osc", "calf-eq5")
    return ParameterSender(replace(route, host=host, track=2, slot=3))


def knobs(delivery, *values):
    """The first parameters that are no switches, each with a value of its own."""
    parts = [part for part in delivery.route.equalizer.parameters() if not isinstance(part, FixedParameter)]
    return [Setting(part, value) for part, value in zip(parts, values, strict=False)]


def said(messages):
    """Numbers of parameters and what they were told."""
    return [(message.arguments[0], message.address) for message in messages]


def drained(delivery, now_s=0.0):
    """All that is due from now on, with its times."""
    out = []
    while (due_s := delivery.due_s()) is not None:
        now_s = max(now_s, due_s)
        out += ((now_s, message) for message in delivery.advance(now_s))
    return out


def test_a_burst_at_a_time(make_route):
    """No more than the host's burst at once, its period apart, in the order in which they came."""
    delivery = with_host(make_route)
    given = knobs(delivery, 100.0, 2.0, 0.7, 200.0, 3.0)
    delivery.give(given)
    sent = drained(delivery)
    assert [at for at, _ in sent] == pytest.approx([0.0, 0.0, 0.1, 0.1, 0.2])
    assert [message for _, message in sent] == [m for setting in given for m in delivery.route.write(setting, {})]
    assert delivery.settled


def test_of_each_parameter_the_newest_value_goes(make_route):
    """What is overtaken while it waits is never sent, and keeps its turn."""
    delivery = with_host(make_route)
    delivery.give(knobs(delivery, 100.0, 2.0, 0.7))
    assert len(delivery.advance(0.0)) == 2
    delivery.give(knobs(delivery, 110.0, 2.0, 0.8))
    first, second = delivery.advance(0.1)
    assert [first.arguments, second.arguments] == [pytest.approx((0.8,)), (110.0,)]
    assert drained(delivery, 0.1) == []


def test_nothing_is_sent_twice(make_route):
    """What the host knows, also of values that a float cannot tell apart, is left out."""
    delivery = with_host(make_route)
    delivery.give(knobs(delivery, 100.0))
    assert len(drained(delivery)) == 1
    delivery.give(knobs(delivery, 100.0 + 1e-9))
    assert (delivery.due_s(), delivery.settled) == (None, True)
    delivery.forget()
    delivery.give(knobs(delivery, 100.0))
    assert len(drained(delivery, 1.0)) == 1


def test_a_value_that_goes_back_in_time_is_taken_back(make_route):
    """What was to be sent and is no longer different is not sent."""
    delivery = with_host(make_route, burst=1)
    delivery.give(knobs(delivery, 100.0, 2.0))
    drained(delivery)
    delivery.give(knobs(delivery, 120.0, 3.0))
    delivery.give(knobs(delivery, 100.0, 3.0))
    assert [message.arguments for _, message in drained(delivery, 1.0)] == [(3.0,)]


@pytest.mark.parametrize(
    ("number", "value", "unheard", "heard"),
    [(0, 1000.0, 1001.9, 1002.1), (1, 2.0, 2.0045, 2.0047), (2, 1.0, 1.0049, 1.0051)],
    ids=["frequency", "gain", "q"],
)
def test_dead_bands_on_the_way(make_route, number, value, unheard, heard):
    """On the way nobody hears the difference of less than 0.2 %, 0.02 dB or 0.5 %; at the end everything is sent."""
    delivery = with_host(make_route)

    def gives(value, final):
        delivery.give(knobs(delivery, *([value] * 3))[number : number + 1], final=final)
        return len(drained(delivery, 1.0))

    assert gives(value, final=False) == 1
    assert gives(unheard, final=False) == 0
    assert gives(unheard, final=True) == 1
    assert gives(value, final=True) == 1
    assert gives(heard, final=False) == 1


def test_questions_go_first_and_keep_the_rate(make_route):
    """A question takes a place in the burst."""
    delivery = with_host(make_route)
    delivery.give(knobs(delivery, 100.0, 2.0))
    delivery.ask([parse("/a"), parse("/b"), parse("/c")])
    sent = drained(delivery)
    assert [message.address for _, message in sent[:3]] == ["/a", "/b", "/c"]
    assert [at for at, _ in sent] == pytest.approx([0.0, 0.0, 0.1, 0.1, 0.2])


def test_what_is_learned_counts_as_sent_and_what_is_dropped_does_not(make_route):
    """A value that the plug-in has need not be sent; a dropped one is owed again when it is given again."""
    delivery = with_host(make_route)
    settings = knobs(delivery, 100.0, 2.0)
    delivery.learn({settings[0].parameter.name: 100.0})
    delivery.give(settings)
    delivery.drop()
    assert drained(delivery) == []
    delivery.give(settings)
    assert [message.arguments for _, message in drained(delivery)] == [(2.0,)]


def test_movements_are_ended_when_a_parameter_is_still(make_route):
    """Switches too; a movement that goes on puts the end off."""
    delivery = with_host(make_route, gesture_end="/end {index}", burst=200)
    preset = next(part for part in delivery.route.equalizer.parameters() if isinstance(part, FixedParameter))
    delivery.give([Setting(preset, 1.0), *knobs(delivery, 100.0)])
    assert len(delivery.advance(0.0)) == 2
    assert not delivery.has_let_go
    delivery.give(knobs(delivery, 120.0))
    assert len(delivery.advance(0.3)) == 1
    assert delivery.due_s() == pytest.approx(0.3 + GESTURE_OVER_S)
    ends = delivery.advance(0.3 + GESTURE_OVER_S)
    assert [message.address for message in ends] == ["/end", "/end"]
    assert (delivery.has_let_go, delivery.due_s()) == (True, None)


@given(
    steps=st.lists(
        st.tuples(st.floats(0, 0.3), st.lists(st.floats(20.0, 20000.0), min_size=1, max_size=15), st.booleans()),
        max_size=20,
    ),
    last=st.lists(st.floats(20.0, 20000.0), min_size=15, max_size=15),
)
def test_however_it_is_given_the_end_is_right(make_route, steps, last):
    """Whatever came before, the host ends with the last values, and its burst and rate have been kept all the time."""
    delivery = with_host(make_route)
    now_s, host, batches = 0.0, {}, []

    def take(messages, at_s):
        if messages:
            batches.append((at_s, len(messages)))
        for message in messages:
            assert isinstance(message, Osc)
            host[message.address] = message.arguments

    for wait_s, values, final in steps:
        delivery.give(knobs(delivery, *values), final=final)
        take(delivery.advance(now_s), now_s)
        now_s += wait_s
    delivery.give(knobs(delivery, *last))
    while (due_s := delivery.due_s()) is not None:
        now_s = max(now_s, due_s)
        take(delivery.advance(now_s), now_s)
    for setting in knobs(delivery, *last):
        (message,) = delivery.route.write(setting, {})
        assert host[message.address] == message.arguments
    assert all(count <= 2 for _, count in batches)
    assert all(b - a >= 0.1 - 1e-9 for (a, _), (b, _) in pairwise(batches))


@given(
    burst=st.sampled_from([1, 2, 4, 100]),
    steps=st.lists(
        st.tuples(st.floats(0, 0.3), st.lists(st.floats(20.0, 20000.0), min_size=1, max_size=15), st.booleans()),
        max_size=10,
    ),
)
def test_what_leads_is_what_would_have_come_first(make_route, burst, steps):
    """A part that leaves before the rest is known changes nothing else: not what is sent, nor how much, nor when."""
    leading, whole, now_s = with_host(make_route, burst=burst), with_host(make_route, burst=burst), 0.0
    for wait_s, values, final in steps:
        now_s += wait_s
        given = knobs(whole, *values)
        first = leading.lead(given[:3], now_s, final=final)
        for delivery in (leading, whole):
            delivery.give(given, final=final)
        assert first + leading.advance(now_s) == whole.advance(now_s)
        assert leading.due_s() == whole.due_s()
    assert drained(leading, now_s) == drained(whole, now_s)


def test_the_model_s_settings_travel_whole(make_route, five):
    """All of a plug-in's settings, once each, switches first; flat bands afterwards are gains only."""
    delivery = with_host(make_route, burst=200)
    equalizer = delivery.route.equalizer
    delivery.give(equalizer.settings(five))
    assert len(drained(delivery)) == 20
    delivery.give(equalizer.settings(scaled(five, 0.0)))
    assert [message.arguments for _, message in drained(delivery, 1.0)] == [(1.0,)] * 5
