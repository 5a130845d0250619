"""What a sound device is given: the file round and round, from where and as long as the keys say."""

import numpy as np
import pytest
from semeq.daemon.audio import device
from semeq.daemon.audio.device import open_device
from semeq.daemon.audio.player import FADE_S, Goal, Player
from semeq.daemon.errors import AudioError
from semeq.model import Bands, Model, scaled

RATE_HZ = 48_000
FADE = int(FADE_S * RATE_HZ)


@pytest.fixture
def flat(model: Model) -> Bands:
    """Bands that change nothing."""
    return scaled(model.bands("warm"), 0.0)


@pytest.fixture
def player(flat: Bands) -> Player:
    """A ramp of four seconds: each sample tells its place."""
    ramp = np.linspace(0.0, 1.0, 4 * RATE_HZ, dtype=np.float32)[None]
    return Player(ramp, 1, RATE_HZ, Goal(flat))


def place_s(block: np.ndarray) -> float:
    """Which place of the ramp a block ends with, in seconds."""
    return float(block[0, -1]) * 4.0


def test_it_goes_round(player: Player) -> None:
    """After the last frame comes the first."""
    assert place_s(player.process(3 * RATE_HZ)) == pytest.approx(3.0, abs=1e-3)
    assert place_s(player.process(2 * RATE_HZ)) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(("to_s", "from_s"), [(2.5, 2.5), (-3.0, 0.0), (9.0, 4.0)])
def test_seeking_goes_there_and_no_further(player: Player, to_s: float, from_s: float) -> None:
    """A place outside the file is held at its ends."""
    player.process(RATE_HZ)
    player.seek(to_s)
    assert place_s(player.process(RATE_HZ // 2)) == pytest.approx((from_s + 0.5) % 4.0, abs=2e-3)


def test_a_jump_is_no_click(player: Player) -> None:
    """Over the fade no sample differs from the next by more than the fade's own share of the way."""
    player.process(RATE_HZ)
    player.seek(3.5)
    block = player.process(2 * FADE)[0]
    assert np.abs(np.diff(block)).max() < 2.5 / 4.0 / FADE * 1.5


def test_a_loop_is_repeated_until_all_is_wanted_again(player: Player) -> None:
    """From one second to two, and then on to the end of the file."""
    player.process(RATE_HZ)
    player.set_loop(start_s=1.0)
    player.set_loop(end_s=2.0)
    assert place_s(player.process(RATE_HZ + RATE_HZ // 4)) == pytest.approx(1.25, abs=2e-3)
    player.whole()
    assert place_s(player.process(RATE_HZ)) == pytest.approx(2.25, abs=1e-3)


def test_a_loop_may_be_as_short_as_a_drum(player: Player) -> None:
    """A tenth of a second goes round and round."""
    player.set_loop(start_s=1.0)
    player.set_loop(end_s=1.1)
    assert player.loop == (RATE_HZ, pytest.approx(1.1 * RATE_HZ, abs=1))


def test_a_loop_that_ends_before_it_begins_takes_the_other_end(player: Player) -> None:
    """An end before the start repeats from the beginning of the file; a start after the end goes to its end."""
    player.set_loop(start_s=2.0)
    player.set_loop(end_s=1.0)
    assert player.loop == (0, RATE_HZ)
    player.set_loop(start_s=3.0)
    assert player.loop == (3 * RATE_HZ, 4 * RATE_HZ)


@pytest.mark.parametrize("rate_hz", [RATE_HZ, 44_100, 44_000])
def test_a_loop_is_the_same_at_another_rate(player: Player, flat: Bands, rate_hz: int) -> None:
    """Told in seconds and set again, also where the sound is a frame shorter there; all of it is no loop."""
    assert player.loop_s is None
    other = Player(np.zeros((1, 4 * rate_hz - 1), np.float32), 1, rate_hz, Goal(flat))
    for start_s, end_s, end in ((1.0, 2.1, round(2.1 * rate_hz)), (3.0, 4.0, 4 * rate_hz - 1)):
        player.set_loop(start_s, end_s)
        assert player.loop_s == (start_s, end_s)
        other.set_loop(*player.loop_s)
        assert other.loop == (rate_hz * start_s, end)
        assert other.process(4 * rate_hz).shape == (1, 4 * rate_hz)


def test_a_live_input_has_no_places(flat: Bands) -> None:
    """What comes in goes out; seeking and loops change nothing."""
    player = Player(None, 2, RATE_HZ, Goal(flat))
    player.seek(1.0)
    player.set_loop(start_s=1.0)
    assert player.loop_s is None
    heard = np.random.default_rng(1).normal(0.0, 0.1, (2, 256))
    assert player.process(256, heard) == pytest.approx(heard, abs=1e-9)


def test_a_goal_is_glided_to(player: Player, model: Model) -> None:
    """Another setting and its level are there after the glide, to the number; on the way nothing jumps."""
    sound = np.random.default_rng(2).normal(0.0, 0.1, (1, 4 * RATE_HZ)).astype(np.float32)
    bands = model.bands("bright")
    there, moved = (Player(sound, 1, RATE_HZ, Goal(bands, -6.0, 0.1)), Player(sound, 1, RATE_HZ, player.goal))
    moved.goal = Goal(bands, -6.0, 0.1)
    a, b = (each.process(RATE_HZ)[0] for each in (there, moved))
    assert np.abs(a - b)[RATE_HZ // 2 :].max() < 1e-6
    assert np.abs(a - b)[: RATE_HZ // 20].max() > 0.01


def test_the_level_glides_with_the_bands(flat: Bands) -> None:
    """From one to the other over the time that was asked for, evenly, then it stays."""
    tone = np.ones((1, RATE_HZ), dtype=np.float32)
    player = Player(tone, 1, RATE_HZ, Goal(flat))
    player.set_loop(start_s=0.0)
    player.process(2 * FADE)
    player.goal = Goal(flat, -12.0, 0.4)
    heard_db = 20.0 * np.log10(player.process(RATE_HZ // 2)[0])
    for part in (0.25, 0.5, 0.75, 1.0):
        assert heard_db[int(part * 0.4 * RATE_HZ)] == pytest.approx(-12.0 * part, abs=0.3)
    assert heard_db[-1] == pytest.approx(-12.0, abs=1e-3)


def test_where_there_is_nothing_to_hear_with_each_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """No JACK server, and no sound device of the system's."""

    def none_of(name: str) -> object:
        def refuse(channels: int, has_input: bool) -> object:
            raise AudioError(f"no {name} with {channels} channels")

        return refuse

    monkeypatch.setattr(device, "Jack", none_of("server"))
    monkeypatch.setattr(device, "PortAudio", none_of("device"))
    with pytest.raises(AudioError) as caught:
        open_device(2, has_input=False)
    assert str(caught.value) == "nothing to hear with: no server with 2 channels; no device with 2 channels"
