"""What is proposed while a word is being typed."""

import pytest
from semeq.daemon.library.nearest import nearest

WORDS = ("dark", "warmer glow", "warm", "warmth of wood")


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("warmer", ["warm", "warmer glow"]),  # a whole word in another form, then what begins like it
        ("wa", ["warmer glow", "warm", "warmth of wood"]),
        ("warmer g", ["warmer glow"]),
        ("drak", ["dark"]),
        ("less", []),
    ],
)
def test_what_is_proposed(typed, proposed):
    """A word in another form, else what begins so in the words' own order, else what a slip has hit."""
    assert nearest(typed, WORDS) == proposed
