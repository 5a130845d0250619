"""Real Ardour: nothing is touched before the player moves something, and what stood there can be had back, exactly."""

import time
from pathlib import Path

import pytest
from real_daemon import until
from real_daw import CALF5, CALF8, Part, RealDaw
from semeq.model import Bands, between
from steered import Steered, asked
from wanted import calf, wait_for_values

OWN = (
    {"LS Active": 1.0, "Freq L": 111.0, "Level L": 1.7, "Freq 2": 777.0, "F2 Active": 0.0, "Q 3": 2.25},
    {"LS Active": 1.0, "Freq L": 95.0, "Level L": 0.8, "F1 Active": 1.0, "Level 1": 1.3, "HS Active": 0.0},
    {"Freq 1": 313.0, "F1 Active": 1.0, "Level 4": 0.9, "F4 Active": 1.0},
)
"""What somebody has set on each strip before semeq comes."""
UNTOUCHED_S = 10.0


@pytest.fixture
def daw(ardour: RealDaw) -> Part:
    """Three of Ardour's strips, each as somebody has set it."""
    daw = ardour.part(CALF5, CALF5, CALF8)
    for strip, own in enumerate(OWN):
        for name, value in own.items():
            daw.set(strip, name, value)
        wait_for_values(daw, strip, own)
    return daw


def values(daw: Part, strip: int) -> dict[str, float]:
    """All parameters of a plug-in."""
    return {name: part.value for name, part in daw.parameters(strip).items() if "eter" not in name}


def steered(daw: Part, folder: Path, strip: int, *options: str, slot: str = "1") -> Steered:
    """A daemon for a strip, with a memory of its own."""
    folder.mkdir(exist_ok=True)
    where = ("--host", "ardour", "--send", f"127.0.0.1:{daw.osc_port}", "--slot", slot)
    plugin = ("--plugin", "calf-eq8" if strip == 2 else "calf-eq5")
    return Steered(
        folder, *where, *plugin, *(() if "--track" in options else ("--track", str(daw.ssid(strip)))), *options
    )


def follows(daw: Part, strip: int, bands: Bands) -> None:
    """Wait until a plug-in has these bands, but for what is too near to what it had to be sent."""
    wanted = calf(list(bands))

    def read() -> dict[str, float]:
        found = daw.parameters(strip)
        return {name: found[name].value for name in wanted if name in found}

    until(lambda: read() == pytest.approx(wanted, rel=2e-3, abs=1e-5), lambda: f"{wanted}\nnot {read()}")


def waits(daemon: Steered) -> None:
    """Wait until it knows what stands there, and waits for the player."""
    until(lambda: "waits for the first move" in daemon.status(), daemon.status)


def test_nothing_is_touched_and_everything_can_be_had_back(daw: Part, tmp_path: Path) -> None:
    """Three kinds of start at once, ten seconds each; then one step of the knob is followed, and given back."""
    before = [values(daw, strip) for strip in range(3)]
    # What a run before has remembered must not matter.
    with steered(daw, tmp_path / "1", 1) as earlier:
        waits(earlier)
        earlier.phone.send("/semeq/refresh")
        earlier.phone.send("/semeq/bypass", "i", 1)
        earlier.phone.send("/semeq/bypass", "i", 0)
        earlier.phone.send("/semeq/resume")
        earlier.phone.send("/semeq/glide", "f", 100.0)
        time.sleep(0.5)
    assert values(daw, 1) == before[1]
    names = ("--track", daw.track(2))
    with (
        steered(daw, tmp_path / "0", 0) as waiting,
        steered(daw, tmp_path / "1", 1, "--start", "from-daw") as from_daw,
        steered(daw, tmp_path / "2", 2, *names, slot="Calf Equalizer 8 Band") as named,
    ):
        daemons = (waiting, from_daw, named)
        for daemon in daemons:
            waits(daemon)
        time.sleep(UNTOUCHED_S)
        assert [values(daw, strip) for strip in range(3)] == before

        for daemon in daemons:
            daemon.turn(0.5)
        follows(daw, 0, asked(0.5))
        follows(daw, 2, asked(0.5))
        until(lambda: values(daw, 1) != before[1], "the step to be followed from the plug-in's own setting")

        # One is killed in the middle; what it was is on disk.
        waiting.turn(0.9)
        time.sleep(0.1)
        waiting.kill()
        for daemon in daemons[1:]:
            daemon.phone.send("/semeq/restore")
        for strip in (1, 2):
            until(lambda: values(daw, strip) == before[strip], lambda: f"{before[strip]}\nnot {values(daw, strip)}")  # noqa: B023
        for daemon in daemons[1:]:
            waits(daemon)
    with steered(daw, tmp_path / "0", 0) as again:
        waits(again)
        again.turn(0.3)
        follows(daw, 0, asked(0.3))
        for _ in range(2):  # as often as wanted
            again.phone.send("/semeq/restore")
            until(lambda: values(daw, 0) == before[0], lambda: f"{before[0]}\nnot {values(daw, 0)}")
            waits(again)
            again.turn(0.35)
            follows(daw, 0, asked(0.35))
        again.phone.send("/semeq/restore")
        until(lambda: values(daw, 0) == before[0], lambda: f"{before[0]}\nnot {values(daw, 0)}")


def test_restarts_from_the_daw_s_setting_change_nothing(daw: Part, tmp_path: Path) -> None:
    """A run leaves the knob at three quarters; five starts after it change no parameter."""
    with steered(daw, tmp_path / "1", 1) as daemon:
        waits(daemon)
        daemon.turn(0.75)
        follows(daw, 1, asked(0.75))
    before = values(daw, 1)
    for _ in range(5):
        with steered(daw, tmp_path / "1", 1, "--start", "from-daw") as daemon:
            waits(daemon)
            time.sleep(0.3)
        assert values(daw, 1) == before
    with steered(daw, tmp_path / "1", 1, "--start", "from-daw") as daemon:
        waits(daemon)
        daemon.turn(1.0)
        follows(daw, 1, asked(1.0))
        daemon.turn(0.5)
        follows(daw, 1, between(asked(0.75), asked(1.0), 0.5))
