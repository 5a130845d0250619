"""A setting made in real Ardour, taught by name over OSC, flattened, and recalled by a knob: measured through Ardour.

`make taught` does twenty settings and prints a line for each.
"""

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from measuring import hear
from numpy.typing import NDArray
from osc_peer import OscPeer
from real_daemon import Daemon, until
from real_daw import CALF5, Part, RealDaw
from real_jack import Controller

SETTINGS = int(os.environ.get("SEMEQ_TAUGHT", "3"))
AS_TAUGHT_DB = 0.2
SEMEQ, MORPH_CC = 9138, 21


@pytest.fixture(scope="module")
def daw(ardour: RealDaw) -> Part:
    """One of Ardour's buses with a five-band equaliser."""
    return ardour.part(CALF5)


@pytest.fixture
def controller(daw: Part) -> Iterator[Controller]:
    """A controller on the DAW's JACK server."""
    os.environ.update(daw.environment)
    controller = Controller("Controller 1")
    yield controller
    controller.close()


@pytest.fixture
def daemon(tmp_path: Path, daw: Part, controller: Controller) -> Iterator[Daemon]:
    """A daemon that waits until the player moves something."""
    midi = ("--midi", "controller 1", "--midi-api", "jack", "--morph-cc", str(MORPH_CC), "--takeover", "off")
    target = ("--host", "ardour", "--plugin", "calf-eq5", "--track", str(daw.ssid(0)), "--start", "wait")
    where = ("--send", f"127.0.0.1:{daw.osc_port}", "--osc-port", str(SEMEQ))
    with Daemon(tmp_path, daw.environment, *midi, *target, *where) as running:
        running.wait_for("MIDI: Controller 1")
        yield running


def by_chance(chance: random.Random) -> dict[str, float]:
    """Some setting of all that the five bands have, the shelves' Qs too, in Ardour's terms: levels are linear."""
    setting: dict[str, float] = {}
    for letter, lowest, highest in (("L", 30.0, 400.0), ("H", 1500.0, 16_000.0)):
        setting |= {f"{letter}S Active": 1.0, f"{letter}S Q": chance.uniform(0.4, 1.4)}
        setting |= {f"Freq {letter}": lowest * (highest / lowest) ** chance.random()}
        setting |= {f"Level {letter}": 10 ** (chance.uniform(-12.0, 12.0) / 20)}
    for n in (1, 2, 3):
        setting |= {f"F{n} Active": float(chance.random() < 0.8), f"Q {n}": 0.2 * 30.0 ** chance.random()}
        setting |= {f"Freq {n}": 80.0 * 100.0 ** chance.random(), f"Level {n}": 10 ** (chance.uniform(-12, 12) / 20)}
    return setting


def dial(daw: Part, setting: dict[str, float]) -> None:
    """Make a setting by Ardour's own OSC, as any other program or hand would."""
    there, hand = daw.parameters(0), daw.peer()
    for name, value in setting.items():
        hand.send("/strip/plugin/parameter", "iiif", daw.ssid(0), 1, there[name].index, value)
    until(lambda: all(np.isclose(daw.parameters(0)[n].value, v, 1e-4) for n, v in setting.items()), f"{setting}")


def response(daw: Part) -> NDArray[np.float64]:
    """The response through Ardour, once it stands still."""
    return hear(daw, 1)[0]


def settle(daw: Part, daemon: Daemon, knob: OscPeer) -> None:
    """Wait until semeq has passed on all that came before, and Ardour no longer moves."""
    assert knob.ask("/semeq/ping", until="/semeq/pong"), daemon.log
    before: list[float] = []

    def stands() -> bool:
        nonlocal before
        last, before = before, [p.value for name, p in daw.parameters(0).items() if not name.startswith("Meter")]
        daw.wait(0.1)
        return last == before

    daw.wait(0.5)
    until(stands, "Ardour to come to rest")


def test_a_setting_is_taught_and_recalled_by_the_knob(daw: Part, controller: Controller, daemon: Daemon) -> None:
    """Made by hand, taught, flattened, recalled at morph 1: the response is the one that was taught.

    The first setting is made while semeq has sent nothing yet, the others while its knob leads.
    """
    chance = random.Random(2611)
    phone = daw.peer(SEMEQ)
    for number in range(SETTINGS):
        dial(daw, by_chance(chance))
        name = f"vocal air {number}"
        (saved,) = phone.ask("/semeq/teach", "s", name, until="/semeq/saved")[-1:]
        assert saved == ("/semeq/saved", ["word", name]), daemon.log
        taught_db = response(daw)
        phone.send("/semeq/strength", "f", 0.0)
        settle(daw, daemon, phone)
        flat_db = float(np.abs(response(daw)).max())
        phone.send("/semeq/terms", "ss", "warm", name)
        phone.send("/semeq/strength", "f", 1.0)
        controller.turn(MORPH_CC, 0)
        settle(daw, daemon, phone)
        away_db = float(np.abs(response(daw) - taught_db).max())
        controller.turn(MORPH_CC, 127)
        settle(daw, daemon, phone)
        off_db = float(np.abs(response(daw) - taught_db).max())
        sys.stdout.write(
            f"{name}: up to {np.abs(taught_db).max():.1f} dB; flattened within {flat_db:.3f} dB,"
            f" {away_db:.1f} dB away at morph 0, recalled within {off_db:.4f} dB\n"
        )
        assert flat_db < AS_TAUGHT_DB < away_db
        assert off_db <= AS_TAUGHT_DB
