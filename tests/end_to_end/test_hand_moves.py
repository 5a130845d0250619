"""Both directions with a real DAW: hands on the plug-in, its own setting as a beginning, tracks by name."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from real_daemon import Daemon
from real_daw import ACE, CALF5, Part, RealDaw
from semeq import model as models
from semeq.model import between, scaled
from wanted import ace, calf, wait_for_values

Start = Callable[..., Daemon]
SEMEQ = 9137
"""The daemon's own OSC port in these tests."""


@pytest.fixture(scope="module")
def daw(ardour: RealDaw) -> Part:
    """Two of Ardour's buses that have the same plug-in, and one with another."""
    return ardour.part(CALF5, CALF5, ACE)


@pytest.fixture
def start(tmp_path: Path, daw: Part) -> Iterator[Start]:
    """Start daemons that are steered by OSC, and end with the test."""
    with ExitStack() as stack:

        def start_one(*options: str) -> Daemon:
            os.environ.update(daw.environment)
            where = ("--host", "ardour", "--send", f"127.0.0.1:{daw.osc_port}", "--osc-port", str(SEMEQ))
            daemon = stack.enter_context(
                Daemon(tmp_path, daw.environment, *(options if "--config" in options else (*where, *options)))
            )
            daemon.wait_for("ready")
            return daemon

        yield start_one


def morph(daw: Part, position: float) -> None:
    """Turn the knob, from a phone."""
    daw.peer(SEMEQ).send("/semeq/morph", "f", position)


def bands(a: str, b: str, position: float):
    """What the model says."""
    return list(models.load().bands(a, b, position=position))


@pytest.mark.parametrize("hands", ["pickup", "hold"])
def test_a_hand_is_left_alone(daw: Part, start: Start, hands: str) -> None:
    """A parameter that is moved in Ardour stays; the knob takes over when it is turned, or when it is told to."""
    daemon = start("--plugin", "calf-eq5", "--track", str(daw.ssid(0)), "--terms", "warm,bright", "--hands", hands)
    morph(daw, 0.5)
    wait_for_values(daw, 0, calf(bands("warm", "bright", 0.5)))
    daw.wait(0.5)
    assert "moved by hand" not in daemon.log
    daw.set(0, "Freq 2", 1234.0)
    daemon.wait_for("was moved by hand")
    daw.wait(0.5)
    assert daw.parameters(0)["Freq 2"].value == pytest.approx(1234.0)
    morph(daw, 0.75)
    asked = calf(bands("warm", "bright", 0.75))
    if hands == "hold":
        daw.wait(0.5)
        assert daw.parameters(0)["Freq 2"].value == pytest.approx(1234.0)
        daw.peer(SEMEQ).send("/semeq/resume")
    wait_for_values(daw, 0, asked)
    daemon.wait_for("all is well again")


def test_morphing_from_the_engineers_own_setting(daw: Part, start: Start) -> None:
    """With --start from-daw the first word is what the plug-in had; nothing moves before the knob does."""
    own = [*bands("dark", "soft", 0.5)]
    for name, value in calf(own).items():
        daw.set(0, name, value)
    wait_for_values(daw, 0, calf(own))
    start("--plugin", "calf-eq5", "--track", str(daw.ssid(0)), "--terms", "warm,bright", "--start", "from-daw")
    daw.wait(1.5)
    wait_for_values(daw, 0, calf(own))
    morph(daw, 0.5)
    wait_for_values(daw, 0, calf(list(between(own, bands("bright", "bright", 0.0), 0.5))))
    morph(daw, 0.0)
    wait_for_values(daw, 0, calf(own))


def test_a_track_is_found_again_by_its_name(daw: Part, start: Start) -> None:
    """Track and plug-in by name; when another track has that name, that one is moved."""
    first, second = daw.ssid(0), daw.ssid(1)
    where = ("--track", "Vocals", "--slot", "Calf Equalizer 5 Band")
    daemon = start("--plugin", "calf-eq5", *where, "--terms", "dark,soft", "--start", "at-once")
    daemon.wait_for("no track called 'Vocals'")
    daw.peer().send("/strip/name", "is", first, "Vocals")
    wait_for_values(daw, 0, calf(bands("dark", "soft", 0.0)))
    daw.set(1, "Freq 2", 999.0)
    daw.peer().send("/strip/name", "is", first, "Keys")
    daw.peer().send("/strip/name", "is", second, "Vocals")
    wait_for_values(daw, 1, calf(bands("dark", "soft", 0.0)))
    before = daw.parameters(0)
    morph(daw, 1.0)
    wait_for_values(daw, 1, calf(bands("dark", "soft", 1.0)))
    assert daw.parameters(0) == before
    for strip, number in enumerate((first, second)):
        daw.peer().send("/strip/name", "is", number, daw.track(strip))


def test_two_plugins_with_their_own_words(daw: Part, start: Start, tmp_path: Path) -> None:
    """Each target has its own track, plug-in, strength and words; one knob moves both."""
    config = tmp_path / "two.toml"
    target = f'[[targets]]\nhost = "ardour"\nsend = "127.0.0.1:{daw.osc_port}"\n'
    config.write_text(
        f'terms = ["warm", "bright"]\nosc = {{ port = {SEMEQ} }}\n'
        f'{target}plugin = "calf-eq5"\ntrack = {daw.ssid(1)}\n'
        f'{target}plugin = "ace-eq"\ntrack = {daw.ssid(2)}\nterms = ["dark", "soft"]\nstrength = 0.5\n'
    )
    start("--config", str(config))
    for position in (0.0, 1.0):
        morph(daw, position)
        wait_for_values(daw, 1, calf(bands("warm", "bright", position)))
        wait_for_values(daw, 2, ace(list(scaled(tuple(bands("dark", "soft", position)), 0.5))))
