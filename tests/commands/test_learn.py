"""The command `semeq learn` with a MIDI system of this test's own."""

import pytest
from click.testing import CliRunner
from semeq.daemon.app.config import config_folder
from semeq.daemon.commands import learn as command
from semeq.daemon.mappings.library import load
from semeq.daemon.surface.learning import surface_text
from semeq.daemon.surface.surface_file import Control, Surface

KNOWN = Surface("Little Box 2", "guess", (Control("cc 21 channel 1", "/semeq/morph"),), "Mine.")


class OnePort:
    """A MIDI system with one controller, which nobody moves."""

    api = "alsa"

    def names(self):
        """The port as RtMidi says it."""
        return ["Little Box 2:Little Box 2 MIDI 1 24:0"]

    def open(self, port, heard):
        """Begin to listen."""

    def close(self):
        """Let go."""


@pytest.mark.parametrize(
    ("options", "name"),
    [((), "little-box-2"), (("--name", "My (old) box!"), "my-old-box"), (("--name", "…"), "my-controller")],
)
def test_the_file_is_called_like_the_controller(monkeypatch, options, name):
    """By the port's name, or by what the player says; with ``--add`` what the file says of other controls stays."""
    monkeypatch.setattr(command, "keep_native_noise_away", lambda: None)  # it takes the file of this test's own errors
    monkeypatch.setattr(command, "connect", lambda api: OnePort())
    monkeypatch.setattr(command, "read_lines", lambda put: put(""))
    path = config_folder() / "mappings" / "surfaces" / f"{name}.toml"
    path.parent.mkdir(parents=True)
    path.write_text(surface_text(KNOWN), encoding="utf-8")
    done = CliRunner().invoke(command.learn, [*options, "--add"])
    assert (done.exit_code, done.exception) == (0, None)
    assert f"{path}: 1 controls. Use it: semeq-daemon --surface {name} --midi" in done.output
    assert load(Surface, str(path)) == KNOWN
