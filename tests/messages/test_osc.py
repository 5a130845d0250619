"""OSC datagrams: there and back, bundles, and whatever else a network delivers."""

import contextlib
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from semeq.daemon.messages.osc import DEEPEST, MOST_BUNDLED, bundled, decode, encode
from semeq.daemon.messages.types import Osc, printable

TABLE = [
    (Osc("/a"), b"/a\0\0,\0\0\0"),
    (Osc("/semeq/morph", (0.5,)), b"/semeq/morph\0\0\0\0,f\0\0\x3f\0\0\0"),
    (Osc("/a", (1, -1)), b"/a\0\0,ii\0\0\0\0\x01\xff\xff\xff\xff"),
    (Osc("/a", ("warm",)), b"/a\0\0,s\0\0warm\0\0\0\0"),
    (Osc("/a", (True, False, None)), b"/a\0\0,TFN\0\0\0\0"),
    (Osc("/a", (2**40,)), b"/a\0\0,h\0\0\0\0\x01\0\0\0\0\0"),
]
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(printable)
arguments = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.floats(width=32, allow_nan=False), st.booleans(), st.none(), texts
)
messages = st.builds(
    Osc,
    st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"])).map(lambda text: f"/{text}"),
    st.lists(arguments, max_size=6).map(tuple),
)


def text(word):
    """A text as OSC writes it, filled up to four bytes."""
    data = word.encode() + b"\0"
    return data + b"\0" * (-len(data) % 4)


def bundle(*parts, tag=1):
    """A bundle of datagrams."""
    return b"#bundle\0" + struct.pack(">Q", tag) + b"".join(struct.pack(">i", len(part)) + part for part in parts)


@pytest.mark.parametrize(("message", "data"), TABLE)
def test_datagrams(message, data):
    """The bytes are those of the OSC 1.0 specification."""
    assert (encode(message), [message]) == (data, decode(data))


@given(messages)
def test_round_trip(message):
    """What is sent is received, with the types it had."""
    (read,) = decode(encode(message))
    assert (message, repr(message)) == (read, repr(read))


@given(st.recursive(messages.map(encode), lambda part: st.lists(part, max_size=3).map(lambda parts: bundle(*parts))))
def test_bundles(data):
    """All messages inside bundles inside bundles come out in order; too deep ones are refused as a whole."""

    def expected(part, depth):
        if not part.startswith(b"#bundle"):
            return decode(part)
        if depth >= DEEPEST:
            raise ValueError
        found, at = [], 16
        while at < len(part):
            size = int.from_bytes(part[at : at + 4], "big")
            found += expected(part[at + 4 : at + 4 + size], depth + 1)
            at += 4 + size
        return found

    try:
        inside = expected(data, 0)
    except ValueError:
        with pytest.raises(ValueError, match="deep"):
            decode(data)
    else:
        assert decode(data) == inside


@given(st.lists(messages, max_size=40))
def test_what_is_sent_in_bundles(some):
    """All messages, in their order, in datagrams that a network carries whole, and none of them later than the rest."""
    sent = bundled(some)
    assert [message for one in sent for message in decode(one.data)] == some
    for one in sent:
        assert one.data[:16] == b"#bundle\0" + bytes(7) + b"\1"
        assert len(one.data) <= MOST_BUNDLED or len(decode(one.data)) == 1


@pytest.mark.parametrize(("more", "datagrams"), [(0, 1), (1, 2)])
def test_a_datagram_is_filled_to_its_last_byte(more, datagrams):
    """Two messages that fill one to the limit go together; a letter more, and the second has a datagram of its own."""
    first, empty = Osc("/a", ("x" * 500,)), len(encode(Osc("/b", ("",))))
    left = MOST_BUNDLED - len(bundled([first])[0].data) - len(struct.pack(">i", 0))
    second = Osc("/b", ("y" * (left - empty + 3 + more),))
    sent = bundled([first, second])
    assert len(sent) == datagrams
    assert [message for one in sent for message in decode(one.data)] == [first, second]
    assert more or len(sent[0].data) == MOST_BUNDLED


def test_what_cannot_travel_keeps_nothing_back():
    """It stays a message of its own, which is refused when it is sent; the others go."""
    good, bad = Osc("/a", (1,)), Osc("/b", (2**70,))
    refused, rest = bundled([good, bad, good])
    assert refused == bad
    assert decode(rest.data) == [good, good]


@pytest.mark.parametrize("tag", [0, 1, 2**63, 2**64 - 1])
def test_time_tags_do_not_matter(tag):
    """A bundle for later is taken now: a knob has no later."""
    assert decode(bundle(encode(Osc("/a", (1,))), encode(Osc("/b")), tag=tag)) == [Osc("/a", (1,)), Osc("/b")]


def test_an_empty_bundle_is_nothing():
    """A bundle may be empty."""
    assert decode(bundle()) == []


def nested(depth):
    """Bundles in one another, a message in the innermost."""
    data = encode(Osc("/a"))
    for _ in range(depth):
        data = bundle(data)
    return data


def test_depth():
    """Bundles may be nested so deep and no deeper."""
    assert decode(nested(DEEPEST)) == [Osc("/a")]
    with pytest.raises(ValueError, match="deep"):
        decode(nested(DEEPEST + 1))


BUNDLE = b"#bundle\0" + b"\0" * 8


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "neither"),
        (b"x", "neither"),
        (b"hello world", "neither"),
        (b"\0\0\0\0", "neither"),
        (b"/", "without an end"),
        (b"/abc", "without an end"),
        (BUNDLE + b"\xff\xff\xff\xff", "-1 bytes where 0 are left"),
        (BUNDLE + b"\0\0\0\0", "0 bytes where 0 are left"),
        (BUNDLE + b"\0\0\0\x40/a\0\0", "64 bytes where 4 are left"),
        (BUNDLE + b"\0\0", "malformed"),
        (bundle(b"no message"), "neither"),
        (text("/a") + text("no tags"), "no type tags"),
        (text("/a") + text(",i"), "malformed"),
        (text("/a") + text(",f"), "malformed"),
        (text("/a") + text(",f") + b"\x3f\x80", "malformed"),
        (text("/a") + text(",ff") + b"\x3f\x80\0\0", "malformed"),
        (text("/a") + text(",d") + b"\x3f\x80\0\0", "malformed"),
        (text("/a") + text(",s"), "without an end"),
        (text("/a") + text(",s") + b"open", "without an end"),
        (text("/a") + text(",s") + b"\xff\xfe\0\0", "malformed"),
        (b"/\xff\xfe\0" + text(","), "malformed"),
        (text("/a\n"), "control characters"),
        (text("/\x1b[2J") + text(",i") + b"\0\0\0\1", "control characters"),
    ],
)
def test_malformed(data, reason):
    """What is no OSC is refused with a reason; no value is made up, and no bundle read for ever."""
    with pytest.raises(ValueError, match=reason):
        decode(data)


@pytest.mark.parametrize(
    ("tags", "data"),
    [("b", b"\0\0\0\2ab\0\0"), ("m", b"\1\2\3\4"), ("t", b"\0" * 8), ("[i]", b"\0\0\0\1"), ("cf", b"\0" * 8)],
)
def test_other_kinds_of_arguments(tags, data):
    """Blobs, MIDI, times and arrays mean nothing here, and are refused by the address they came with."""
    with pytest.raises(ValueError, match="/a: only numbers, texts and truth values"):
        decode(text("/a") + text(f",{tags}") + data)


@pytest.mark.parametrize(
    ("data", "arguments"),
    [
        (text("/a"), ()),
        (text("/a") + text(","), ()),
        (text("/a") + text(",I"), (True,)),
        (text("/a") + text(",S") + text("warm"), ("warm",)),
        (text("/a") + text(",d") + struct.pack(">d", 0.1), (0.1,)),
        (text("/a") + text(",h") + struct.pack(">q", -5), (-5,)),
        (text("/a") + text(",s") + b"warm\0", ("warm",)),
        (text("/a") + text(",i") + b"\0\0\0\1rest", (1,)),
    ],
)
def test_other_ways_to_say_it(data, arguments):
    """Doubles, long integers, symbols and impulses are understood, and what some senders leave out or add."""
    assert decode(data) == [Osc("/a", arguments)]


@given(st.binary(max_size=200))
@example(b"/a\0\0,t\0\0" + b"\xff" * 8)
@example(b"#bundle\0" + b"\0" * 8 + b"\x80\0\0\0")
def test_any_bytes(data):
    """Any datagram is read or refused with a ``ValueError``."""
    with contextlib.suppress(ValueError):
        assert all(isinstance(message, Osc) for message in decode(data))


@given(messages.map(encode), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=4), st.booleans())
def test_damaged_datagrams(data, damages, is_bundle):
    """A datagram with some bytes changed is read or refused; what is read can be sent again and printed."""
    damaged = bytearray(bundle(data, data) if is_bundle else data)
    for at, value in damages:
        damaged[at % len(damaged)] = value
    with contextlib.suppress(ValueError):
        for message in decode(bytes(damaged)):
            assert encode(message)
            assert "\n" not in str(message)


@pytest.mark.parametrize("number", [1e39, -1e300, 3.4028235e38, float("inf"), 1.7e308])
def test_wide_numbers(number):
    """Floats that four bytes cannot hold travel in eight."""
    (read,) = decode(encode(Osc("/a", (number,))))
    assert read.arguments == (pytest.approx(number, rel=1e-6),)


@pytest.mark.parametrize("argument", [2**63, -(2**80), "\udc80"])
def test_what_cannot_travel(argument):
    """Numbers of more than 64 bits and broken texts are refused by the address."""
    with pytest.raises(ValueError, match="/a: cannot travel over OSC"):
        encode(Osc("/a", (argument,)))
