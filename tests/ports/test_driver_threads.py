"""Python keeps what it knows of a driver's thread, which it did not begin itself."""

import ctypes
import sys

import pytest
from semeq.daemon.ports.rtmidi import keep_this_thread

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the thread here is one of POSIX")


def known_threads():
    """How many threads Python knows."""
    python = ctypes.pythonapi
    for function in (python.PyInterpreterState_Get, python.PyInterpreterState_ThreadHead, python.PyThreadState_Next):
        function.restype = ctypes.c_void_p
    thread, count = python.PyInterpreterState_ThreadHead(ctypes.c_void_p(python.PyInterpreterState_Get())), 0
    while thread:
        thread, count = python.PyThreadState_Next(ctypes.c_void_p(thread)), count + 1
    return count


@pytest.mark.parametrize("kept", [False, True])
def test_a_thread_is_kept(kept):
    """One that is not kept is forgotten when its call of Python's ends."""
    start = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
    calls = []

    @start
    def call(_):
        calls.append(kept)
        if kept:
            keep_this_thread()
        return 0

    before, thread, system = known_threads(), ctypes.c_ulong(), ctypes.CDLL(None)
    assert system.pthread_create(ctypes.byref(thread), None, call, None) == 0
    assert system.pthread_join(thread, None) == 0
    assert calls == [kept]
    assert known_threads() == before + kept
