"""How often something may be asked for."""

from semeq.daemon.session.pace import MOST, Pace


def test_everybody_alone():
    """Each has their own; of very many the oldest are forgotten; to look does not count."""
    pace = Pace(2, 1.0)
    assert [pace.permits("a", 5.0) for _ in range(3)] == [True, True, False]
    assert [pace.would_permit("a", 5.0), pace.would_permit("b", 5.0), pace.permits("b", 5.0)] == [False, True, True]
    assert pace.permits("a", 6.5)
    for host in range(MOST + 3):
        pace.permits(host, 6.5)
    assert [pace.would_permit("a", 6.5), pace.permits("a", 6.5)] == [True, True]
    one = Pace(3, 1.0)
    assert [one.permits("a", 1.0) for _ in range(4)] == [True] * 3 + [False]


def test_so_many_a_second():
    """So many at once, then as many as time brings."""
    pace = Pace(10, 10.0)
    assert [pace.permits("a", 5.0) for _ in range(12)] == [True] * 10 + [False] * 2
    assert [pace.permits("a", 5.25) for _ in range(4)] == [True] * 2 + [False] * 2
    assert [pace.permits("a", 1000.0) for _ in range(11)] == [True] * 10 + [False]
