"""Who may steer: addresses and networks from which packets are taken; all others are dropped and counted."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from msgspec import Struct

from ..errors import PortError
from ..messages.types import Address

Network = IPv4Network | IPv6Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


class Allowed(Struct, frozen=True):
    """The networks that may steer, this machine always; none named: everybody who can reach the port."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, words: Sequence[str], bind: str) -> "Allowed":
        """Those who are named, and who comes from the very address that semeq listens on, which is this machine."""
        named = cls.parse(words)
        with suppress(ValueError):  # a name
            if named.networks:
                return cls((*named.networks, ip_network(bind)))
        return named

    @classmethod
    def parse(cls, words: Iterable[str]) -> "Allowed":
        """Read addresses (``192.168.1.20``) and networks (``192.168.1.0/24``); raises :class:`PortError` naming one."""
        found: list[Network] = []
        for word in words:
            try:
                found.append(ip_network(word.strip(), strict=False))
            except ValueError:
                raise PortError(
                    f"--osc-allow {word!r} is neither an address (192.168.1.20) nor a network (192.168.1.0/24)"
                ) from None
        return cls(tuple(found))

    def permits(self, host: str) -> bool:
        """Whether packets from this address are taken."""
        return not self.networks or _is_in(host, (*LOOPBACK, *self.networks))

    def is_futile(self, bind: str) -> bool:
        """Whether others are named although semeq listens on ``bind``, which only this machine reaches."""
        return is_this_machine(bind) and not all(network.is_loopback for network in self.networks)

    def is_open(self, bind: str) -> bool:
        """Whether everybody in a network may steer when semeq listens on ``bind``."""
        named_all = any(network.prefixlen == 0 for network in self.networks)
        return (named_all or not self.networks) and not is_this_machine(bind)


def is_this_machine(host: str) -> bool:
    """Whether an address, or the name ``localhost``, is this machine's own to itself."""
    return _is_in(host, LOOPBACK)


def place_of(peer: Address) -> Address | str:
    """Who is reached by what is sent to a peer: its host, as whoever forges an address can forge any port of it.

    On this machine, where no address is forged, each program is reached by itself.
    """
    return peer if is_this_machine(peer[0]) else peer[0]


@lru_cache(maxsize=1024)
def _is_in(host: str, networks: tuple[Network, ...]) -> bool:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:  # a name, such as localhost
        return host == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in networks)
