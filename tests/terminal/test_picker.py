"""Choosing a term by typing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.terminal.picker import Picker

WORDS = ("warm", "warmth", "wide", "bright", "heart-warming", "a b")


def typed(*keys):
    """A picker after some keys."""
    picker = Picker("a", WORDS)
    for key in keys:
        picker = picker.press(key)
    return picker


@pytest.mark.parametrize(
    ("keys", "choice"),
    [
        ([], "warm"),
        (["w"], "warm"),
        (["w", "i"], "wide"),
        (["W", "I"], "wide"),
        (["b"], "bright"),
        ([*"brihgt"], "bright"),
        ([*"xyzxyz"], None),
        (["a", "space", "b"], "a b"),
        (["w", "down"], "warmth"),
        (["w", "right", "tab"], "wide"),
        (["w", "right", "left"], "warm"),
        (["w", "up"], "warm"),
        (["w", *["down"] * 20], "wide"),
        (["w", "down", "i"], "wide"),
        (["w", "i", "backspace", "down"], "warmth"),
        (["w", "down", "down", "backspace"], "warm"),
        (["backspace", "b"], "bright"),
        (["w", "home", "f1", ""], "warm"),
    ],
)
def test_choices(keys, choice):
    """First letters choose, arrows mark another, nothing like it is no choice."""
    assert typed(*keys).choice == choice


@given(st.lists(st.sampled_from(["up", "down", "left", "right", "tab", "backspace", "space", "w", "a", "x", "é", "?"])))
def test_the_mark_is_always_on_a_word(keys):
    """Whatever is pressed, the choice is one of the words that are shown, or there are none."""
    picker = typed(*keys)
    assert picker.choice in (picker.found or (None,))
    assert len(picker.found) <= 9
    assert picker.side == "a"


def test_a_picker_does_not_change():
    """Each key makes a new picker."""
    picker = Picker("b", WORDS)
    assert (Picker("b", WORDS, "w"), "") == (picker.press("w"), picker.typed)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("less bright", None),
        ("less", None),
        ("muy", None),
        ("like", None),
        ("brite", None),
        ("treble", "trebly"),
        ("cálido", "cálido"),
        ("sibilant", "sibilant"),
        ("warmer", "warm"),
        ("muddyy", "muddy"),
        ("xarm", "warm"),
    ],
)
def test_no_opposite_and_no_stranger(model, text, first):
    """With the shipped words: what asks for less of a word, or is no word, marks none."""
    assert Picker("a", tuple(model.terms), text, lexicon=model.lexicon).choice == first


def test_a_request_is_led_to_its_key(model):
    """What no word can be is not just "nothing like it"."""
    words = tuple(model.terms)
    assert "/" in Picker("a", words, "less bright", lexicon=model.lexicon).hint
    assert Picker("a", words, "xyzzyx", lexicon=model.lexicon).hint == "nothing like it"
