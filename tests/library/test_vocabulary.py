"""A word that is taught is known at once: nothing is worked out again but what is new."""

import msgspec
import numpy as np
import pytest
from semeq.daemon.library.vocabulary import Vocabulary
from semeq.daemon.library.words import Example, OwnWord, placed, taught
from semeq.model import load
from semeq.model.words import lexicon

MODEL = load()
BANDS = MODEL.bands("warm"), MODEL.bands("bright"), MODEL.bands("dark", strength=1.5)
ALIKE = ("warmish", "lo-fi", "warm", "más brillo", "glassyness", "gabiella", "gabi", "my-own one")
"""Names that share forms with shipped words and with one another; one is a shipped word."""


def words(names=ALIKE):
    """Own words with different places; the known one is adapted."""
    return [taught(MODEL, None, name, Example.of(BANDS[n % 3]), force=False) for n, name in enumerate(names)]


def same(one, other):
    """Whether two vocabularies know the same, in every form."""
    a, b = one.model, other.model
    assert dict(a.indices) == dict(b.indices)
    assert list(a.terms) == list(b.terms)
    assert np.array_equal(a.latents, b.latents)
    forms = {*a.lexicon._forms, *a.lexicon._further, *b.lexicon._forms, *b.lexicon._further}
    for form in sorted(forms)[::20]:
        assert a.lexicon.exact(form) == b.lexicon.exact(form), form
        assert a.lexicon.exact(form, "es") == b.lexicon.exact(form, "es"), form
    for slip in ("glasynes", "gabiela", "warmishh", "wrm", "my ownone"):
        assert a.taken(slip) == b.taken(slip), slip
    for bands in BANDS:
        assert dict(a.describe(bands, 10)) == pytest.approx(dict(b.describe(bands, 10)), abs=1e-4)


def test_a_player_agrees_with_himself():
    """An own word is as sure as any word can be."""
    assert Vocabulary.of(MODEL, words()).model.descriptor("gabi").reliability == 1.0


def test_one_after_the_other_is_all_at_once():
    """However words came, what they are taken for is the same."""
    step = Vocabulary.of(MODEL)
    for count in range(1, len(ALIKE) + 1):
        step = Vocabulary.of(MODEL, words()[:count], step)
    same(step, Vocabulary.of(MODEL, words()))


def test_the_forms_are_those_of_one_index():
    """Further words find the places that they would have, had all been known from the beginning."""
    known = Vocabulary.of(MODEL, words()).model
    assert known.lexicon.entries[-2].term == "gabi"
    whole = lexicon.Lexicon.of(known.lexicon.entries)
    for key in whole._forms:
        assert tuple(known.lexicon._spelled(key)) == whole._forms[key], key


def test_a_word_that_is_taught_again_or_forgotten():
    """It means the new setting, the others stay; what is forgotten is unknown again, or as it was shipped."""
    first = words()
    known = Vocabulary.of(MODEL, first)
    again = placed(MODEL, OwnWord("gabi", (Example.of(BANDS[2]),), alone=True))
    changed = [word for word in first if word.name != "gabi"]
    after = Vocabulary.of(MODEL, [*changed, again], known)
    assert np.allclose(after.model.latent("gabi"), again.place)
    # gabiella was taught this very setting, too
    assert after.model.describe(BANDS[2], 1)[0][0] in {"dark", "gabi", "gabiella"}
    for vocabulary in (Vocabulary.of(MODEL, changed, after), Vocabulary.of(MODEL, changed)):
        same(vocabulary, Vocabulary.of(MODEL, changed))
        assert "gabi" not in vocabulary.model.indices
    without = [word for word in first if word.name != "warm"]
    assert np.array_equal(Vocabulary.of(MODEL, without, known).model.latent("warm"), MODEL.latent("warm"))
    renamed = [msgspec.structs.replace(word, name=word.name.upper()) for word in first]
    same(Vocabulary.of(MODEL, renamed, known), Vocabulary.of(MODEL, renamed))


def test_only_what_is_new_is_worked_out(monkeypatch):
    """Teaching the thousandth word costs as much as the first: the knob is not kept waiting."""
    many = [msgspec.structs.replace(words()[0], name=f"word {n} of mine") for n in range(1000)]
    known = Vocabulary.of(MODEL, many)
    known.model.work_out()
    new = taught(MODEL, None, "quite new", Example.of(BANDS[1]), force=False)
    spelled, drawn = [], []
    forms_of, rows = lexicon._forms_of, type(MODEL.network).rows
    monkeypatch.setattr(lexicon, "_forms_of", lambda entry: spelled.append(entry) or forms_of(entry))
    monkeypatch.setattr(
        type(MODEL.network), "rows", lambda self, places: drawn.append(len(places)) or rows(self, places)
    )
    after = Vocabulary.of(MODEL, [*many, new], known)
    assert after.model.taken("quite new").term == "quite new"
    after.model.describe(BANDS[0])
    assert [entry.term for entry in spelled] == ["quite new"]
    assert sum(drawn) == 1
