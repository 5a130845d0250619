"""Files and names that somebody else has made: one line within a second, and nothing that moves a terminal."""

import asyncio
import os
import sys
import time

import msgspec
import numpy as np
import pytest
from osc_peer import osc_bytes
from safetensors.numpy import load, save
from semeq.daemon.app.config import Config
from semeq.daemon.commands import daemon as cli
from semeq.daemon.commands import tools
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.errors import TomlFileError
from semeq.daemon.messages.osc import decode
from semeq.daemon.messages.types import Line, printable
from semeq.daemon.toml.reader import LARGEST, parse_toml, read_toml
from semeq.model import ModelError
from semeq.model.store import _shipped
from semeq.model.store import load as load_model

AT_MOST_S = 5.0
"""A second is what it takes; a machine that is busy is given more. Before, the slowest took 40."""
COMMANDS = {"semeq": tools.main, "semeq-daemon": cli.main}
EVIL = "a\x1b[2J\x9b31m\u202eb\x07\u2066c\nd"
CLEAN = "a�[2J�31m�b��c�d"
BAND = """
[[bands]]
kind = "peaking"
frequency = { name = "f%d", index = %d, unit = "hz", law = { kind = "log", min = 20, max = 20000 } }
gain = { name = "g%d", index = %d, unit = "db", law = { kind = "linear", min = -18, max = 18 } }
fixed_q = 1.0
"""


@pytest.fixture
def call(monkeypatch, capsys):
    """Run a command as from a shell; no daemon starts. Returns its exit code and what it wrote, and keeps the time."""
    monkeypatch.setattr(cli, "App", lambda *_, **__: pytest.fail("the daemon has started"))

    def call(*words):
        monkeypatch.setattr(sys, "argv", list(words))
        start_s = time.monotonic()
        with pytest.raises(SystemExit) as ended:
            COMMANDS[words[0]]()
        assert time.monotonic() - start_s < AT_MOST_S
        return ended.value.code, *capsys.readouterr()

    return call


def is_one_line(code, err):
    """Whether a command has ended as it should where a file is wrong."""
    return code == 2 and err.count("\n") == 1 and "Traceback" not in err and err[:-1].isprintable() and len(err) < 2000


def plugin_of(bands):
    """A plug-in file with so many bands."""
    text = "".join(BAND % (n, 2 * n, n, 2 * n + 1) for n in range(bands))
    return f'name = "Many"\nverified = "guess: many"\n{text}'


FILES = {
    "20,000 bands": plugin_of(20_000),
    "as many bands as fit": plugin_of(900),
    "deep nesting": "bands = " + "[" * 5000 + "]" * 5000,
    "deeper nesting": "bands = " + "[" * 100_000,
    "5,000 digits": f"bands = {'9' * 5000}",
    "5,000 digits in a place": plugin_of(1).replace("index = 0", f"index = {'9' * 5000}"),
    "4,000 digits in a place": plugin_of(1).replace("index = 0", f"index = {'9' * 4000}"),
    "4,000 digits in a law": plugin_of(1).replace("min = 20,", f"min = {'9' * 4000},"),
    "escapes in a key": '"\\u001b[2J" = 1',
    "zero bytes": "\0" * 5000,
    "no end": 'name = "' + "a" * 200_000,
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
@pytest.mark.parametrize("how", ["check", "plugin", "config"])
def test_mapping_files(tmp_path, call, text, how):
    """As a file to be checked, as a plug-in, as the configuration."""
    file = tmp_path / "plugins" / "evil.toml"
    file.parent.mkdir()
    file.write_text(text)
    words = {
        "check": ("semeq", "mappings", "check", str(file)),
        "plugin": ("semeq", "bands", "warm", "--plugin", str(file)),
        "config": ("semeq-daemon", "--config", str(file)),
    }[how]
    code, _, err = call(*words)
    assert is_one_line(code, err), err[:2000]
    assert "evil.toml" in err


@pytest.mark.parametrize(
    "words",
    [
        ("semeq", "bands", "warm", "--plugin", "x" * 5000),
        ("semeq", "bands", "warm", "--plugin", "freq=" + "{n}" * 2000 + ", gain=" + " " * 5000),
        ("semeq", "bands", "warm", "--plugin", "x" * 5000 + ".toml"),
        ("semeq", "bands", "warm", "--model", "x" * 5000),
        ("semeq", "bands", "w" * 5000),
        ("semeq", "send", "/a", "--to", "h" * 5000 + ":9000"),
        ("semeq", "send", "/a", "--to", "h:" + "9" * 5000),
        ("semeq-daemon", "--track", "9" * 5000, "--host", "ardour", "--plugin", "ace-eq"),
        ("semeq-daemon", "--host", "x" * 5000, "--plugin", "x"),
        ("semeq-daemon", "--config", "x" * 5000),
        ("semeq-daemon", "--replay", "x" * 5000),
        ("semeq-daemon", "--surface", "x" * 5000),
        ("semeq-daemon", "--host", "osc", "--plugin", "ace-eq", "--send", ("h" * 70) + ":9000"),
        ("semeq-daemon", "--host", EVIL, "--plugin", EVIL),
        ("semeq", "mappings", "check", f"/{EVIL}.toml"),
    ],
    ids=lambda words: " ".join(words)[:40].encode("unicode_escape").decode(),
)
def test_names(call, words):
    """Names without end, digits without end, names that would move the terminal."""
    code, _, err = call(*words)
    assert code == 2
    assert "Traceback" not in err
    assert all(line.isprintable() for line in err.splitlines())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
@pytest.mark.parametrize("option", ["--config", "--plugin", "--replay", "--model"])
def test_pipes(tmp_path, call, option):
    """A pipe that nobody writes to is no file, and is not waited for."""
    path = tmp_path / "pipe.toml"
    os.mkfifo(path)
    words = ("semeq-daemon", option, str(path), *(("--host", "ardour") if option == "--plugin" else ()))
    code, _, err = call(*words)
    assert is_one_line(code, err), err


@pytest.mark.parametrize(
    "data",
    [b"", b"MThd", b"MThd\0\0\0\6\0\0\xff\xff\xe7\x28MTrk\xff\xff", b"MThd" + b"\xff" * 5000, b"\0" * 5_000_000],
    ids=["empty", "cut", "without an end", "noise", "too large"],
)
def test_midi_files(tmp_path, call, data):
    """What is no MIDI file, or none that a controller could have made."""
    file = tmp_path / "evil.mid"
    file.write_bytes(data)
    code, _, err = call("semeq-daemon", "--replay", str(file))
    assert is_one_line(code, err), err


@pytest.fixture(scope="module")
def parts():
    """The shipped model's tensors and its header."""
    data = _shipped().read_bytes()
    size = int.from_bytes(data[:8], "little")
    return load(data), msgspec.json.decode(data[8 : 8 + size])["__metadata__"]


def made(path, tensors, header):
    """A model file of these parts."""
    path.write_bytes(save(tensors, metadata=header))
    return path


@pytest.mark.parametrize("size", [1e30, 3e38, 1e5])
def test_huge_weights(tmp_path, parts, size):
    """Finite, but so large that no equaliser comes out."""
    tensors, header = parts
    name = "decoder0.weight"
    file = made(tmp_path / "huge.safetensors", tensors | {name: np.full_like(tensors[name], size)}, header)
    with pytest.raises(ModelError, match="holds numbers beyond"):
        load_model(file)


@pytest.mark.parametrize("term", [EVIL, "warm\x1b[2J", "w" * 5000, "\u202emraw"])
def test_words_of_a_model(tmp_path, parts, term):
    """A word that would move the terminal, or has no end, is refused with its model."""
    tensors, header = parts
    terms = msgspec.json.decode(header["terms"])
    terms[0]["term"] = term
    file = made(tmp_path / "evil.safetensors", tensors, header | {"terms": msgspec.json.encode(terms).decode()})
    with pytest.raises(ModelError, match="is no term") as caught:
        load_model(file)
    assert str(caught.value).isprintable()


def test_a_nested_model(tmp_path, parts):
    """A header that is nested without end."""
    tensors, header = parts
    deep = '{"a":' * 200_000 + "1" + "}" * 200_000
    with pytest.raises(ModelError):
        load_model(made(tmp_path / "deep.safetensors", tensors, header | {"metadata": deep}))


def test_names_in_files_are_clean():
    """Of what a file says nothing remains that would move a terminal; its lines stay lines."""
    text = plugin_of(1).replace('"Many"', '"x\\u001b[2J\\u202e\\u009by"\nnotes = "a\\nb\\tc\\u2028"')
    plugin = parse_toml(text, Plugin, "evil.toml")
    assert (plugin.name, plugin.notes) == ("x�[2J��y", "a\nb c�")


def test_an_osc_answer_is_clean():
    """Texts of a host or a phone, before anybody sees them."""
    (message,) = decode(osc_bytes("/track/name", "is", 1, EVIL))
    assert message.arguments == (1, CLEAN)
    assert str(message).isprintable()


def test_what_semeq_send_prints(call, capsys):
    """The answers of whoever listens, who may be anybody."""

    async def answer():
        class Evil(asyncio.DatagramProtocol):
            def connection_made(self, transport):
                self.transport = transport

            def datagram_received(self, data, addr):
                self.transport.sendto(osc_bytes("/evil", "s", EVIL), addr)
                self.transport.sendto(b"/\x1b[2J\0\0\0", addr)
                self.transport.sendto(b"\xff" * 40, addr)

        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Evil, local_addr=("127.0.0.1", 0))
        port = transport.get_extra_info("sockname")[1]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from semeq.daemon.commands.tools import main; main()"),
            *("send", "/semeq/status", "--to", f"127.0.0.1:{port}"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        transport.close()
        return out.decode()

    out = asyncio.run(asyncio.wait_for(answer(), 30.0))
    assert "/evil" in out
    assert all(line.isprintable() for line in out.splitlines()), out
    assert "Traceback" not in out


@pytest.mark.parametrize(
    ("text", "clean"),
    [("a b", "a b"), ("Gitarre\u00a01", "Gitarre 1"), ("\u3000音", " 音"), (EVIL, CLEAN), ("é🎛", "é🎛")],
)
def test_printable(text, clean):
    """Controls, marks of direction and halves of characters go; what people write stays."""
    assert printable(text) == clean
    assert Line(printable(text)).text.isprintable()


def test_a_large_file_is_not_even_parsed(tmp_path):
    """Its size is looked at first."""
    file = tmp_path / "large.toml"
    file.write_text("#" * (LARGEST + 1))
    with pytest.raises(TomlFileError, match="cannot be read"):
        read_toml(file, Config)
