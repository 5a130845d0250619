"""MIDI that cannot kill: each library on sequencers that refuse, that never fall silent, and that are not there."""

import os
import subprocess
import sys
from collections import Counter

import pytest
from real_jack import LIBRARIES
from semeq.daemon.errors import PortError
from semeq.daemon.ports import midi_library
from semeq.daemon.ports.midi_in import find, other_end, short_name
from semeq.daemon.ports.midi_library import LibraryClient, decoded, library
from semeq.daemon.ports.rtmidi import RtMidi, without_numbers
from stand_in import TAKE

OPEN = """
from semeq.daemon.errors import PortError
from semeq.daemon.ports.rtmidi import RtMidi
for direction in ("in", "out"):
    client = RtMidi("alsa", direction)
    for attempt in range(2):
        try:
            client.open(client.names()[0], print if direction == "in" else None)
        except PortError as error:
            print(error)
    try:
        client.offer()
    except PortError as error:
        print(error)
    client.close()
print("alive")
"""
CLOSE = """
import time
from semeq.daemon.ports.rtmidi import RtMidi
for _ in range(5):
    heard, client = [], RtMidi("alsa")
    client.open("Fake:Port 20:0", heard.append)
    while len(heard) < 20:
        time.sleep(0.01)
    end_s = time.monotonic() + 0.03
    while time.monotonic() < end_s:  # so that a message waits for the interpreter when the port is closed
        pass
    client.close()
    after = len(heard)
    time.sleep(0.02)
    assert len(heard) == after
print("alive")
"""


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_port_that_cannot_be_opened_is_one_line(sequencer, name):
    """Neither opening nor offering ends the process, however often; each says in one line that it cannot be done."""
    done = sequencer.run(OPEN, name, "taken")
    *said, last = done.stdout.splitlines()
    assert (done.returncode, last) == (0, "alive"), done.stderr
    assert len(said) == 6
    assert all("ALSA error creating" in line for line in said)
    opened = [line.startswith("MIDI port 'Fake:Port 20:0' cannot be opened: ") for line in said]
    assert opened == [True, True, False] * 2
    assert "nanobind" not in done.stderr


@pytest.mark.parametrize("name", LIBRARIES)
def test_an_input_is_closed_while_messages_come(sequencer, name):
    """The close waits for RtMidi's thread, which must not wait for the interpreter meanwhile."""
    done = sequencer.run(CLOSE, name, "busy")
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


KEEP = """
import threading, time
from semeq.daemon.ports.controller_ports import ControllerPorts
from semeq.daemon.ports.midi_out import MidiOutput
inputs, shown, found = [], [], []
ports = ControllerPorts(["fake", "port"], ["fake"], "alsa", print, inputs.append, shown.append)
ports.start()
offered = MidiOutput("", "alsa", print, lambda: found.append(1))
offered.start()
time.sleep(1.5)  # longer than it is until ports are looked for again
offered.stop()
ports.stop()
print([(port.wanted, port.port) for port in inputs], shown, found)
print([thread.name for thread in threading.enumerate() if thread.name.startswith("semeq")])
print(threading.get_native_id())
"""


@pytest.mark.parametrize("name", LIBRARIES)
def test_all_clients_are_made_and_polled_on_one_thread(sequencer, tmp_path, name):
    """As Core MIDI wants it; and not on the main one, which a MIDI system that hangs must not keep."""
    log = tmp_path / "calls"
    done = sequencer.run(KEEP, name, "quiet", log=log)
    opened, left, main = done.stdout.splitlines()
    assert (opened, left) == ("[('fake', 'Fake:Port'), ('port', 'Fake:Port')] ['fake'] [1]", "[]"), done.stderr
    calls = [line.split() for line in log.read_text().splitlines()]
    counts = Counter(call for call, _ in calls)
    assert (counts["open"], counts["close"]) == (4, 4)
    assert counts["list"] > 4 * 2  # at the start, and again
    assert counts["port"] >= 4
    threads = {thread for _, thread in calls}
    assert len(threads) == 1
    assert threads != {main}


NO_JACK = """
from semeq.daemon.errors import PortError
from semeq.daemon.ports.rtmidi import RtMidi
for direction in ("in", "out"):
    try:
        RtMidi("jack", direction)
    except PortError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="JACK as Linux has it")
@pytest.mark.parametrize("name", LIBRARIES)
def test_no_jack_server(name):
    """It is said, by each library, instead of an empty list of ports."""
    env = os.environ | {"JACK_DEFAULT_SERVER": "semeq-has-none", "JACK_NO_START_SERVER": "1"}
    done = subprocess.run([sys.executable, "-c", TAKE + NO_JACK, name], env=env, capture_output=True, text=True)
    assert done.stdout.count("no jack MIDI system answers (JACK server not running?)") == 2, done.stderr


@pytest.mark.skipif("rtmidi" not in LIBRARIES, reason="python-rtmidi brings JACK's library with it")
@pytest.mark.skipif(sys.platform != "linux", reason="looks at what is loaded as Linux shows it")
def test_one_library_of_jacks():
    """What watches the server takes the library that the messages come through; a question of others does not."""
    code = (
        "from semeq.daemon.ports import jack\n"
        "def loaded(): return {line.split()[-1] for line in open('/proc/self/maps') if 'libjack' in line}\n"
        "watch = jack.JackWatch(print, print); one = loaded(); jack.sample_rate_hz(); two = loaded()\n"
        "import sys; print(len(one), len(two), 'rtmidi' in sys.modules)"
    )
    env = os.environ | {"JACK_DEFAULT_SERVER": "semeq-has-none", "JACK_NO_START_SERVER": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.split() == ["1", "2", "True"]


def test_no_library(monkeypatch):
    """Where none is installed, that is one line with what helps, for each thing that is tried."""
    monkeypatch.setattr(midi_library, "libraries", lambda: ("semeq_has_no_such_library",))
    with pytest.raises(PortError, match=r"no MIDI library is installed for Python 3\.\d+ .*pip install.*OSC and keys"):
        RtMidi("alsa")


def test_a_library_that_cannot_be_loaded(monkeypatch, tmp_path):
    """A library of another system's, or one that lacks a part of the system's, is one line too."""
    (tmp_path / "broken_midi.py").write_text("raise ImportError('DLL load failed')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(midi_library, "libraries", lambda: ("broken_midi",))
    with pytest.raises(PortError, match=r"broken_midi cannot be loaded .DLL load failed.; OSC and keys work without"):
        library("alsa")


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        (["nanoKONTROL2 0", "loopMIDI Port 1", "X-TOUCH MINI 2"], ["nanoKONTROL2", "loopMIDI Port", "X-TOUCH MINI"]),
        (["Launch Control 0", "Launch Control 1"], ["Launch Control", "Launch Control #2"]),
        (["Schlüssel 0", "Küche 1"], ["Schlüssel", "Küche"]),
        (["Box 7"], ["Box 7"]),
        ([], []),
    ],
)
def test_names_without_numbers(listed, shown):
    """The place in the list is taken off, nothing else; devices of one name stay apart."""
    assert without_numbers(listed) == shown


class Windows:
    """A client of WinMM's: names have their place in the list at the end, as RtMidi gives them."""

    def __init__(self, *names):
        self._names, self.opened = names, []

    def names(self):
        """The names."""
        return [f"{name} {number}" for number, name in enumerate(self._names)]

    def open_port(self, number, name):
        """Open a port."""
        self.opened.append(number)


def on_windows(*names):
    """A client of the given ports."""
    client = object.__new__(RtMidi)
    client.api, client._client, client._last_word = "winmm", Windows(*names), None
    return client


def test_a_name_stays_when_another_device_comes():
    """The learned knob, the input and the output of a controller go by one name, wherever it stands in a list."""
    alone, later = on_windows("nanoKONTROL2"), on_windows("loopMIDI Port", "Küche", "nanoKONTROL2")
    (name,) = alone.names()
    assert short_name(name) == name == find("nanokontrol2", later.names()) == "nanoKONTROL2"
    later.open(name)
    assert later._client.opened == [2]


@pytest.mark.parametrize(
    ("wanted", "there", "meant"),
    [
        ("MIDIIN2 (LPX MIDI)", ["LPX MIDI", "MIDIOUT2 (LPX MIDI)"], "MIDIOUT2 (LPX MIDI)"),
        ("midiin2", ["LPX MIDI", "MIDIOUT2 (LPX MIDI)", "MIDIOUT3 (LPX MIDI)"], "MIDIOUT2 (LPX MIDI)"),
        ("nanoKONTROL2", ["loopMIDI Port", "nanoKONTROL2"], "nanoKONTROL2"),
        ("MyMIDIIN2", ["MyMIDIIN2"], "MyMIDIIN2"),
    ],
)
def test_the_other_end_of_a_device(wanted, there, meant):
    """Windows names the second input and the second output of one device differently; they belong together."""
    assert find(other_end(wanted), there) == meant


def test_windows_offers_no_port():
    """That is said with what helps, as RtMidi says nothing."""
    with pytest.raises(PortError, match="install loopMIDI and name its port with --send"):
        on_windows().offer()


@pytest.mark.parametrize(("name", "text"), [("Küche 1".encode(), "Küche 1"), (b"", ""), (b"K\xfcche", None)])
def test_names_are_utf_8(name, text, monkeypatch):
    """As RtMidi gives them on every system; what is none is read as the system's own code page."""
    monkeypatch.setattr(midi_library.locale, "getencoding", lambda: "cp1252")
    assert decoded(name) == (text if text is not None else "Küche")


class PythonRtMidi:
    """As much of python-rtmidi as listing takes; it takes names for Latin-1 (Windows) or MacRoman where it may."""

    __name__ = "rtmidi"
    API_MACOSX_CORE = 1
    MidiIn = property(lambda self: lambda *_: self)

    def set_error_callback(self, _):
        """Nothing is wrong."""

    def get_port_count(self):
        """One port."""
        return 1

    def get_port_name(self, number, encoding="auto"):
        """Its name."""
        name = "Schlüssel".encode()
        return name if encoding is None else name.decode("mac_roman")


def test_umlauts_with_python_rtmidi():
    """Its own guess at the encoding is not taken."""
    assert LibraryClient(PythonRtMidi(), "coremidi", "in").names() == ["Schlüssel"]


PAIRS = """
import sys, threading
from semeq.daemon.ports.midi_library import _pairs_with

ended = threading.Event()

def build():
    while not ended.is_set():
        try:
            tuple(number for number in range(100))
        except SystemError as fault:
            print(fault)

def callback():
    pass

builder, pair = threading.Thread(target=build, daemon=True), (callback, None)
sys.setswitchinterval(1e-6)
builder.start()
found = [_pairs_with(callback) for _ in range(60)]
ended.set()
builder.join()
print(found == [[pair]] * 60)
"""


def test_looking_for_a_pair_breaks_no_tuple():
    """While one thread looks for what refers to a callback, another builds tuples; both go on.

    In a small program, as it looks through all that there is.
    """
    done = subprocess.run([sys.executable, "-c", PAIRS], capture_output=True, text=True, timeout=120)
    assert done.stdout == "True\n", done.stdout + done.stderr
