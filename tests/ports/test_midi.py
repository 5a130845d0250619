"""The MIDI input: which port is meant, and how it is kept."""

from types import SimpleNamespace

import pytest
from semeq.daemon.errors import PortError
from semeq.daemon.messages.types import MidiPort, Note
from semeq.daemon.ports import controller_ports as cables
from semeq.daemon.ports import midi_client as port_watch
from semeq.daemon.ports import midi_out
from semeq.daemon.ports import plugged as plugging
from semeq.daemon.ports.doubt import WITHIN_S
from semeq.daemon.ports.midi_client import POLL_S, REST_S
from semeq.daemon.ports.midi_in import MidiInput, find, short_name
from semeq.daemon.ports.midi_out import MidiOutput

ALSA = ["Midi Through:Midi Through Port-0 14:0", "Controller 1:Controller 1 MIDI 1 20:0", "Box:Box MIDI 1 24:0"]
RENUMBERED = "Controller 1:Controller 1 MIDI 1 28:0"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Controller 1:Controller 1 MIDI 1 20:0", "Controller 1:Controller 1 MIDI 1"),
        ("Controller 1 128:15", "Controller 1"),
        ("system:midi_capture_1", "system:midi_capture_1"),
        ("Box 20:0 in", "Box 20:0 in"),
        ("", ""),
    ],
)
def test_short_names(name, short):
    """ALSA's client and port numbers, which change, are taken off, and nothing else."""
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("wanted", "names", "found"),
    [
        ("Controller 1", ALSA, ALSA[1]),
        ("controller", ALSA, ALSA[1]),
        ("BOX", ALSA, ALSA[2]),
        ("Box:Box MIDI 1", ALSA, ALSA[2]),
        ("Box:Box MIDI 1 24:0", ALSA, ALSA[2]),
        ("20:0", ALSA, ALSA[1]),
        ("nothing", ALSA, None),
        ("Box", [], None),
        ("Box", ["Box", "Box 2", "My Box"], "Box"),
        ("box", ["Box 20:0", "Box 2 24:0"], "Box 20:0"),
        ("Box 20:0", ["Box 20:0", "Box 24:0"], "Box 20:0"),
    ],
)
def test_finding(wanted, names, found):
    """A part of the name in any case will do, and the whole name wins over a part of another."""
    assert find(wanted, names) == found


@pytest.mark.parametrize(
    ("wanted", "names"), [("midi", ALSA), ("Box", ["Box 20:0", "Box 24:0"]), ("b", ["Box 1", "Box 2"])]
)
def test_two_matches_are_listed(wanted, names):
    """Where several are meant, all of them are named, and what helps."""
    with pytest.raises(PortError) as caught:
        find(wanted, names)
    assert f"--midi {wanted!r} means {len(names)} ports: " in str(caught.value)
    assert all(repr(name) in str(caught.value) for name in names)


class System:
    """A MIDI system: its ports, which of them refuses to be opened, and its clients."""

    def __init__(self, *names):
        self.names = list(names)
        self.is_there = True
        self.refusing = ""
        self.clients = []
        self.plugged = {}

    def connect(self, _api, _direction, before):
        """A new client."""
        if not self.is_there:
            raise PortError("no jack MIDI system answers")
        before("jack")
        self.clients.append(Client(self))
        return self.clients[-1]

    def send(self, name, data):
        """Let a port send something to all that are connected to it."""
        for client in self.clients:
            if client.port == name:
                client.on_bytes(data)

    @property
    def opened(self):
        """Which ports somebody is connected to."""
        return [client.port for client in self.clients if client.port]


class Client:
    """A client of that system, as small as ``RtMidi`` allows."""

    api = "jack"
    port = ""

    def __init__(self, system):
        self.system = system

    def names(self):
        """What it could be connected to."""
        return list(self.system.names)

    def plugged(self, name):
        """Which device that is."""
        return self.system.plugged.get(name, (0, 0))

    def open(self, name, on_bytes=None):
        """Connect to a port."""
        assert not self.port
        if name == self.system.refusing:
            raise PortError(f"MIDI port {name!r} cannot be opened")
        self.port, self.on_bytes = name, on_bytes

    def disconnect(self):
        """Let go of the port."""
        self.port = ""

    def close(self):
        """Let go of the system."""
        self.system.clients.remove(self)


class PresenceMonitor:
    """What says that the system has ended."""

    tells = True

    def __init__(self, on_end, on_ports, _on_xrun=None):
        self.end, self.changed = on_end, on_ports

    def wait_until_it_answers(self):
        """It does."""

    def close(self):
        """Look no longer."""


@pytest.fixture
def system(monkeypatch):
    """The MIDI system of one test."""
    system = System(*ALSA)
    monkeypatch.setattr(port_watch, "connect", system.connect)
    monkeypatch.setattr(port_watch, "JackWatch", PresenceMonitor)
    return system


@pytest.fixture
def heard():
    """What arrived."""
    return []


@pytest.fixture
def port(system, heard):
    """An input that waits for the controller."""
    return MidiInput("controller", "auto", lambda data, _at_s, name: heard.append((name, data)), lambda _: None)


def test_connecting(system, port, heard):
    """The port is opened, and its messages come under the name that the terminal shows: the one without numbers."""
    status = port._look()
    system.send(ALSA[1], [0xB0, 1, 64])
    assert status == MidiPort("controller", "Controller 1:Controller 1 MIDI 1")
    assert heard == [(status.port, [0xB0, 1, 64])]


def test_waiting(system, port):
    """Where the controller is not there, its name and those that are there are said, and it is found when it comes."""
    system.names = [ALSA[0], ALSA[2]]
    assert port._look() == MidiPort(
        "controller",
        trouble="No MIDI port is called 'controller' (there are: 'Midi Through:Midi Through Port-0', 'Box:Box MIDI 1');"
        " waiting for it",
    )
    system.names = []
    assert "(there are: none)" in port._look().trouble
    system.names = ALSA
    assert port._look() == MidiPort("controller", "Controller 1:Controller 1 MIDI 1")


def test_unplugging(system, port, heard):
    """A controller that is pulled out is said to be gone, and works again under another number."""
    port._look()
    system.names = [ALSA[0]]
    assert port._look() == MidiPort("controller", trouble="controller is gone; waiting for it")
    assert system.opened == []
    system.names = [ALSA[0], RENUMBERED]
    status = port._look()
    system.send(RENUMBERED, [0xB0, 1, 64])
    assert heard == [(status.port, [0xB0, 1, 64])]


def test_a_new_number_is_a_new_connection(system, port):
    """A controller that was pulled out and put back between two looks has another number, and is opened anew."""
    port._look()
    system.names = [ALSA[0], RENUMBERED]
    assert (port._look().port, system.opened) == ("Controller 1:Controller 1 MIDI 1", [RENUMBERED])


def test_plugged_in_again_between_two_looks(system, told):
    """It may have the number that it had: the device behind it is another one, so the port is opened anew, and once."""
    port, said = told
    system.plugged[ALSA[1]] = (12, 34)
    for _ in range(3):
        port._look_again()
    system.send(ALSA[1], [0xB0, 1, 64])
    assert said == [HERE, HERE, (HERE.port, [0xB0, 1, 64])]
    assert system.opened == [ALSA[1]]


def test_an_output_that_is_plugged_in_again(system):
    """Its lights and motors are told all again."""
    found, lost = [], []
    output = MidiOutput("controller", "auto", lambda: lost.append(1), lambda: found.append(1))
    output._look_first()
    output._look_again()
    assert (found, lost) == ([1], [])
    system.plugged[ALSA[1]] = (12, 34)
    for _ in range(3):
        output._look_again()
    assert (found, lost, system.opened) == ([1, 1], [], [ALSA[1]])


def test_which_device_is_behind_a_port(tmp_path, monkeypatch):
    """Each plugging makes the card's node anew; programs and the system's own ports have none."""
    monkeypatch.setattr(plugging, "NODES", tmp_path)
    assert plugging.plugged(ALSA[1]) == (0, 0)
    node = tmp_path / "controlC1"
    node.write_text("")
    first = plugging.plugged(ALSA[1])
    assert first == plugging.plugged("Controller 1:Controller 1 MIDI 2 23:1") != (0, 0)
    for other in ("Box:Box MIDI 1 24:0", "Timer 0:0", "Synth:in 129:0", "nanoKONTROL2"):
        assert plugging.plugged(other) == (0, 0)
    (tmp_path / "later").write_text("")
    (tmp_path / "later").replace(node)
    assert plugging.plugged(ALSA[1]) not in {first, (0, 0)}


def test_one_client_and_one_connection_are_enough(system, port, heard):
    """However often it looks, nothing piles up, and at the end nothing is left."""
    for _ in range(20):
        port._look()
    system.send(ALSA[1], [0xB0, 1, 64])
    assert (len(system.clients), len(heard)) == (1, 1)
    port.stop()
    assert system.clients == []


def test_a_port_that_refuses(system, port):
    """A port that another program holds is said, and tried again."""
    system.refusing = ALSA[1]
    assert port._look() == MidiPort("controller", trouble=f"MIDI port {ALSA[1]!r} cannot be opened; trying again")
    system.refusing = ""
    assert (port._look().trouble, system.opened) == ("", [ALSA[1]])


def test_a_system_that_ends(system, port, heard):
    """Where JACK's server ends, that is said, and the next one gets a new client."""
    port._look()
    (old,) = system.clients
    system.is_there = False
    port._watch._jack.end()
    assert port._look() == MidiPort("controller", trouble="no jack MIDI system answers; waiting for it")
    system.is_there = True
    assert port._look().port
    system.send(ALSA[1], [0xB0, 1, 64])
    assert (len(system.clients), len(heard), old in system.clients) == (1, 1, False)


def test_no_system_at_the_start(system, port):
    """A daemon that starts before the MIDI system waits for it."""
    system.is_there = False
    assert port._look() == MidiPort("controller", trouble="no jack MIDI system answers; waiting for it")
    system.is_there = True
    assert port._look().port == "Controller 1:Controller 1 MIDI 1"


def test_several_are_an_error_at_the_start(system):
    """A name that means several ports ends the start, with all of them listed."""
    with pytest.raises(PortError, match="means 3 ports"):
        MidiInput("midi", "auto", lambda *_: None, lambda _: None).start()


def test_every_system_that_was_tried_is_named(monkeypatch):
    """Where no MIDI system answers, each is said once."""

    def refuse(api, direction="in"):
        raise PortError(f"no {api} MIDI system answers")

    monkeypatch.setattr(port_watch, "RtMidi", refuse)
    monkeypatch.setattr(port_watch, "candidates", lambda _: ("alsa", "jack", "jack"))
    with pytest.raises(PortError) as caught:
        port_watch.connect("auto")
    assert str(caught.value) == "no alsa MIDI system answers; no jack MIDI system answers"


@pytest.fixture
def told(system):
    """An input, and all that it said in its order: states and messages."""
    told = []
    port = MidiInput("controller", "auto", lambda data, _at_s, name: told.append((name, data)), told.append)
    monkey = pytest.MonkeyPatch()
    monkey.setattr(port._watch, "start", lambda first, _: [first()])  # the test itself lets it look
    port.start()
    yield port, told
    monkey.undo()


HERE = MidiPort("controller", "Controller 1:Controller 1 MIDI 1")


def test_a_port_is_named_before_it_is_heard(system, monkeypatch):
    """A knob that is turned while the port is being opened is heard after the port has been named."""
    opens = Client.open

    def open_and_send(client, name, on_bytes):
        opens(client, name, on_bytes)
        on_bytes([0xB0, 1, 64])

    monkeypatch.setattr(Client, "open", open_and_send)
    told = []
    port = MidiInput("controller", "auto", lambda data, _at_s, name: told.append((name, data)), told.append)
    port.start()
    port.stop()
    assert told == [HERE, (HERE.port, [0xB0, 1, 64])]


def test_a_port_that_is_opened_anew_is_news(system, told):
    """Its state is the same, but its controls may have been moved; without that, nothing is said twice."""
    port, said = told
    port._look_again()
    assert said == [HERE]
    system.names = [ALSA[0], RENUMBERED]
    port._look_again()
    port._look_again()
    assert said == [HERE, HERE]


def test_a_port_that_refuses_is_said_once(system, told):
    """However often it is tried."""
    port, said = told
    system.refusing, system.names = RENUMBERED, [RENUMBERED]
    for _ in range(3):
        port._look_again()
    assert [state.port for state in said] == [HERE.port, ""]
    system.refusing = ""
    port._look_again()
    assert said[2:] == [HERE]


@pytest.fixture
def clock(monkeypatch):
    """The time in seconds, which stands still."""
    clock = SimpleNamespace(now_s=100.0)
    for module in (port_watch, midi_out):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now_s))
    return clock


@pytest.fixture
def rests_s(clock):
    """Gives a port's client a turn; says for how long it rests afterwards."""

    def rests_s(client):
        assert client.turn()
        return round(client.due_s - clock.now_s, 6)

    return rests_s


@pytest.mark.parametrize(("tells", "seconds"), [(True, REST_S), (False, POLL_S)])
@pytest.mark.parametrize("there", [ALSA, [ALSA[0]]])
def test_who_is_told_of_ports_does_not_look(system, port, monkeypatch, rests_s, there, tells, seconds):
    """Where JACK tells when a port comes or goes, nobody looks each second, whether the port is there or not."""
    monkeypatch.setattr(PresenceMonitor, "tells", tells)
    client, system.names = port._watch, there
    client._first = port._look_first
    assert [rests_s(client), rests_s(client), client.has_news] == [seconds, seconds, False]
    client._jack.changed()
    assert client.has_news


def test_an_output_rests_when_all_is_said(system, clock, rests_s):
    """It looks once more after it was connected, and then no more until JACK tells of something."""
    port = MidiOutput("controller", "auto", lambda: None)
    client = port._watch
    client._first = port._look_first
    assert rests_s(client) == WITHIN_S
    clock.now_s += WITHIN_S
    assert rests_s(client) == REST_S


@pytest.mark.parametrize("why", ["refused", "no system", "several"])
def test_what_has_failed_is_tried_again_each_second(system, port, rests_s, why):
    """JACK does not tell when a port would let itself be opened, nor when there is a server."""
    client = port._watch
    client._first = port._look_first
    client.turn()
    if why == "refused":
        system.refusing, system.names = RENUMBERED, [RENUMBERED]
    elif why == "no system":
        system.is_there = False
        client._jack.end()
    else:
        system.names = [*ALSA, RENUMBERED]
        client._jack.end()
    assert rests_s(client) == POLL_S
    system.refusing, system.names, system.is_there = "", ALSA, True
    assert rests_s(client) == REST_S
    assert system.opened == [ALSA[1]]


def test_what_is_shown_goes_to_the_port_that_is_there(system, monkeypatch):
    """A controller that is back under another name is not sent anything by its old one."""
    sent = []

    class Output:
        """Takes what is sent."""

        def __init__(self, wanted, *_):
            self.wanted = wanted

        def start(self, *_):
            """Nothing to do."""

        def stop(self, *_):
            """Nothing to do."""

        def send(self, data):
            """Keep it."""
            sent.append((self.wanted, bytes(data)))

    monkeypatch.setattr(cables, "MidiOutput", Output)
    both = cables.ControllerPorts(["controller", "box"], ["controller"], "auto", *[lambda *_: None] * 3)
    both.start()
    both.send(HERE.port, Note(0, 1, 2))
    both.send("Box:Box MIDI 1", Note(0, 1, 2))
    assert sent == [("controller", bytes([0x90, 1, 2]))]
    both._changed(MidiPort("controller", "Controller 1-01"))
    both.send(HERE.port, Note(0, 1, 3))
    both.send("Controller 1-01", Note(0, 1, 4))
    both.stop()
    assert sent[1:] == [("controller", bytes([0x90, 1, 4]))]
