"""Where a plug-in is: fixed numbers, names that are looked up, the selected track."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.errors import MappingError
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.locator import Locator
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import Osc

NAMES, DEVICES = "/live/song/get/track_names", "/live/track/get/devices/name"
SELECTED = "/live/view/get/selected_track"


def live(track, slot=1):
    """A place in Live."""
    return Locator(load(Host, "ableton"), track, slot)


def place(locator):
    """Track and slot."""
    return locator.track, locator.slot


def test_numbers_stay_as_they_are():
    """Nothing that a host says changes them; only whether another plug-in stands there now is looked at."""
    here = live(2, 3)
    assert (here.is_known, here.questions(0.0), here.due_s(), here.trouble) == (True, [Osc(DEVICES, (1,))], 2.0, "")
    assert not here.receive(Osc(NAMES, ("A", "B")))
    assert not here.receive(Osc(SELECTED, (5,)))
    assert place(here) == (2, 3)


def test_track_0_is_the_master_where_there_is_one():
    """REAPER counts its master as 0; elsewhere 0 would be the last track or none."""
    assert place(Locator(load(Host, "reaper"), 0, 2)) == (0, 2)
    with pytest.raises(MappingError, match="Ableton Live has no track 0: its first one is 1"):
        live(0)


def test_a_track_by_name_is_found_in_any_case_and_found_again():
    """It is looked for now and then; a number that has changed is a new place."""
    here = live("Lead Vocals")
    assert (here.is_known, here.trouble) == (False, "Ableton Live has no track called 'Lead Vocals'")
    assert here.questions(0.0) == [Osc(NAMES)]
    assert here.questions(1.9) == []
    assert here.receive(Osc(NAMES, ("Drums", "LEAD vocals")))
    assert (place(here), here.trouble) == ((2, 1), "")
    assert not here.receive(Osc(NAMES, ("Drums", "lead vocals", "Bass")))
    assert Osc(NAMES) in here.questions(2.0)
    assert here.receive(Osc(NAMES, ("Intro", "Drums", "Lead Vocals")))
    assert place(here) == (3, 1)
    assert here.receive(Osc(NAMES, ("Intro",)))
    assert not here.is_known


def test_a_track_that_is_told_one_by_one_is_found_wherever_it_goes():
    """Ardour tells each strip's name for itself, in order: up or down, what was said before counts."""
    names = load(Host, "ardour").tracks.answer
    here = Locator(load(Host, "ardour"), "Vocals", 1)

    def tell(*strips):
        for number, name in enumerate(strips, 1):
            here.receive(Osc(names, (number, name)))
        return here.track

    assert tell("Drums", "Vocals", "Bass") == 2
    assert tell("Vocals", "Drums", "Bass") == 1
    assert tell("Drums", "Bass", "Vocals") == 3
    here.lose()
    assert not here.receive(Osc(names, (1, "Drums")))
    assert tell("Drums", "Bass", "Vocals") == 3


def test_selected_in_any_case():
    """As names, so the word for whatever is selected."""
    assert live("Selected").trouble == "Ableton Live has no selected track yet"


@pytest.mark.parametrize(
    ("host", "track", "slot", "option"),
    [("bitwig", 5, 1, "track"), ("bitwig", "selected", 1, "track"), ("carla", 7, 1, "track"), ("x32", 3, 2, "slot")],
)
def test_a_place_that_the_host_does_not_have(host, track, slot, option):
    """What would be ignored is refused."""
    with pytest.raises(MappingError, match=f"has no {option} to choose: leave --{option} out"):
        Locator(load(Host, host), track, slot)


def test_a_device_by_name_is_looked_for_on_its_track():
    """Its track first, then its place there, counted as the host does."""
    here = live("Voice", "EQ Eight")
    assert here.questions(0.0) == [Osc(NAMES)]
    here.receive(Osc(NAMES, ("Drums", "Voice")))
    assert not here.is_known
    assert here.questions(0.1) == [Osc(DEVICES, (1,))]
    assert not here.receive(Osc(DEVICES, (0, "EQ Eight")))
    assert here.receive(Osc(DEVICES, (1, "Compressor", "EQ Eight")))
    assert place(here) == (2, 2)
    assert here.receive(Osc(DEVICES, (1, "Compressor")))
    assert here.trouble == "Ableton Live track 2 has no plug-in called 'EQ Eight'"


def test_another_track_means_another_device():
    """When the track moves, what was known of its devices is old."""
    here = live("Voice", "EQ Eight")
    here.receive(Osc(NAMES, ("Voice",)))
    here.receive(Osc(DEVICES, (0, "EQ Eight")))
    assert place(here) == (1, 1)
    here.receive(Osc(NAMES, ("Drums", "Voice")))
    assert place(here) == (2, None)
    assert Osc(DEVICES, (1,)) in here.questions(here.due_s())


def test_the_selected_track_is_followed():
    """Live says which it is, and whenever that changes."""
    here = live("selected")
    assert here.trouble == "Ableton Live has no selected track yet"
    assert [message.address for message in here.questions(0.0)] == ["/live/view/start_listen/selected_track", SELECTED]
    assert here.receive(Osc(SELECTED, (0,)))
    assert here.receive(Osc(SELECTED, (4,)))
    assert not here.receive(Osc(SELECTED, (4,)))
    assert not here.receive(Osc(SELECTED, ("none",)))
    assert not here.receive(Osc(SELECTED))
    assert place(here) == (5, 1)


def test_in_ardour_a_selection_has_two_ends():
    """Only the strip that is selected now counts, not the one that no longer is."""
    here = Locator(load(Host, "ardour"), "selected", 1)
    here.receive(Osc("/strip/select", (3, 1)))
    here.receive(Osc("/strip/select", (4, 0)))
    assert here.track == 3


def test_in_ardour_names_come_one_by_one():
    """A strip that gets another name is no longer meant; one that gets the name is."""
    here = Locator(load(Host, "ardour"), "Voice", 1)
    for number, name in enumerate(("Drums", "Voice", "Bass"), 1):
        here.receive(Osc("/strip/name", (number, name)))
    assert here.track == 2
    assert here.receive(Osc("/strip/name", (2, "Choir")))
    assert here.track is None
    assert here.receive(Osc("/strip/name", (3, "voice")))
    assert here.track == 3


def test_after_the_host_was_away_it_is_looked_for_at_once():
    """What has been found is used meanwhile."""
    here = live("Voice")
    here.questions(0.0)
    here.receive(Osc(NAMES, ("Voice",)))
    here.lose()
    assert (here.due_s(), place(here)) == (0.0, (1, 1))
    assert here.questions(0.5) == [Osc(NAMES), Osc(DEVICES, (0,))]


def test_another_plugin_in_the_slot_is_noticed():
    """A list that changes there says that something else may stand there; elsewhere it does not matter."""
    here = live(2, 2)
    assert here.receive(Osc(DEVICES, (1, "Comp", "EQ Eight"))) == ""
    assert here.receive(Osc(DEVICES, (1, "Gate", "EQ Eight"))) == ""
    assert here.receive(Osc(DEVICES, (1, "Comp", "Gate", "EQ Eight"))) == "plugin"
    assert here.receive(Osc(DEVICES, (1, "Comp"))) == "plugin"
    assert here.receive(Osc(DEVICES, (0, "Comp", "EQ Eight"))) == ""


@pytest.mark.parametrize(
    ("host", "track", "slot", "why"),
    [
        ("x32", "selected", 1, "cannot say which track is selected: give its number or its name"),
        ("x32", "Voice", 1, "cannot be asked for its tracks' names: give the track's number"),
        ("reaper", 1, "ReaEQ", "cannot be asked for its plug-ins' names: give the slot's number"),
    ],
)
def test_what_a_host_cannot_say_is_refused_at_the_start(host, track, slot, why):
    """The line says what to give instead."""
    with pytest.raises(MappingError, match=why):
        Locator(load(Host, host), track, slot)


ARGUMENT = st.one_of(st.integers(-2, 5), st.floats(), st.booleans(), st.none(), st.sampled_from(["Voice", "EQ Eight"]))


@given(
    st.sampled_from([("ableton", "Voice"), ("ableton", "selected"), ("ardour", "Voice"), ("ardour", "selected")]),
    st.lists(
        st.tuples(
            st.sampled_from([NAMES, DEVICES, SELECTED, "/strip/name", "/strip/select", "/strip/plugin/list"]),
            st.lists(ARGUMENT, max_size=7),
        ),
        max_size=12,
    ),
)
def test_nothing_that_a_host_says_is_harmful(where, said):
    """Whatever comes, a place has numbers that people count with, or is not known."""
    here = Locator(load(Host, where[0]), where[1], "EQ Eight")
    for address, arguments in said:
        before = place(here)
        assert (here.receive(Osc(address, tuple(arguments))) == "place") == (place(here) != before)
        here.questions(here.due_s() or 0.0)
        for number in place(here):
            assert number is None or number >= 1
