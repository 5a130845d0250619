"""Learning a controller: what was moved is recognised, the conversation makes a surface, and it does what was said."""

import os
import pty
import re
import signal
import subprocess
import time
import tomllib
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from real_daemon import BIN, until, user_folders
from real_jack import Controller, jack_server, missing_jack
from semeq.daemon.mappings.library import SHIPPED, load, names_of
from semeq.daemon.messages.types import ControlChange, Note, Osc, PitchBend, ProgramChange
from semeq.daemon.session.address_space import ACTIONS, LEVELS
from semeq.daemon.surface.curve import DeadZone
from semeq.daemon.surface.encoding import encode
from semeq.daemon.surface.learning import MOVE, Learning, control_for, surface_text
from semeq.daemon.surface.midi_source import element
from semeq.daemon.surface.reader import SurfaceReader
from semeq.daemon.surface.recognise import Recognised, recognise
from semeq.daemon.surface.surface_file import Control, FeedbackOf, Surface

NOTHING = Surface("Box", "learned", ())
RELATIVE = ("twos_complement", "offset_binary", "signed_bit")


def timed(messages, every_s=0.05):
    """Messages at even times."""
    return [(every_s * number, message) for number, message in enumerate(messages)]


def controllers(values, control=21, channel=0):
    """Control changes of one controller."""
    return [ControlChange(channel, control, value) for value in values]


def there_and_back(low, high, step=1):
    """The places of a knob turned right, then left."""
    return [*range(low, high, step), *range(high, low, -step)]


def fine(values, control=7, high_first=True):
    """The messages of a 14-bit controller, in pairs."""
    pairs = ((ControlChange(0, control, v >> 7), ControlChange(0, control + 32, v & 127)) for v in values)
    return [half for pair in pairs for half in (pair if high_first else pair[::-1])]


def paired(messages, size=2):
    """Messages of which so many come at once."""
    return [(0.05 * (number // size) + 0.001 * (number % size), message) for number, message in enumerate(messages)]


def nrpn(values, number=1000):
    """The messages of an NRPN, each value with its number."""
    return [
        ControlChange(0, control, byte)
        for v in values
        for control, byte in ((99, number >> 7), (98, number & 127), (6, v >> 7), (38, v & 127))
    ]


NOTES = [Note(0, 60, 100), Note(0, 60, 0)] * 2
BENDS = [PitchBend(2, pitch) for pitch in there_and_back(-8192, 8191, 512)]


@pytest.mark.parametrize(
    ("gesture", "said"),
    [
        (timed(controllers(there_and_back(10, 50))), "cc 21 channel 1: knob or fader"),
        (timed(controllers(there_and_back(64, 100), channel=15)), "cc 21 channel 16: knob or fader"),
        (timed(controllers([*range(0, 128, 9), *range(127, 0, -9)])), "cc 21 channel 1: knob or fader"),
        (timed(controllers([127, 0, 127, 0]), 0.1), "cc 21 channel 1: button"),
        (timed(controllers([127, 127]), 0.5), "cc 21 channel 1: button"),
        (timed(controllers([127, 0]), 0.6), "cc 21 channel 1: button that stays on"),
        (timed(controllers([1] * 5 + [127] * 5)), "cc 21 channel 1: encoder, twos complement"),
        (timed(controllers([127] * 5 + [1] * 5)), "cc 21 channel 1: encoder, twos complement, the other way round"),
        (timed(controllers([65] * 5 + [63] * 5)), "cc 21 channel 1: encoder, offset binary"),
        (timed(controllers([63] * 5 + [65] * 5)), "cc 21 channel 1: encoder, offset binary, the other way round"),
        (timed(controllers([1] * 5 + [65] * 5)), "cc 21 channel 1: encoder, signed bit"),
        (timed(controllers([65] * 5 + [1] * 5)), "cc 21 channel 1: encoder, signed bit, the other way round"),
        (
            timed(controllers([1, 1, 2, 3, 3, 1, 127, 126, 125, 125, 127, 127])),
            "cc 21 channel 1: encoder, twos complement",
        ),
        (paired(fine(there_and_back(0, 16000, 300))), "cc14 7 channel 1: knob or fader"),
        (paired(fine(there_and_back(0, 16000, 300), high_first=False)), "cc14 7 channel 1: knob or fader"),
        (paired(nrpn(there_and_back(0, 16000, 300)), 4), "nrpn 1000 channel 1: knob or fader"),
        (
            paired([ControlChange(0, c, v) for _ in range(4) for c, v in ((99, 7), (98, 104), (96, 1))], 3),
            "nrpn 1000 channel 1: encoder",
        ),
        (timed(controllers(there_and_back(10, 50), control=98)), "cc 98 channel 1: knob or fader"),
        (timed(controllers(there_and_back(10, 50), control=40)), "cc 40 channel 1: knob or fader"),
        (timed(BENDS), "pitch channel 3: knob or fader"),
        (
            timed([Note(0, 106, 127), *BENDS, Note(0, 106, 0)]),
            "pitch channel 3: knob or fader, touch is note 106 channel 1",
        ),
        (timed(NOTES), "note 60 channel 1: button"),
        (timed([ProgramChange(0, 3)]), "program 3 channel 1: button"),
        (timed([ProgramChange(0, 3), ProgramChange(0, 4)]), "program channel 1: program changes"),
    ],
)
def test_what_was_moved(gesture, said):
    """Every kind of control, by what it sends."""
    assert said == str(recognise(gesture))


@pytest.mark.parametrize(
    ("gesture", "complaint"),
    [
        ([], "not clear"),
        (timed(controllers([1] * 9)), "not clear"),
        (timed(controllers([127] * 9)), "not clear"),
        (timed(controllers([5, 9])), "not clear"),
        (timed(controllers([1, 127, 1, 127, 2, 126, 1, 127, 3])), "not clear"),
        (
            timed([ControlChange(0, c, v) for v in range(9) for c in (7, 39)], 0.02),
            "cc 7 channel 1 and cc 39 channel 1",
        ),
        (timed([PitchBend(0, 0)]), "not clear"),
        (
            paired([*controllers([5] * 0), *(ControlChange(0, c, v) for v in range(20) for c in (1, 2))]),
            "cc 1 channel 1 and cc 2",
        ),
        (timed([Note(0, 60, 9), Note(0, 61, 9)]), "note 60 channel 1 and note 61"),
    ],
)
def test_what_is_not_clear(gesture, complaint):
    """Nothing is guessed: the player is told what to do."""
    found = recognise(gesture)
    assert isinstance(found, str)
    assert complaint in found


DETENTS = st.lists(st.sampled_from([1, 1, 1, 1, 2, 2, 3]), min_size=6, max_size=20)


@pytest.mark.parametrize("encoding", RELATIVE)
@given(right=DETENTS, left=DETENTS, inverted=st.booleans())
def test_every_encoder_is_recognised(encoding, right, left, inverted):
    """Slow turns, both ways round."""
    turn = [*right, *(-step for step in left)]
    values = [encode(encoding, -step if inverted else step) for step in turn]
    assume(sum(a == b for a, b in pairwise(values)) >= 0.35 * len(values))
    found = recognise(timed(controllers(values)))
    assert isinstance(found, Recognised)
    assert (found.kind, found.encoding, found.inverted) == ("encoder", encoding, inverted)


@given(st.integers(1, 12), st.data())
def test_every_knob_is_recognised(step, data):
    """From anywhere to anywhere and back, at any speed: a knob is taken for no encoder."""
    top = data.draw(st.integers(3 * step, 127))
    start, end = (data.draw(st.integers(0, top - 3 * step)) for _ in range(2))
    found = recognise(timed(controllers([*range(start, top, step), *range(top, end, -step)])))
    assert isinstance(found, Recognised)
    assert (found.kind, found.encoding) == ("knob", "absolute")


def conversation(steps, word=str, known=NOTHING):
    """Play a conversation: a list of messages is a gesture, a text an answer; returns the lesson and what it said."""
    lesson, now_s, said = Learning(known, word, ACTIONS), 0.0, []
    said += lesson.take_lines()
    assert not lesson.finished
    for step in steps:
        if isinstance(step, str):
            lesson.answer(step)
        else:
            for message in step:
                now_s += 0.05
                lesson.receive(message, now_s)
            lesson.advance(now_s + 0.5)
            now_s = lesson.due_s() or now_s
            lesson.advance(now_s)
        said += lesson.take_lines()
    return lesson, said


KNOB = controllers(there_and_back(10, 50))
PAD = [Note(9, 36, 100), Note(9, 36, 0)]


def unknown(typed):
    """A model that knows one word."""
    if typed != "warm":
        raise ValueError(f"no word is {typed!r}")
    return "warm"


def test_a_conversation():
    """A knob, an encoder, pads and a wrong answer; Enter ends it."""
    encoder = controllers([65] * 5 + [63] * 5, control=22)
    steps = [KNOB, "1", encoder, "first word: n", PAD, "a certain", "first word: a certain one", "wram", "warm", ""]
    lesson, said = conversation(steps, unknown)
    assert lesson.finished
    assert lesson.surface.controls == (
        Control("cc 21 channel 1", "/semeq/morph"),
        Control("cc 22 channel 1", "/semeq/term/a/next", encoding="offset_binary", back="/semeq/term/a/previous"),
        Control("note 36 channel 10", "/semeq/term/a", arguments=("warm",)),
    )
    for line in (
        "cc 21 channel 1: knob or fader.",
        "cc 21 channel 1 → morph between the two words.",
        "That means first word: a certain one; second word: a certain one. Number or words, please.",
        "no word is 'wram'. Which word?",
        "note 36 channel 10 → first word: a certain one (warm).",
    ):
        assert line in said
    assert said.count(MOVE) == 4


def test_what_a_player_may_do_wrong():
    """Numbers that are not in the list, nothing at all, and a control that is moved while semeq asks."""
    lesson, said = conversation([KNOB, "99", "0", "xyz", PAD, "", KNOB, "strength", KNOB, "morph", "hm", ""])
    assert lesson.surface.controls == (Control("cc 21 channel 1", "/semeq/morph"),)
    assert said.count("That means nothing in the list. Number or words, please.") == 3
    assert "Nothing, then." in said
    assert not any("note 36" in line for line in said)
    assert "cc 21 channel 1: knob or fader. It is learned again." in said


def test_learning_more():
    """What is known already stays, but for a control that is moved again."""
    there = (Control("cc 21", "/semeq/strength"), Control("/x", "/semeq/flat"), Control("cc 22", "/semeq/glide"))
    lesson, said = conversation([KNOB, "morph", ""], known=Surface("Box", "guess", there, "Mine."))
    controls = (*there[1:], Control("cc 21 channel 1", "/semeq/morph"))
    assert lesson.surface == Surface("Box", "guess", controls, "Mine.")
    assert "cc 21 channel 1: knob or fader. It is learned again." in said


def test_what_is_not_clear_is_asked_again():
    """The conversation waits for a better gesture, and is never in the way of an end."""
    lesson, said = conversation([controllers([5, 9]), KNOB[:1], "", KNOB])
    assert lesson.finished
    assert lesson.surface.controls == ()
    assert sum("not clear" in line for line in said) == 2


@pytest.mark.parametrize("kind", ["knob", "encoder", "button", "latch", "programs"])
def test_each_offer_is_kept(kind):
    """Whatever is offered for a kind of control is done by it: the file loads, and the control says its address."""
    places = {"programs": "program channel 1", "button": "note 60 channel 1"}
    place = element(places.get(kind, "cc 21 channel 1"))
    found = Recognised(place, kind, "signed_bit" if kind == "encoder" else "absolute")
    lesson = Learning(NOTHING, str, ACTIONS)
    lesson._recognised = found
    assert lesson.actions
    messages = {
        "knob": controllers([0, 60, 127]),
        "encoder": controllers([1]),
        "button": [Note(0, 60, 100)],
        "latch": controllers([127]),
        "programs": [ProgramChange(0, 2)],
    }[kind]
    for action in lesson.actions:
        control = control_for(found, action, ("warm",) if action.kind == "word" else action.arguments)
        surface = Surface("", "", (control,))
        assert surface == msgspec.convert(tomllib.loads(surface_text(surface)), Surface)
        reader = SurfaceReader(surface, lambda _: 0.0, LEVELS)
        told = [said for message in messages for said in reader.receive(message, 0.0)]
        assert {action.address} == {said.address for said in told}
        if action.arguments:
            assert told[0].arguments == action.arguments


def test_the_offers_are_told_apart():
    """No two say the same."""
    assert len(ACTIONS) == len({action.says for action in ACTIONS})


EVERYTHING = Surface(
    'Box "7"\\ \x7f',
    "learned",
    (
        Control(
            "cc 1", "/semeq/morph", (1.0, 0.25), name="Größe", dead_zone=DeadZone(low=0.1), curve="s", tolerance=0.1
        ),
        Control("cc 2", "/semeq/morph", curve=2.5, inverted=True, takeover="scaling", touch="note 104 channel 1"),
        Control("note 3", "/semeq/term/a", arguments=("warm", 1, 0.5), feedback=FeedbackOf("led", on=1)),
    ),
    "One line.\nAnother.",
    (FeedbackOf("display", of="/semeq/morph", row=1, column=3),),
)


@pytest.mark.parametrize("surface", [EVERYTHING, *(load(Surface, name) for name in names_of(Surface, (SHIPPED,)))])
def test_a_surface_is_written_as_it_is(surface):
    """What is written and read again is the same."""
    assert surface == msgspec.convert(tomllib.loads(surface_text(surface)), Surface)


# -- for real ---------------------------------------------------------------------------------------------------------


class Terminal:
    """`semeq learn` on a terminal of its own."""

    def __init__(self, folder: Path, environment: dict[str, str], *options: str) -> None:
        self._screen, inside = pty.openpty()
        os.set_blocking(self._screen, False)
        self.text = ""
        self.process = subprocess.Popen(
            [str(BIN / "semeq"), "learn", *options],
            env=os.environ | environment | user_folders(folder),
            stdin=inside,
            stdout=inside,
            stderr=inside,
        )
        os.close(inside)

    def wait_for(self, words: str) -> None:
        """Wait until the words stand on the screen, and forget what stood before them."""

        def there() -> bool:
            self._read()
            return words in self.text

        until(there, lambda: f"{words!r} on the screen:\n{self.text}", 20.0)
        self.text = self.text.partition(words)[2]

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._screen, f"{line}\n".encode())

    def end(self) -> int:
        """Wait for the end, and return the exit code."""
        code = self.process.wait(10)
        self._read()
        os.close(self._screen)
        return code

    def _read(self) -> None:
        try:
            self.text += os.read(self._screen, 65536).decode(errors="replace")
        except (BlockingIOError, OSError):
            return


@pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())
@pytest.mark.usefixtures("heeds_interrupts")
def test_a_real_controller_is_learned(tmp_path):
    """On a terminal, with a controller on JACK: an encoder morphs and a button bypasses, and the file says so."""
    with jack_server(tmp_path / "jackd.log") as server:
        controller = Controller("Little Box")
        screen = Terminal(tmp_path, server.environment, "--midi", "little", "--midi-api", "jack")
        screen.wait_for("Enter ends.")
        for value in [127] * 6 + [1] * 6:
            controller.turn(16, value, channel=1)
            time.sleep(0.02)
        screen.wait_for("cc 16 channel 2: encoder, twos complement, the other way round.")
        screen.wait_for("Enter: nothing.")
        screen.type("1")
        screen.wait_for("cc 16 channel 2 → morph between the two words.")
        screen.wait_for("Enter ends.")
        for value in (127, 0, 127, 0):
            controller.turn(40, value)
            time.sleep(0.1)
        screen.wait_for("cc 40 channel 1: button.")
        screen.wait_for("Enter: nothing.")
        screen.type("bypass")
        screen.wait_for("Enter ends.")
        screen.type("")
        assert screen.end() == 0
        path = tmp_path / "XDG_CONFIG_HOME" / "semeq" / "mappings" / "surfaces" / "little-box.toml"
        said = re.sub(r"\s+", " ", screen.text)
        assert f"{path}: 2 controls. Use it: semeq-daemon --surface little-box --midi little" in said
        found = load(Surface, str(path))
        assert found.name == "Little Box"
        reader = SurfaceReader(found, lambda _: 0.5, LEVELS)
        assert reader.receive(ControlChange(1, 16, 127), 0.0) == [Osc("/semeq/morph", (0.51,))]
        assert reader.receive(ControlChange(0, 40, 127), 0.0) == [Osc("/semeq/bypass")]
        screen = Terminal(tmp_path, server.environment, "--midi-api", "jack", "--add", "--name", "Little Box")
        screen.wait_for("Enter ends.")
        for value in (*range(20, 60), *range(60, 20, -1)):
            controller.turn(17, value)
            time.sleep(0.01)
        screen.wait_for("cc 17 channel 1: knob or fader.")
        screen.wait_for("Enter: nothing.")
        screen.type("strength")
        screen.wait_for("cc 17 channel 1 → strength.")
        screen.wait_for("Enter ends.")
        screen.type("")
        assert screen.end() == 0
        assert len(load(Surface, str(path)).controls) == 3
        screen = Terminal(tmp_path, server.environment, "--midi-api", "jack", "--force", "--name", "Little Box")
        screen.wait_for("Enter ends.")
        screen.process.send_signal(signal.SIGINT)
        assert screen.end() == 130
        assert len(load(Surface, str(path)).controls) == 3
        controller.close()
