"""Every address that semeq serves, in one table: what it takes, what it does, what it holds."""

from functools import partial
from typing import Protocol

from ..messages.types import Osc, OscArgument
from ..wording import hertz
from .dispatch import Command
from .morpher import Morpher
from .state import BLENDED, GLIDE_RANGE_MS, STRENGTH_RANGE

PART = (0.0, 1.0)
BANDS = 5
SCENES = 8
"""Scenes that a phone offers; any number or name can be stored."""


class Doer(Protocol):
    """What the desk alone cannot do."""

    @property
    def call(self) -> str:
        """The one thing that needs the player."""
        ...

    @property
    def glide_ms(self) -> float:
        """How long a glide takes."""
        ...

    @property
    def followed(self) -> int:
        """The number of the target that follows, 0: all."""
        ...

    @property
    def sends_on_release(self) -> bool:
        """Whether values wait until the knob is still."""
        ...

    def refresh(self) -> None:
        """Send everything again."""

    def learn(self) -> None:
        """Let the next controller be the morph knob."""

    def resume(self) -> None:
        """Take over again from hands on the plug-ins."""

    def follow(self, number: int) -> None:
        """Let one target follow, or all."""

    def send_on_release(self, on: bool | None = None) -> None:
        """Let values wait until the knob is still, or not."""

    def subscribe(self, port: int) -> None:
        """Tell a port of whoever asks everything from now on."""

    def pong(self, *arguments: OscArgument) -> None:
        """Answer."""

    def report(self) -> None:
        """Tell how things are."""


def table(morpher: Morpher, doer: Doer) -> dict[str, Command]:
    """All addresses of one run."""
    commands = {
        "/semeq/morph": Command(
            ("number",), morpher.set_morph, "Place between the two terms", (PART,), read=lambda: (morpher.state.morph,)
        ),
        "/semeq/morph/step": Command(("number",), morpher.step_morph, "Move by a part of the way", ((-1.0, 1.0),)),
        "/semeq/strength": Command(
            ("number",),
            morpher.set_strength,
            "Multiplies the gains; -1 is the inverse curve",
            (STRENGTH_RANGE,),
            read=lambda: (morpher.state.strength,),
        ),
        "/semeq/strength/step": Command(("number",), morpher.step_strength, "Change the strength by", ((-3.0, 3.0),)),
        "/semeq/term/a": Command(
            ("text",), morpher.set_term_a, "The term at morph 0", read=lambda: (morpher.state.terms[0],)
        ),
        "/semeq/term/b": Command(
            ("text",), morpher.set_term_b, "The term at morph 1", read=lambda: (morpher.state.terms[1],)
        ),
        "/semeq/terms": Command(("text", "text"), morpher.set_terms, "Both terms at once"),
        "/semeq/term/a/next": Command(("trigger",), partial(morpher.step_term, 0, 1), "The next favourite"),
        "/semeq/term/a/previous": Command(("trigger",), partial(morpher.step_term, 0, -1), "The favourite before"),
        "/semeq/term/b/next": Command(("trigger",), partial(morpher.step_term, 1, 1), "The next favourite"),
        "/semeq/term/b/previous": Command(("trigger",), partial(morpher.step_term, 1, -1), "The favourite before"),
        "/semeq/swap": Command(("trigger",), morpher.swap, "Exchange the two terms"),
        "/semeq/bypass": Command(
            ("switch",), morpher.bypass, "Flat for the time being", (PART,), read=lambda: (int(morpher.bypassed),)
        ),
        "/semeq/flat": Command(("trigger",), morpher.flat, "Strength 0"),
        "/semeq/map": Command(
            ("number", "number"), morpher.set_place, "A place on the map", (PART, PART), read=lambda: morpher.state.map
        ),
        "/semeq/map/x": Command(
            ("number",),
            morpher.set_x,
            "From left to right on the map",
            (PART,),
            read=lambda: (morpher.state.map[0],),
        ),
        "/semeq/map/y": Command(
            ("number",),
            morpher.set_y,
            "From bottom to top on the map",
            (PART,),
            read=lambda: (morpher.state.map[1],),
        ),
        "/semeq/scene/recall": Command(("name",), morpher.recall, "Go to a scene, by number or name"),
        "/semeq/scene/store": Command(("name",), morpher.store, "Keep the setting as a scene, by number or name"),
        "/semeq/glide": Command(
            ("number",), morpher.set_glide_ms, "Time to new values", (GLIDE_RANGE_MS,), "ms", lambda: (doer.glide_ms,)
        ),
        "/semeq/target": Command(
            ("whole",), doer.follow, "Which plug-in follows; 0: all", read=lambda: (doer.followed,)
        ),
        "/semeq/release": Command(
            ("switch",),
            doer.send_on_release,
            "Send only when the knob is still",
            (PART,),
            read=lambda: (int(doer.sends_on_release),),
        ),
        "/semeq/refresh": Command(("trigger",), doer.refresh, "Send everything again"),
        "/semeq/learn": Command(("trigger",), doer.learn, "The next controller that is turned morphs"),
        "/semeq/resume": Command(("trigger",), doer.resume, "Take over again from a hand on the plug-in"),
        "/semeq/subscribe": Command(("whole",), doer.subscribe, "Tell this port everything", ((1.0, 65535.0),)),
        "/semeq/ping": Command(("any",), doer.pong, "Answered with /semeq/pong"),
        "/semeq/status": Command(
            ("trigger",), doer.report, "Answered with lines of /semeq/status: text, whether it is trouble"
        ),
        "/semeq/call": Command((), None, "What needs the player", read=lambda: (doer.call,)),
    }
    for number in range(BLENDED):
        commands |= _blend(morpher, number)
    for number in range(BANDS):
        commands |= _band(morpher, number)
    return commands


def values(commands: dict[str, Command]) -> tuple[Osc, ...]:
    """All that a phone or desk may want to show, as messages."""
    return tuple(Osc(address, command.read()) for address, command in commands.items() if command.read)


def _blend(morpher: Morpher, number: int) -> dict[str, Command]:
    address = f"/semeq/blend/{number + 1}"

    def term() -> tuple[str]:
        return (morpher.words.blended[number] if number < len(morpher.words.blended) else "",)

    return {
        address: Command(
            ("number",),
            partial(morpher.set_weight, number),
            "Weight of a term of the blend",
            (PART,),
            read=lambda: (morpher.state.blend[number],),
        ),
        f"{address}/term": Command((), None, "The term that this weight is for", read=term),
    }


def _band(morpher: Morpher, number: int) -> dict[str, Command]:
    address = f"/semeq/band/{number + 1}"

    def whole() -> tuple[OscArgument, ...]:
        band = morpher.bands[number]
        return str(band.kind), band.frequency_hz, band.gain_db, band.q

    return {
        address: Command((), None, "Kind, frequency in Hz, gain in dB, Q", read=whole),
        f"{address}/gain": Command((), None, "Gain", unit="dB", read=lambda: (morpher.bands[number].gain_db,)),
        f"{address}/frequency": Command(
            (), None, "Frequency", read=lambda: (hertz(morpher.bands[number].frequency_hz).strip(),)
        ),
    }
