"""Words in all their forms, and what phrases ask for."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.model import ModelError, load
from semeq.model.words import Entry, Lexicon, Phrase, parse
from semeq.model.words.tokens import language

MODEL = load()
LEXICON = MODEL.lexicon
PHRASES = tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))


def written(phrase):
    """What was understood, as the table writes it."""
    if phrase.command:
        return f"!{phrase.command}"
    moves = [f"{m.word} ={m.amount:g}" if m.kind == "set" else f"{m.word} {m.amount:+g}" for m in phrase.moves]
    return ", ".join([*moves, *(f"?{word}" for word in phrase.unknown)]) or "-"


def test_everyday_phrases_mean_what_a_person_would_expect():
    """At least 95 % of 200 phrases in two languages, written before the parser was."""
    table = [*PHRASES["english"], *PHRASES["spanish"]]
    wrong = [(text, expected, got) for text, expected in table if (got := written(parse(text, LEXICON))) != expected]
    assert len(table) >= 200
    assert len(wrong) <= 0.05 * len(table), wrong


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("less muddy, boomy", "muddy -0.6, boomy -0.6"),  # what is taken away goes on behind a comma
        ("no mud, boomy", "muddy -1, boomy -1"),
        ("less muddy; boomy", "muddy -0.6, boomy =1"),
        ("brighter, harsh", "bright +0.6, harsh =1"),  # what is added does not
        ("bass", "bassy =1"),  # a thing that is spoken of is a word where it stands alone
        ("more bass", "bassy +0.6"),
        ("warm bass", "warm =1"),
    ],
)
def test_how_far_a_small_word_reaches(text, meant):
    """Each of these, to the word."""
    assert written(parse(text, LEXICON)) == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("make the vocals warmer", "en"),
        ("las voces más oscuras", "es"),
        ("con brillo", "es"),
        ("less", "en"),
        ("menos", "es"),
        ("cálido", "es"),
        ("warm", None),
        ("", None),
    ],
)
def test_small_words_tell_the_language(text, told):
    """So do accents and signs such as less; a term alone does not."""
    assert language(text) == told


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("warmth", "warm"),
        ("Warmer", "warm"),
        ("muddiness", "muddy"),
        ("MUD", "muddy"),
        ("darkness", "dark"),
        ("clarity", "clear"),
        ("treble", "trebly"),
        ("sibilance", "sibilant"),
        ("lofi", "lo-fi"),
        ("calido", "cálido"),
        ("cálidas", "cálido"),
        ("más cálido", "cálido"),
        ("more warmth", "warm"),
        ("wram", "warm"),
        ("brigt", "bright"),
        ("mudddy", "muddy"),
        ("harhs", "harsh"),
    ],
)
def test_every_form_leads_to_its_term(word, term):
    """And what was taken is said."""
    taken = MODEL.taken(word)
    assert taken.term == term
    assert taken.said == f"{word} → {term}"
    assert (MODEL.latent(word) == MODEL.latent(term)).all()


def test_every_listed_form_is_found():
    """All forms that the texts list, in the language that they are listed in."""
    lost = [
        (known.term, form)
        for known in MODEL.terms.values()
        for form in known.forms
        if LEXICON.resolve(form, known.language).term != known.term
    ]
    # one form in both languages is the one language's word there
    assert len(lost) <= 3, lost


@pytest.mark.parametrize(("typed", "near"), [("cull", {"dull", "full"}), ("falt", {"fat", "natural"})])
def test_a_slip_as_near_to_two_words_is_asked_about(typed, near):
    """Nothing is guessed."""
    taken = MODEL.taken(typed)
    assert taken.term is None
    assert taken.asks
    assert near <= set(taken.near)
    with pytest.raises(ModelError, match="which one"):
        MODEL.latent(typed)
    assert parse(f"more {typed}", LEXICON).unknown == (typed,)


def test_less_of_a_word_is_no_word():
    """It is a request, and the error says so instead of naming the word itself."""
    with pytest.raises(ModelError, match="semeq say"):
        MODEL.latent("less bright")


@given(st.text(max_size=80))
def test_no_phrase_raises(text):
    """Whatever is said."""
    assert isinstance(parse(text, LEXICON), Phrase)


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "bit",
                "much",
                "less",
                "more",
                "too",
                "not",
                "no",
                "warm",
                "bright",
                "harshness",
                "and",
                ",",
                "but",
                "zzz",
                "up",
                "it",
            ]
        )
    )
)
def test_amounts_stay_in_bounds(words):
    """However small words pile up."""
    for move in parse(" ".join(words), LEXICON).moves:
        assert -1.5 <= move.amount <= 1.5


def test_the_better_known_owner_has_a_form():
    """Of two words that claim one form, the term itself wins, then the smaller rank."""
    lexicon = Lexicon.of(
        [Entry("a", forms=("b",)), Entry("b"), Entry("c", forms=("x",), rank=2), Entry("d", forms=("x",))]
    )
    assert lexicon.resolve("b").term == "b"
    assert lexicon.resolve("x").term == "d"
