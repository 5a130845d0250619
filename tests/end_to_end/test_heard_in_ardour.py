"""What is heard through real Ardour: as `semeq render` says, as loud as before where that is wanted, A against B.

`SEMEQ_PAIRS=5 python -m pytest -s tests/end_to_end/test_heard_in_ardour.py` takes five pairs of words instead of two.
"""

import math
import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
from numpy.typing import NDArray
from real_daemon import Daemon, until
from real_daw import CALF5, MEASURED, Part, RealDaw
from scipy.signal import correlate
from semeq import model as models
from semeq.daemon.commands import tools
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Route
from semeq.daemon.mappings.library import load
from semeq.model import Bands

RATE_HZ = 48_000
SEMEQ = 9139
"""The daemon's own OSC port in these tests."""
PAIRS = [("warm", "bright"), ("harsh", "mellow"), ("boomy", "thin"), ("muddy", "clear"), ("soft", "cold")]
OUTPUTS = {"calf-eq5": "Output Gain", "lsp-para-eq-x16": "Output gain", "x42-fil4": "Gain"}
"""Three plug-ins, each with its output gain: the first two are linear, the third is in dB."""

Start = Callable[..., Daemon]


@pytest.fixture
def start(tmp_path: Path, ardour: RealDaw) -> Generator[Start]:
    """Start daemons that are steered by OSC, and end with the test."""
    with ExitStack() as stack:

        def start_one(*options: str) -> Daemon:
            daemon = stack.enter_context(Daemon(tmp_path, ardour.environment, *options))
            daemon.wait_for("ready")
            return daemon

        yield start_one


def targets(folder: Path, daw: Part, names: Sequence[str]) -> tuple[str, str]:
    """A file with a target for each plug-in, on the strips 0, 1 and so on, as options."""
    config = folder / "heard.toml"
    lines = [f"osc = {{ port = {SEMEQ} }}"]
    for strip, name in enumerate(names):
        lines += ["[[targets]]", 'host = "ardour"', f'send = "127.0.0.1:{daw.osc_port}"']
        lines += [f'plugin = "{name}"', f"track = {daw.ssid(strip)}"]
    config.write_text("\n".join(lines))
    return "--config", str(config)


def said(daw: Part, strip: int) -> dict[str, float]:
    """What Ardour says that a plug-in has; on a busy machine an answer may be lost."""
    return {name: part.value for name, part in daw.parameters(strip).items()}


def route(name: str) -> Route:
    """The way to one of the plug-ins; what it shall have does not depend on where it is."""
    kinds = tuple(band.kind for band in models.load().bands("warm"))
    return Route.choose(load(Host, "ardour"), load(Plugin, name), 1, 1, kinds)


def arrive(daw: Part, names: Sequence[str], bands: Bands) -> None:
    """Wait until each plug-in has what makes these bands, and the gain after them stands, too."""
    equalizers = [route(name).equalizer for name in names]
    wanted = [{s.parameter.name: s.value for s in each.settings(each.fit(bands).bands)} for each in equalizers]

    def has_arrived() -> bool:
        return all(
            all(there.get(name) == pytest.approx(value, rel=1e-3, abs=1e-3) for name, value in each.items())
            for there, each in ((said(daw, strip), each) for strip, each in enumerate(wanted))
        )

    until(has_arrived, lambda: f"{wanted}, not {values(daw)}", 30.0)
    stands(daw, names)


def stands(daw: Part, names: Sequence[str]) -> None:
    """Wait until no output gain has moved for a while."""
    seen: list[list[float]] = []

    def is_still() -> bool:
        daw.wait(0.3)
        seen.append([said(daw, strip).get(OUTPUTS[name], math.nan) for strip, name in enumerate(names)])
        return len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]

    until(is_still, "the output gains to stand", 20.0)


def pink(seconds: float) -> NDArray[np.float32]:
    """Pink noise from 20 Hz to 20 kHz."""
    size = int(seconds * RATE_HZ)
    frequencies = np.fft.rfftfreq(size, 1 / RATE_HZ)
    phases = np.exp(2j * np.pi * np.random.default_rng(6).random(len(frequencies)))
    inside = (frequencies > 20) & (frequencies < 20_000)
    sound = np.fft.irfft(np.where(inside, phases / np.sqrt(np.maximum(frequencies, 1)), 0), size)
    return (0.05 * sound / np.std(sound)).astype(np.float32)


def loudness(daw: Part, strips: Sequence[int], sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Integrated loudness of what comes through each bus, without its first moment."""
    meter = pyloudnorm.Meter(RATE_HZ)
    heard = daw.heard(strips, sound).astype(float)
    return np.array([meter.integrated_loudness(row[RATE_HZ // 2 :, None]) for row in heard])


def test_a_level_match_keeps_the_loudness(ardour: RealDaw, start: Start, tmp_path: Path) -> None:
    """Pink noise through three plug-ins is as loud with each pair of words as flat, from where the player has the gain.

    Given back, each gain is where it was.
    """
    names = list(OUTPUTS)
    daw = ardour.part(*(MEASURED[name] for name in names))
    os.environ.update(daw.environment)
    with put_back(daw):
        keeps_the_loudness(daw, names, start, tmp_path)


def keeps_the_loudness(daw: Part, names: Sequence[str], start: Start, tmp_path: Path) -> None:
    """What the test above shows."""
    for strip, (name, output) in enumerate(OUTPUTS.items()):
        daw.set(strip, output, -3.0 if name == "x42-fil4" else 10.0 ** (-3.0 / 20.0))
    before = gains(daw)
    strips = range(len(names))
    whole = len(PAIRS) == (count := int(os.environ.get("SEMEQ_PAIRS", "2")))
    sound = pink(10.0 if whole else 3.0)
    options = ("--terms", "warm,bright", "--strength", "1.5", "--level-match")
    daemon = start(*targets(tmp_path, daw, names), *options)
    peer = daw.peer(SEMEQ)
    peer.send("/semeq/bypass", "i", 1)
    peer.send("/semeq/morph", "f", 0.25)
    model = models.load()
    arrive(daw, names, model.bands(*PAIRS[0], position=0.25, strength=0.0))
    flat = loudness(daw, strips, sound)
    peer.send("/semeq/bypass", "i", 0)
    largest = 0.0
    for pair in PAIRS[:count]:
        peer.send("/semeq/terms", "ss", *pair)
        arrive(daw, names, model.bands(*pair, position=0.25, strength=1.5))
        off = loudness(daw, strips, sound) - flat
        largest = max(largest, float(np.abs(off).max()))
        changes = ", ".join(f"{name} {change:+.2f}" for name, change in zip(names, off, strict=True))
        sys.stdout.write(f"{'/'.join(pair)}: {changes} LU\n")
        assert np.abs(off).max() < 0.5, f"{pair}: {changes}"
    peer.send("/semeq/terms", "ss", *PAIRS[0])
    peer.send("/semeq/level-match", "i", 0)
    arrive(daw, names, model.bands(*PAIRS[0], position=0.25, strength=1.5))
    off = loudness(daw, strips, sound) - flat
    sys.stdout.write(f"{'/'.join(PAIRS[0])} without the match: {', '.join(f'{change:+.2f}' for change in off)} LU\n")
    assert np.abs(off).min() > max(0.5, largest)
    matched = gains(daw)
    peer.send("/semeq/level-match", "i", 1)
    until(lambda: all(now != then for now, then in zip(gains(daw), matched, strict=True)), "the match")
    peer.send("/semeq/restore")
    until(lambda: gains(daw) == pytest.approx(before, rel=1e-5), lambda: f"{before}, not {gains(daw)}")
    assert "not matched" not in daemon.log


@contextmanager
def put_back(daw: Part) -> Generator[None]:
    """Give the gains back as they were found: other tests measure these plug-ins, too."""
    found = gains(daw)
    try:
        yield
    finally:
        for strip, (output, value) in enumerate(zip(OUTPUTS.values(), found, strict=True)):
            daw.set(strip, output, value)


def gains(daw: Part) -> list[float]:
    """The output gains of the three plug-ins."""
    return [said(daw, strip).get(output, math.nan) for strip, output in enumerate(OUTPUTS.values())]


WINDOW, BEFORE = 16_384, 4096
"""Frames that are compared at once, and those before them that must have arrived as well: filters remember them."""


def whole_windows(sent: NDArray[np.float32], came: NDArray[np.float32], late: int) -> list[slice]:
    """Where a sound has come through untouched: a busy machine loses cycles of JACK, which is not what is measured."""
    found: list[slice] = []
    for at in range(BEFORE, len(sent) - late - WINDOW, WINDOW):
        around = slice(at - BEFORE, at + WINDOW)
        if np.abs(came[late:][around] - sent[around]).max() < 1e-6:
            found.append(slice(at, at + WINDOW))
    return found


def transfer_db(sent: NDArray[np.float32], came: NDArray[np.float32], windows: Sequence[slice]) -> NDArray[np.float64]:
    """The response by which one becomes the other, from 20 Hz to 16 kHz."""
    shape = np.hanning(WINDOW)
    into, out_of = (np.fft.rfft([sound[where] * shape for where in windows]) for sound in (sent, came))
    response = np.sum(out_of * into.conj(), axis=0) / np.sum(np.abs(into) ** 2, axis=0)
    hz = np.fft.rfftfreq(WINDOW, 1 / RATE_HZ)
    return 20.0 * np.log10(np.abs(response[(hz >= 20.0) & (hz <= 16_000.0)]))


@pytest.mark.parametrize(("term", "strength"), [("warm", "1"), ("bright", "2")])
def test_ardour_and_render_agree(
    ardour: RealDaw, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, term: str, strength: str
) -> None:
    """Noise through Ardour with Calf's equaliser and through `semeq render`: within 0.05 dB from 20 Hz to 16 kHz.

    A second bus, whose equaliser is bypassed, shows which parts JACK has brought through as they were.
    """
    daw = ardour.part(CALF5, CALF5)
    os.environ.update(daw.environment)
    sound = np.random.default_rng(3).normal(0.0, 0.03, 4 * RATE_HZ).astype(np.float32)
    daw.set(0, "Output Gain", 1.0)
    options = ("--terms", f"{term},soft", "--strength", strength, "--start", "at-once")
    start(*targets(tmp_path, daw, ["calf-eq5"]), *options)
    daw.peer(SEMEQ).send("/semeq/morph", "f", 0.0)
    arrive(daw, ["calf-eq5"], models.load().bands(term, strength=float(strength)))
    daw.set(1, "Bypass", 1.0)
    daw.wait(0.5)
    windows: list[slice] = []
    for _ in range(10):
        in_ardour, untouched = daw.heard([0, 1], sound)
        late = int(np.argmax(correlate(untouched, sound, "full"))) - (len(sound) - 1)
        windows = whole_windows(sound, untouched, late)
        if len(windows) >= 4:
            break
    daw.set(1, "Bypass", 0.0)
    assert len(windows) >= 4, "JACK brings nothing through"
    monkeypatch.chdir(tmp_path)
    soundfile.write("in.wav", sound, RATE_HZ, "FLOAT")
    monkeypatch.setattr(sys, "argv", ["semeq", "render", "in.wav", "out.wav", term, "--strength", strength])
    with pytest.raises(SystemExit) as ended:
        tools.main()
    assert ended.value.code == 0
    rendered = soundfile.read("out.wav", dtype="float32")[0]
    render_db = transfer_db(sound, rendered, windows)
    off_db = np.abs(transfer_db(sound, in_ardour[late:], windows) - render_db)
    moved = float(np.ptp(render_db))
    sys.stdout.write(f"{term} at {strength}: {off_db.max():.5f} dB (of {moved:.1f} dB), {len(windows)} windows\n")
    assert off_db.max() < 0.05
    assert moved > 2.0


def test_a_is_the_plug_ins_own_setting_and_b_what_plays(ardour: RealDaw, start: Start, tmp_path: Path) -> None:
    """The player has an equaliser of their own there; one switch compares it with the words, to the value."""
    daw = ardour.part(CALF5)
    os.environ.update(daw.environment)
    own = {"Freq L": 150.0, "Level L": 1.5, "LS Active": 1.0, "Freq 2": 900.0, "Level 2": 0.6, "F2 Active": 1.0}
    own |= {"LS Q": 0.8, "Q 2": 2.0, "F1 Active": 1.0, "F3 Active": 1.0, "HS Active": 1.0, "Level H": 0.9}
    for name, value in own.items():
        daw.set(0, name, value)
    start(*targets(tmp_path, daw, ["calf-eq5"]), "--terms", "warm,bright")
    peer = daw.peer(SEMEQ)
    peer.send("/semeq/morph", "f", 0.5)
    arrive(daw, ["calf-eq5"], models.load().bands("warm", "bright", position=0.5))
    words = values(daw)
    for _ in range(2):
        peer.send("/semeq/ab")
        until(lambda: {n: v for n, v in values(daw).items() if n in own} == pytest.approx(own, rel=1e-4), "their own")
        peer.send("/semeq/ab")
        until(lambda: values(daw) == pytest.approx(words, rel=1e-5), "the words again")


def values(daw: Part) -> dict[str, float]:
    """All of the first plug-in but its meters."""
    return {name: value for name, value in said(daw, 0).items() if "eter" not in name}
