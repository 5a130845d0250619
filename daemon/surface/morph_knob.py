"""The morph knob that was learned or named, beside the controls of a surface."""

from functools import lru_cache

from msgspec import Struct, structs

from .midi_source import MidiSource
from .surface_file import Control

MORPH = "/semeq/morph"
NEVER = frozenset({6, 38, *range(64, 70), *range(96, 102), *range(120, 128)})
"""What is not taken for a knob though the player asks for one: bytes of other messages, pedals and switches."""


class Knob(Struct, frozen=True, forbid_unknown_fields=True):
    """A learned controller: channel 0..15, control 0..127."""

    channel: int
    control: int


def name_of(knob: Knob) -> str:
    """A learned knob, for reading."""
    return f"CC {knob.control}" + (f" channel {knob.channel + 1}" if knob.channel else "")


@lru_cache(maxsize=64)
def learned_knob(knob: Knob) -> Control:
    """A learned knob as a control."""
    return Control(f"cc {knob.control} channel {knob.channel + 1}", MORPH, name=name_of(knob))


@lru_cache(maxsize=64)
def named_knob(control: int) -> Control:
    """The controller of this number, on any channel, as the morph knob."""
    return Control(f"cc {control}", MORPH, name=f"CC {control}")


def beside(controls: tuple[Control, ...], knob: Control) -> tuple[Control, ...]:
    """A surface's controls with the morph knob: one fader moves one thing, so that the knob takes its own place there.

    How the fader is made, and how it shows its value, the knob has from the control whose place it takes. What the same
    element does while a key is held it goes on to do.
    """
    same = [control for control in controls if not control.when and _is_same(control.element, knob.element)]
    made = [_made_as(control, knob) for control in same[:1]] or [knob]
    return (*(control for control in controls if control not in same), *made)


def _is_same(own: MidiSource | None, knob: MidiSource | None) -> bool:
    if own is None or knob is None:
        return False
    halves = [MidiSource("cc", (own.number or 0) + half, own.channel) for half in (0, 32)]
    return any(one.covers(knob) or knob.covers(one) for one in (halves if own.kind == "cc14" else [own]))


def _made_as(own: Control, knob: Control) -> Control:
    """The knob in the place of a control, which says what arrives and what it means, but no longer what it moves."""
    source = knob.source
    if own.element and knob.element and own.element.kind == "cc14":  # with both of its bytes, as before
        source = str(structs.replace(own.element, channel=knob.element.channel))
    return Control(
        source,
        MORPH,
        own.range if own.to == MORPH else (0.0, 1.0),
        knob.name,
        inverted=own.inverted,
        curve=own.curve if own.to == MORPH else "linear",
        dead_zone=own.dead_zone,
        encoding=own.encoding,
        step=own.step,
        acceleration=own.acceleration,
        takeover=own.takeover,
        tolerance=own.tolerance,
        touch=own.touch,
        feedback=own.feedback and structs.replace(own.feedback, of=""),
    )
