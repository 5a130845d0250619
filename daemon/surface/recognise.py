"""What was just moved: from the messages of one gesture to the control element and the way it speaks.

The gesture is: slowly to the right, then to the left; a fader up and down; a button pressed twice.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from ..messages.types import ControlChange, Message
from .decoder import PAIR_S, ControlDecoder, Event
from .encoding import Encoding, Relative, decode
from .midi_source import MidiSource

Gesture = Sequence[tuple[float, Message]]
"""Messages with the time in seconds at which each arrived."""

Kind = Literal["knob", "encoder", "button", "latch", "programs"]

LATCH_S = 0.25
"""A button that sends on, then off: sooner than this it was let go, later it was pressed again."""
MOST_DETENTS = 20
"""More than this in one message is no slow turn."""
REPEATED = 0.3
"""Fraction of an encoder's messages that repeat the one before, at least; a knob's position never repeats."""
WAVERING = 0.3
"""Fraction of a knob's messages at which its direction changes, at most."""

AGAIN = "That is not clear. Slowly, please: to the right, then to the left; a fader up and down; a button twice."


class Recognised(Struct, frozen=True):
    """A control element: what it sends, how it speaks, and which other one says that it is touched."""

    element: MidiSource
    kind: Kind
    encoding: Encoding = "absolute"
    inverted: bool = False
    touch: MidiSource | None = None

    def __str__(self) -> str:
        """In words."""
        said = {"knob": "knob or fader", "latch": "button that stays on", "programs": "program changes"}
        words = [f"{self.element}: {said.get(self.kind, self.kind)}"]
        if self.encoding != "absolute":
            words.append(self.encoding.replace("_", " "))
        words += ["the other way round"] if self.inverted else []
        words += [f"touch is {self.touch}"] if self.touch else []
        return ", ".join(words)


def recognise(gesture: Gesture) -> Recognised | str:
    """The control element that was moved; if it is not clear, what to say to the player."""
    heard = _events(gesture)
    if not heard:
        return AGAIN
    counts = Counter(event.element for _, event in heard)
    steady = [place for place in counts if place.kind not in {"note", "pressure", "poly"} and counts[place] >= 3]
    notes = [place for place in counts if place.kind == "note"]
    ranked = steady or notes or list(counts)
    moved = max(ranked, key=lambda place: counts[place])
    rival = next((place for place in ranked if place != moved and 2 * counts[place] > counts[moved]), None)
    if rival and moved.kind != "program":
        return f"Two things moved at once, {moved} and {rival}. One only, please."
    touch = notes[0] if steady and len(notes) == 1 else None
    return _spoken(moved, [(at_s, event) for at_s, event in heard if event.element == moved], heard, touch)


def _spoken(
    moved: MidiSource, mine: list[tuple[float, Event]], heard: list[tuple[float, Event]], touch: MidiSource | None
) -> Recognised | str:
    match moved.kind:
        case "note" | "hui":
            return Recognised(moved, "button")
        case "program":
            several = len({event.element for _, event in heard if event.element.kind == "program"}) > 1
            return Recognised(MidiSource("program", None, moved.channel) if several else moved, _program(several))
        case _ if any(event.kind == "step" for _, event in mine):
            return Recognised(moved, "encoder", touch=touch)
        case "cc":
            return _controller(moved, [(at_s, event.raw) for at_s, event in mine], touch)
        case _:
            return Recognised(moved, "knob", touch=touch) if len(mine) >= 3 else AGAIN


def _program(several: bool) -> Kind:
    return "programs" if several else "button"


def _events(gesture: Gesture) -> list[tuple[float, Event]]:
    """The gesture put together; (N)RPN and 14-bit pairs if there are such, plain controllers otherwise."""
    wide = [MidiSource("nrpn"), MidiSource("rpn"), *_fine(gesture)]
    found = _assembled(gesture, wide)
    if any(event.element.kind in {"nrpn", "rpn"} for _, event in found):
        return found
    return _assembled(gesture, wide[2:])


def _assembled(gesture: Gesture, wide: list[MidiSource]) -> list[tuple[float, Event]]:
    port = ControlDecoder(wide)
    found = [(at_s, event) for at_s, message in gesture for event in port.decode(message, at_s)]
    last_s = gesture[-1][0] if gesture else 0.0
    return found + [(last_s, event) for event in port.advance(last_s + PAIR_S)]


def _fine(gesture: Gesture) -> list[MidiSource]:
    """Controllers below 32 that are always sent together with the one 32 above them."""
    at: dict[tuple[int, int], list[float]] = {}
    for at_s, message in gesture:
        if isinstance(message, ControlChange):
            at.setdefault((message.channel, message.control), []).append(at_s)
    found: list[MidiSource] = []
    for (channel, control), coarse in at.items():
        fine = at.get((channel, control + 32), []) if control < 32 else []
        paired = sum(any(abs(there - here) <= PAIR_S for there in fine) for here in coarse)
        if len(fine) >= 3 and paired >= 0.8 * len(coarse):
            found.append(MidiSource("cc14", control, channel))
    return found


def _controller(place: MidiSource, said: list[tuple[float, int]], touch: MidiSource | None) -> Recognised | str:
    """A 7-bit controller: button, encoder or knob."""
    values = [value for _, value in said]
    others = set(values) - {0}
    if len(others) == 1 and max(others) >= 64 and (0 in values or len(values) <= 3):
        releases = [now_s - then_s for (then_s, then), (now_s, now) in pairwise(said) if then and not now]
        stays = bool(releases) and min(releases) >= LATCH_S
        return Recognised(place, "latch" if stays else "button")
    turns: dict[Relative, _Turn] = {}
    for encoding in _RELATIVE:
        if turn := _turn(encoding, values):
            turns[encoding] = turn
    repeats = sum(now == then for then, now in pairwise(values)) / len(values)
    if turns and repeats >= REPEATED:
        encoding = min(turns, key=lambda encoding: turns[encoding].most)
        turn = turns[encoding]
        return Recognised(place, "encoder", encoding, turn.first < 0, touch) if turn.both_ways else AGAIN
    moves = [now - then for then, now in pairwise(values) if now != then]
    wavers = sum(now * then < 0 for then, now in pairwise(moves))
    if len(set(values)) < 3 or wavers > max(1, WAVERING * len(moves)):
        return AGAIN
    return Recognised(place, "knob", touch=touch)


_RELATIVE: tuple[Relative, ...] = ("twos_complement", "offset_binary", "signed_bit")


class _Turn(Struct, frozen=True):
    """A turn in one encoding: the first direction, whether there was a second, the most detents in one message."""

    first: int
    both_ways: bool
    most: int


def _turn(encoding: Relative, values: list[int]) -> _Turn | None:
    """The turn that the values would be; ``None`` if they make no slow turn one way and back."""
    detents = [decode(encoding, value) for value in values]
    most = max(map(abs, detents))
    if 0 in detents or most > MOST_DETENTS or len(detents) < 3:
        return None
    first = 1 if detents[0] > 0 else -1
    there = next((at for at, step in enumerate(detents) if step * first < 0), len(detents))
    back = detents[there:]
    if back and sum(step * first < 0 for step in back) < 0.9 * len(back):
        return None
    return _Turn(first, there >= 2 and len(back) >= 2, most)
