"""Teaching a DAW semeq's controllers: each moves in turn, over a real port."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from midi_receiver import PARAMETERS, Receiver
from real_daemon import BIN, user_folders
from real_jack import JackServer, jack_server, missing_jack
from semeq.daemon.commands.learn_host import learn_host, lessons_of, presets_of
from semeq.daemon.messages.types import ControlChange


@pytest.fixture
def jack(tmp_path: Path) -> Iterator[JackServer]:
    """A JACK server without a sound card."""
    with jack_server(tmp_path / "jackd.log", period=256) as server:
        yield server


def learned(jack: JackServer, tmp_path: Path, *options: str, keys: str = "") -> tuple[list[int], str]:
    """Which controllers moved, in their order, and what was said."""
    receiver = Receiver(jack)
    command = [str(BIN / "semeq"), "learn-host", "--plugin", "reaeq", "--midi-api", "jack", "--send", "DAW", *options]
    env = os.environ | jack.environment | user_folders(tmp_path)
    done = subprocess.run(command, env=env, input=keys, capture_output=True, text=True, timeout=60, check=True)
    receiver.close()
    numbers = [data[1] for _, data in receiver.events]
    return [n for at, n in enumerate(numbers) if at == 0 or numbers[at - 1] != n], done.stdout


@pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())
def test_every_controller_moves_in_turn(jack: JackServer, tmp_path: Path) -> None:
    """One after another, each by itself, in the order of the plug-in's bands; then it says how to start the daemon."""
    numbers, said = learned(jack, tmp_path, "--every", "0.1")
    assert numbers == list(range(102, 102 + PARAMETERS))
    assert "1 of 15  Freq-Low Shelf" in said
    assert "Now: semeq-daemon --host midi-cc --plugin reaeq --send 'DAW'" in said


@pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())
def test_the_user_sets_the_pace(jack: JackServer, tmp_path: Path) -> None:
    """Enter moves the controller as often as it takes; next, back and quit do what they say."""
    numbers, _ = learned(jack, tmp_path, keys="\n\nn\n\nb\n\nn\nn\n\nq\n")
    assert numbers == [102, 103, 102, 104]


def test_a_sweep_ends_at_rest(make_route) -> None:
    """A gain is left at 0 dB, all else in the middle, after the whole travel."""
    route = make_route("midi-cc", "reaeq")
    for name, steps in lessons_of(route):
        values = [message.value for (message,) in steps if isinstance(message, ControlChange)]
        assert (min(values), max(values)) == (0, 127)
        assert values[-1] == 64, name
    assert presets_of(route) == ""
    assert "Band 1 Used = 1" in presets_of(make_route("midi-cc14", "pro-q-3"))


def test_a_host_that_needs_no_learning_is_named() -> None:
    """Only hosts that are told over MIDI are taught."""
    done = CliRunner().invoke(learn_host, ["--host", "ardour", "--plugin", "calf-eq5"])
    assert "Ardour needs no learning" in str(done.exception)
