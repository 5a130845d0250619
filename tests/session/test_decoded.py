"""Decoding beforehand: the same bands, before anybody asks for them."""

from semeq.daemon.library.vocabulary import Vocabulary
from semeq.daemon.messages.midi import POSITIONS
from semeq.daemon.session.morpher import Morpher
from semeq.daemon.session.state import State
from semeq.model import load

MODEL = load()


def at_every_place(morpher):
    """The bands at each place of a knob."""
    found = []
    for position in POSITIONS:
        morpher.set_morph(position)
        found.append(morpher.bands)
    return found


def worked_ahead(terms=("warm", "bright")):
    """A morpher that has decoded all that a knob may come to."""
    morpher = Morpher(Vocabulary.of(MODEL), State(terms=terms))
    while not morpher.decoded.is_ahead:
        morpher.decoded.work_ahead()
    return morpher


def test_a_knob_finds_its_places_decoded():
    """At none of the 128 places of a knob anything is decoded while it is turned, and the bands are the very same."""
    plain = at_every_place(Morpher(Vocabulary.of(MODEL), State()))
    morpher = worked_ahead()
    met = dict(morpher.decoded.met)
    assert at_every_place(morpher) == plain
    assert morpher.decoded.met == met
    assert len(met) == len(POSITIONS)


def test_other_words_are_another_way():
    """New words begin a new way, and nothing of the old one is taken for it."""
    morpher = worked_ahead()
    morpher.set_terms("dark", "crisp")
    assert not morpher.decoded.is_ahead
    while not morpher.decoded.is_ahead:
        morpher.decoded.work_ahead()
    assert at_every_place(morpher) == at_every_place(Morpher(Vocabulary.of(MODEL), State(terms=("dark", "crisp"))))


def test_a_way_of_words_that_are_gone_is_not_decoded():
    """Of other words than those on the way nothing is decoded beforehand that could not be had any more."""
    morpher = Morpher(Vocabulary.of(MODEL), State())
    morpher.use(Vocabulary.of(MODEL))
    assert morpher.decoded.met == {}
    morpher.decoded.forget()
    assert morpher.decoded.is_ahead
    morpher.decoded.work_ahead()
    assert morpher.decoded.met == {}


def test_each_step_is_one_place():
    """Whatever else is to be done waits for one place at most."""
    morpher = Morpher(Vocabulary.of(MODEL), State())
    for count in range(1, len(POSITIONS) + 1):
        morpher.decoded.work_ahead()
        assert len(morpher.decoded.met) == count
