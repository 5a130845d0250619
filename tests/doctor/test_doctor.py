"""`semeq doctor` as a user runs it, in broken situations made for real, and what it says of those that cannot be."""

import os
import socket
import subprocess
import threading
from contextlib import ExitStack, contextmanager

import pytest
from msgspec.structs import replace
from osc_peer import OscPeer, osc_bytes
from peers import free_port
from real_daemon import BIN, Daemon, user_folders
from real_jack import Controller, jack_server, missing_jack
from real_scsynth import Scsynth, missing_scsynth
from semeq.daemon.doctor.diagnosis import diagnose, is_held
from semeq.daemon.doctor.findings import Findings, Heard, HostFound, MidiSystem, Missing, OscPlace
from semeq.daemon.doctor.holder import holder
from semeq.daemon.phone.announce import own_addresses

NO_JACK = {"JACK_DEFAULT_SERVER": "semeq-nowhere", "JACK_NO_START_SERVER": "1"}
HERE = own_addresses()[0]
is_alone = pytest.mark.skipif(HERE.startswith("127."), reason="this machine is in no network: it needs an address")


@pytest.fixture
def examine(tmp_path):
    """Run the doctor; returns its exit code and all that it says, each sentence on one line."""

    def examine(*options, seconds=0.6, environment=NO_JACK, meanwhile=None):
        command = [str(BIN / "semeq"), "doctor", "--seconds", str(seconds), *options]
        env = os.environ | environment | user_folders(tmp_path)
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with ExitStack() as stop:
            if meanwhile:
                ended = threading.Event()

                def repeat():
                    while not ended.wait(0.05):
                        meanwhile()

                thread = threading.Thread(target=repeat)
                thread.start()
                stop.callback(thread.join)
                stop.callback(ended.set)
            out, err = process.communicate(timeout=60)
        assert err == ""
        return process.returncode, out.replace("\n    > ", " > ").replace("\n      ", " ").replace("\n    ", " ")

    return examine


@contextmanager
def peer(*to):
    """A socket of another program."""
    one = OscPeer(*to)
    try:
        yield one
    finally:
        one.close()


def wrong(out):
    """The sentences that say that something is wrong."""
    return [line for line in out.splitlines() if line.startswith("!!")]


def test_no_midi_system(examine):
    """Neither ALSA nor JACK answers: it is said with what helps; it is wrong only where a port was asked for."""
    code, out = examine("--osc-port", str(free_port()))
    assert (code, wrong(out)) == (0, [])
    assert "--  No MIDI system answers: alsa: " in out
    assert "jack: (JACK server not running?) > on Linux start JACK or PipeWire" in out
    code, out = examine("--osc-port", str(free_port()), "--midi", "nano")
    assert (code, len(wrong(out))) == (1, 1)
    assert wrong(out)[0].startswith("!!  No MIDI system answers")


def test_a_taken_port(examine, tmp_path):
    """The program that has the port is named, with its number, and another port proposed."""
    port = free_port()
    code = f"import socket; s = socket.socket(type=2); s.bind(('127.0.0.1', {port})); print(flush=True); input()"
    taker = subprocess.Popen(["python3", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        taker.stdout.readline()
        status, out = examine("--osc-port", str(port))
    finally:
        taker.communicate(b"\n")
    (line,) = wrong(out)
    assert status == 1
    assert f"OSC port {port} on 127.0.0.1 is taken by python3 (process {taker.pid})" in line
    assert f"--osc-port {port + 1}" in line
    assert holder(port) == ""


def test_a_silent_host(examine):
    """Nobody on the DAW's port, then somebody who says nothing: each in its own words, with the host's own set-up."""
    port = free_port()
    options = ("--osc-port", str(free_port()), "--host", "ardour", "--plugin", "ace-eq", "--send", f"127.0.0.1:{port}")
    code, out = examine(*options)
    assert (code, len(wrong(out))) == (1, 1)
    assert f"Ardour does not answer on 127.0.0.1:{port} (nothing listens there) > Edit > Preferences" in wrong(out)[0]
    with peer() as daw:
        code, out = examine(*options[:-1], f"127.0.0.1:{daw.port}")
        assert (code, len(wrong(out))) == (1, 1)
        assert f"Ardour does not answer on 127.0.0.1:{daw.port} (no answer)" in wrong(out)[0]
        assert [address for address, _ in daw.receive()] == ["/set_surface"]


def test_an_interface_that_is_not_here(examine):
    """An address of another machine cannot be bound: this machine's own are proposed."""
    code, out = examine("--osc-bind", "198.51.100.77", "--osc-port", "9000")
    assert (code, len(wrong(out))) == (1, 1)
    assert f"198.51.100.77 is no address of this machine, so semeq cannot listen there > --osc-bind {HERE}" in out


def test_nothing_arrives(examine):
    """A phone is expected and silent: what to set in it, and what may be in the way."""
    port = free_port()
    code, out = examine("--osc-bind", "0.0.0.0", "--osc-port", str(port))
    assert (code, len(wrong(out))) == (1, 1)
    assert f"Nothing came over OSC in 0.6 s > in the phone: UDP, host {HERE}" in wrong(out)[0]
    assert f"port {port}; the same Wi-Fi" in wrong(out)[0]
    assert "--  Everybody who reaches 0.0.0.0 may steer semeq > name those who may: --osc-allow ADDRESS" in out


@is_alone
def test_the_wrong_interface(examine):
    """Somebody sends to this machine's address in the network while semeq would hear only this machine."""
    port = free_port()
    with socket.socket(type=socket.SOCK_DGRAM) as phone:
        phone.bind((HERE, 0))

        def send():
            phone.sendto(osc_bytes("/semeq/morph", "f", 0.5), (HERE, port))

        code, out = examine("--osc-port", str(port), meanwhile=send)
        (line,) = wrong(out)
        assert code == 1
        assert f"{HERE} is another machine, but semeq listens on 127.0.0.1" in line
        assert f"--osc-bind 0.0.0.0 --osc-allow {HERE}" in line
        everywhere = ("--osc-port", str(port), "--osc-bind", "0.0.0.0", "--osc-allow")
        code, out = examine(*everywhere, HERE, meanwhile=send)
        assert (code, wrong(out)) == (0, [])
        code, out = examine(*everywhere, "198.51.100.7", meanwhile=send)
        assert (code, len(wrong(out))) == (1, 1)
        assert f"is not among those who may steer > add --osc-allow {HERE}" in wrong(out)[0]


def test_what_is_sent_is_looked_at(examine):
    """Unknown addresses and what is no OSC are told apart from what semeq understands."""
    port = free_port()
    with peer(port) as good, peer(port) as mk1, peer(port) as other:

        def send():
            good.send("/semeq/m*", "f", 0.25)
            mk1.send("/1/fader1", "f", 0.25)
            other.send_bytes(b"\x16\x03\x01hello")

        code, out = examine("--osc-port", str(port), meanwhile=send)
        lines = wrong(out)
        assert (code, len(lines)) == (1, 2)
        assert f"ok  127.0.0.1:{good.port} sent " in out
        assert "last: /semeq/m* 0.25" in out
        assert "semeq does not know /1/fader1 > choose the --surface" in lines[0]
        assert f"127.0.0.1:{other.port} sends what is no OSC (neither an OSC message" in lines[1]
        code, out = examine("--osc-port", str(port), "--surface", "touchosc-mk1", meanwhile=send)
        assert [f"127.0.0.1:{other.port} " in line for line in wrong(out)] == [True]


@is_alone
def test_a_daemon_that_runs(examine, tmp_path):
    """Where a daemon has the port it is asked, and goes on undisturbed."""
    daemon = Daemon(tmp_path, NO_JACK, "--osc-port", "0", "--osc-bind", "0.0.0.0", "--osc-allow", "127.0.0.1")
    try:
        daemon.wait_for("ready: OSC")
        port = int(daemon.log.rpartition("0.0.0.0:")[2].split()[0])
        with peer(port, HERE) as stranger:
            stranger.send("/semeq/flat")
        daemon.wait_for(f"{HERE} may not steer: name it with --osc-allow")
        code, out = examine("--osc-port", str(port))
        assert (code, wrong(out)) == (0, [])
        assert f"semeq-daemon runs on 127.0.0.1:{port} and answers within " in out
        assert "it says: 1 packets dropped from hosts that may not steer" in out
    finally:
        assert daemon.stop() == 0


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--surface", "x"), "unknown surface 'x'"),
        (("--host", "ardor", "--plugin", "ace-eq"), "unknown host 'ardor'; did you mean ardour?"),
        (("--host", "ardour"), "--host needs --plugin"),
        (("--osc-feedback", "here"), "--osc-feedback 'here' is not HOST:PORT"),
        (("--osc-allow", "phone"), "--osc-allow 'phone' is neither an address"),
        (("--config", "/none.toml"), "/none.toml: no such file"),
        (("--config", "CONFIG"), "unknown key 'oscc'; did you mean osc"),
    ],
)
def test_what_the_daemon_would_refuse(examine, tmp_path, options, complaint):
    """A wrong file or option is the first thing that is wrong; all else is looked at without it."""
    config = tmp_path / "mine.toml"
    config.write_text("[oscc]\nport = 1\n")
    port = free_port()
    code, out = examine("--osc-port", str(port), *(str(config) if word == "CONFIG" else word for word in options))
    assert code == 1
    assert complaint in wrong(out)[0]
    assert f"OSC port {port} on 127.0.0.1 is free" in out or "--osc-port" in options


@pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())
def test_controllers(examine, tmp_path):
    """A controller that is turned, one that is silent, one whose name is not there, one that nobody asked for."""
    with jack_server(tmp_path / "jackd.log") as jack:
        controllers = [Controller("Knobs"), Controller("Pads")]
        osc = ("--osc-port", str(free_port()))
        try:
            turn = lambda: controllers[0].turn(21, 64)  # noqa: E731
            seen = {"environment": jack.environment, "seconds": 1.5}
            code, out = examine("--midi", "knobs", *osc, **seen, meanwhile=turn)
            assert (code, wrong(out)) == (0, [])
            assert "MIDI over jack: inputs Knobs:out, Pads:out" in out
            assert "'Knobs:out' sent " in out
            assert "last: control_change channel=0 control=21 value=64" in out
            code, out = examine("--midi", "pads", *osc, **seen, meanwhile=turn)
            assert (code, len(wrong(out))) == (1, 1)
            assert "Nothing came from 'Pads:out' in 1.5 s > turn a knob while this runs" in out
            code, out = examine("--midi", "knubs", *osc, **seen)
            assert (code, len(wrong(out))) == (1, 1)
            assert (
                "No MIDI input is called 'knubs' > plug it in and switch it on, or name one of: Knobs:out, Pads:out"
                in out
            )
            code, out = examine("--midi", "knobs", "--midi", "pads", *osc, **seen, meanwhile=turn)
            assert [line[:30] for line in wrong(out)] == ["!!  Nothing came from 'Pads:ou"]
            code, out = examine(*osc, **seen, meanwhile=turn)
            assert (code, wrong(out)) == (0, [])
            assert "semeq was not told to listen to it: say --midi 'Knobs:out'" in out
            code, out = examine("--midi", "o", *osc, **seen)
            assert "--midi 'o' means 2 ports: 'Knobs:out', 'Pads:out'" in wrong(out)[0]
        finally:
            for controller in controllers:
                controller.close()


@pytest.mark.skipif(bool(missing_scsynth()), reason=missing_scsynth())
def test_all_is_well(examine, monkeypatch):
    """A knob that is turned, a phone that speaks, a real host that answers: nothing is wrong."""
    port = free_port()
    with Scsynth() as synth, peer(port) as phone:
        for name, value in synth._jack.environment.items():
            monkeypatch.setenv(name, value)
        controller = Controller("Knobs")

        def play():
            controller.turn(21, 64)
            phone.send("/semeq/morph", "f", 0.5)

        host = ("--host", "scsynth", "--plugin", "scsynth-eq", "--track", str(synth.node))
        try:
            code, out = examine(
                *("--midi", "knobs", "--osc-port", str(port), *host, "--send", f"127.0.0.1:{synth.osc_port}"),
                seconds=2.0,
                environment=synth._jack.environment,
                meanwhile=play,
            )
        finally:
            controller.close()
    assert (code, wrong(out)) == (0, [])
    assert out.endswith("All is well.\n")
    assert f"SuperCollider scsynth answers on 127.0.0.1:{synth.osc_port}" in out
    assert out.count("last: ") == 2


def test_what_is_noted_is_not_called_well(examine):
    """Where nothing answers and nothing was asked for, nothing is wrong, and not all is well either."""
    code, out = examine("--osc-port", "0")
    assert (code, wrong(out)) == (0, [])
    assert "All is well" not in out
    assert "Nothing that was asked for is wrong; see what is marked --" in out


# -- what cannot be made here -----------------------------------------------------------------------------------------

JACK = MidiSystem("jack", ("Knobs",), ())
FREE = OscPlace("127.0.0.1", 9000, "free")
STRANGER = Heard("10.0.0.9:1", 3, "/x")
ARDOUR = HostFound("Ardour", "127.0.0.1:3819", "ACE EQ", "track 1 · slot 2", answers=True, asked_for_plugin=True)


def said(**found):
    """The marks and sentences for some findings."""
    return [(line.mark, f"{line.text} > {line.fix}") for line in diagnose(Findings(5.0, ("192.168.1.2",), **found))]


@pytest.mark.parametrize(
    "error",
    [
        "MidiInWinMM::openPort: error creating Windows MM MIDI input port.",
        "snd_rawmidi_open: Device or resource busy",
        "MMSYSERR_ALLOCATED: the specified resource is already allocated",
        "The device is already in use by another application",
    ],
)
def test_ports_that_are_held(error):
    """What Windows, ALSA and others say where another program has a port is recognised."""
    assert is_held(error)
    ((_, _), (mark, text)) = said(systems=(JACK,), wanted=("kn",), midi=(Heard("Knobs", trouble=error),))
    assert mark == "wrong"
    assert text.startswith(f"MIDI port 'Knobs' is held by another program ({error}) > take it out of your DAW's MIDI")


@pytest.mark.parametrize("error", ["no such device", "JACK server not running", "invalid port number"])
def test_ports_that_are_not_held(error):
    """Other errors are given as they are."""
    assert not is_held(error)
    assert ("wrong", f"MIDI port 'Knobs' cannot be opened ({error}) > plug it in again") in said(
        systems=(JACK,), wanted=("kn",), midi=(Heard("Knobs", trouble=error),)
    )


@pytest.mark.parametrize(
    ("found", "mark", "text"),
    [
        (
            {"systems": (MidiSystem("alsa"), JACK), "wanted": ("knobs",), "missing": (Missing("knobs", "", "jack"),)},
            "wrong",
            "'knobs' is an input of jack, but semeq takes alsa first > --midi-api jack",
        ),
        (
            {"osc": FREE, "feedback": ("192.168.1.20:9001",)},
            "wrong",
            "192.168.1.20 is another machine, but semeq listens on 127.0.0.1",
        ),
        (
            {
                "osc": OscPlace("0.0.0.0", 9000, "free"),
                "peers": (Heard("10.0.0.9:1", 3, "/x"),),
                "not_allowed": ("10.0.0.9:1",),
            },
            "wrong",
            "10.0.0.9:1 sent 3 messages, but is not among those who may steer > add --osc-allow 10.0.0.9",
        ),
        ({"osc": OscPlace("127.0.0.1", 0, "free")}, "note", "semeq takes any free OSC port"),
        ({"osc": OscPlace("127.0.0.1", 9000, "taken")}, "wrong", "is taken by another program > end it, or choose"),
        (
            {"osc": OscPlace("127.0.0.1", 9000, "daemon", reach_ms=0.5, says=(("12 dropped", False),))},
            "note",
            "it says: 12 dropped",
        ),
        (
            {"osc": OscPlace("127.0.0.1", 9000, "daemon", says=(("ok", False), ("pad is gone", True)))},
            "wrong",
            "it says: pad is gone",
        ),
        ({"hosts": (ARDOUR,)}, "wrong", "Ardour answers, but knows no plug-in at track 1 · slot 2 > put ACE EQ there"),
        (
            {"hosts": (HostFound("REAPER", "127.0.0.1:8000", "ReaEQ", "", can_answer=False, notes="Preferences"),)},
            "note",
            "REAPER on 127.0.0.1:8000 never answers; nothing says that it is not there > Preferences",
        ),
    ],
)
def test_sentences(found, mark, text):
    """What was found becomes a sentence and what helps."""
    assert any(mark == m and text in t for m, t in said(**found)), said(**found)


def test_another_plug_in_than_expected():
    """The host's own complaint is passed on."""
    problem = "Ardour track 1 · slot 2 has no 'Freq 1': is it ACE EQ?"
    *_, (mark, text) = said(hosts=(replace(ARDOUR, problem=problem),))
    assert (mark, text.startswith(problem)) == ("wrong", True)
    *_, (mark, text) = said(hosts=(replace(ARDOUR, is_right=True),))
    assert (mark, text.split(" > ")[0]) == ("well", "Ardour answers on 127.0.0.1:3819, and track 1 · slot 2 is ACE EQ")


def test_who_holds_a_port(tmp_path):
    """A table of sockets that cannot be read, or has nobody, names nobody."""
    assert holder(9000, tmp_path) == ""
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "udp").write_text("head\n 1: 0100007F:2328 0:0 07 0:0 00:0 0 0 0 4711 2 0 0\n")
    folder = tmp_path / "77" / "fd"
    folder.mkdir(parents=True)
    (tmp_path / "77" / "comm").write_text("ardour\n")
    (folder / "5").symlink_to("socket:[4711]")
    (tmp_path / "78").mkdir()
    assert (holder(9000, tmp_path), holder(9001, tmp_path)) == ("ardour (process 77)", "")
