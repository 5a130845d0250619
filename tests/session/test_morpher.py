"""Ways to a sound besides the morph: blends, the map, favourites; and what each plug-in gets of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.library.vocabulary import Vocabulary
from semeq.daemon.session.asked import AGREED, TargetOverrides, Words
from semeq.daemon.session.morpher import Morpher
from semeq.daemon.session.state import BLENDED, State
from semeq.model import UnknownTermError, between, response_db, scaled

HZ = np.geomspace(30, 15_000, 60)


@pytest.fixture
def morpher(model):
    """A new morpher."""
    return Morpher(Vocabulary.of(model), State())


def apart_db(a, b):
    """The largest difference of two settings' responses."""
    return float(np.max(np.abs(response_db(a, HZ) - response_db(b, HZ))))


def test_a_blend_of_one_is_that_term(morpher, model):
    """One fader up is its term, at the fader's strength; all down is flat."""
    second = morpher.words.blended[1]
    morpher.set_weight(1, 1.0)
    assert apart_db(morpher.bands, model.bands(second)) < 1e-4
    morpher.set_weight(1, 0.25)
    assert apart_db(morpher.bands, model.bands(second, strength=0.25)) < 1e-4
    morpher.set_weight(1, 0.0)
    assert apart_db(morpher.bands, scaled(morpher.bands, 0.0)) == 0.0
    assert morpher.mode_text == "all faders down"


def test_a_blend_of_two_lies_between(morpher, model):
    """Two faders alike are the middle of the way between their terms."""
    a, b = morpher.words.blended[:2]
    morpher.set_weight(0, 0.7)
    morpher.set_weight(1, 0.7)
    assert apart_db(morpher.bands, model.bands(a, b, position=0.5)) < 1e-4
    assert morpher.mode_text == f"{a} 70% + {b} 70%"


@given(
    weights=st.lists(st.floats(0, 1), min_size=BLENDED, max_size=BLENDED),
    number=st.integers(0, BLENDED - 1),
    step=st.floats(-0.01, 0.01),
)
def test_a_fader_never_jumps(model, weights, number, step):
    """A hundredth of a fader's way moves the response by little, down to the end and up to the top."""
    morpher = Morpher(Vocabulary.of(model), State(blend=tuple(weights), mode="blend"))
    before = morpher.bands
    morpher.set_weight(number, min(max(weights[number] + step, 0.0), 1.0))
    assert apart_db(before, morpher.bands) < 1.0


@pytest.mark.parametrize("place", [(0.5, 0.5), (0.0, 1.0), (0.3, 0.8)])
def test_a_place_on_the_map(morpher, model, place):
    """A place is what the model's plane says, with 0..1 for -1..1."""
    morpher.set_place(0.9, 0.1)
    morpher.set_place(*place)
    expected = model.decode(model.map.latent(2 * place[0] - 1, 2 * place[1] - 1))
    assert apart_db(morpher.bands, expected) < 1e-5
    morpher.set_x(0.25)
    assert morpher.state.map == (0.25, place[1])
    morpher.set_y(0.75)
    assert (morpher.state.map, morpher.mode_text) == ((0.25, 0.75), "map 0.25 · 0.75")


def test_the_morph_leads_back(morpher, model):
    """Whichever was moved last counts."""
    morpher.set_place(0.1, 0.9)
    morpher.set_weight(0, 1.0)
    morpher.set_morph(0.5)
    assert (morpher.mode_text, morpher.bands) == ("", model.bands("warm", "bright", position=0.5))


@pytest.mark.parametrize("steps", [1, 3, -1, -4])
def test_stepping_through_favourites(model, steps):
    """Favourites come round and round, in their order, for either side."""
    words = ("dark", "warm", "airy")
    for side in (0, 1):
        morpher = Morpher(Vocabulary.of(model), State(terms=("warm", "warm")), Words(words))
        for _ in range(abs(steps)):
            morpher.step_term(side, 1 if steps > 0 else -1)
        assert morpher.state.terms[side] == words[(1 + steps) % 3]
        assert morpher.state.terms[1 - side] == "warm"


@pytest.mark.parametrize(("step", "first"), [(1, "dark"), (-1, "airy")])
def test_a_word_that_is_no_favourite_leads_to_the_ends(model, step, first):
    """From any other word one comes to the first or the last favourite."""
    morpher = Morpher(Vocabulary.of(model), State(terms=("bright", "soft")), Words(("dark", "warm", "airy")))
    morpher.step_term(0, step)
    assert morpher.state.terms[0] == first


def test_without_favourites_words_that_people_agree_on(morpher, model):
    """What is stepped through, and blended, where nothing is named."""
    assert all(model.descriptor(word).reliability >= AGREED for word in morpher.words.favourites)
    assert all(model.descriptor(word).language == "en" for word in morpher.words.favourites)
    assert morpher.words.blended == morpher.words.favourites[:BLENDED]


def test_an_unknown_favourite_is_named(model):
    """A word that the model does not know ends the start."""
    with pytest.raises(UnknownTermError, match='"wrmam"'):
        Morpher(Vocabulary.of(model), State(), Words(("wrmam",)))


def test_a_plugin_may_have_its_own(morpher, model):
    """Its own words on the same way, its own part of the strength, and the way from its own setting."""
    morpher.set_morph(0.5)
    morpher.set_strength(0.8)
    assert morpher.asked(TargetOverrides()) == (morpher.bands, 1.0)
    own, along = morpher.asked(TargetOverrides(("dark", "soft"), 0.5))
    assert (apart_db(own, model.bands("dark", "soft", position=0.5, strength=0.4)) < 1e-5, along) == (True, 1.0)
    end, along = morpher.asked(TargetOverrides(from_daw=True))
    assert (apart_db(end, model.bands("bright", strength=0.8)) < 1e-5, along) == (True, 0.5)
    morpher.bypass(on=True)
    assert morpher.asked(TargetOverrides(from_daw=True))[1] == 0.0


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_places_outside_are_refused(morpher, wrong):
    """Weights and places are parts."""
    before = morpher.state
    for order in (lambda: morpher.set_weight(0, wrong), lambda: morpher.set_x(wrong), lambda: morpher.set_y(wrong)):
        with pytest.raises(ValueError, match="not between"):
            order()
    assert morpher.state == before


def test_a_fader_without_a_term_does_nothing(model):
    """More faders than terms: the others make nothing louder."""
    morpher = Morpher(Vocabulary.of(model), State(), Words(blended=("warm", "bright")))
    morpher.set_weight(0, 0.25)
    quiet = morpher.bands
    morpher.set_weight(7, 1.0)
    assert morpher.bands == quiet
    morpher.set_weight(0, 0.0)
    assert (morpher.mode_text, {band.gain_db for band in morpher.bands}) == ("all faders down", {0.0})


def test_terms_that_are_chosen_count(morpher, model):
    """Whoever chooses a term while the map or a blend counts hears that term."""
    aways = (lambda: morpher.set_place(0.9, 0.1)), (lambda: morpher.set_weight(2, 1.0))
    for away, term in zip(aways, ("dark", "clear"), strict=True):
        away()
        morpher.set_term(0, term)
        assert (morpher.mode_text, morpher.bands) == ("", model.bands(term, "bright", position=morpher.state.morph))


def test_a_plugin_whose_way_begins_at_its_own_setting_follows_requests(morpher, model):
    """From what stands there, by the same moves; morph 0 is what stood; a chosen word is that word; undo goes back."""
    own, wish = model.bands("dark"), TargetOverrides(from_daw=True)
    morpher.set_morph(0.25)
    stood = between(own, model.bands("bright"), 0.25)
    morpher.ask("a bit harsher")
    asked, along = morpher.asked(wish, own)
    assert along == 1.0
    goal_db = response_db(stood, HZ) + 0.3 * response_db(model.bands("harsh"), HZ)
    assert np.sqrt(((response_db(asked, HZ) - goal_db) ** 2).mean()) < 0.3
    morpher.set_morph(0.0)
    assert apart_db(morpher.asked(wish, own)[0], stood) < 1e-6
    morpher.ask("again")
    assert len(morpher.state.request.since) == 2
    morpher.ask("half of that")
    assert [move.amount for move in morpher.state.request.since] == [0.3, 0.15]
    morpher.ask("muddy")
    assert apart_db(morpher.asked(wish, own)[0], model.bands("muddy")) < 1e-6
    morpher.bypass(on=True)
    assert morpher.asked(wish, own)[1] < 1.0
    morpher.bypass(on=False)
    for _ in range(3):
        morpher.ask("undo")
    assert morpher.asked(wish, own)[1] == 0.25
