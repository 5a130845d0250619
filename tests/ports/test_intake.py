"""Datagrams that wait: every peer has its turn, what is kept is bounded, a last value is not lost."""

from hypothesis import given
from hypothesis import strategies as st
from osc_peer import osc_bytes
from semeq.daemon.ports.fair_queue import LARGEST, MOST_PEERS, MOST_WAITING, FairQueue

PHONE, DESK = ("192.168.1.20", 50_000), ("192.168.1.21", 50_001)


def all_of(intake):
    """Everything that waits, in the order in which it is given back."""
    found = []
    while waiting := intake.pop():
        found.append(waiting)
    return found


def value(number, address="/semeq/morph"):
    """A message with a number of its own."""
    return osc_bytes(address, "i", number)


def test_nothing_waits_at_first():
    """An empty intake gives nothing and counts as false."""
    intake = FairQueue()
    assert (bool(intake), intake.pop(), intake.dropped) == (False, None, 0)


def test_each_peer_in_turn():
    """One of each peer after the other, each peer's own in order."""
    intake = FairQueue()
    for number in range(5):
        intake.put(value(number), PHONE)
    intake.put(value(7), DESK)
    intake.put(value(8), DESK)
    assert bool(intake)
    assert all_of(intake) == [
        (value(0), PHONE),
        (value(7), DESK),
        (value(1), PHONE),
        (value(8), DESK),
        (value(2), PHONE),
        (value(3), PHONE),
        (value(4), PHONE),
    ]


def test_a_flood_keeps_first_and_newest():
    """What waits stays in order; of what comes on top only the newest of each address is kept."""
    intake = FairQueue()
    sent = [value(number) for number in range(MOST_WAITING)]
    for data in sent:
        intake.put(data, PHONE)
    intake.put(value(1, "/semeq/strength"), PHONE)
    for number in range(10_000):
        intake.put(value(number), PHONE)
    assert [data for data, _ in all_of(intake)] == [*sent, value(1, "/semeq/strength"), value(9_999)]
    assert intake.dropped == 9_999


def test_a_flood_of_addresses():
    """Where there are too many addresses, too, the oldest go; the newest are all there."""
    intake = FairQueue()
    for number in range(5 * MOST_WAITING):
        intake.put(value(number, f"/a/{number}"), PHONE)
    left = [data for data, _ in all_of(intake)]
    assert len(left) == 2 * MOST_WAITING
    assert left[-MOST_WAITING:] == [value(n, f"/a/{n}") for n in range(4 * MOST_WAITING, 5 * MOST_WAITING)]


def test_a_flood_keeps_nobody_else_waiting():
    """A peer whose flood fills its row leaves another's place free: that one is next but one at the latest."""
    intake = FairQueue()
    for number in range(10_000):
        intake.put(value(number), PHONE)
    intake.put(value(1), DESK)
    assert (value(1), DESK) in (intake.pop(), intake.pop())


def test_the_rest_of_a_bundle_waits_its_turn():
    """What is left of one peer's datagram comes before its next ones, and after one of everybody else's."""
    intake, rest = FairQueue(), iter([None])
    for number in range(3):
        intake.put(value(number), PHONE)
    intake.put(value(7), DESK)
    assert intake.pop() == (value(0), PHONE)
    intake.give_back(rest, PHONE)
    assert all_of(intake) == [(value(7), DESK), (rest, PHONE), (value(1), PHONE), (value(2), PHONE)]
    intake.give_back(rest, PHONE)
    intake.clear()
    assert (bool(intake), intake.pop()) == (False, None)


def test_too_many_peers():
    """More peers than there is room for have to wait until others have been served."""
    intake = FairQueue()
    for port in range(MOST_PEERS + 3):
        intake.put(value(port), ("10.0.0.1", port))
    assert intake.dropped == 3
    assert [peer[1] for _, peer in all_of(intake)] == list(range(MOST_PEERS))
    intake.put(value(1), DESK)
    assert intake.pop() == (value(1), DESK)


def test_large_datagrams():
    """Those that are larger than anything semeq understands are dropped, others are kept whole."""
    intake = FairQueue()
    intake.put(b"x" * (LARGEST + 1), PHONE)
    intake.put(b"x" * LARGEST, PHONE)
    assert (len(all_of(intake)), intake.dropped) == (1, 1)


def test_bundles_overtake_only_their_like():
    """Of two bundles that hold different things none makes the other pointless."""
    intake = FairQueue()
    for number in range(MOST_WAITING):
        intake.put(value(number), PHONE)
    bundles = [
        b"#bundle\0" + bytes(8) + bytes(3) + bytes([len(part)]) + part for part in (value(1), value(2), value(1))
    ]
    for data in bundles:
        intake.put(data, PHONE)
    assert [data for data, _ in all_of(intake)][MOST_WAITING:] == bundles[1:]


PUTS = st.tuples(st.integers(1, 20).map(lambda port: ("10.0.0.1", port)), st.integers(0, 3), st.integers(1, 600))


@given(st.lists(st.one_of(PUTS, st.integers(1, 40)), max_size=60))
def test_any_interleaving(steps):
    """Whatever comes and is taken in between, all is accounted for, and the last value of each knob is there."""
    intake, taken, number, last = FairQueue(), [], 0, {}
    for step in steps:
        if isinstance(step, int):
            taken += [intake.pop() for _ in range(step) if intake]
            continue
        peer, control, count = step
        for _ in range(count):
            number += 1
            intake.put(value(number, f"/{control}"), peer)
        last[peer, control] = value(number, f"/{control}")
    found = taken + all_of(intake)
    assert len(found) + intake.dropped == number
    assert len(set(found)) == len(found)
    assert {(data, peer) for (peer, _), data in last.items()} <= set(found)
    for peer, control in last:
        own = [data for data, sender in found if sender == peer and data.startswith(f"/{control}\0".encode())]
        assert own == sorted(own)
