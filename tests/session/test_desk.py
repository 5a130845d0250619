"""Ways to a sound besides the morph: blends, the map, scenes, favourites; and what each plug-in gets of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.session.desk import AGREED, Desk, Wish, Words
from semeq.daemon.session.state import BLENDED, Scene, State
from semeq.model import ModelError, UnknownTermError, response_db, scaled

HZ = np.geomspace(30, 15_000, 60)


@pytest.fixture
def desk(model):
    """A new desk."""
    return Desk(model, State())


def apart_db(a, b):
    """The largest difference of two settings' responses."""
    return float(np.max(np.abs(response_db(a, HZ) - response_db(b, HZ))))


def test_a_blend_of_one_is_that_term(desk, model):
    """One fader up is its term, at the fader's strength; all down is flat."""
    second = desk.words.blended[1]
    desk.set_weight(1, 1.0)
    assert apart_db(desk.bands, model.bands(second)) < 1e-4
    desk.set_weight(1, 0.25)
    assert apart_db(desk.bands, model.bands(second, strength=0.25)) < 1e-4
    desk.set_weight(1, 0.0)
    assert apart_db(desk.bands, scaled(desk.bands, 0.0)) == 0.0
    assert desk.course == "all faders down"


def test_a_blend_of_two_lies_between(desk, model):
    """Two faders alike are the middle of the way between their terms."""
    a, b = desk.words.blended[:2]
    desk.set_weight(0, 0.7)
    desk.set_weight(1, 0.7)
    assert apart_db(desk.bands, model.bands(a, b, position=0.5)) < 1e-4
    assert desk.course == f"{a} 70% + {b} 70%"


@given(
    weights=st.lists(st.floats(0, 1), min_size=BLENDED, max_size=BLENDED),
    number=st.integers(0, BLENDED - 1),
    step=st.floats(-0.01, 0.01),
)
def test_a_fader_never_jumps(model, weights, number, step):
    """A hundredth of a fader's way moves the response by little, down to the end and up to the top."""
    desk = Desk(model, State(blend=tuple(weights), course="blend"))
    before = desk.bands
    desk.set_weight(number, min(max(weights[number] + step, 0.0), 1.0))
    assert apart_db(before, desk.bands) < 1.0


@pytest.mark.parametrize("place", [(0.5, 0.5), (0.0, 1.0), (0.3, 0.8)])
def test_a_place_on_the_map(desk, model, place):
    """A place is what the model's plane says, with 0..1 for -1..1."""
    desk.set_place(*place)
    expected = model.decode(model.map.latent(2 * place[0] - 1, 2 * place[1] - 1))
    assert apart_db(desk.bands, expected) < 1e-5
    desk.set_x(0.25)
    assert desk.state.map == (0.25, place[1])
    desk.set_y(0.75)
    assert (desk.state.map, desk.course) == ((0.25, 0.75), "map 0.25 · 0.75")


def test_the_morph_leads_back(desk, model):
    """Whichever was moved last counts."""
    desk.set_place(0.1, 0.9)
    desk.set_weight(0, 1.0)
    desk.set_morph(0.5)
    assert (desk.course, desk.bands) == ("", model.bands("warm", "bright", position=0.5))


@pytest.mark.parametrize("steps", [1, 3, -1, -4])
def test_stepping_through_favourites(model, steps):
    """Favourites come round and round, in their order, for either side."""
    words = ("dark", "warm", "airy")
    for side in (0, 1):
        desk = Desk(model, State(terms=("warm", "warm")), Words(words))
        for _ in range(abs(steps)):
            desk.step_term(side, 1 if steps > 0 else -1)
        assert desk.state.terms[side] == words[(1 + steps) % 3]
        assert desk.state.terms[1 - side] == "warm"


@pytest.mark.parametrize(("step", "first"), [(1, "dark"), (-1, "airy")])
def test_a_word_that_is_no_favourite_leads_to_the_ends(model, step, first):
    """From any other word one comes to the first or the last favourite."""
    desk = Desk(model, State(terms=("bright", "soft")), Words(("dark", "warm", "airy")))
    desk.step_term(0, step)
    assert desk.state.terms[0] == first


def test_without_favourites_words_that_people_agree_on(desk, model):
    """What is stepped through, and blended, where nothing is named."""
    assert all(model.descriptor(word).reliability >= AGREED for word in desk.words.favourites)
    assert all(model.descriptor(word).language == "en" for word in desk.words.favourites)
    assert desk.words.blended == desk.words.favourites[:BLENDED]


def test_an_unknown_favourite_is_named(model):
    """A word that the model does not know ends the start."""
    with pytest.raises(UnknownTermError, match='"wram"'):
        Desk(model, State(), Words(("wram",)))


def test_scenes(desk):
    """A scene holds all that was set, and comes back whole; knobs and other scenes stay."""
    desk.set_terms("dark", "soft")
    desk.set_strength(0.5)
    desk.set_place(0.2, 0.3)
    desk.store("1")
    kept = desk.bands
    desk.set_terms("warm", "bright")
    desk.set_morph(1.0)
    desk.set_strength(1.0)
    desk.store("two")
    desk.recall("1")
    assert (desk.state.scene, desk.bands) == (Scene(("dark", "soft"), 0.0, 0.5, "map", map=(0.2, 0.3)), kept)
    assert [descriptor.term for descriptor in desk.terms] == ["dark", "soft"]
    desk.recall("two")
    assert (desk.state.terms, desk.state.morph, desk.state.course) == (("warm", "bright"), 1.0, "morph")


def test_a_scene_that_is_not_there(desk):
    """The error says which there are."""
    with pytest.raises(ValueError, match="no scene '7' is stored; there are none"):
        desk.recall("7")
    desk.store("verse")
    with pytest.raises(ValueError, match="there are verse"):
        desk.recall("7")


def test_a_scene_of_another_model_changes_nothing(model):
    """Words that are gone keep the scene from being recalled, and leave all as it was."""
    desk = Desk(model, State(scenes={"1": Scene(("wram", "bright"))}))
    before = desk.state
    with pytest.raises(ModelError):
        desk.recall("1")
    assert desk.state == before


def test_a_plugin_may_have_its_own(desk, model):
    """Its own words on the same way, its own part of the strength, and the way from its own setting."""
    desk.set_morph(0.5)
    desk.set_strength(0.8)
    assert desk.asked(Wish()) == (desk.bands, 1.0)
    own, along = desk.asked(Wish(("dark", "soft"), 0.5))
    assert (apart_db(own, model.bands("dark", "soft", position=0.5, strength=0.4)) < 1e-5, along) == (True, 1.0)
    end, along = desk.asked(Wish(from_daw=True))
    assert (apart_db(end, model.bands("bright", strength=0.8)) < 1e-5, along) == (True, 0.5)
    desk.bypass(on=True)
    assert desk.asked(Wish(from_daw=True))[1] == 0.0


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_places_outside_are_refused(desk, wrong):
    """Weights and places are parts."""
    before = desk.state
    for order in (lambda: desk.set_weight(0, wrong), lambda: desk.set_x(wrong), lambda: desk.set_y(wrong)):
        with pytest.raises(ValueError, match="not between"):
            order()
    assert desk.state == before


def test_a_fader_without_a_term_does_nothing(model):
    """More faders than terms: the others make nothing louder."""
    desk = Desk(model, State(), Words(blended=("warm", "bright")))
    desk.set_weight(0, 0.25)
    quiet = desk.bands
    desk.set_weight(7, 1.0)
    assert desk.bands == quiet
    desk.set_weight(0, 0.0)
    assert (desk.course, {band.gain_db for band in desk.bands}) == ("all faders down", {0.0})


def test_terms_that_are_chosen_count(desk, model):
    """Whoever chooses a term while the map or a blend counts hears that term."""
    for away in (lambda: desk.set_place(0.9, 0.1), lambda: desk.set_weight(2, 1.0)):
        away()
        desk.set_term_a("dark")
        assert (desk.course, desk.bands) == ("", model.bands("dark", "bright", position=desk.state.morph))


def test_a_scene_s_long_name_is_found_again(desk):
    """What of a name is kept is what it is called by."""
    desk.store("a" * 100)
    desk.set_morph(0.75)
    desk.recall("a" * 100)
    assert desk.state.morph == 0.0
