"""What hosts report of parameters, whoever moved them: reading it, telling an echo from a hand, when to look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.eq.plugin_file import FixedParameter
from semeq.daemon.host.life import Life
from semeq.daemon.host.reports import RESENDS, STILL_S, ParameterReports, ReadBack
from semeq.daemon.host.target import Target
from semeq.daemon.mappings.library import SHIPPED
from semeq.daemon.messages.types import Line, Osc
from semeq.model import scaled

HOSTS = [
    ("ableton", "eq-eight"),
    ("bitwig", "bitwig-eq-plus"),
    ("reaper", "reaeq"),
    ("reaper", "pro-q-3"),
    ("reaper-fxeq", "reaeq"),
    ("x32", "x32-channel"),
    ("xair", "x32-channel"),
]


LISTENS = """
[changes]
subscribe = ["/live/device/start_listen/parameter/value {track} {slot} {index}"]
report = "/live/device/get/parameter/value {track} {slot} {index} {value}"
"""
"""What a host file says where each parameter is listened to by its number."""


@pytest.fixture(scope="session")
def reports(make_route, tmp_path_factory):
    """Make the reader for a plug-in on track 2, slot 3; Live's are listened to, as another file may want it."""
    listening = tmp_path_factory.mktemp("hosts") / "listening.toml"
    listening.write_text((SHIPPED / "hosts" / "ableton.toml").read_text() + LISTENS)

    def make(host, plugin):
        route = make_route(str(listening) if host == "ableton" else host, plugin)
        return ParameterReports(route), route

    return make


def echo_of(host, message):
    """How a host tells what it was told by this message."""
    if host == "ableton":
        return Osc("/live/device/get/parameter/value", message.arguments)
    if host == "bitwig":
        return Osc(f"{message.address}/value", message.arguments)
    return message


@pytest.mark.parametrize(("host", "plugin"), HOSTS)
def test_an_echo_is_read_back_and_is_no_hand(reports, five, host, plugin):
    """Everything that semeq sets comes back as the value that it was, in the host's own form."""
    reader, route = reports(host, plugin)
    for setting in route.equalizer.settings(route.equalizer.fit(five).bands):
        (message,) = route.write(setting, {})
        report = reader.read(echo_of(host, message), {})
        assert report is not None
        assert report.name == setting.parameter.name
        assert reader.moved({report.name: report.value}, {report.name: setting.value}) == {}


@pytest.mark.parametrize(("host", "plugin"), HOSTS)
def test_a_hand_is_seen(reports, five, host, plugin):
    """A fiftieth of a travel is no rounding."""
    reader, route = reports(host, plugin)
    for setting in route.equalizer.settings(route.equalizer.fit(five).bands):
        if isinstance(setting.parameter, FixedParameter):
            continue
        law, name = setting.parameter.law, setting.parameter.name
        here = law.to_normalized(setting.value)
        there = law.to_value(here + (0.02 if here < 0.5 else -0.02))
        assert reader.moved({name: there}, {name: setting.value}) == {name: there}


@pytest.mark.parametrize(
    ("host", "plugin", "message"),
    [
        ("ableton", "eq-eight", Osc("/live/device/get/parameter/value", (0, 2, 7, 3.0))),
        ("ableton", "eq-eight", Osc("/live/device/get/parameter/value", (1, 2, 99, 3.0))),
        ("ableton", "eq-eight", Osc("/live/device/get/parameter/value_string", (1, 2, 7, "3 dB"))),
        ("ableton", "eq-eight", Osc("/live/device/get/parameter/value", (1, 2, 7, "loud"))),
        ("ableton", "eq-eight", Osc("/live/device/get/parameter/value", (1, 2, 7, float("nan")))),
        ("ableton", "eq-eight", Osc("/live/device/get/parameter/value")),
        ("bitwig", "bitwig-eq-plus", Osc("/eq/gain/9/value", (1,))),
        ("bitwig", "bitwig-eq-plus", Osc("/eq/gain/1/name", ("Gain 1",))),
        ("x32", "x32-channel", Osc("/ch/03/eq/1/g", (0.5,))),
        ("x32", "x32-channel", Osc("/ch/2/eq/1/g", (0.5,))),
        ("reaper", "reaeq", Osc("/track/2/fx/3/fxparam/2/name", ("Gain-Low Shelf",))),
        ("reaper", "reaeq", Line("value 1")),
        ("carla", "calf-eq5", Osc("/Carla/2/set_parameter_value", (12, 1.0))),
    ],
)
def test_other_messages_are_no_reports(reports, host, plugin, message):
    """Other tracks, other parameters, names, texts, values that are no numbers, hosts that report nothing."""
    assert reports(host, plugin)[0].read(message, {}) is None


def test_reports_follow_the_numbers_that_a_host_has_told(reports):
    """Where a parameter has another number in this host, that number is listened to and read."""
    reader, route = reports("ableton", "eq-eight")
    numbers = {part.name: part.index + 40 for part in route.equalizer.parameters_and_output()}
    subscribed = reader.subscribe(numbers)
    assert Osc("/live/device/start_listen/parameter/value", (1, 2, 47)) in subscribed
    assert len(subscribed) == len(numbers)
    assert reader.read(Osc("/live/device/get/parameter/value", (1, 2, 47, 3.0)), numbers).name == "1 Gain A"
    assert reader.read(Osc("/live/device/get/parameter/value", (1, 2, 7, 3.0)), numbers) is None


def test_one_line_is_sent_once(reports):
    """A request that names no parameter concerns them all."""
    assert reports("reaper", "reaeq")[0].subscribe({}) == [Osc("/action/41743", (1.0,))]
    assert reports("carla", "calf-eq5")[0].subscribe({}) == []


def test_a_mixer_is_asked_for_each_parameter(reports):
    """Without a value, its channel with two digits."""
    asked = reports("x32", "x32-channel")[0].subscribe({})
    assert {Osc("/ch/02/eq/on"), Osc("/ch/02/eq/1/type"), Osc("/ch/02/eq/4/q")} <= set(asked)
    assert len(asked) == 17


def test_values_that_were_never_sent_are_no_news(reports):
    """What the plug-in has besides is not semeq's."""
    reader, _ = reports("x32", "x32-channel")
    assert reader.moved({"EQ 1 gain": 5.0, "EQ 2 gain": 1.0}, {"EQ 2 gain": -1.0}) == {"EQ 2 gain": 1.0}


def test_a_notice_says_only_that_something_moved(reports):
    """Ardour's pattern of an address; hosts that report values give no notices."""
    assert reports("ardour", "calf-eq5")[0].is_notice(Osc("/select/plugin/parameter", (3, 0.5)))
    assert not reports("ardour", "calf-eq5")[0].is_notice(Osc("/select/gain", (0.5,)))
    assert not reports("x32", "x32-channel")[0].is_notice(Osc("/ch/02/eq/1/g", (0.5,)))


def test_what_was_sent_is_read_back_when_all_is_still():
    """Not before the echo has faded; a host that cannot be asked is looked at only when it tells something."""
    look = ReadBack()
    assert look.due_s is None
    look.note(0.5)
    assert look.due_s == 0.5
    look.sent(1.0, looks=True)
    assert look.due_s == 1.0 + STILL_S
    mute = ReadBack()
    mute.sent(1.0, looks=False)
    assert mute.due_s is None
    mute.note(1.1)
    assert mute.due_s == 1.0 + STILL_S


def test_what_a_difference_means():
    """A value from before the send was lost, three times; any other one is a hand's once it has stood still."""
    look = ReadBack()
    for _ in range(RESENDS):
        assert look.judge({"a": 1.0}, lambda *_: True, 1.0).lost == {"a"}
    assert look.judge({"a": 1.0}, lambda *_: True, 2.0).by_hand == {}
    assert look.due_s == 2.0 + STILL_S
    assert look.judge({"a": 1.5}, lambda *_: False, 1.9 + STILL_S).by_hand == {}
    assert look.judge({"a": 1.5}, lambda *_: False, 2.0 + STILL_S).by_hand == {"a": 1.5}
    assert look.judge({"b": 1.5}, lambda *_: False, 3.0).by_hand == {}
    assert look.judge({"c": 1.5}, lambda *_: False, 9.0).by_hand == {}
    assert look.judge({}, lambda *_: False, 9.0).by_hand == {}
    assert look.due_s is None


ADDRESSES = ["/eq/q/1/value", "/live/device/get/parameter/value", "/ch/02/eq/1/g", "/track/2/fxeq/band/0/q"]


@given(
    st.sampled_from(HOSTS),
    st.sampled_from(ADDRESSES),
    st.lists(st.one_of(st.integers(), st.floats(), st.text(max_size=3), st.booleans(), st.none()), max_size=5),
)
def test_nothing_that_a_host_reports_is_harmful(reports, which, address, arguments):
    """Whatever comes is a finite value inside the plug-in's range, or none."""
    reader, route = reports(*which)
    report = reader.read(Osc(address, tuple(arguments)), {})
    if report is not None:
        assert abs(report.value) < float("inf")
        assert report.name in {part.name for part in route.equalizer.parameters()}


def test_what_was_reported_before_it_was_set_is_out_of_date(make_route, five, run):
    """The echo of a value may be lost on its way; what was said of it before is no hand."""
    target = Target(make_route("reaper", "reaeq"), 0.03, "127.0.0.1:1")
    target.set_goal(five, 0.0)
    sent = [message for _, message in run(target, 2.0)]
    reported = [message for message in sent if message.address.endswith("/value") and message.arguments[0] != -1]
    for message in reported:
        target.receive(message, 2.1)
    flat = scaled(five, 0.5)
    first = reported[1]
    target.receive(Osc(first.address, (0.25,)), 2.2)
    target.set_goal(flat, 2.2)
    target.request_update()
    run(target, 4.0, 2.2)
    assert target.life is not Life.YIELDED


def told_by_itself(upto):
    """What a Pro-Q 3 whose bands are all bells says of its five bands' parameters in REAPER, up to one of them."""
    one = [0.0, 1.0, 0.5752, 0.5, 0.5, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0]
    return [Osc(f"/track/2/fx/3/fxparam/{number}/value", (value,)) for number, value in enumerate((one * 5)[:upto], 1)]


LAST_SHAPE = 61
"""The number of the fifth band's shape in REAPER, the last parameter of its five bands that semeq uses."""


def test_a_switch_of_which_nothing_has_been_said_yet_is_set(make_route, five, run):
    """A first move in the middle of what a host says by itself: the last band's shape, still to be said, is set."""
    target = Target(make_route("reaper", "pro-q-3"), 0.03, "127.0.0.1:1", start="wait")
    run(target, 0.1)
    for message in told_by_itself(LAST_SHAPE - 1):
        target.receive(message, 0.1)
    target.player_moved(0.1)
    target.set_goal(five, 0.1)
    sent = [message.address for _, message in run(target, 1.0, 0.1)]
    assert f"/track/2/fx/3/fxparam/{LAST_SHAPE}/value" in sent


def test_what_is_said_after_the_move_is_the_plug_ins_own_all_the_same(make_route, five, run):
    """A host tells what stood there before what semeq has sent: the first report of a switch is the player's."""
    target = Target(make_route("reaper", "pro-q-3"), 0.03, "127.0.0.1:1", start="wait")
    run(target, 0.1)
    *before, shape = told_by_itself(LAST_SHAPE)
    for message in before:
        target.receive(message, 0.1)
    target.player_moved(0.1)
    target.set_goal(five, 0.1)
    target.receive(shape, 0.1)
    run(target, 1.0, 0.1)
    assert target.restore(1.0)
    assert shape in [message for _, message in run(target, 2.0, 1.0)]


def test_what_echoes_after_all_is_given_back_is_not_the_plug_ins_own(make_route, five, run):
    """Even with a switch of which nothing is ever said, echoes of the way back are semeq's own values."""
    target = Target(make_route("reaper", "pro-q-3"), 0.03, "127.0.0.1:1", start="wait")
    run(target, 0.1)
    told = told_by_itself(LAST_SHAPE - 1)
    for message in told:
        target.receive(message, 0.1)
    target.player_moved(0.1)
    target.set_goal(five, 0.1)
    run(target, 1.0, 0.1)
    assert target.restore(1.0)
    run(target, 2.0, 1.0)
    assert target.life is Life.WAITING
    target.receive(Osc(told[3].address, (0.55,)), 2.0)  # band 1's gain on its way back, told late; its end is lost
    target.player_moved(2.1)
    run(target, 3.0, 2.1)
    assert target.restore(3.0)
    sent = [message for _, message in run(target, 4.0, 3.0) if message.address == told[3].address]
    assert told[3] == next(message for message in reversed(sent) if message.arguments != (-1,))


def test_what_is_said_late_is_the_plug_ins_own_all_the_same(make_route, five, run):
    """Nothing that is said before the first move is a hand's: it is what is given back, without another look."""
    target = Target(make_route("reaper", "pro-q-3"), 0.03, "127.0.0.1:1", start="wait")
    run(target, 0.1)
    for message in told_by_itself(LAST_SHAPE):
        target.receive(message, 0.1)
    target.player_moved(0.1)
    target.set_goal(five, 0.1)
    shape = f"/track/2/fx/3/fxparam/{LAST_SHAPE}/value"
    assert shape in [message.address for _, message in run(target, 1.0, 0.1)]
    assert target.restore(1.0)
    assert Osc(shape, (0.0,)) in [message for _, message in run(target, 2.0, 1.0)]
