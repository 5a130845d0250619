"""Where a word lies for one person: near settings are believed, one far from the others counts less."""

import numpy as np
import pytest
from semeq.model import load
from semeq.model.personal import Scatter, Trust, personal_curve

POINTS = 24
WORD = np.linspace(2.0, -2.0, POINTS)
TILT = np.linspace(-1.0, 1.0, POINTS)
BELIEVES_ALL = Trust(share=1.0, far_db=1e9)


def rms(curve):
    """Size of a curve."""
    return float(np.sqrt((curve**2).mean()))


def test_without_knowledge_the_word_counts_as_one_example():
    """Of any number, as long as none lies far off."""
    for count in (1, 3):
        said = personal_curve(WORD, np.array([WORD + TILT] * count))
        assert said == pytest.approx(WORD + count / (count + 1) * TILT)


def test_a_lone_far_example_counts_less_than_its_share():
    """Twice as far away moves by less than twice as much, ever less; without the rule by twice as much."""
    moved = [rms(personal_curve(WORD, (WORD + far * TILT)[None]) - WORD) / far for far in (4.0, 24.0, 48.0, 96.0)]
    assert moved[0] > moved[1] > moved[2] > moved[3]
    plain = [
        rms(personal_curve(WORD, (WORD + far * TILT)[None], trust=BELIEVES_ALL) - WORD) / far for far in (4.0, 48.0)
    ]
    assert plain[0] == pytest.approx(plain[1])


def test_one_example_that_is_unlike_the_others_counts_less():
    """Three of one mind, and one that slipped: the place stays with the three, which a mean would not."""
    own, slip = WORD + 2.0 * TILT, WORD - 20.0 * TILT
    examples = np.array([own, own, own, slip])
    robust, mean = personal_curve(WORD, examples), (WORD + examples.sum(axis=0)) / 5
    assert rms(robust - own) < 0.6 * rms(mean - own)


def test_somebody_who_means_something_far_off_is_believed_when_they_say_it_often():
    """Examples of one mind are no slips, however far from what others mean."""
    own = WORD + 30.0 * TILT
    offs = [rms(personal_curve(WORD, np.array([own] * count)) - own) / rms(own - WORD) for count in (1, 3, 10)]
    assert offs[0] > offs[1] > offs[2]
    assert offs[2] < 0.15


def test_what_people_differ_by_is_believed_before_what_one_person_scatters_by():
    """A tilt that tells people apart moves the place; a wiggle that comes and goes with one person does not."""
    wiggle = np.cos(np.linspace(0.0, 20.0, POINTS))
    scatter = Scatter(
        (9.0 * np.outer(TILT, TILT) + 0.01 * np.eye(POINTS)).astype(np.float32),
        (9.0 * np.outer(wiggle, wiggle) + 1.0 * np.eye(POINTS)).astype(np.float32),
    )
    said = personal_curve(WORD, (WORD + TILT + wiggle)[None], scatter, trust=BELIEVES_ALL) - WORD
    assert said @ TILT / (TILT @ TILT) > 0.8
    assert abs(said @ wiggle / (wiggle @ wiggle)) < 0.1


def test_a_prior_weight_of_nothing_leaves_the_word_out_and_a_large_one_the_examples():
    """Both ends, with and without knowledge of how people differ."""
    scatter = load().scatter
    assert scatter is not None
    word = np.zeros(len(scatter.within))
    own = np.linspace(-1.0, 1.0, len(word))
    for known in (None, scatter):
        assert personal_curve(word, own[None], known, prior_weight=0.0) == pytest.approx(own)
        assert rms(personal_curve(word, own[None], known, prior_weight=1e6)) < 1e-3
