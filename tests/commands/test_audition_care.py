"""`semeq audition` is as careful with MIDI drivers and the library as the daemon is."""

import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from semeq.daemon.app.config import library_file
from semeq.daemon.commands import audition
from semeq.daemon.errors import AudioError, PortError
from semeq.daemon.ports.midi_caution import CAUTION


def test_drivers_are_tried_apart(monkeypatch):
    """All the while it runs; the sound device and the run are left out here."""
    said = []

    async def see():
        try:
            CAUTION.see("alsa", "in")
        except PortError as error:
            said.append(str(error))

    monkeypatch.setattr(CAUTION, "_apart", (sys.executable, "-c", "import sys; sys.exit(7)"))
    monkeypatch.setattr(audition, "SoundProcess", lambda _: nullcontext())
    monkeypatch.setattr(audition, "Audition", lambda *_: SimpleNamespace(run=see))
    monkeypatch.setattr(audition, "prepare", lambda *_, **__: SimpleNamespace(warnings=[], storage=None))
    monkeypatch.setattr(audition, "set_up", lambda *_: None)
    monkeypatch.setattr(audition.ending, "finish", lambda: None)
    done = CliRunner().invoke(audition.audition, ["--input", "--no-ui"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert len(said) == 1
    assert "crashed (exit code 7)" in said[0]


def test_the_library_is_closed_where_nothing_plays(monkeypatch, tmp_path):
    """It was opened before the sound; no file that stands beside an open one is left."""
    monkeypatch.setattr(audition, "set_up", lambda *_: None)
    with pytest.raises(AudioError, match="no such file"):
        CliRunner().invoke(audition.audition, [str(tmp_path / "none.wav"), "--no-ui"], catch_exceptions=False)
    assert [file.name for file in library_file().parent.glob(f"{library_file().name}*")] == [library_file().name]
