"""`semeq audition` through PortAudio and ALSA, without JACK: a file and a live input are heard as the bands have it."""

import os
from pathlib import Path

import numpy as np
import pexpect
import pytest
import soundfile
from osc_peer import OscPeer
from real_daemon import BIN, Daemon, until, user_folders
from semeq.model import Model, response_db
from sound_card import RATE_HZ, SoundCard, missing_alsa

pytestmark = pytest.mark.skipif(bool(missing_alsa()), reason=missing_alsa())

TONE_HZ = 250.0
TONE = 0.1 * np.sin(2.0 * np.pi * TONE_HZ * np.arange(10 * RATE_HZ) / RATE_HZ).astype(np.float32)


OPTIONS = ("--terms", "warm,bright", "--strength", "1", "--osc-port", "0", "--no-announce", "--oscquery-port", "-1")


def audition(folder: Path, card: SoundCard, *what: str) -> Daemon:
    """Start it, with an OSC port of its own."""
    return Daemon(folder, card.environment, *OPTIONS, program=("semeq", "audition", *what))


def hears(card: SoundCard, gain_db: float, what: str) -> None:
    """Wait until the tone is so much louder than it was made."""

    def off_db() -> float:
        return 20.0 * np.log10(max(card.level, 1e-9) / (0.1 / 2**0.5)) - gain_db

    until(lambda: abs(off_db()) < 0.05, lambda: f"{what}: {off_db():+.2f} dB off", 20.0)


def hears_the_words(card: SoundCard, daemon: Daemon, model: Model) -> None:
    """Both ends of the way, and bypass."""
    with OscPeer(daemon.osc_port()) as peer:
        for position in (0.0, 1.0):
            peer.send("/semeq/morph", "f", position)
            bands = model.bands("warm", "bright", position=position)
            hears(card, float(response_db(bands, np.array([TONE_HZ]))[0]), f"morph {position}")
        peer.send("/semeq/bypass")
        hears(card, 0.0, "bypass")


def test_a_file_is_heard_and_its_card_is_waited_for(tmp_path: Path, model: Model) -> None:
    """The words, bypass, then the card goes and comes back."""
    soundfile.write(tmp_path / "tone.wav", TONE, RATE_HZ, "FLOAT")
    with SoundCard(tmp_path) as card, audition(tmp_path, card, str(tmp_path / "tone.wav")) as daemon:
        hears_the_words(card, daemon, model)
        card.unplug()
        daemon.wait_for("is gone; waiting for it or another sound device", 20.0)
        card.plug_in()
        daemon.wait_for("sound is back", 20.0)
        hears(card, 0.0, "bypass, after the return")
        assert daemon.stop() == 0


def test_a_live_input_is_heard(tmp_path: Path, model: Model) -> None:
    """What comes in on the card goes out through the bands."""
    with SoundCard(tmp_path, np.tile(TONE, 6)) as card, audition(tmp_path, card, "--input") as daemon:
        hears_the_words(card, daemon, model)
        assert daemon.stop() == 0


def test_its_picture_says_how_the_device_is(tmp_path: Path) -> None:
    """At a terminal: the device in the header, a key of the loop, and the end by a key."""
    soundfile.write(tmp_path / "tone.wav", TONE, RATE_HZ, "FLOAT")
    with SoundCard(tmp_path) as card:
        environment = os.environ | card.environment | user_folders(tmp_path) | {"TERM": "xterm-256color"}
        arguments = ["audition", str(tmp_path / "tone.wav"), *OPTIONS]
        command = str(BIN / "semeq")
        person = pexpect.spawn(command, arguments, env=environment, encoding="utf-8", timeout=60, dimensions=(40, 120))
        person.expect(r"(no|\d+) drop-outs?")
        until(lambda: card.level > 0.05, "sound", 20.0)
        person.send(".")
        person.send("q")
        person.expect(pexpect.EOF)
        person.close()
        assert person.exitstatus == 0
