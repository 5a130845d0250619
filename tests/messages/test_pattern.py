"""OSC address patterns, by the OSC 1.0 specification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.messages.pattern import LONGEST, matches

ADDRESS = "/semeq/term/a"


@pytest.mark.parametrize(
    ("pattern", "is_meant"),
    [
        ("/semeq/term/a", True),
        ("/semeq/term/A", False),
        ("/semeq/term", False),
        ("/semeq/term/a/b", False),
        ("/*/term/a", True),
        ("/semeq/term/*", True),
        ("/*/*/*", True),
        ("/*", False),
        ("*", False),
        ("/semeq/te*m/*a*", True),
        ("/semeq/**/a", True),
        ("/semeq/t?rm/?", True),
        ("/semeq/term?a", False),
        ("/semeq/term/??", False),
        ("/semeq/term/[a-c]", True),
        ("/semeq/term/[b-c]", False),
        ("/semeq/term/[xya]", True),
        ("/semeq/term/[!b]", True),
        ("/semeq/term/[!a-c]", False),
        ("/semeq/term[!x]a", False),
        ("/semeq/term/[a-]", True),
        ("/semeq/term/[x-]", False),
        ("/semeq/term/[c-a]", False),
        ("/semeq/term/[]", False),
        ("/semeq/term/[!]", False),
        ("/{semeq,other}/term/{b,a}", True),
        ("/semeq/term/{b,c}", False),
        ("/semeq/term/{,a}", True),
        ("/semeq/{term/a,x}", True),
        ("/semeq/term/[a", False),
        ("/semeq/term/{a", False),
        ("/semeq/term/a]", False),
        ("/semeq/t.rm/a", False),
        ("/semeq/term/(a|b)", False),
        ("", False),
    ],
)
def test_patterns(pattern, is_meant):
    """Each sign means what the specification says; broken patterns mean nothing."""
    assert is_meant is matches(pattern, ADDRESS)


@pytest.mark.parametrize(
    "pattern",
    [
        "/semeq/" + "*" * 200 + "z",
        "/semeq/" + "*{}" * 60 + "z",
        "/semeq/" + "{,}" * 60 + "z",
        "/semeq/" + "{s,,t}" * 40 + "z",
        "/semeq/" + "*?" * 100,
        "/semeq/" + "[!-~]*" * 40,
        "/semeq/" + "*" * 100_000,
    ],
)
def test_no_pattern_is_slow(pattern):
    """Patterns that take regular expressions for ever are answered at once: this test would not end."""
    assert matches(pattern, "/semeq/strength") is False


@given(st.text("/ab*?[]{},!-", max_size=40), st.text("/ab-", max_size=12))
def test_any_pattern_is_answered(pattern, address):
    """No pattern raises, and plain ones mean themselves only."""
    assert isinstance(matches(pattern, address), bool)
    if not set(pattern) & set("*?[{"):
        assert (pattern == address) is matches(pattern, address)


@given(st.text("/abc", max_size=20))
def test_an_address_means_itself(address):
    """The address matches itself, and a star in the place of each part without a slash."""
    assert matches(address, address)
    assert matches("/".join("*" for _ in address.split("/")), address)


def test_too_long_patterns_mean_nothing():
    """Longer patterns than any address are refused, unless they are the address."""
    assert matches("/" + "a" * LONGEST + "*", "/" + "a" * LONGEST) is False
    assert matches("/" + "a" * LONGEST, "/" + "a" * LONGEST) is True
