"""Requests carried out on a setting, and settings described."""

import numpy as np
import pytest
from semeq.model import load, response_db, scaled
from semeq.model.describing import LISTENING_HZ
from semeq.model.model import MOST_SAID
from semeq.model.request import FLAT, Standing, request

MODEL = load()


def curve(bands):
    """The response that is compared."""
    return response_db(bands, LISTENING_HZ)


def rms(error):
    """Root mean square, dB."""
    return float(np.sqrt((error**2).mean()))


@pytest.mark.parametrize("start", ["warm", "bright", "thin", "boxy"])
@pytest.mark.parametrize(
    ("text", "parts"), [("a bit warmer", {"warm": 0.3}), ("less harsh, more air", {"harsh": -0.6, "airy": 0.6})]
)
def test_a_request_adds_its_words_to_what_stands(start, text, parts):
    """In dB, within what five bands can do."""
    stands = MODEL.bands(start)
    answer = request(MODEL, text, Standing(stands))
    wanted = curve(stands) + sum(amount * curve(MODEL.bands(word)) for word, amount in parts.items())
    assert rms(curve(answer.bands) - wanted) < 0.35
    assert answer.start == stands


def test_a_bare_word_is_chosen():
    """Whatever stood before."""
    assert request(MODEL, "warm", Standing(MODEL.bands("tinny"))).bands == MODEL.bands("warm")


def test_again_half_and_undo_speak_of_the_last_request():
    """From where it began."""
    first = request(MODEL, "much warmer")
    last = Standing(first.bands, first.moves, first.start)
    half = request(MODEL, "half of that", last)
    assert rms(curve(half.bands) - 0.75 * curve(MODEL.bands("warm"))) < 0.3
    assert request(MODEL, "undo", last).bands == FLAT
    again = request(MODEL, "again", Standing(MODEL.bands("warm"), half.moves, FLAT))
    assert rms(curve(again.bands) - 1.75 * curve(MODEL.bands("warm"))) < 0.5


@pytest.mark.parametrize("text", ["", "purple", "wider", "again", "undo", "the"])
def test_nothing_moves_for_what_is_not_understood(text):
    """And the answer says why."""
    stands = MODEL.bands("warm")
    answer = request(MODEL, text, Standing(stands))
    assert answer.bands is stands
    assert answer.said


def test_no_opposite_is_among_the_first_three():
    """Of any word, at any size."""
    for term in MODEL.terms:
        for strength in (0.5, 1.0, 1.5):
            names = [name for name, _ in MODEL.describe(scaled(MODEL.bands(term), strength), 3)]
            known = [MODEL.terms[name] for name in names]
            assert not any(other.term in one.opposites for one in known for other in known), (term, names)


def test_families_name_what_a_setting_does():
    """Region, sign and words."""
    assert MODEL.families(MODEL.bands("muddy"))[0].said.startswith("low-mid boost: ")
    assert MODEL.families(MODEL.bands("airy"))[0].said.startswith("treble boost: ")
    assert MODEL.families(MODEL.bands("thin"))[0].mean_db < 0
    assert MODEL.described(FLAT) == "flat"


def test_what_was_said_of_a_setting_is_said_of_no_other():
    """More settings than are kept, to and fro: each is described as if it were the first."""
    places = [MODEL.bands("warm", "bright", position=step / MOST_SAID) for step in range(MOST_SAID + 2)]

    def anew(bands):
        likely = ", ".join(term for term, _ in MODEL.describe(bands, 3))
        return " · ".join([*(family.said for family in MODEL.families(bands)[:2]), f"likely {likely}"])

    expected = [anew(bands) for bands in places]
    assert len(set(expected)) > 10
    assert [MODEL.described(bands) for bands in places] == expected
    assert [MODEL.described(bands) for bands in reversed(places)] == expected[::-1]


def test_words_are_as_loud_as_words_should_be():
    """Between 1 and 4 dB RMS from 25 Hz to 18 kHz, unless the word says otherwise."""
    heard = np.geomspace(25.0, 18_000.0, 200)
    for known in MODEL.terms.values():
        size = rms(response_db(MODEL.bands(known.term), heard))
        assert 0.995 <= size <= 4.005 or known.nature != "tone" or any("at 100 %" in note for note in known.notes), (
            known
        )
