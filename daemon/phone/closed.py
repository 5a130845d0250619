"""Which web pages may ask: those that semeq itself has served. Everybody else's can be read by nobody.

Any page that the user has open may send requests to this machine, and a page whose name its owner lets point to this
machine ("DNS rebinding") may read the answers. So a request must name the host by a number, or by a name that is this
machine's own; and if it says from which page it comes, that must be one of the same host and port.
"""

from collections.abc import Collection, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit


def closed_to(headers: Mapping[str, str], names: Collection[str]) -> str:
    """Why a request with these headers is not answered; empty if it is. ``names`` are this machine's own."""
    host = headers.get("Host", "")
    if host and not _is_own(host, names):
        return "not by this name; use the address in numbers, or localhost"
    origin = headers.get("Origin")
    if origin is not None and (not host or urlsplit(origin).netloc.lower() != host.lower()):
        return "not for pages from elsewhere"
    return ""


def _is_own(host: str, names: Collection[str]) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return name in {"localhost", *(own.lower() for own in names)}
    return True
