"""The audition while its process that plays loses its device, hangs, or ends; a program of ours is in its place."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from semeq.daemon.app import audition
from semeq.daemon.app.audition import Audition
from semeq.daemon.app.config import Config
from semeq.daemon.app.prepare import prepare
from semeq.daemon.audio import sound_process
from semeq.daemon.audio.orders import Look
from semeq.daemon.audio.sound_process import SoundProcess

PLAYS = """
import json, sys, time

how, state = sys.argv[1], {"name": "Card", "blocks": 0}
for order in map(json.loads, sys.stdin):
    state["blocks"] += 1
    if order["type"] == "Open":
        if how == "hangs":
            time.sleep(600)
        state |= {"at_s": order["at_s"], "loop_s": order["loop_s"]}
    if order["type"] == "Look" and how == "goes":
        state |= {"gone": True, "at_s": 7.5, "loop_s": [6.0, 9.0]}
    print(json.dumps(state), flush=True)
"""
"""Answers as the process that plays does; the device "goes" at the first look, or it "hangs" as it opens one."""


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], SoundProcess]:
    """Start one that does so."""
    (tmp_path / "plays.py").write_text(PLAYS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sound_process, "MODULE", "plays")
    return lambda how: SoundProcess(Path(how))


@pytest.fixture
def started() -> Iterator[list[SoundProcess]]:
    """All that were started; they end with the test."""
    started: list[SoundProcess] = []
    yield started
    for process in started:
        process.close()


@pytest.fixture
def audition_of(start: Callable[[str], SoundProcess], started: list[SoundProcess]) -> Callable[..., Audition]:
    """Make an audition whose processes do so one after the other, the last of them ever after."""

    def make(*ways: str) -> Audition:
        def next_one() -> SoundProcess:
            started.append(start(ways[min(len(started), len(ways) - 1)]))
            return started[-1]

        config = Config()
        return Audition(next_one, next_one(), prepare(config, None, remember=False), config, None)

    return make


def test_a_device_that_hangs_as_it_opens_is_not_waited_for(
    audition_of: Callable[..., Audition],
    started: list[SoundProcess],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The device goes, the process in its place hangs in a sound server: another takes its place, and plays on."""
    monkeypatch.setattr(audition, "OPEN_S", 0.5)
    caplog.set_level("INFO", "semeq")
    app = audition_of("goes", "hangs", "plays")

    async def until_it_is_back() -> None:
        looking = asyncio.create_task(app._look())
        async with asyncio.timeout(30.0):
            while "sound is back: Card" not in caplog.messages:
                await asyncio.sleep(0.02)
        looking.cancel()

    asyncio.run(until_it_is_back())
    assert "Card is gone; waiting for it or another sound device" in caplog.messages
    assert (app._state.at_s, app._state.loop_s) == (7.5, (6.0, 9.0))
    assert len(started) >= 3
    assert all(process.has_ended for process in started[:-1])
    assert not started[-1].has_ended


def test_a_process_that_is_closed_has_lost_its_device(
    audition_of: Callable[..., Audition], started: list[SoundProcess]
) -> None:
    """As one that has crashed has: no error leaves the look."""
    app = audition_of("plays")
    assert not asyncio.run(app._ask(Look())).gone
    started[0].close()
    assert asyncio.run(app._ask(Look())).gone
