"""Carla tells its plug-ins and parameters to whoever registers over TCP."""

import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from ardour_said import PLUGINS
from osc_peer import osc_bytes, osc_messages
from semeq.daemon.app.config import mapping_folders
from semeq.daemon.commands import tools
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.mappings.library import load

EQS = ("Calf Equalizer 12 Band", "EQ4Q Mono", "ZamDynamicEQ")


def framed(address, types, *arguments):
    """A message as liblo sends it over TCP: its length, then itself."""
    data = osc_bytes(address, types, *arguments)
    return struct.pack(">i", len(data)) + data


class CarlaTcp:
    """Carla's TCP side: one program at a time registers, and is told everything over a connection back to it."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.heard, self.owner, self.times = [], None, 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        with suppress(OSError):
            while True:
                client, _ = self.server.accept()
                with client:
                    while data := self._one(client):
                        for address, arguments in osc_messages(data):
                            self.heard.append(address)
                            self._handle(address, arguments)

    @staticmethod
    def _one(client):
        head = client.recv(4, socket.MSG_WAITALL)
        return client.recv(struct.unpack(">i", head)[0], socket.MSG_WAITALL) if len(head) == 4 else b""

    def _handle(self, address, arguments):
        (url,) = arguments
        if address == "/unregister":
            self.owner = None if url == self.owner else self.owner
        elif self.owner is None:
            self.owner = url
            self.times += 1
            host, port = url.removeprefix("osc.tcp://").partition("/")[0].split(":")
            with socket.create_connection((host, int(port))) as back:
                back.sendall(b"".join(self._all("/" + url.split("/", 3)[3])))

    def _all(self, path):
        yield framed(f"{path}/cb", "iiiiifs", 12, 2, 3, 0, 1024, 48000.0, "JACK")
        for n, name in enumerate(EQS):
            texts = (f"{n}: mine", "file", "plugin", name, "label", "maker", "copyright")
            yield framed(f"{path}/info", "iiiihiisssssss", n, 4, 3, 8, 0, 0, 0, *texts)
            for shown in PLUGINS[name]:
                hints = shown.is_switch | shown.is_integer << 1 | shown.is_log << 2 | 0x30
                kind = 1 if shown.is_input else 2
                yield framed(f"{path}/paramInfo", "iissss", n, shown.index, shown.name, "", "", "")
                yield framed(
                    f"{path}/paramData", "iiiiiifff", n, shown.index, kind, hints, 0, -1, 0.0, 1.0, shown.value
                )
                ranges = (shown.value, shown.lower, shown.upper, 0.1, 0.01, 1.0)
                yield framed(f"{path}/paramRanges", "iiffffff", n, shown.index, *ranges)

    def is_free(self):
        """Whether another program may register, once all that was sent has been read."""
        for _ in range(100):
            if self.owner is None:
                return True
            time.sleep(0.02)
        return False

    def close(self):
        """Let go of the port."""
        self.server.close()


@pytest.fixture
def carla():
    """A rack of three plug-ins."""
    peer = CarlaTcp()
    yield peer
    peer.close()


@pytest.fixture
def call(monkeypatch, capsys):
    """Run `semeq targets --host carla …`; returns its exit code and what it wrote to both streams."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["semeq", "targets", "--host", "carla", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            tools.main()
        return ended.value.code, *capsys.readouterr()

    return call


def test_the_rack_is_listed(carla, call):
    """By the plug-ins' real names, whatever they are called in the rack; afterwards somebody else may register."""
    code, out, _ = call("--send", f"127.0.0.1:{carla.port}")
    assert code == 0
    assert "1      1     Calf Equalizer 12 Band  calf-eq12\n" in out
    assert "1      2     EQ4Q Mono               none\n" in out
    assert carla.is_free()
    assert carla.times == 1


def test_a_plugin_of_the_rack_is_mapped(carla, call):
    """Numbers as Carla has them, ranges, logarithms; its switches are booleans, its choices have no labels."""
    code, _, err = call("--send", f"127.0.0.1:{carla.port}", "--map", 1, 2, "--save", "eq4q")
    assert (code, err) == (0, "")
    made = load(Plugin, "eq4q", mapping_folders())
    assert [slot.frequency.index for slot in made.bands] == [7, 8, 9, 10]
    assert [slot.set[0].value for slot in made.bands] == [9, 11, 11, 10]
    assert carla.is_free()


def test_what_is_no_equaliser(carla, call):
    """A dynamics plug-in in the rack."""
    code, _, err = call("--send", f"127.0.0.1:{carla.port}", "--map", 1, 3)
    assert (code, "ZamDynamicEQ shows no band with a frequency and a gain" in err) == (2, True)


def test_no_carla(call):
    """One line."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    code, _, err = call("--send", f"127.0.0.1:{port}")
    assert (code, err.count("\n")) == (2, 1)
    assert f"Carla does not listen on TCP at 127.0.0.1:{port}" in err


@pytest.mark.skipif(not shutil.which("oscsend"), reason="no oscsend: apt-get install liblo-tools")
def test_the_length_before_each_message_is_liblos():
    """The library that Carla speaks with puts the same bytes on the wire as this file's peer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"osc.tcp://127.0.0.1:{server.getsockname()[1]}/"
        subprocess.run(["oscsend", url, "/semeq/info", "is", "1", "name"], check=True, timeout=20)
        client, _ = server.accept()
        with client:
            assert client.recv(4096) == framed("/semeq/info", "is", 1, "name")
