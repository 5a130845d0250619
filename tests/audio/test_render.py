"""`semeq render`: what is written is what the bands do, whatever the file; and nothing is lost where it cannot be."""

import math
import resource
import subprocess
import sys
from pathlib import Path

import mido
import numpy as np
import pyloudnorm
import pytest
import soundfile
from scipy.signal import fftconvolve, sosfilt
from semeq.daemon.audio.moves import Gliding, Morph, Points, Standing, read_points, read_time
from semeq.daemon.audio.moving import MovingFilter
from semeq.daemon.audio.render import BLOCK, Order, filtered
from semeq.daemon.audio.sections import controls, kinds_of, louder, sections, sections_db
from semeq.daemon.audio.sound_file import Sound
from semeq.daemon.commands import tools
from semeq.model import BandKind, between, response_db, scaled
from semeq.model.loudness import GRID_HZ, PINK
from semeq.model.request import request

RATE_HZ = 48_000


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """Run `semeq render` in a folder of its own; returns its exit code and what it wrote to both streams."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["semeq", "render", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            tools.main()
        return ended.value.code, *capsys.readouterr()

    return call


def noise(seconds, channels=1, rate_hz=RATE_HZ, level=0.05):
    """White noise, shape ``(frames, channels)``, that no word brings over full scale."""
    frames = int(seconds * rate_hz)
    return np.clip(np.random.default_rng(5).normal(0.0, level, (frames, channels)), -0.2, 0.2)


def pink(seconds, rate_hz=RATE_HZ):
    """Pink noise from 20 Hz to 20 kHz, shape ``(frames, 1)``."""
    size = int(seconds * rate_hz)
    frequencies = np.fft.rfftfreq(size, 1 / rate_hz)
    phases = np.exp(2j * np.pi * np.random.default_rng(6).random(len(frequencies)))
    inside = (frequencies > 20) & (frequencies < 20_000)
    sound = np.fft.irfft(np.where(inside, phases / np.sqrt(np.maximum(frequencies, 1)), 0), size)
    return (0.1 * sound / np.std(sound))[:, None]


def impulse_response(band, rate_hz, size):
    """What one band makes of an impulse: the cookbook's difference equation, sample by sample."""
    a, w = 10 ** (band.gain_db / 40), 2 * math.pi * band.frequency_hz / rate_hz
    c, alpha = math.cos(w), math.sin(w) / (2 * band.q)
    root = 2 * math.sqrt(a) * alpha
    match band.kind:
        case BandKind.PEAKING:
            b0, b1, b2, a0, a1, a2 = 1 + alpha * a, -2 * c, 1 - alpha * a, 1 + alpha / a, -2 * c, 1 - alpha / a
        case BandKind.LOW_SHELF:
            b0, b1, b2 = (
                a * (a + 1 - (a - 1) * c + root),
                2 * a * (a - 1 - (a + 1) * c),
                a * (a + 1 - (a - 1) * c - root),
            )
            a0, a1, a2 = a + 1 + (a - 1) * c + root, -2 * (a - 1 + (a + 1) * c), a + 1 + (a - 1) * c - root
        case BandKind.HIGH_SHELF:
            b0, b1, b2 = (
                a * (a + 1 + (a - 1) * c + root),
                -2 * a * (a - 1 + (a + 1) * c),
                a * (a + 1 + (a - 1) * c - root),
            )
            a0, a1, a2 = a + 1 - (a - 1) * c + root, 2 * (a - 1 - (a + 1) * c), a + 1 - (a - 1) * c - root
    found, y1, y2 = [], 0.0, 0.0
    for n in range(size):
        x = ((b0 if n == 0 else b1 if n == 1 else b2) if n < 3 else 0.0) / a0
        y1, y2 = x - a1 / a0 * y1 - a2 / a0 * y2, y1
        found.append(y1)
    return np.array(found)


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("term", ["warm", "bright", "harsh", "boomy"])
def test_standing_bands_are_their_impulse_responses(call, model, term, rate_hz):
    """Static bands differ from convolution in double with the bands' own impulse responses by less than -100 dBFS."""
    sound = noise(1.5, 2, rate_hz)
    soundfile.write("in.wav", sound, rate_hz, "DOUBLE")
    code, _, complaint = call("in.wav", "out.wav", term, "--strength", "2")
    assert (code, complaint) == (0, "")
    wanted = np.array(soundfile.read("in.wav")[0])
    for band in model.bands(term, strength=2.0):
        response = impulse_response(band, rate_hz, rate_hz)
        assert np.abs(response[-rate_hz // 10 :]).max() < 1e-9, "it rings longer than the response"
        wanted = fftconvolve(wanted, response[:, None], axes=0)[: len(sound)]
    made, rate = soundfile.read("out.wav")
    assert rate == rate_hz
    assert 20 * np.log10(np.abs(made - wanted).max()) < -100


def moving_reference(sound, moves, rate_hz):
    """The same bands as state-variable filters whose coefficients are new at every sample.

    Source: V. Zavalishin, The Art of VA Filter Design, and A. Simper's forms of bell and shelves.
    """
    settings = moves.at((np.arange(len(sound)) + 1.0) / rate_hz)
    for place, kind in enumerate(moves.kinds):
        rise = 10 ** (settings[:, place, 0] / 40)
        g = np.tan(np.pi * settings[:, place, 1] / rate_hz)
        k, root = 1 / settings[:, place, 2], np.sqrt(rise)
        match kind:
            case BandKind.PEAKING:
                k = k / rise
                m0, m1, m2 = np.ones_like(g), k * (rise * rise - 1), np.zeros_like(g)
            case BandKind.LOW_SHELF:
                g = g / root
                m0, m1, m2 = np.ones_like(g), k * (rise - 1), rise * rise - 1
            case BandKind.HIGH_SHELF:
                g = g * root
                m0, m1, m2 = rise * rise, k * (1 - rise) * rise, 1 - rise * rise
        a1 = 1 / (1 + g * (g + k))
        a2, a3 = g * a1, g * g * a1
        rows = zip(sound.tolist(), *(x.tolist() for x in (a1, a2, a3, m0, m1, m2)), strict=True)
        s1 = s2 = 0.0
        made = []
        for x, c1, c2, c3, n0, n1, n2 in rows:
            v3 = x - s2
            v1, v2 = c1 * s1 + c2 * v3, s2 + c2 * s1 + c3 * v3
            s1, s2 = 2 * v1 - s1, 2 * v2 - s2
            made.append(n0 * x + n1 * v1 + n2 * v2)
        sound = np.array(made)
    return sound


def rendered(sound, moves, rate_hz=RATE_HZ):
    """One channel through moving bands, in the blocks in which files are read."""
    blocks = (sound[None, at : at + BLOCK].copy() for at in range(0, len(sound), BLOCK))
    what = Sound(Path("in.wav"), rate_hz, 1, len(sound))
    return np.concatenate([block[0] for block, _ in filtered(blocks, what, Order(moves))])


def clicks_db(sound):
    """The loudest 5 ms above 4 kHz."""
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(len(sound), 1 / RATE_HZ) < 4000] = 0
    high = np.fft.irfft(spectrum, len(sound))[2000:-2000]
    return 10 * np.log10(np.mean(high[: len(high) // 240 * 240].reshape(-1, 240) ** 2, axis=1).max())


UNHEARD_DB = -88.0
"""A little above where 16 bits end."""
MOVES = {
    "over the file": ((0.0, 2.0), (0.0, 1.0)),
    "to and fro": ((0.2, 0.7, 1.2, 1.7), (0.0, 1.0, 0.0, 1.0)),
    "a turn of a wrist": ((0.5, 0.55, 1.0, 1.1), (0.0, 1.0, 1.0, 0.2)),
}


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("pair", [("warm", "bright"), ("boomy", "thin")])
def test_a_morph_makes_no_step_of_its_own(model, name, pair):
    """A low tone under moving bands holds nothing up high that bands moving from sample to sample do not hold."""
    tone = 0.5 * np.sin(2 * np.pi * 150 * np.arange(2 * RATE_HZ) / RATE_HZ) * np.hanning(2 * RATE_HZ)
    moves = Morph(lambda position: model.bands(*pair, position, 2.0), Points(*MOVES[name]))
    made, wanted = rendered(tone, moves), moving_reference(tone, moves, RATE_HZ)
    assert clicks_db(made) < max(clicks_db(wanted) + 3.0, UNHEARD_DB)
    assert 20 * np.log10(np.abs(made - wanted).max()) < -30


def test_switching_instead_of_fading_would_be_heard(model):
    """What the test above looks at rises by tens of decibels if sections are merely switched."""
    tone = 0.5 * np.sin(2 * np.pi * 150 * np.arange(2 * RATE_HZ) / RATE_HZ) * np.hanning(2 * RATE_HZ)
    moves = Morph(lambda position: model.bands("warm", "bright", position, 2.0), Points(*MOVES["to and fro"]))
    state, switched = np.zeros((5, 2)), []
    for at in range(0, len(tone), 1024):
        wanted = sections(moves.kinds, moves.at(np.array([at / RATE_HZ]))[0], RATE_HZ)
        made, state = sosfilt(wanted, tone[at : at + 1024], zi=state)
        switched.append(made)
    assert clicks_db(np.concatenate(switched)) > clicks_db(rendered(tone, moves)) + 20


def test_sections_have_the_response_that_is_said(model):
    """The coefficients' response is ``response_db`` at any rate."""
    for term in ("warm", "bright", "harsh"):
        bands = model.bands(term)
        for rate_hz in (44_100.0, 192_000.0):
            found = sections_db(sections(kinds_of(bands), controls(bands), rate_hz), GRID_HZ, rate_hz)
            assert found == pytest.approx(response_db(bands, GRID_HZ, rate_hz), abs=1e-6)


def test_a_filter_that_stands_is_one_filter_however_it_is_cut(model):
    """Blocks of any length give what one block gives."""
    bands = model.bands("warm")
    wanted = sections(kinds_of(bands), controls(bands), RATE_HZ)
    sound = noise(0.5).T
    whole = MovingFilter(wanted, 1).process(sound, wanted)
    cut = MovingFilter(wanted, 1)
    parts = [cut.process(part, wanted) for part in np.split(sound, [1, 70, 5000, 5001], axis=1)]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)


@pytest.mark.parametrize("end", ["wav", "flac", "aiff", "ogg", "mp3"])
def test_every_format_is_read(call, end):
    """WAV, FLAC, AIFF, OGG and MP3 go in; the result is as long and has the same channels and rate."""
    soundfile.write(f"in.{end}", noise(1, 2, 44_100), 44_100)
    frames = soundfile.info(f"in.{end}").frames
    assert call(f"in.{end}", "out.flac", "warm")[0] == 0
    made = soundfile.info("out.flac")
    assert (made.frames, made.channels, made.samplerate, made.subtype) == (frames, 2, 44_100, "PCM_24")


@pytest.mark.parametrize(("channels", "rate_hz"), [(1, 8000), (24, 48_000), (3, 22_050), (2, 192_000)])
def test_any_rate_and_channels(call, model, channels, rate_hz):
    """One channel or twenty-four, 8 to 192 kHz; each channel for itself; what is beyond half the rate is said."""
    sound = noise(0.5, channels, rate_hz) * np.arange(1, channels + 1) / channels
    soundfile.write("in.wav", sound, rate_hz, "FLOAT")
    code, _, said = call("in.wav", "out.wav", "bright")
    made, rate = soundfile.read("out.wav", always_2d=True)
    assert (code, made.shape, rate) == (0, sound.shape, rate_hz)
    beyond = [band for band in model.bands("bright") if band.frequency_hz >= rate_hz / 2]
    assert bool(beyond) == (rate_hz == 8000) == (f"at {rate_hz} Hz there is nothing above" in said)
    alone = soundfile.read("in.wav", always_2d=True)[0][:, :1]
    soundfile.write("one.wav", alone, rate_hz, "FLOAT")
    assert call("one.wav", "alone.wav", "bright")[0] == 0
    assert np.array_equal(soundfile.read("alone.wav")[0], made[:, 0])


def test_peaks_are_said_and_headroom_avoids_them(call):
    """A peak over full scale is named with the headroom that avoids it; 32-bit float keeps it."""
    soundfile.write("in.wav", 0.99 * np.sign(noise(1)), RATE_HZ, "FLOAT")
    code, out, said = call("in.wav", "out.wav", "bright")
    assert (code, "dBFS" in out) == (0, True)
    assert "goes over full scale by" in said
    peak = np.abs(soundfile.read("out.wav")[0]).max()
    assert peak > 1
    needed = said.split("--headroom ")[1].split(" ")[0]
    assert call("in.wav", "softer.wav", "bright", "--headroom", needed)[2] == ""
    softer = np.abs(soundfile.read("softer.wav")[0]).max()
    assert softer < 1
    assert 20 * math.log10(peak / softer) == pytest.approx(float(needed), abs=0.01)


def test_the_written_morph_is_walked(call, model):
    """A morph by points stands at each point as the bands of that place do."""
    soundfile.write("in.wav", noise(6), RATE_HZ, "FLOAT")
    assert call("in.wav", "out.wav", "warm", "bright", "--morph", "0:00=0 2=0 0:03=1 6=1")[0] == 0
    assert call("in.wav", "a.wav", "warm")[0] == call("in.wav", "b.wav", "bright")[0] == 0
    made, a, b = (soundfile.read(f"{name}.wav")[0] for name in ("out", "a", "b"))
    assert made[: 2 * RATE_HZ - BLOCK] == pytest.approx(a[: 2 * RATE_HZ - BLOCK], abs=1e-6)
    assert made[4 * RATE_HZ :] == pytest.approx(b[4 * RATE_HZ :], abs=1e-6)
    assert np.abs(made - a)[int(2.5 * RATE_HZ) :].max() > 0.01


def test_a_recorded_knob_is_played(call, model):
    """--replay does what the daemon would have done with the same moves."""
    file = mido.MidiFile(ticks_per_beat=1000)
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000)])
    track += [mido.Message("control_change", control=21, value=v, time=500) for v in (1, 64, 127)]
    file.tracks.append(track)
    file.save("knob.mid")
    soundfile.write("in.wav", noise(3), RATE_HZ, "FLOAT")
    assert call("in.wav", "out.wav", "warm", "bright", "--replay", "knob.mid")[0] == 0
    assert call("in.wav", "b.wav", "bright")[0] == 0
    made, b = (soundfile.read(f"{name}.wav")[0] for name in ("out", "b"))
    assert made[2 * RATE_HZ :] == pytest.approx(b[2 * RATE_HZ :], abs=1e-6)
    assert np.abs(made - b)[: int(1.4 * RATE_HZ)].max() > 0.01


def test_a_glide_turns_wherever_it_is(model):
    """A goal in the middle of a glide begins there; the first and the last stand exactly."""
    warm, bright = model.bands("warm"), model.bands("bright")
    moves = Gliding([(0.0, warm), (1.0, bright), (1.05, warm)], 0.1)
    found = moves.at(np.array([0.0, 0.99, 1.05, 1.051, 5.0]))
    assert found[0] == pytest.approx(controls(warm))
    assert found[1] == pytest.approx(controls(warm))
    middle = (controls(warm)[:, 0] + controls(bright)[:, 0]) / 2
    assert found[2][:, 0] == pytest.approx(middle)
    assert found[3][:, 0] == pytest.approx(middle, abs=0.1)
    assert found[4] == pytest.approx(controls(warm))


def speech_like(seconds):
    """Bursts of noise with a voice's spectrum, and pauses between them."""
    sound = sosfilt(
        sections((BandKind.PEAKING,) * 2, np.array([[18, 500, 1.0], [-20, 9000, 0.3]]), RATE_HZ), pink(seconds)[:, 0]
    )
    rhythm = np.sin(2 * np.pi * 3 * np.arange(len(sound)) / RATE_HZ) > -0.4
    return (0.05 * sound * rhythm / np.std(sound))[:, None]


def music_like(seconds):
    """Chords with overtones, a bass and a noisy beat."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    notes = sum(np.sin(2 * np.pi * f * n * t) / n**1.5 for f in (55, 220, 277, 330) for n in range(1, 12))
    beat = noise(seconds)[:, 0] * np.exp(-20 * (t % 0.5))
    return (0.05 * notes / np.std(notes) + 0.5 * beat)[:, None]


PAIRS = [("warm", "bright"), ("boomy", "thin"), ("harsh", "mellow"), ("muddy", "clear"), ("soft", "cold")]


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("make", [pink, speech_like, music_like])
def test_level_match_keeps_the_loudness(call, pair, make):
    """By pyloudnorm the loudness stays within 0.5 LU: on pink noise, and on other sounds by their own spectrum."""
    sound, options = make(8), () if make is pink else ("--spectrum", "in.wav")
    soundfile.write("in.wav", sound, RATE_HZ, "FLOAT")
    meter = pyloudnorm.Meter(RATE_HZ)
    before = meter.integrated_loudness(sound)
    assert call("in.wav", "out.wav", *pair, "--morph", "0.3", "--strength", "2", "--level-match", *options)[0] == 0
    after = meter.integrated_loudness(soundfile.read("out.wav", always_2d=True)[0])
    assert abs(after - before) < 0.5
    assert call("in.wav", "loud.wav", *pair, "--morph", "0.3", "--strength", "2")[0] == 0
    sys.stdout.write(f"{pair} {make.__name__}: {after - before:+.2f} LU\n")


def test_a_request_takes_the_place_of_a_word(call, model):
    """--say does what the request leads to from flat, at any strength, and half of the way with --morph 0.5."""
    sound = noise(2)
    soundfile.write("in.wav", sound, RATE_HZ, "FLOAT")
    answer = request(model, "a bit warmer, less harsh")
    said = ("--say", "a bit warmer, less harsh")
    ways = (
        (answer.bands, ()),
        (between(answer.start, answer.bands, 0.5), ("--morph", "0.5")),
        (scaled(answer.bands, 2.0), ("--strength", "2")),
    )
    for bands, options in ways:
        code, out, complaint = call("in.wav", "out.wav", *said, *options)
        assert (code, complaint) == (0, "")
        assert out.startswith(answer.said)
        wanted = sosfilt(sections(kinds_of(bands), controls(bands), RATE_HZ), sound[:, 0])
        assert np.abs(soundfile.read("out.wav")[0] - wanted).max() < 1e-5
    assert call("in.wav", "walk.wav", "--say", "warmer", "--morph", "0..1")[0] == 0


def test_a_recorded_knob_leads_to_a_request(call, model):
    """--replay with --say: from flat, where the knob is at 0, to the request, where it is at 127."""
    soundfile.write("in.wav", noise(3), RATE_HZ, "FLOAT")
    track = mido.MidiTrack(mido.Message("control_change", control=21, value=value, time=480) for value in (0, 127))
    mido.MidiFile(tracks=[track]).save("knob.mid")
    assert call("in.wav", "out.wav", "--say", "warmer", "--replay", "knob.mid")[0] == 0
    out, sound = soundfile.read("out.wav")[0], noise(3)[:, 0]
    middle, end = slice(int(0.7 * RATE_HZ), int(0.9 * RATE_HZ)), slice(int(2 * RATE_HZ), None)
    assert np.abs(out[middle] - sound[middle]).max() < 1e-4
    warmer = request(model, "warmer").bands
    wanted = sosfilt(sections(kinds_of(warmer), controls(warmer), RATE_HZ), sound)
    assert np.abs(out[end] - wanted[end]).max() < 1e-3  # a session keeps what was asked for in single precision
    assert np.abs(out[end] - sound[end]).max() > 1e-2


def test_a_folder_for_each_word_is_equally_loud(call):
    """--each writes a file per word, all as loud as what came in; a folder goes into a folder."""
    Path("in").mkdir()
    soundfile.write("in/a.wav", pink(5), RATE_HZ)
    soundfile.write("in/b.flac", pink(5), RATE_HZ)
    Path("in/notes.txt").write_text("not a sound")
    assert call("in", "out", "--each", "warm,bright")[0] == 0
    names = sorted(path.name for path in Path("out").iterdir())
    assert names == ["a bright.wav", "a warm.wav", "b bright.flac", "b warm.flac"]
    meter = pyloudnorm.Meter(RATE_HZ)
    loudness = [meter.integrated_loudness(soundfile.read(f"out/{name}", always_2d=True)[0]) for name in names]
    assert max(loudness) - min(loudness) < 0.5


def make_bad():
    """Files that cannot be rendered, by their names."""
    soundfile.write("good.wav", noise(1), RATE_HZ)
    Path("text.wav").write_text("this is no sound")
    Path("empty.wav").write_bytes(b"")
    soundfile.write("none.wav", noise(0), RATE_HZ)
    nan = noise(1)
    nan[30_000] = np.nan
    soundfile.write("nan.wav", nan, RATE_HZ, "FLOAT")
    for end in ("wav", "flac", "aiff", "ogg", "mp3"):
        soundfile.write(f"whole.{end}", noise(3), RATE_HZ)
        data = Path(f"whole.{end}").read_bytes()
        Path(f"cut.{end}").write_bytes(data[: len(data) * 2 // 3])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("text.wav", "out.wav", "warm"), "text.wav: not a sound file"),
        (("empty.wav", "out.wav", "warm"), "empty.wav: the file is empty"),
        (("none.wav", "out.wav", "warm"), "none.wav has no length"),
        (("nan.wav", "out.wav", "warm"), "nan.wav has a sample that is no number (NaN, infinite) at 0.625 s"),
        *(((f"cut.{end}", "out.wav", "warm"), f"cut.{end} is ") for end in ("wav", "flac", "aiff", "ogg", "mp3")),
        (("missing.wav", "out.wav", "warm"), "'missing.wav' does not exist"),
        (("good.wav", "good.wav", "warm"), "good.wav is what is read"),
        (("good.wav", "out.mp3", "warm"), "out.mp3: what is written is .wav or .flac"),
        (("good.wav", "out.wav"), "a word is missing"),
        (("good.wav", "out.wav", "wrmam"), "did you mean warm"),
        (("good.wav", "out.wav", "--say", "make it xyzzy"), "--say: "),
        (("good.wav", "out.wav", "warm", "--say", "warmer"), "--say takes the place"),
        (("good.wav", "out.wav", "--say", ""), "--say: no word in it says anything about sound"),
        (("good.wav", "out.wav", "warm", "--morph", "1"), "--morph needs a second word"),
        (("good.wav", "out.wav", "warm", "bright", "--morph", "2"), "2 is not between 0 and 1"),
        (("good.wav", "out.wav", "warm", "bright", "--morph", "1=0 1=1"), "does not come after"),
        (("good.wav", "out.wav", "warm", "bright", "--morph", "0:75=0"), "'0:75' is no time such as"),
        (("good.wav", "out.wav", "warm", "--headroom", "-1"), "'--headroom'"),
        (("good.wav", "out.wav", "--each", ","), "--each needs words"),
        (("good.wav", "text.wav", "--each", "warm"), "text.wav is a file"),
        ((".", "text.wav", "warm"), "text.wav is a file"),
        (("good.wav", "none/../text.wav/out.wav", "warm"), "cannot be written"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_lost(call, words, complaint):
    """Exit code 2, one line that names the file; no new file, and the old ones as they were."""
    make_bad()
    Path("out.wav").write_bytes(b"what was there before")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    code, out, said = call(*words)
    assert (code, out) == (2, "")
    assert complaint in said
    assert said.count("\n") == 1
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_flac_of_too_many_channels_is_refused(call):
    """FLAC holds eight channels."""
    soundfile.write("in.wav", noise(0.1, 24), RATE_HZ)
    assert call("in.wav", "out.flac", "warm")[0] == 2
    assert not Path("out.flac").exists()


@pytest.mark.parametrize("end", ["wav", "flac"])
def test_a_full_disk_leaves_the_old_file(tmp_path, end):
    """Where there is no room the half-written file goes and the old one stays; one line, exit code 2."""
    soundfile.write(tmp_path / "in.wav", noise(5), RATE_HZ)
    out = tmp_path / f"out.{end}"
    out.write_bytes(b"what was there before")
    code = "from semeq.daemon.commands.tools import main; main()"
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, "render", tmp_path / "in.wav", out, "warm"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert f"out.{end} cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1
    assert out.read_bytes() == b"what was there before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.wav", out.name]


def test_without_the_extra_one_line_says_what_to_install(call, monkeypatch):
    """The daemon does without the libraries for sound; whoever renders is told how to get them."""
    soundfile.write("in.wav", noise(0.1), RATE_HZ)
    monkeypatch.setitem(sys.modules, "soundfile", None)
    code, _, said = call("in.wav", "out.wav", "warm")
    assert (code, said) == (2, 'semeq: soundfile is missing, which semeq needs for sound: pip install "semeq[audio]"\n')


def test_the_commands_load_no_library_for_sound():
    """Importing what the daemon and the tools are made of loads nothing of the extra."""
    code = "import sys, semeq.daemon.commands.tools, semeq.daemon.commands.daemon; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"scipy", "soundfile", "sounddevice", "jack", "soxr"} & set(done.stdout.split())


@pytest.mark.parametrize(("text", "seconds"), [("90", 90.0), ("1:30", 90.0), ("1:02:03.5", 3723.5), ("0", 0.0)])
def test_times_are_read(text, seconds):
    """Seconds, minutes and seconds, hours."""
    assert read_time(text) == seconds


@pytest.mark.parametrize(
    ("text", "at_5_s"), [("0.5", 0.5), ("0..1", 0.5), ("1..0.5", 0.75), ("0=0 0:05=1 9=0", 1.0), ("6=0.2 7=1", 0.2)]
)
def test_morphs_are_read(text, at_5_s):
    """A place, a way over the whole length, and points in time."""
    assert read_points(text, 10.0).at(np.array([5.0]))[0] == pytest.approx(at_5_s)


def test_pink_noise_weighs_octaves_alike():
    """A gain everywhere is that gain; more of what the ear hears best counts most."""
    assert PINK.change_db(np.full(len(GRID_HZ), 3.0)) == pytest.approx(3.0)
    low, middle = (np.where((lo <= GRID_HZ) & (hi > GRID_HZ), 6.0, 0.0) for lo, hi in ((30, 60), (2000, 4000)))
    assert 0 < PINK.change_db(low) < PINK.change_db(middle)


def test_a_level_goes_with_the_bands(model):
    """A gain on the sections is a gain of the response."""
    bands = model.bands("warm")
    plain = sections(kinds_of(bands), controls(bands), RATE_HZ)
    assert sections_db(louder(plain, -4.5), GRID_HZ, RATE_HZ) == pytest.approx(
        sections_db(plain, GRID_HZ, RATE_HZ) - 4.5
    )
    assert Standing(bands).at(np.zeros(2)).shape == (2, 5, 3)
