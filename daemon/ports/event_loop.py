"""The event loop that everything here runs on: the one that waits with ``select``, on every system."""

import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

if "asyncio" not in sys.modules and "ssl" not in sys.modules:
    # asyncio gets on without ssl, which takes 4 MB and which nothing in semeq needs: it must not find it now.
    modules: dict[str, Any] = sys.modules
    modules["ssl"] = None
    try:
        import asyncio
    finally:
        del modules["ssl"]
else:
    import asyncio

Result = TypeVar("Result")


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end, as ``asyncio.run`` does.

    On Windows that would take the loop of completion ports, which stops reading a UDP socket for good at the first
    datagram that is refused, and drops what waits to be sent when a socket is closed. Source: CPython's issues 91227
    and 127057.
    """
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(main)
