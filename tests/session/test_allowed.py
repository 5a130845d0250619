"""Who may steer: this machine always, others only as they were named."""

import pytest
from semeq.daemon.errors import PortError
from semeq.daemon.session.access import Allowed

HERE = ("127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "localhost")


@pytest.mark.parametrize(
    ("words", "host", "is_permitted"),
    [
        ((), "192.168.1.20", True),
        ((), "2001:db8::1", True),
        (("192.168.1.20",), "192.168.1.20", True),
        (("192.168.1.20",), "192.168.1.21", False),
        (("192.168.1.20",), "::ffff:192.168.1.20", True),
        (("192.168.1.20",), "fe80::1", False),
        (("192.168.1.0/24",), "192.168.1.255", True),
        (("192.168.1.0/24",), "192.168.2.1", False),
        ((" 192.168.1.7/24 ",), "192.168.1.20", True),
        (("10.0.0.1", "192.168.0.0/16"), "10.0.0.1", True),
        (("10.0.0.1", "192.168.0.0/16"), "192.168.77.1", True),
        (("10.0.0.1", "192.168.0.0/16"), "10.0.0.2", False),
        (("fe80::/10",), "fe80::1%eth0", True),
        (("fe80::/10",), "2001:db8::1", False),
        (("fe80::/10",), "192.168.1.1", False),
        (("192.168.1.20",), "somewhere.example", False),
        (("192.168.1.20",), "", False),
        *((("192.168.1.20",), host, True) for host in HERE),
    ],
)
def test_who_is_heard(words, host, is_permitted):
    """Addresses and networks of either family; nobody named: everybody who reaches the port."""
    assert Allowed.parse(words).permits(host) is is_permitted


@pytest.mark.parametrize(
    ("words", "bind", "is_open"),
    [
        *(((), bind, False) for bind in HERE),
        *(((), bind, True) for bind in ("0.0.0.0", "::", "", "192.168.1.2", "studio.local")),
        (("192.168.1.20",), "0.0.0.0", False),
        (("0.0.0.0/0",), "0.0.0.0", True),
        (("10.0.0.1", "::/0"), "::", True),
    ],
)
def test_when_everybody_may_steer(words, bind, is_open):
    """Bound to a network with nobody named, or with everybody named."""
    assert Allowed.parse(words).is_open(bind) is is_open


@pytest.mark.parametrize("word", ["phone", "192.168.1", "192.168.1.256", "192.168.1.0/33", "192.168.1.20:9001", ""])
def test_what_is_no_network(word):
    """A word that is neither an address nor a network is named, with examples of both."""
    with pytest.raises(PortError, match=r"--osc-allow '.*' is neither an address \(192.168.1.20\) nor a network"):
        Allowed.parse(["10.0.0.1", word])


@pytest.mark.parametrize(
    ("words", "bind", "host", "is_permitted"),
    [
        (("192.168.1.20",), "192.168.1.5", "192.168.1.5", True),
        (("192.168.1.20",), "192.168.1.5", "192.168.1.6", False),
        (("192.168.1.20",), "0.0.0.0", "192.168.1.6", False),
        (("192.168.1.20",), "localhost", "192.168.1.20", True),
        ((), "192.168.1.5", "192.168.1.6", True),
    ],
)
def test_the_address_that_is_listened_on_is_this_machine(words, bind, host, is_permitted):
    """Who sends from it need not be named; nobody else is let in by it."""
    assert Allowed.of(words, bind).permits(host) is is_permitted


@pytest.mark.parametrize(
    ("words", "bind", "is_futile"),
    [
        (("192.168.1.20",), "127.0.0.1", True),
        (("192.168.1.20",), "0.0.0.0", False),
        (("127.0.0.1",), "127.0.0.1", False),
        ((), "127.0.0.1", False),
    ],
)
def test_to_allow_whom_nobody_hears_is_futile(words, bind, is_futile):
    """Others are named while only this machine can reach the port."""
    assert Allowed.of(words, bind).is_futile(bind) is is_futile
