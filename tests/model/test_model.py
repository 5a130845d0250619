"""The shipped model as a user of the library meets it."""

import subprocess
import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.model import Band, BandKind, UnknownTermError, load, morph, response_db

FREQUENCIES_HZ = np.geomspace(20, 20_000, 256)
MODEL = load()


def error_db(one, other):
    """RMS difference of two settings' responses."""
    return float(np.sqrt(np.mean((response_db(one, FREQUENCIES_HZ) - response_db(other, FREQUENCIES_HZ)) ** 2)))


def test_a_setting_is_five_bands_inside_the_plug_ins_ranges():
    """Every term decodes to sane plain numbers in the agreed order."""
    for term in MODEL.terms:
        bands = MODEL.bands(term)
        assert [band.kind.value for band in bands] == ["low_shelf", "peaking", "peaking", "peaking", "high_shelf"]
        for band in bands:
            assert all(type(value) is float for value in (band.frequency_hz, band.gain_db, band.q))
            assert 20 <= band.frequency_hz <= 20_000
            assert abs(band.gain_db) <= 12
            assert 0.1 <= band.q <= 10


def test_the_words_sound_like_what_they_say():
    """Warm tilts down, bright tilts up, in either language; so do their relatives."""

    def tilt(term):
        curve = response_db(MODEL.bands(term), [100.0, 200.0, 5000.0, 10_000.0])
        return curve[2:].mean() - curve[:2].mean()

    for term in ("bright", "tinny", "brillante", "harsh"):
        assert tilt(term) > 1.0, term
    for term in ("warm", "dark", "deep", "smooth"):
        assert tilt(term) < -2.0, term


def test_terms_are_ordered_by_evidence_and_cover_both_languages():
    """Most people and texts first; English and Spanish; all words of four and more people are there by name."""
    worth = [descriptor.people + 4 * descriptor.texts for descriptor in MODEL.terms.values()]
    assert worth == sorted(worth, reverse=True)
    assert next(iter(MODEL.terms)) == "warm"
    assert {descriptor.language for descriptor in MODEL.terms.values()} == {"en", "es"}
    assert {"warm", "bright", "clear", "thin", "airy", "boomy", "oscuro", "frío", "profundo"} <= set(MODEL.terms)
    assert all(0.0 <= descriptor.reliability <= 1.0 for descriptor in MODEL.terms.values())
    assert MODEL.terms["warm"].reliability > 0.9 > 0.5 > MODEL.terms["caliente"].reliability


def test_any_spelling_of_a_term_finds_it():
    """Case and blanks do not count."""
    assert (MODEL.latent("  WaRm ") == MODEL.latent("warm")).all()
    assert (MODEL.latent("FRÍO") == MODEL.latent("frío")).all()


@pytest.mark.parametrize(("typed", "meant"), [("wrmam", "warm"), ("brghht", "bright"), ("briitgh", "bright")])
def test_an_unknown_term_names_the_nearest(typed, meant):
    """One line, with the word as typed."""
    with pytest.raises(UnknownTermError) as caught:
        MODEL.latent(typed)
    text = str(caught.value)
    assert text.startswith(f'unknown term "{typed}"; did you mean ')
    assert meant in text
    assert "\n" not in text


def test_a_term_like_no_other_says_where_the_list_is():
    """Nothing near: no guess."""
    with pytest.raises(UnknownTermError, match="semeq terms"):
        MODEL.bands("qqqqqqqqq")


def test_a_flat_setting_stays_flat():
    """Whatever the frequencies and Qs of bands without gain."""
    flat = tuple(Band(BandKind.PEAKING, 123.0 * (index + 1), 0.0, 3.0) for index in range(5))
    assert np.abs(response_db(MODEL.decode(MODEL.encode(flat)), FREQUENCIES_HZ)).max() < 0.05


def test_a_decoded_setting_survives_encoding_and_decoding():
    """Settings that the model itself makes come back within a fraction of a dB."""
    errors = [error_db(MODEL.bands(term), MODEL.decode(MODEL.encode(MODEL.bands(term)))) for term in MODEL.terms]
    assert np.mean(errors) < 0.5
    assert np.percentile(errors, 95) < 1.2


@given(st.permutations([1, 2, 3]), st.floats(30, 15_000), st.floats(0.2, 9))
def test_what_cannot_be_heard_does_not_move_the_latent(order, frequency_hz, q):
    """Bells in any order, and bands of 0 dB anywhere, have the same place."""
    bands = MODEL.bands("warm")
    other = (bands[0], *(bands[index] for index in order), bands[4], Band(BandKind.PEAKING, frequency_hz, 0.0, q))
    assert np.abs(MODEL.encode(bands) - MODEL.encode(other)).max() < 1e-5


def test_the_ends_of_a_morph_are_the_terms():
    """0 and 1 are exact, and positions outside are held there."""
    assert MODEL.bands("warm", "bright", 0.0) == MODEL.bands("warm")
    assert MODEL.bands("warm", "bright", 1.0) == MODEL.bands("bright")
    assert MODEL.bands("warm", "bright", 7.0) == MODEL.bands("bright")
    assert (morph(MODEL.latent("warm"), MODEL.latent("bright"), -1.0) == MODEL.latent("warm")).all()


def test_a_morph_moves_evenly():
    """No step of a 7-bit knob from warm to bright is more than a quarter larger than the even one."""
    curves = [response_db(MODEL.bands("warm", "bright", step / 127), FREQUENCIES_HZ) for step in range(128)]
    steps = np.sqrt(np.mean(np.diff(curves, axis=0) ** 2, axis=1))
    straight = np.sqrt(np.mean((curves[-1] - curves[0]) ** 2))
    assert steps.max() < 1.25 * straight / 127
    assert steps.sum() < 1.05 * straight


def test_strength_multiplies_the_gains():
    """0 is flat, -1 the inverse."""
    once, twice = MODEL.bands("bright"), MODEL.bands("bright", strength=2.0)
    assert [band.gain_db for band in twice] == pytest.approx([2 * band.gain_db for band in once])
    assert all(band.gain_db == 0.0 for band in MODEL.bands("bright", strength=0.0))
    both = once + MODEL.bands("bright", strength=-1.0)
    assert np.abs(response_db(both, FREQUENCIES_HZ)).max() < 1e-9


def test_a_model_cannot_be_changed():
    """It may be shared between threads."""
    with pytest.raises(FrozenInstanceError):
        MODEL.latents = None
    with pytest.raises(ValueError, match="read-only"):
        MODEL.latent("warm")[0] = 1.0
    with pytest.raises(TypeError):
        MODEL.terms["x"] = None


def test_the_file_is_small_and_says_where_it_comes_from():
    """Provenance and measured figures are in the header."""
    from importlib.resources import files

    assert files("semeq.model").joinpath("weights", "semeq.safetensors").stat().st_size <= 500_000
    assert MODEL.metadata["recipe"]["name"] == "semeq"
    assert len(MODEL.metadata["data"]) == 2
    assert MODEL.metadata["figures"]["reconstruction_mean_db"] > 0


def test_loading_needs_no_torch():
    """Nor anything else of the training or daemon rooms."""
    code = (
        "import sys, semeq.model; semeq.model.load().bands('warm');"
        "print([name for name in sys.modules if name.startswith(('torch', 'semeq.training', 'semeq.daemon', 'scipy'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


MUDDY = (
    Band(BandKind.LOW_SHELF, 100.0, 3.0),
    Band(BandKind.PEAKING, 300.0, 5.0, 0.8),
    Band(BandKind.PEAKING, 1000.0, -1.0, 1.0),
    Band(BandKind.PEAKING, 4000.0, -5.0, 0.7),
    Band(BandKind.HIGH_SHELF, 9000.0, -4.0),
)
"""A setting that nobody in the corpora made."""


def test_a_setting_is_called_what_it_sounds_like():
    """The opposite setting gets opposite words; shares of belief fall, and those of all terms add up to one."""
    opposite = tuple(Band(band.kind, band.frequency_hz, -band.gain_db, band.q) for band in MUDDY)
    dark, light = dict(MODEL.describe(MUDDY)), dict(MODEL.describe(opposite))
    assert set(dark) & {"warm", "dark", "heavy", "deep", "muddy", "boomy", "pesado"}
    assert set(light) & {"bright", "tinny", "light", "thin", "crisp", "clear", "shrill", "metallic"}
    assert not set(dark) & set(light)
    every = MODEL.describe(MUDDY, count=len(MODEL.terms))
    shares = [share for _, share in every]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1.0)


@pytest.mark.parametrize("term", ["bright", "tinny", "deep", "heavy"])
def test_a_term_of_many_is_among_the_names_of_its_own_setting(term):
    """What the model says by a word, it also hears as that word."""
    assert term in dict(MODEL.describe(MODEL.bands(term)))


def test_a_flat_setting_has_no_name():
    """Nothing to hear, nothing to say."""
    assert MODEL.describe(tuple(Band(band.kind, band.frequency_hz, 0.0, band.q) for band in MUDDY)) == []


def test_a_term_moves_towards_the_examples_of_one_person():
    """The more examples, and the less the prior weighs, the nearer."""
    far = error_db(MODEL.bands("bright"), MUDDY)
    one, three = (MODEL.decode(MODEL.adapt("bright", [MUDDY] * count)) for count in (1, 3))
    assert far > error_db(one, MUDDY) > error_db(three, MUDDY)
    alone = MODEL.decode(MODEL.adapt("bright", [MUDDY], prior_weight=0.0))
    own_word = MODEL.decode(MODEL.adapt(None, [MUDDY]))
    assert error_db(alone, MUDDY) < 0.8
    assert error_db(own_word, alone) < 1e-6
    heavy_prior = MODEL.decode(MODEL.adapt("bright", [MUDDY], prior_weight=1e6))
    assert error_db(heavy_prior, MODEL.bands("bright")) < 0.3


def test_without_examples_a_term_stays_where_it_is():
    """And without either there is nothing to go by."""
    assert (MODEL.adapt("warm", []) == MODEL.latent("warm")).all()
    with pytest.raises(ValueError, match="examples or a term"):
        MODEL.adapt(None, [])
    with pytest.raises(ValueError, match="prior weight"):
        MODEL.adapt("warm", [MUDDY], prior_weight=-1.0)
    with pytest.raises(UnknownTermError):
        MODEL.adapt("wrmam", [MUDDY])


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_map_leads_there_and_back(x, y):
    """A place on the plane is the place of its own latent point, and a small step is a small step."""
    plane = MODEL.map
    assert plane.position(plane.latent(x, y)) == pytest.approx((x, y), abs=1e-4)
    near = MODEL.decode(plane.latent(x + 0.01, y))
    assert error_db(near, MODEL.decode(plane.latent(x, y))) < 1.0


def test_flat_is_in_the_middle_of_the_map_and_all_tone_words_are_on_it():
    """An XY pad can stand still without colouring the sound, and reaches every word but the filters."""
    plane = MODEL.map
    assert np.abs(response_db(MODEL.decode(plane.latent(0.0, 0.0)), FREQUENCIES_HZ)).max() < 0.05
    tones = [known.term for known in MODEL.terms.values() if known.nature == "tone"]
    places = np.array([plane.position(MODEL.latent(term)) for term in tones])
    assert np.abs(places).max(axis=0) == pytest.approx([1.0, 1.0], abs=1e-4)


def test_bright_and_warm_lie_apart_on_the_map_and_likes_together():
    """Nearer to its own kind than to the other."""

    def place(term):
        return np.array(MODEL.map.position(MODEL.latent(term)))

    assert np.linalg.norm(place("warm") - place("dark")) < np.linalg.norm(place("warm") - place("bright"))
    assert np.linalg.norm(place("bright") - place("tinny")) < np.linalg.norm(place("bright") - place("heavy"))


def test_a_morph_between_any_two_settings_moves_evenly():
    """Not only between terms: settings that nobody named, encoded."""
    random = np.random.default_rng(11)
    ratios = []
    for _ in range(20):
        ends = []
        for _ in range(2):
            gains = random.normal(scale=4.0, size=5)
            places = (random.uniform(60, 250), *np.sort(random.uniform((150, 500, 1500), (500, 1500, 6000))))
            kinds = (BandKind.LOW_SHELF, BandKind.PEAKING, BandKind.PEAKING, BandKind.PEAKING, BandKind.HIGH_SHELF)
            bands = zip(kinds, (*places, 9000.0), gains, strict=True)
            ends.append(MODEL.encode(tuple(Band(kind, float(f), float(g), 0.71) for kind, f, g in bands)))
        curves = [response_db(MODEL.decode(morph(ends[0], ends[1], step / 127)), FREQUENCIES_HZ) for step in range(128)]
        steps = np.sqrt(np.mean(np.diff(curves, axis=0) ** 2, axis=1))
        ratios.append(steps.max() * 127 / np.sqrt(np.mean((curves[-1] - curves[0]) ** 2)))
    assert np.percentile(ratios, 95) < 1.65


def test_junk_words_are_marked():
    """Words on which nobody agreed are there, and say so."""
    for term in ("caliente", "pleasant"):
        assert MODEL.terms[term].reliability < 0.3, term
    for term in ("warm", "bright", "heavy", "tinny"):
        assert MODEL.terms[term].reliability > 0.8, term
