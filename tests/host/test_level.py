"""Level match on the plug-in's own output gain: read first, moved with the bands from where the player has it."""

import math
from itertools import pairwise

import pytest
from msgspec.structs import replace
from semeq.daemon.eq.equalizer import Setting
from semeq.daemon.host.life import Life
from semeq.daemon.host.own import InMemory, OwnSetting
from semeq.daemon.host.target import Target
from semeq.daemon.messages.types import Osc
from semeq.model import scaled
from semeq.model.loudness import PINK
from small_ardour import SmallArdour

OUTPUT = "Output Gain"


def db(gain):
    """A linear gain in dB."""
    return 20.0 * math.log10(gain)


@pytest.fixture
def stage(make_route):
    """Make a target and its Ardour; the player has the output gain at -4 dB."""

    def make(kept=None, plugin="calf-eq5", burst=100, glide_s=0.03):
        route = make_route("ardour", plugin)
        route = replace(route, host=replace(route.host, burst=burst))
        target = Target(route, glide_s, "here", start="wait", kept=kept or InMemory())
        host = SmallArdour(target)
        if OUTPUT in host.only:
            host.hand(OUTPUT, 10.0 ** (-4.0 / 20.0), tells=False)
        return target, host

    return make


def lead(target, host, bands, seconds=2.0):
    """The player turns the knob."""
    host.bands = bands
    target.player_moved(host.now_s)
    return host.play(seconds)


def after_a_crash(stage, kept, before):
    """The next run, which finds the plug-in as the one before has left it."""
    target, host = stage(kept)
    host.plugins[2, 3] = {n: [name, before.only[name]] for n, (name, _) in host.plugins[2, 3].items()}
    return target, host


def gives_back(target, host):
    """The player's gain is known in this run, and given back exactly."""
    host.play(1.0)
    assert target.restore(host.now_s)
    host.play(2.0)
    assert db(host.only[OUTPUT]) == pytest.approx(-4.0, abs=0.001)


def change(five):
    """What these bands add to the loudness of pink noise, in dB."""
    return PINK.change_by(five)


def test_what_the_bands_add_is_taken_out_from_where_the_player_has_the_gain(stage, five):
    """It ends at the player's -4 dB less what the bands add, says so, and follows other bands."""
    target, host = stage()
    target.match_level(PINK, 0.0)
    lead(target, host, five)
    assert db(host.only[OUTPUT]) == pytest.approx(-4.0 - change(five), abs=0.01)
    assert target.view.level_db == pytest.approx(-change(five), abs=0.01)
    assert target.view.unmatched == ""
    lead(target, host, scaled(five, -1.0))
    assert db(host.only[OUTPUT]) == pytest.approx(-4.0 - change(scaled(five, -1.0)), abs=0.01)
    assert target.life is Life.FOLLOWING


def test_it_is_not_written_while_it_is_off(stage, five):
    """Neither while the knob turns nor when all is sent again or given back."""
    target, host = stage()
    lead(target, host, five)
    target.refresh(host.now_s)
    host.play(1.0)
    target.restore(host.now_s)
    host.play(2.0)
    number = next(n for n, (name, _) in host.plugins[2, 3].items() if name == OUTPUT)
    written = [m for _, m in host.heard if m.address == "/strip/plugin/parameter"]
    assert written
    assert [m for m in written if m.arguments[2] == number] == []


def test_it_moves_in_the_glide_of_the_bands(stage, five):
    """In a slow glide both begin and arrive together, and the gain goes in many small steps."""
    target, host = stage(glide_s=0.5)
    target.match_level(PINK, 0.0)
    lead(target, host, scaled(five, 0.0))
    began_s = host.now_s
    sent = lead(target, host, five)
    numbers = {entry[0]: n for n, entry in host.plugins[2, 3].items()}
    gains = [(at, db(m.arguments[3])) for at, m in sent if m.arguments[2] == numbers[OUTPUT]]
    shelf = [at for at, m in sent if m.arguments[2] == numbers["Level L"]]
    assert len(gains) > 20
    assert max(abs(b - a) for (_, a), (_, b) in pairwise(gains)) < abs(change(five)) / 15.0
    assert gains[-1][0] == pytest.approx(shelf[-1], abs=0.021)
    assert gains[-1][0] == pytest.approx(began_s + 0.5, abs=0.03)


def test_switched_on_while_the_knob_leads_it_is_read_first(stage, five):
    """The player has moved the gain since the start, and Ardour has not said so: what counts is what stands there."""
    target, host = stage()
    lead(target, host, five)
    host.hand(OUTPUT, 10.0 ** (-9.0 / 20.0), tells=False)
    target.match_level(PINK, host.now_s)
    host.play(2.0)
    assert db(host.only[OUTPUT]) == pytest.approx(-9.0 - change(five), abs=0.01)
    target.match_level(None, host.now_s)
    host.play(1.0)
    assert db(host.only[OUTPUT]) == pytest.approx(-9.0, abs=0.001)


def test_it_is_given_back(stage, five):
    """After ``restore`` it stands where the player had it, to the bit that a float holds."""
    target, host = stage()
    before = host.only
    target.match_level(PINK, 0.0)
    lead(target, host, five)
    assert host.only[OUTPUT] != before[OUTPUT]
    assert target.restore(host.now_s)
    host.play(2.0)
    assert target.life is Life.WAITING
    assert host.only == {name: pytest.approx(value, rel=1e-7) for name, value in before.items()}


def test_giving_back_is_a_glide_for_the_gain_as_well(stage, five):
    """It leaves from where it stands, without a jump."""
    target, host = stage()
    target.match_level(PINK, 0.0)
    lead(target, host, scaled(five, 2.0))
    first = db(host.only[OUTPUT])
    number = next(n for n, entry in host.plugins[2, 3].items() if entry[0] == OUTPUT)
    target.restore(host.now_s)
    gains = [first, *(db(m.arguments[3]) for _, m in host.play(2.0) if m.arguments[2] == number)]
    assert gains[-1] == pytest.approx(-4.0, abs=0.001)
    assert max(abs(b - a) for a, b in pairwise(gains)) < abs(first + 4.0) / 8.0


def test_a_crash_while_the_knob_turns_is_survived(stage, five):
    """The host takes a value at a time, so that the gain is among the last: the next run knows the player's."""
    kept = InMemory()
    target, host = stage(kept, burst=1, glide_s=0.2)
    target.match_level(PINK, 0.0)
    host.bands = five
    target.player_moved(0.0)
    while db(host.only[OUTPUT]) == pytest.approx(-4.0, abs=0.2):
        host.play(0.01)
        assert host.now_s < 5.0
    gives_back(*after_a_crash(stage, kept, host))


def test_a_hand_on_the_gain_shifts_what_it_is_kept_from(stage, five):
    """The player makes it 3 dB softer: semeq goes on from there, gives that back, and the knob still leads."""
    target, host = stage()
    target.match_level(PINK, 0.0)
    lead(target, host, five)
    host.hand(OUTPUT, host.only[OUTPUT] * 10.0 ** (-3.0 / 20.0))
    host.play(2.0)
    assert target.life is Life.FOLLOWING
    lead(target, host, scaled(five, 0.5))
    assert db(host.only[OUTPUT]) == pytest.approx(-7.0 - change(scaled(five, 0.5)), abs=0.01)
    target.restore(host.now_s)
    host.play(2.0)
    assert db(host.only[OUTPUT]) == pytest.approx(-7.0, abs=0.001)


def test_a_hand_on_the_gain_is_the_players_while_the_match_is_off(stage, five):
    """It is no hand on the equaliser, and giving back does not touch it."""
    target, host = stage()
    lead(target, host, five)
    host.hand(OUTPUT, 0.5)
    host.play(2.0)
    assert target.life is Life.FOLLOWING
    target.restore(host.now_s)
    host.play(2.0)
    assert host.only[OUTPUT] == 0.5


def test_after_a_crash_the_gain_is_known_and_given_back(stage, five):
    """A run that ended in the middle left its own gain standing; the next one knows the player's."""
    kept = InMemory()
    target, host = stage(kept)
    target.match_level(PINK, 0.0)
    lead(target, host, five)
    gives_back(*after_a_crash(stage, kept, host))


def test_after_a_crash_without_the_match_the_gain_goes_back_as_the_knob_leads(stage, five):
    """What semeq had taken out is not left out for ever."""
    kept = InMemory()
    target, host = stage(kept)
    target.match_level(PINK, 0.0)
    lead(target, host, five)
    target, host = after_a_crash(stage, kept, host)
    host.play(1.0)
    lead(target, host, scaled(five, 0.5))
    assert db(host.only[OUTPUT]) == pytest.approx(-4.0, abs=0.001)


def test_a_gain_moved_between_two_runs_is_the_players(stage, five):
    """The first run did not match; what the player did to the gain after it is what the second goes from."""
    kept = InMemory()
    target, host = stage(kept)
    lead(target, host, five)
    target, host = after_a_crash(stage, kept, host)
    host.hand(OUTPUT, 2.0, tells=False)
    target.match_level(PINK, 0.0)
    lead(target, host, five)
    assert db(host.only[OUTPUT]) == pytest.approx(db(2.0) - change(five), abs=0.01)
    target.restore(host.now_s)
    host.play(2.0)
    assert host.only[OUTPUT] == pytest.approx(2.0)


def test_a_setting_kept_by_an_older_version_is_completed(stage, five):
    """It says nothing of the gain: that version never wrote it."""
    kept = InMemory()
    target, host = stage(kept)
    lead(target, host, five)
    for key, setting in list(kept.settings.items()):
        without = {name: value for name, value in setting.own.items() if name != OUTPUT}
        kept.keep(key, OwnSetting(without, setting.sent, setting.is_moving))
    target, host = after_a_crash(stage, kept, host)
    target.match_level(PINK, 0.0)
    lead(target, host, five)
    assert db(host.only[OUTPUT]) == pytest.approx(-4.0 - change(five), abs=0.01)


def test_where_the_gain_is_not_known_that_is_said_and_nothing_done(stage, five):
    """Another version of the plug-in lacks it: its bands are moved all the same."""
    target, host = stage()
    host.plugins[2, 3] = {n: entry for n, entry in host.plugins[2, 3].items() if entry[0] != OUTPUT}
    target.match_level(PINK, 0.0)
    lead(target, host, five)
    assert target.life is Life.FOLLOWING
    said = "Ardour does not say where Calf Equalizer 5 Band has its 'Output Gain': its level is not matched"
    assert (target.view.unmatched, target.view.level_db) == (said, None)


@pytest.mark.parametrize(
    ("plugin", "why"),
    [
        ("calf-eq5", "does not say where Calf Equalizer 5 Band has its"),
        ("x32-channel", "semeq knows no output gain of"),
    ],
)
def test_a_host_that_cannot_be_asked_is_told_nothing_of_it(make_route, five, plugin, why):
    """Over MIDI nothing can be read; a mixer's channel has no gain in its equaliser."""
    target = Target(make_route("midi-nrpn", plugin, track=1, slot=1), 0.03, "here")
    target.advance(0.0)
    before = None
    for spectrum in (None, PINK):
        target.match_level(spectrum, 0.0)
        target.set_goal(five, 0.0)
        target.refresh(0.0)
        sent = [m for tick in range(200) for m in target.advance(tick / 100.0)]
        assert sent
        assert before in (None, sent)
        before = sent
    assert why in target.view.unmatched
    assert target.view.level_db is None


def test_a_gain_that_lets_nothing_through_is_left_alone(stage, five):
    """There is no loudness to keep, and no decibels to count from."""
    target, host = stage(plugin="lsp-para-eq-x16")
    host.hand("Output gain", 0.0, tells=False)
    target.match_level(PINK, 0.0)
    lead(target, host, five)
    assert host.only["Output gain"] == 0.0
    assert target.view.unmatched == "LSP Parametric Equalizer x16 Mono lets nothing through: its level is not matched"


def test_at_the_end_of_its_range_it_says_what_it_reaches(stage, five):
    """The player has it at the very top: nothing can be added there."""
    target, host = stage()
    host.hand(OUTPUT, 64.0, tells=False)
    target.match_level(PINK, 0.0)
    lead(target, host, scaled(five, -1.0))
    assert host.only[OUTPUT] == pytest.approx(64.0)
    assert target.view.level_db == pytest.approx(0.0, abs=0.001)


def test_a_host_that_takes_decibels_is_told_decibels(make_route):
    """EQ Eight's gains go as they are, not as positions."""
    route = make_route("ableton", "eq-eight")
    (message,) = route.write(Setting(route.plugin.output, -2.5), {})
    assert message == Osc("/live/device/set/parameter/value", (1, 2, 1, -2.5))
