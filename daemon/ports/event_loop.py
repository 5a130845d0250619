"""The event loop that everything here runs on: the one that waits with ``select``, on every system."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from .frugal import load

load("asyncio", "ssl")  # 4 MB, which nothing in semeq needs
import asyncio  # noqa: E402

Result = TypeVar("Result")


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end, as ``asyncio.run`` does.

    On Windows that would take the loop of completion ports, which stops reading a UDP socket for good at the first
    datagram that is refused, and drops what waits to be sent when a socket is closed. Source: CPython's issues 91227
    and 127057.
    """
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(main)
