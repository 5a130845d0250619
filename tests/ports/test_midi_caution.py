"""A driver that crashes or hangs ends, or keeps, a process that only tried it: never the daemon."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from real_daemon import BIN, Daemon, user_folders
from real_jack import LIBRARIES
from semeq.daemon.errors import PortError
from semeq.daemon.ports import midi_caution, midi_client
from semeq.daemon.ports.midi_caution import Caution
from semeq.daemon.ports.midi_thread import MidiThread
from stand_in import TAKE

APART = "from semeq.daemon.ports import midi_apart; midi_apart.HANGS_S = 60.0; midi_apart.main()"
RUN = """
import sys, threading
from contextlib import nullcontext
from pathlib import Path
from semeq.daemon.errors import PortError
from semeq.daemon.ports import midi_caution
from semeq.daemon.ports.controller_ports import ControllerPorts
from semeq.daemon.ports.midi_out import MidiOutput

(library,) = midi_library.libraries()
midi_caution.HANGS_S = midi_caution.LAST_CALLS_S = 60.0
caution, file = midi_caution.CAUTION, Path(sys.argv[1])
caution._apart = [sys.executable, "-c", sys.argv[3], library]
heard, said = [], threading.Event()

def changed(status):
    heard.append(status.trouble or status.port)
    if "does not answer" not in heard[-1]:  # within the second that a start may take
        said.set()

with caution.during(file) if sys.argv[2] == "careful" else nullcontext():
    ports = ControllerPorts(["fake"], [], "alsa", print, changed, print)
    ports.start()
    assert said.wait(60)
    ports.stop()
    try:
        offered = MidiOutput("", "alsa", print)
        offered.start(60.0)
        print("offered")
    except PortError as error:
        print(error)
    offered.stop(60.0)
print(heard[-1])
"""

HANGS = """
import sys, threading
from pathlib import Path
from semeq.daemon.ports import controller_ports, midi_caution, midi_client, midi_out

(library,) = midi_library.libraries()
midi_caution.HANGS_S, midi_client.POLL_S, controller_ports.START_S = 3.0, 0.01, 0.01
midi_caution.CAUTION._apart = [sys.executable, "-c", sys.argv[2], library]
heard, looks = threading.Event(), threading.Semaphore(0)

def changed(status):
    if "does not answer" not in status.trouble:
        print(status.trouble)
        heard.set()

class Output(midi_out.MidiOutput):
    def _say_again(self):
        looks.release()
        return super()._say_again()

controller_ports.MidiOutput = Output
with midi_caution.CAUTION.during(Path(sys.argv[1])):
    ports = controller_ports.ControllerPorts(["fake"], ["fake"], "alsa", print, changed, print)
    ports.start()
    assert heard.wait(60)
    assert all(looks.acquire(timeout=60) for _ in range(5))
    ports.stop()
"""


@pytest.fixture
def run(sequencer, tmp_path):
    """Open and offer a port once, with a library on a sequencer; returns the exit code and the last lines."""

    def once(library, how, care="careful"):
        done = sequencer.run(RUN, library, how, tmp_path / "midi.json", care, TAKE + APART)
        return done.returncode, done.stdout.splitlines(), done.stderr

    return once


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("how", ["crashes", "rotten"])
def test_why_with_care(run, library, how):
    """Where nothing is tried apart, a crash of the driver's ends the process: nothing in it can help that."""
    assert run(library, how, "careless")[:2] == (-signal.SIGABRT, [])


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("how", "what"),
    [("crashes", "the driver of MIDI port 'Fake:Port 20:0'"), ("rotten", "a driver of alsa (in)")],
)
def test_a_bad_driver_is_one_line(run, library, how, what):
    """The run goes on; the line says which driver it is, what it did, and what helps."""
    code, (offered, opened), errors = run(library, how)
    assert code == 0, errors
    fault = f"crashed (exit code {-signal.SIGABRT}) in a process that only tried it, and is not used as yet: unplug its"
    assert opened.startswith(f"{what} {fault}")
    assert offered.startswith(f"a driver of alsa (out) {fault}")


def test_a_driver_that_hangs_under_a_controller(sequencer, tmp_path):
    """No start waits for its end; then the knob and the lights each have their one line."""
    done = sequencer.run(HANGS, LIBRARIES[0], "hangs", tmp_path / "midi.json", TAKE + APART)
    assert done.returncode == 0, done.stderr
    driver = "the driver of MIDI port 'Fake:Port 20:0' did not answer within 3 s in"
    (opened,), (lights,) = done.stdout.splitlines(), done.stderr.splitlines()
    assert opened.startswith(driver)
    assert lights.startswith(f"the lights and motors of fake stay as they are: {driver}")


@pytest.mark.parametrize("library", LIBRARIES)
def test_one_that_went_bad(run, tmp_path, library):
    """What went well in the last run is trusted; if that was wrong, the next run is careful again."""
    file = tmp_path / "midi.json"
    code, said, errors = run(library, "quiet")
    assert (code, said) == (0, ["offered", "Fake:Port"]), errors
    known = [["alsa", "in"], ["alsa", "in", "Fake:Port 20:0"], ["alsa", "out"], ["alsa", "out", ""]]
    assert json.loads(file.read_text()) == known
    assert run(library, "crashes")[0] == -signal.SIGABRT
    assert not file.exists()
    assert run(library, "crashes")[0] == 0
    assert json.loads(file.read_text()) == [["alsa", "in"], ["alsa", "out"]]


def test_the_daemon_itself(sequencer, tmp_path):
    """It starts, says it in one line, hears what else there is, and ends in order."""
    environment = sequencer.environment("crashes")
    with Daemon(tmp_path, environment, "--midi", "fake", "--midi-api", "alsa", "--osc-port", "0") as daemon:
        daemon.wait_for("the driver of MIDI port 'Fake:Port 20:0' crashed", 60.0)
        daemon.wait_for("ready", 60.0)
        assert daemon.stop() == 0
    assert daemon.log.count("crashed") == 1
    assert json.loads((tmp_path / "XDG_STATE_HOME" / "semeq" / "midi-0.json").read_text()) == [["alsa", "in"]]


@pytest.mark.parametrize(
    ("how", "what", "command"),
    [
        ("rotten", "a driver of alsa (in) crashed", ("ports",)),
        ("crashes", "the driver of MIDI port 'Fake:Port 20:0' crashed", ("doctor", "--seconds", "0.1")),
        (
            "crashes",
            "the driver of MIDI port 'Fake:Port 20:0' crashed",
            ("learn", "--midi", "fake", "--midi-api", "alsa"),
        ),
    ],
)
def test_the_tools_are_careful(sequencer, tmp_path, how, what, command):
    """What looks for the fault of a machine does not fall over it."""
    env = os.environ | sequencer.environment(how) | user_folders(tmp_path)
    done = subprocess.run([BIN / "semeq", *command], env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode >= 0
    assert what in " ".join((done.stdout + done.stderr).split())


def test_the_trial_ends_by_itself(sequencer):
    """Where the driver hangs, and whoever began the trial may be gone."""
    begin = "from semeq.daemon.ports import midi_apart; midi_apart.HANGS_S = 0.5; midi_apart.main()"
    assert sequencer.run(begin, LIBRARIES[0], "hangs", "alsa", "in", "Fake:Port 20:0").returncode == 1


@pytest.fixture
def midi_thread(monkeypatch):
    """A thread of all MIDI clients on which nobody is: that of this process may have a client that hangs for good."""
    monkeypatch.setattr(midi_caution, "MIDI_THREAD", MidiThread())
    return midi_caution.MIDI_THREAD


def careful(tmp_path, lines):
    """What tries all calls by lines of Python that end in some way; and where it notes each try."""
    tries = tmp_path / "tries"
    program = f"import sys; print(*sys.argv[1:], file=open({str(tries)!r}, 'a')); {lines}"
    return Caution([sys.executable, "-c", program]), tries


def test_a_bad_driver_is_tried_again(tmp_path, monkeypatch):
    """Not at each look, but after a while, each longer than the last; it may have been updated, or plugged in anew."""
    caution, tries = careful(tmp_path, f"sys.exit(not __import__('os').path.exists({str(tmp_path / 'mended')!r}))")
    now_s = [100.0]
    monkeypatch.setattr(midi_caution, "monotonic", lambda: now_s[0])
    with caution.during(tmp_path / "midi.json"):
        for _ in range(3):
            with pytest.raises(PortError, match=r"a driver of winmm \(in\) crashed \(exit code 1\)"):
                caution.see("winmm", "in")
        assert tries.read_text() == "winmm in\n"
        for attempt, pause_s in enumerate((60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0, 3600.0), 1):
            for is_over in (False, True):
                now_s[0] += pause_s - 1.0 if not is_over else 1.0
                with pytest.raises(PortError):
                    caution.see("winmm", "in")
                assert tries.read_text() == "winmm in\n" * (attempt + is_over)
        (tmp_path / "mended").touch()
        now_s[0] += midi_caution.LONGEST_S
        for _ in range(3):
            caution.see("winmm", "in")
        assert tries.read_text() == "winmm in\n" * 10


def test_the_clock_stands_still_meanwhile(tmp_path, monkeypatch):
    """For whoever starts: as long as a trial takes on a slow machine, but not for as long as one that hangs."""
    caution, _ = careful(tmp_path, "")
    now_s, during = [100.0], []
    monkeypatch.setattr(midi_caution, "monotonic", lambda: now_s[0])

    def takes(seconds):
        def tried(_):
            now_s[0] += seconds
            during.append(caution.clock_s())
            return ""

        monkeypatch.setattr(caution, "_tried", tried)

    with caution.during(tmp_path / "midi.json"):
        takes(2.5)
        caution.see("alsa", "in")
        takes(10.0)
        caution.see("alsa", "in", "Box")
    assert during == [100.0, 107.0]
    assert caution.clock_s() == 107.0
    now_s[0] += 4.0
    assert caution.clock_s() == 111.0


def test_a_start_waits_by_that_clock(monkeypatch, midi_thread):
    """However long its first look takes, if all of that is trials: a name that means two ports is refused at once."""
    over, asked = threading.Event(), []

    def clock_s():
        asked.append(1)
        if len(asked) > 5:
            over.set()
        return 7.0

    def look():
        assert over.wait(60)
        raise PortError("--midi 'x' means 2 ports")

    monkeypatch.setattr(midi_client, "MIDI_THREAD", midi_thread)
    monkeypatch.setattr(midi_client.CAUTION, "clock_s", clock_s)
    client = midi_client.MidiClient("alsa", "in", look)
    with pytest.raises(PortError, match="means 2 ports"):
        client.start(look, 0.01)
    client.stop(60.0)


def test_a_driver_that_hangs(tmp_path, monkeypatch):
    """Is left alone like one that crashes."""
    monkeypatch.setattr(midi_caution, "HANGS_S", 0.2)
    caution, _ = careful(tmp_path, "import time; time.sleep(60)")
    with (
        caution.during(tmp_path / "midi.json"),
        pytest.raises(PortError, match=r"'Box' did not answer within 0\.2 s in"),
    ):
        caution.see("coremidi", "in", "Box")


def test_a_trial_that_no_kill_ends(tmp_path, monkeypatch):
    """As one that is stuck in the kernel: it is left behind, and the other ports are looked after again."""
    monkeypatch.setattr(midi_caution, "HANGS_S", 0.1)
    monkeypatch.setattr(midi_caution, "KILLED_S", 0.1)
    kill, survivors = subprocess.Popen.kill, []
    monkeypatch.setattr(subprocess.Popen, "kill", lambda trial: survivors.append(trial))
    caution, _ = careful(tmp_path, "import time; time.sleep(20)")
    with caution.during(tmp_path / "midi.json"), pytest.raises(PortError, match="did not answer"):
        caution.see("alsa", "in", "Box")
    (trial,) = survivors
    assert trial.poll() is None
    kill(trial)
    trial.wait(60)


def test_what_is_not_tried(tmp_path):
    """JACK never, as its drivers run in its server; nothing outside of a run, as its file would not be taken away."""
    caution, tries = careful(tmp_path, "sys.exit(1)")
    caution.see("alsa", "in")
    with caution.during(tmp_path / "midi.json"):
        caution.see("jack", "in", "system:midi_capture_1")
    assert not tries.exists()
    assert not (tmp_path / "midi.json").exists()


@pytest.mark.parametrize("content", ["", "{", "7", '{"alsa": 1}', '[["alsa", 7]]', "\udcff"])
def test_a_file_that_is_none(tmp_path, midi_thread, content):
    """Is as no file: all is tried, and the file made anew."""
    caution, tries = careful(tmp_path, "")
    file = tmp_path / "midi.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    with caution.during(file):
        caution.see("alsa", "in")
    assert tries.read_text() == "alsa in\n"
    assert json.loads(file.read_text()) == [["alsa", "in"]]


def test_a_file_that_cannot_be_taken_away(tmp_path, monkeypatch):
    """Does not vouch for anything: a run that crashed would leave it there."""
    caution, tries = careful(tmp_path, "")
    file = tmp_path / "midi.json"
    file.write_text('[["alsa","in"]]')
    monkeypatch.setattr("pathlib.Path.unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError()))
    with caution.during(file):
        caution.see("alsa", "in")
    assert tries.read_text() == "alsa in\n"


def test_a_port_that_hangs_at_the_end(tmp_path, midi_thread, monkeypatch):
    """Nothing is noted as harmless while something still hangs."""
    monkeypatch.setattr(midi_caution, "LAST_CALLS_S", 0.01)
    hangs = threading.Event()

    class Client:
        has_news, due_s = False, 0.0

        def turn(self):
            return not hangs.wait(60)

    caution, tries = careful(tmp_path, "")
    with caution.during(tmp_path / "midi.json"):
        caution.see("alsa", "in")
        midi_thread.join(Client())
    hangs.set()
    assert midi_thread.has_ended(60)
    assert tries.exists()
    assert not (tmp_path / "midi.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("stop", ["SIGINT", "SIGTERM"])
def test_a_trial_that_is_stopped(tmp_path, midi_thread, stop):
    """As a service's end stops it: says nothing against the driver, nor for it, and the next look tries again."""
    caution, tries = careful(
        tmp_path, f"import os, signal as s; s.signal(s.{stop}, s.SIG_DFL); s.raise_signal(s.{stop})"
    )
    with caution.during(tmp_path / "midi.json"):
        for _ in range(2):
            with pytest.raises(PortError, match=r"\(in\) is not known to be harmless: what tried it was stopped"):
                caution.see("alsa", "in")
    assert tries.read_text() == "alsa in\n" * 2
    assert not (tmp_path / "midi.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="sessions as POSIX has them")
def test_a_trial_has_a_session_of_its_own(tmp_path):
    """So ctrl-c in the daemon's terminal does not end it."""
    caution, _ = careful(tmp_path, "import os; sys.exit(os.getsid(0) != os.getpid())")
    with caution.during(tmp_path / "midi.json"):
        caution.see("alsa", "in")


def test_a_name_that_cannot_be_handed_on(tmp_path):
    """As in a locale without its letters; here one that no program's arguments can have."""
    caution, tries = careful(tmp_path, "sys.exit(1)")
    with caution.during(tmp_path / "midi.json"):
        caution.see("alsa", "in", "Box\0")
    assert not tries.exists()


def test_a_machine_that_starts_no_process(tmp_path):
    """Nothing is known against the driver then, and it is used."""
    caution = Caution([str(tmp_path / "no such program")])
    with caution.during(tmp_path / "midi.json"):
        caution.see("alsa", "in")
