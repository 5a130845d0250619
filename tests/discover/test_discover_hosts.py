"""Running hosts are asked for their equalisers, and unknown ones are mapped from what they display."""

import io
import os
import pty
import subprocess
import sys
import time
import tomllib
from contextlib import closing

import pytest
from ardour_said import PLUGINS, TRANSCRIPT
from peer_bitwig import Bitwig
from peer_live import Live
from peer_mixer import Mixer
from peer_plugins import EqEight, ProQ3, ReaEq
from peer_reaper import Reaper
from peer_scenes import with_reply_port
from peers import free_port, message, running
from semeq.daemon.app.config import Config, config_folder, mapping_folders
from semeq.daemon.commands import tools
from semeq.daemon.commands.targets import file_name, remember
from semeq.daemon.discover.conversation import Round
from semeq.daemon.discover.devices import devices
from semeq.daemon.discover.parameters import parameters
from semeq.daemon.discover.selfmap import BELL, HIGH, LOW
from semeq.daemon.discover.talk import talk
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.errors import MappingError, TomlFileError
from semeq.daemon.host.host_file import Host
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import Osc, parse
from semeq.daemon.toml.reader import read_toml


class Displaying(EqEight):
    """EQ Eight with the displays that Live has: units, and names of types."""

    types = ("Low Cut 48", "Low Cut 12", "Low Shelf", "Bell", "Notch", "High Shelf", "High Cut 12", "High Cut 48")

    def shown(self, index):
        """A value as Live shows it."""
        value, name = self.values[index], self.names[index]
        if "Type" in name:
            return self.types[round(value)]
        if "On" in name:
            return "On" if value else "Off"
        if "Gain" in name:
            return f"{value:.2f} dB"
        if "Resonance" in name:
            return f"{0.1 * 180**value:.2f}"
        return super().shown(index)


class DisplayingBitwig(Bitwig):
    """EQ+ with a unit behind each value, and laws of its own."""

    def _flush(self, everything=False):
        now = {"/track/selected/name": "Audio 1"}
        for (what, n), value in self.effect.values.items():
            x, address = value / 16383, f"/eq/{what}/{n}"
            texts = {
                "freq": f"{20 * 1000**x / 1000:.3f} kHz",
                "gain": f"{48 * x - 24:+.2f} dB",
                "q": f"{0.1 * 400**x:.3f}",
            }
            now |= {f"{address}/name": what, f"{address}/value": value, f"{address}/valueStr": texts[what]}
        for address, value in now.items():
            if everything or self._told.get(address) != value:
                self.send(message(address, value), self._to)
        self._told = now


class NamedMixer(Mixer):
    """A mixer whose first channels have names."""

    def handle(self, heard):
        """Names of channels, and all else."""
        match heard.address.split("/")[1:]:
            case ["ch", channel, "config", "name"]:
                self.send(message(heard.address, {"01": "Vox", "07": "Bass"}.get(channel, "")), heard.sender)
            case _:
                super().handle(heard)


class NamedReaper(Reaper):
    """REAPER with semeq's pattern file: names of tracks and effects are told when it is refreshed."""

    def handle(self, heard):
        """Names, and all else."""
        if heard.address == "/action/41743":
            for track in sorted({track for track, _ in self.effects}):
                self.send(message(f"/track/{track}/name", f"Track {track}"), self._device)
            for (track, slot), effect in self.effects.items():
                self.send(message(f"/track/{track}/fx/{slot}/name", effect.name), self._device)
        super().handle(heard)


class DisplayingProQ(ProQ3):
    """Pro-Q 3 with displays of the kind that it has."""

    def shown(self, index):
        """Units, and names of shapes."""
        value, name = self.values[index], self.names[index]
        word = name.split(" ", 2)[-1]
        if word in ("Used", "Enabled"):
            return {"Used": ("Unused", "Used"), "Enabled": ("Bypassed", "Enabled")}[word][value >= 0.5]
        if word == "Shape":
            shapes = (
                "Bell",
                "Low Shelf",
                "Low Cut",
                "High Shelf",
                "High Cut",
                "Notch",
                "Band Pass",
                "Tilt Shelf",
                "Flat Tilt",
            )
            return shapes[round(value * 8)]
        if word == "Frequency":
            return f"{10 * 3000**value:.2f} Hz"
        if word == "Gain":
            return f"{60 * value - 30:+.2f} dB"
        return f"{0.025 * 1600**value:.3f}" if word == "Q" else "-"


@pytest.fixture
def call(monkeypatch, capsys):
    """Run `semeq targets …`; returns its exit code and what it wrote to both streams."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["semeq", "targets", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            tools.main()
        return ended.value.code, *capsys.readouterr()

    return call


def own_host(name):
    """The host's file in the user's own folder, with a reply port that is free; returns the port."""
    folder, port = mapping_folders()[0] / "hosts", free_port()
    folder.mkdir(parents=True, exist_ok=True)
    with_reply_port(folder, name, port)
    return port


def test_live_is_listed_and_mapped_by_its_displays(call):
    """Two tracks are listed; the unknown EQ is moved, read, put back, and its file says what the shipped one says."""
    reply = own_host("ableton")
    eq = Displaying()
    eq.name = "My EQ"
    eq.values[6:9] = [0.7, -3.0, 0.2]
    before = list(eq.values)
    with running(Live([("Drums", []), ("Voice", [EqEight(), eq])], reply)) as live:
        to = ("--host", "ableton", "--send", f"127.0.0.1:{live.port}")
        code, out, _ = call(*to)
        assert code == 0
        assert "2 Voice  1     EQ Eight  eq-eight\n" in out
        assert "2 Voice  2     My EQ     none\n" in out
        assert f"  1  semeq-daemon --host ableton --plugin eq-eight --track 2 --slot 1 {to[2]} {to[3]}\n" in out
        code, out, err = call(*to, "--map", 2, 2, "--save", "My Own EQ")
        assert (code, err) == (0, "")
        assert "semeq-daemon --host ableton --plugin my-own-eq --track 2 --slot 2" in out  # as the file is called
    assert eq.values == pytest.approx(before)
    assert live.complaints == []
    made, shipped = load(Plugin, "my-own-eq", mapping_folders()), load(Plugin, "eq-eight")
    assert [slot.kind for slot in made.bands] == [LOW, BELL, BELL, BELL, HIGH]
    for ours, theirs in zip(made.bands, shipped.bands, strict=True):
        parts = ((ours.frequency, theirs.frequency), (ours.gain, theirs.gain), (ours.q, theirs.q))
        for own, known in parts:
            assert (own.name, own.index, own.unit, own.sent) == (known.name, known.index, known.unit, known.sent)
            assert type(own.law) is type(known.law)
            assert (own.law.min, own.law.max) == pytest.approx((known.law.min, known.law.max), rel=0.002)
        own, known = ({p.name: (p.index, p.natural, p.sent) for p in slot.set} for slot in (ours, theirs))
        assert own == known


def test_bitwig_is_listed_and_mapped_by_its_displays(call):
    """EQ+ of the selected track: whole numbers out, displays in, values put back."""
    reply = own_host("bitwig")
    with running(DisplayingBitwig(reply)) as bitwig:
        bitwig.effect.values["gain", 2] = 5000
        to = ("--host", "bitwig", "--send", f"127.0.0.1:{bitwig.port}")
        code, out, _ = call(*to)
        assert (code, "1 Audio 1  1     EQ+      bitwig-eq-plus" in out) == (0, True)
        code, out, err = call(*to, "--map", 1, 1, "--save", "eq-plus")
        assert (code, err) == (0, "")
        assert bitwig.effect.values["gain", 2] == 5000
        assert set(bitwig.effect.values.values()) == {5000, 8192}
    made, shipped = load(Plugin, "eq-plus", mapping_folders()), load(Plugin, "bitwig-eq-plus")
    for ours, theirs in zip(made.bands, shipped.bands, strict=True):
        assert ours.kind is theirs.kind
        assert ours.set == theirs.set
        for own, known in ((ours.frequency, theirs.frequency), (ours.gain, theirs.gain), (ours.q, theirs.q)):
            assert (own.symbol, own.unit, type(own.law)) == (known.symbol, known.unit, type(known.law))
            assert (own.law.min, own.law.max) == pytest.approx((known.law.min, known.law.max), rel=1e-3)


def test_reaper_is_listed_and_its_reaeq_mapped(call):
    """ReaEQ's names have the part first and then the band; its gain's law is nobody's formula and becomes a table."""
    reply = own_host("reaper")
    eq = ReaEq()
    before = list(eq.values)
    with running(NamedReaper({(2, 3): eq, (0, 1): ReaEq()}, reply)) as reaper:
        to = ("--host", "reaper", "--send", f"127.0.0.1:{reaper.port}")
        code, out, _ = call(*to)
        assert (code, "2 Track 2  3     VST: ReaEQ (Cockos)  reaeq\n" in out) == (0, True)
        code, _, err = call(*to, "--map", 2, 3, "--save", "my-reaeq")
        assert (code, err) == (0, "")
        assert reaper.complaints == []
        assert reaper.open_edits == set()
    assert eq.values == pytest.approx(before, abs=1e-6)
    made, shipped = load(Plugin, "my-reaeq", mapping_folders()), load(Plugin, "reaeq")
    own = {slot.frequency.name: slot for slot in made.bands}
    assert len(own) == 5
    for slot in shipped.bands:
        mine = own[slot.frequency.name]
        assert mine.kind is slot.kind
        for ours, theirs in ((mine.frequency, slot.frequency), (mine.gain, slot.gain), (mine.q, slot.q)):
            assert (ours.name, ours.index) == (theirs.name, theirs.index)
        assert (mine.gain.unit, mine.q.unit) == ("db", "octaves")
        for hz in (30.0, 100.0, 1000.0, 9000.0):
            assert mine.frequency.law.to_normalized(hz) == pytest.approx(slot.frequency.law.to_normalized(hz), abs=2e-3)
        for db in (-12.0, -3.0, 0.0, 3.0, 11.0):
            # The peer displays tenths of a dB.
            position = slot.gain.law.to_normalized(10 ** (db / 20))
            assert mine.gain.law.to_value(position) == pytest.approx(db, abs=0.1)


def test_switches_and_shapes_are_read_from_their_displays(call):
    """Pro-Q 3's bands must be used and enabled, and have a shape: all by their labels."""
    reply = own_host("reaper")
    effect = DisplayingProQ()
    before = list(effect.values)
    with running(NamedReaper({(1, 1): effect}, reply)) as reaper:
        to = ("--host", "reaper", "--send", f"127.0.0.1:{reaper.port}")
        code, _, err = call(*to, "--map", 1, 1, "--save", "my-pro-q")
        assert (code, err, reaper.complaints) == (0, "", [])
    assert effect.values == pytest.approx(before, abs=1e-6)
    made, shipped = load(Plugin, "my-pro-q", mapping_folders()), load(Plugin, "pro-q-3")
    for ours, theirs in zip(made.bands, shipped.bands, strict=False):
        assert (ours.kind, ours.frequency.index, ours.gain.index, ours.q.index) == (
            theirs.kind,
            *(part.index for part in (theirs.frequency, theirs.gain, theirs.q)),
        )
        assert {(p.name, p.index, p.law.to_normalized(p.natural)) for p in ours.set} == {
            (p.name, p.index, p.law.to_normalized(p.natural)) for p in theirs.set
        }
        for own, known in ((ours.frequency, theirs.frequency), (ours.gain, theirs.gain), (ours.q, theirs.q)):
            assert type(own.law) is type(known.law)
            assert (own.law.min, own.law.max) == pytest.approx((known.law.min, known.law.max), rel=2e-3)


def test_a_display_that_says_nothing_is_refused_and_all_is_put_back(call):
    """The peer's own displays are numbers without meaning; the values are as they were."""
    reply = own_host("bitwig")
    with running(Bitwig(reply)) as bitwig:
        code, _, err = call("--host", "bitwig", "--send", f"127.0.0.1:{bitwig.port}", "--map", 1, 1, "--save", "x")
        assert code == 2
        assert "EQ+ shows no band with a frequency and a gain" in err
        assert set(bitwig.effect.values.values()) == {8192}


def test_a_mixer_is_listed(call):
    """Channels with their names, one message every 20 ms or so, none lost."""
    with running(NamedMixer(16, echoes=False)) as mixer:
        code, out, _ = call("--host", "xair", "--send", f"127.0.0.1:{mixer.port}")
    assert code == 0
    assert mixer.lost == mixer.complaints == []
    assert "1 Vox   1     X32 channel EQ  x32-channel\n" in out
    assert f"--host xair --plugin x32-channel --track 16 --slot 1 --send 127.0.0.1:{mixer.port}\n" in out


def answers_of(conversation, host):
    """Hold a conversation with a function from a message to answers; returns what was learnt."""
    asked = next(conversation)
    try:
        while True:
            asked = conversation.send([answer for sent in asked.messages for answer in host(sent)])
    except StopIteration as end:
        return end.value


def test_ardour_as_it_was_heard():
    """The transcript of a real Ardour, asked by the conversation: the same parameters."""
    lines = [parse(line) for line in TRANSCRIPT.read_text(encoding="utf-8").splitlines()]
    names = {line.arguments[0]: line.arguments[2] for line in lines if line.address == "/strip/plugin/list"}

    def ardour(sent):
        if sent.address == "/set_surface":
            return [Osc("/strip/name", (track, f"Track {track}")) for track in names]
        place = sent.arguments[:1] if sent.address == "/strip/plugin/list" else sent.arguments[:2]
        return [
            line for line in lines if line.address.startswith(sent.address) and line.arguments[: len(place)] == place
        ]

    host = load(Host, "ardour")
    found = answers_of(devices("ardour", host), ardour)
    assert [(device.track, device.track_name, device.slot, device.name) for device in found] == [
        (track, f"Track {track}", 1, name) for track, name in names.items()
    ]
    for device in found:
        assert answers_of(parameters("ardour", host, device.track, device.slot), ardour) == PLUGINS[device.name]


@pytest.mark.parametrize("name", ["reaper-fxeq", "mod-host", "midi-cc", "osc"])
def test_hosts_that_cannot_be_asked(call, name):
    """They say so, in one line."""
    code, _, err = call("--host", name, "--send", "127.0.0.1:9")
    assert (code, err.count("\n")) == (2, 1)
    assert "cannot be asked" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "ardor"), "unknown host 'ardor'; did you mean ardour?"),
        (("--host", "ardour", "--send", "here"), "--send 'here' is not HOST:PORT"),
        (("--host", "ardour", "--save", "x"), "--save and --kinds go with --map TRACK SLOT"),
        ((), "Missing option '--host'"),
    ],
)
def test_wrong_options(call, words, said):
    """One line, exit code 2."""
    code, _, err = call(*words)
    assert (code, said in err) == (2, True)


def test_nobody_at_the_port(call):
    """No host there: one line that says what helps."""
    code, _, err = call("--host", "ardour", "--send", f"127.0.0.1:{free_port()}")
    assert (code, err.count("\n")) == (2, 1)
    assert "nobody listens at 127.0.0.1:" in err


def test_somebody_who_does_not_answer(call):
    """A port that is open but silent."""
    with running(NamedMixer(1, echoes=False)) as mixer:
        code, _, err = call("--host", "ardour", "--send", f"127.0.0.1:{mixer.port}")
    assert code == 2
    assert f"no answer from Ardour at 127.0.0.1:{mixer.port}" in err


def test_kinds_that_do_not_exist(call):
    """What the bands are is said in semeq's words, and checked before anything is moved."""
    reply = own_host("bitwig")
    with running(DisplayingBitwig(reply)) as bitwig:
        code, _, err = call("--host", "bitwig", "--send", f"127.0.0.1:{bitwig.port}", "--map", 1, 1, "--kinds", "shelf")
        assert bitwig.heard == []
    assert (code, "--kinds takes low-shelf, bell, high-shelf, not 'shelf'" in err) == (2, True)


def test_without_an_answer_nothing_is_saved(call, monkeypatch):
    """Where nobody is there to agree, the file is shown only; another one of that name is not replaced either."""
    reply = own_host("bitwig")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    path = mapping_folders()[0] / "plugins" / "eq.toml"
    with running(DisplayingBitwig(reply)) as bitwig:
        line = ("--host", "bitwig", "--send", f"127.0.0.1:{bitwig.port}", "--map", 1, 1)
        code, out, _ = call(*line)
        assert (code, "Not saved; --save NAME saves it." in out, path.exists()) == (0, True, False)
        path.parent.mkdir(parents=True)
        path.write_text("mine")
        code, _, err = call(*line, "--save", "eq")
        assert (code, path.read_text()) == (2, "mine")
        assert f"left out: {path}: not valid TOML" in err
        assert f"{path} is there already and stays as it is" in err
        assert call(*line, "--save", "eq", "--yes")[0] == 0
    assert len(load(Plugin, "eq", mapping_folders()).bands) == 5


def test_what_was_moved_is_put_back_when_the_conversation_breaks_off():
    """Whatever goes wrong in between, the last messages are those that put things back."""

    def conversation():
        yield Round([Osc("/xinfo")], undo=[Osc("/ch/01/eq/1/g", (0.5,))])
        raise MappingError("enough")

    with running(NamedMixer(1, echoes=False)) as mixer:
        with pytest.raises(MappingError, match="enough"):
            talk(load(Host, "x32"), ("127.0.0.1", mixer.port), conversation())
        for _ in range(100):
            if len(mixer.heard) == 2:
                break
            time.sleep(0.02)
    assert [heard.address for heard in mixer.heard] == ["/xinfo", "/ch/01/eq/1/g"]


def test_a_choice_on_a_terminal_is_remembered(tmp_path):
    """On a terminal the user picks a number and agrees; what stood in semeq.toml stays."""
    folder = config_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "semeq.toml").write_text('# mine\nterms = ["warm", "bright"]\n')
    master, slave = pty.openpty()
    with running(NamedMixer(16, echoes=False)) as mixer, closing(os.fdopen(master, "r+b", buffering=0)) as terminal:
        to = f"127.0.0.1:{mixer.port}"
        command = [sys.executable, "-m", "semeq.daemon.commands.tools", "targets", "--host", "xair", "--send", to]
        run = "import sys; from semeq.daemon.commands.tools import main; main()"
        command[1:3] = ["-c", run]
        process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=dict(os.environ))
        os.close(slave)
        seen = b""
        for until, answer in ((b"Enter for none)", b"7\n"), (b"[y/N]", b"y\n"), (b"alone is enough", b"")):
            while until not in seen:
                seen += os.read(terminal.fileno(), 4096)
            seen = b""
            os.write(terminal.fileno(), answer)
        assert process.wait(timeout=20) == 0
    text = (folder / "semeq.toml").read_text()
    assert text.startswith('# mine\nterms = ["warm", "bright"]\n')
    (target,) = read_toml(folder / "semeq.toml", Config).targets
    assert (target.host, target.plugin, target.track, target.slot, target.send) == ("xair", "x32-channel", 7, 1, to)


def test_what_cannot_be_added_is_said(tmp_path):
    """A file that has its targets in one line stays as it is, and the user is told what to write."""
    path = tmp_path / "semeq.toml"
    path.write_text("targets = []\n")
    with pytest.raises(TomlFileError, match=r"nothing can be added: .*write it yourself: \[\[targets\]\] host = \"x\""):
        remember(path, '[[targets]]\nhost = "x"\nplugin = "y"\n')
    assert path.read_text() == "targets = []\n"
    path.unlink()
    remember(path, '[[targets]]\nhost = "x"\nplugin = "y"\n')
    assert tomllib.loads(path.read_text()) == {"targets": [{"host": "x", "plugin": "y"}]}


@pytest.mark.parametrize(
    ("name", "file"), [("EQ4Q Mono", "eq4q-mono"), ("../x", "x"), ("Ünder", "nder"), ("???", "my-eq")]
)
def test_file_names(name, file):
    """Only letters, digits and dashes, never another folder."""
    assert file_name(name) == file


def test_a_plugin_that_is_not_there(call):
    """A wrong slot is said before anything is moved."""
    reply = own_host("bitwig")
    with running(DisplayingBitwig(reply)) as bitwig:
        code, _, err = call("--host", "bitwig", "--send", f"127.0.0.1:{bitwig.port}", "--map", 3, 1)
    assert (code, "no plug-in on track 3 in slot 1" in err) == (2, True)
    with pytest.raises(MappingError, match="does not show a plug-in's parameters"):
        parameters("x32", load(Host, "x32"), 1, 1)
