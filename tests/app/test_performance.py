"""Recorded performances from MIDI files, and the demo's own."""

import contextlib
import itertools

import mido
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from semeq.daemon.app.performance import DEMO_CC, SWEEP_S, demo, replay
from semeq.daemon.errors import TomlFileError
from semeq.daemon.messages.types import ControlChange, Note, PitchBend


@pytest.fixture
def recorded(tmp_path):
    """Write tracks of mido messages as a MIDI file."""

    def write(*tracks, **options):
        file = mido.MidiFile(**options)
        file.tracks.extend(mido.MidiTrack(track) for track in tracks)
        path = tmp_path / "performance.mid"
        file.save(path)
        return path

    return write


def turned(value, ticks, control=1):
    """A controller that is turned after some ticks."""
    return mido.Message("control_change", control=control, value=value, time=ticks)


def test_controller_moves_in_their_own_time(recorded):
    """Ticks become seconds by the file's tempo, also where the tempo changes, and only what a control sends is left."""
    path = recorded(
        [
            mido.MetaMessage("set_tempo", tempo=500_000),
            turned(0, 0),
            turned(64, 480),
            mido.Message("sysex", data=[1, 2, 3], time=240),
            mido.Message("sysex", data=(3,), time=0),
            mido.MetaMessage("set_tempo", tempo=1_000_000, time=240),
            mido.MetaMessage("key_signature", key="C"),
            turned(127, 480),
            mido.Message("pitchwheel", pitch=-5, time=0),
            mido.Message("note_on", note=60, velocity=9, time=48),
        ]
    )
    expected = [
        (0.0, ControlChange(0, 1, 0)),
        (0.5, ControlChange(0, 1, 64)),
        (2.0, ControlChange(0, 1, 127)),
        (2.0, PitchBend(0, -5)),
        (2.1, Note(0, 60, 9)),
    ]
    assert [(pytest.approx(at_s), message) for at_s, message in expected] == list(replay(path))


def test_tracks_play_together(recorded):
    """Moves of several tracks come in the order of their times."""
    path = recorded([turned(1, 480), turned(3, 960)], [turned(2, 960, control=2)], type=1)
    assert [message.value for _, message in replay(path)] == [1, 2, 3]


def test_a_file_without_moves_is_named(recorded):
    """A file in which no control moves is no performance."""
    path = recorded([mido.MetaMessage("text", text="hello")])
    with pytest.raises(TomlFileError, match=r"performance\.mid: holds no controller moves"):
        replay(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MThd",
        b"no MIDI file at all",
        b"MThd\0\0\0\6\0\0\0\1\1\xe0",
        b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk\0\0\0\x40\0\xb0",
        b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk\0\0\0\4\0\xb0\xff\xff",
        b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk\0\0\0\6\0\xff\x59\2\x40\x40",
        b"MThd\0\0\0\6\0\0\0\1\0\0MTrk\0\0\0\4\x7f\xb0\1\1",
        b"MThd\0\0\0\6\0\0\0\1\xe7\x28MTrk\0\0\0\4\x7f\xb0\1\1",
        b"MThd\0\0\0\6\0\2\0\1\1\xe0MTrk\0\0\0\4\x7f\xb0\1\1",
    ],
)
def test_broken_files_are_named(tmp_path, content):
    """Whatever a file holds instead of MIDI, one line says so, with its name in front."""
    path = tmp_path / "broken.mid"
    path.write_bytes(content)
    with pytest.raises(TomlFileError) as caught:
        replay(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_missing_files_are_named(tmp_path):
    """A path that leads nowhere is named."""
    with pytest.raises(TomlFileError, match=r"none\.mid: cannot be read as a MIDI file \(No such file"):
        replay(tmp_path / "none.mid")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damages=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), min_size=1, max_size=4))
def test_damaged_files_are_read_or_refused(recorded, damages):
    """With some bytes changed a file is still a performance in rising time, or is refused."""
    path = recorded([mido.MetaMessage("key_signature", key="C"), *(turned(value, 100) for value in range(9))])
    data = bytearray(path.read_bytes())
    for at, value in damages:
        data[at % len(data)] = value
    path.write_bytes(data)
    with contextlib.suppress(TomlFileError):
        times_s = [at_s for at_s, _ in replay(path)]
        assert (times_s, True) == (sorted(times_s), times_s[0] >= 0.0)


def test_the_demo_sweeps_for_ever():
    """The demo goes to the second term and back, again and again, without jumps or repetitions."""
    moves = list(itertools.takewhile(lambda move: move[0] <= 2 * SWEEP_S, demo()))
    values = [message.value for _, message in moves]
    assert (values[0], max(values), min(values[10:])) == (0, 127, 0)
    assert {DEMO_CC} == {message.control for _, message in moves}
    assert all(0 < abs(b - a) <= 2 for a, b in itertools.pairwise(values))
    assert all(a < b for (a, _), (b, _) in itertools.pairwise(moves))
    at_s = {value: at for at, value in reversed(list(zip((at for at, _ in moves), values, strict=True)))}
    assert at_s[127] == pytest.approx(SWEEP_S / 2, abs=0.3)
