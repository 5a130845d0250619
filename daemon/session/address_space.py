"""Every address that semeq serves, one row each; all that offers or shows an address follows from its row.

To add an address, add a row: its help and range reach OSCQuery, its keys the terminal, its actions ``semeq learn``,
its button the TouchOSC layout, and what it reads is told to clients and controllers when it changes. :mod:`rows` has
the usual kinds of rows; :class:`Method` explains every column.
"""

from collections.abc import Iterator

from ..messages.types import Osc
from ..surface.actions import Action
from ..wording import hertz
from .dispatch import Arguments
from .made import made_rows
from .monitors import MONITOR, WORDS
from .morpher import Morpher
from .rows import UNIT, Row, level, morpher, shown, silently, step, switch, trigger
from .run import Run
from .state import BLENDED, GLIDE_RANGE_MS, STRENGTH_RANGE

BANDS = 5
MORPH_STEP = 0.02
STRENGTH_STEP = 0.05
"""How far an arrow key goes."""


def _rows() -> Iterator[Row]:
    yield from _morph()
    yield from _terms()
    yield from _places()
    yield from made_rows()
    yield from _settings()
    yield from _answers()
    for number in range(BANDS):
        yield from _band(number)


def _morph() -> Iterator[Row]:
    yield level(
        "/semeq/morph",
        morpher(Morpher.set_morph),
        "Place between the two terms",
        lambda run: run.morpher.state.morph,
        "morph between the two words",
        keys={"home": (0.0,), "end": (1.0,)},
    )
    yield step(
        "/semeq/morph/step",
        morpher(Morpher.step_morph),
        "Move by a part of the way",
        1.0,
        {"left": -MORPH_STEP, "right": MORPH_STEP},
    )
    yield level(
        "/semeq/strength",
        morpher(Morpher.set_strength),
        "Multiplies the gains; -1 is the inverse curve",
        lambda run: run.morpher.state.strength,
        "strength",
        STRENGTH_RANGE,
        offered=(0.0, 2.0),
        keys={"=": (1.0,)},
    )
    yield step(
        "/semeq/strength/step",
        morpher(Morpher.step_strength),
        "Change the strength by",
        3.0,
        {"down": -STRENGTH_STEP, "up": STRENGTH_STEP},
    )
    exchange = morpher(Morpher.swap)
    yield trigger("/semeq/swap", exchange, "Exchange the two terms", "swap the two words", "x", "swap")
    yield switch(
        "/semeq/bypass",
        silently(Morpher.bypass),
        "Flat for the time being",
        lambda run: run.morpher.bypassed,
        "bypass",
        "space",
        "bypass",
    )
    yield switch(
        "/semeq/ab",
        Run.compare_sides,
        "Compare: 0 is A, at first the plug-in's own setting; 1 is B, what plays",
        lambda run: run.compare.is_b,
        "compare A and B",
        "c",
        "A/B",
    )
    yield switch(
        "/semeq/level-match",
        Run.match_level,
        "Take out again what the bands add to the loudness",
        lambda run: run.level_match.is_on,
        "match the level",
        "m",
    )
    yield shown("/semeq/level", "The gain that keeps the loudness", lambda run: (run.level_db,), "dB")
    yield trigger("/semeq/flat", morpher(Morpher.flat), "Strength 0", "make it flat", "0", "flat")


def _terms() -> Iterator[Row]:
    for side, number, word, before, after in (("a", 0, "first", "[", "]"), ("b", 1, "second", "{", "}")):
        here = f"/semeq/term/{side}"
        for way, sign, says, key, other in (
            ("next", 1, "The next favourite", after, "previous"),
            ("previous", -1, "The favourite before", before, "next"),
        ):
            action = Action(f"{word} word: {way}", "list", back=f"{here}/{other}")
            go = morpher(Morpher.step_term, number, sign)
            yield Row(f"{here}/{way}", ("trigger",), go, says, keys={key: ()}, actions=(action,))
    yield Row(
        "/semeq/term/a",
        ("text",),
        morpher(Morpher.set_term, 0),
        "The term at morph 0",
        read=lambda run: (run.morpher.state.terms[0],),
        actions=(Action("first word: a certain one", "word"),),
    )
    yield Row(
        "/semeq/term/b",
        ("text",),
        morpher(Morpher.set_term, 1),
        "The term at morph 1",
        read=lambda run: (run.morpher.state.terms[1],),
        actions=(Action("second word: a certain one", "word"),),
    )
    yield Row("/semeq/terms", ("text", "text"), morpher(Morpher.set_terms), "Both terms at once")
    yield Row("/semeq/say", ("text",), Run.say, "Ask in words: a bit warmer, less harsh")
    yield shown("/semeq/said", "What was understood last", lambda run: (run.morpher.heard,))
    yield shown("/semeq/request", "The request that counts, if one does", lambda run: (run.morpher.state.request_said,))
    yield shown("/semeq/described", "What the setting does, in words", lambda run: (run.described,))


def _places() -> Iterator[Row]:
    yield Row(
        "/semeq/map",
        ("number", "number"),
        morpher(Morpher.set_place),
        "A place on the map",
        (UNIT, UNIT),
        read=lambda run: run.morpher.state.map,
    )
    x, y = morpher(Morpher.set_x), morpher(Morpher.set_y)
    yield level("/semeq/map/x", x, "From left to right on the map", lambda run: run.morpher.state.map[0], "map: across")
    yield level(
        "/semeq/map/y", y, "From bottom to top on the map", lambda run: run.morpher.state.map[1], "map: up and down"
    )
    for number in range(BLENDED):
        yield from _blend(number)


def _blend(number: int) -> Iterator[Row]:
    def weight(run: Run) -> float:
        return run.morpher.state.blend[number]

    def term(run: Run) -> tuple[str]:
        blended = run.morpher.words.blended
        return (blended[number] if number < len(blended) else "",)

    address, weigh = f"/semeq/blend/{number + 1}", morpher(Morpher.set_weight, number)
    yield level(address, weigh, "Weight of a term of the blend", weight, f"blend: word {number + 1}")
    yield shown(f"{address}/term", "The term that this weight is for", term)


def _settings() -> Iterator[Row]:
    yield level(
        "/semeq/glide",
        silently(Morpher.set_glide_ms),
        "Time to new values",
        lambda run: run.glide_ms,
        "glide time",
        GLIDE_RANGE_MS,
        unit="ms",
        offered=(0.0, 2000.0),
    )
    yield Row(
        "/semeq/target",
        ("whole",),
        Run.follow,
        "Which plug-in follows; 0: all",
        read=lambda run: (run.followed,),
        actions=(Action("which plug-in is steered", "choice", (0.0, 8.0)),),
    )
    yield switch(
        "/semeq/release",
        Run.send_on_release,
        "Send only when the knob is still",
        lambda run: run.sends_on_release,
        "send only when let go",
    )
    yield trigger("/semeq/refresh", Run.refresh, "Send everything again", "send everything again", "r", "refresh")
    yield trigger(
        "/semeq/resume",
        Run.resume,
        "Take over again from a hand on the plug-in",
        "take over from hands on the plug-in",
        "h",
    )
    yield trigger(
        "/semeq/restore",
        Run.restore,
        "Give back what each plug-in had before semeq",
        "give back what the plug-in had before semeq",
        "o",
    )
    yield trigger(
        "/semeq/learn",
        Run.learn,
        "The next controller that is turned morphs; again: leave it",
        "learn another morph knob",
        "l",
    )
    yield Row("/semeq/learn/cancel", ("trigger",), Run.stop_learning, "Leave the morph knob", keys={"escape": ()})


def _answers() -> Iterator[Row]:
    yield Row("/semeq/subscribe", ("whole",), Run.subscribe, "Tell this port everything", ((1.0, 65535.0),))
    yield trigger("/semeq/phone", Run.page, "Answered with the TCP port of the page for phones; 0: there is none")
    yield Row("/semeq/ping", ("any",), Run.pong, "Answered with /semeq/pong")
    yield trigger("/semeq/status", Run.report, "Answered with lines of /semeq/status: text, whether it is trouble")
    yield Row(MONITOR, ("text",), Run.watch, "Answered with the picture, unless it is the one of this number")
    yield Row(WORDS, ("whole",), Run.tell_words, "Answered with the words that can be chosen, from this one on")
    yield shown("/semeq/call", "What needs the player", lambda run: (run.attention,))


def _band(number: int) -> Iterator[Row]:
    def whole(run: Run) -> Arguments:
        band = run.morpher.bands[number]
        return str(band.kind), band.frequency_hz, band.gain_db, band.q

    def gain(run: Run) -> Arguments:
        return (run.morpher.bands[number].gain_db,)

    def frequency(run: Run) -> Arguments:
        return (hertz(run.morpher.bands[number].frequency_hz).strip(),)

    address = f"/semeq/band/{number + 1}"
    yield shown(address, "Kind, frequency in Hz, gain in dB, Q", whole)
    yield shown(f"{address}/gain", "Gain", gain, "dB")
    yield shown(f"{address}/frequency", "Frequency", frequency)


METHODS: dict[str, Row] = {row.address: row for row in _rows()}
"""All addresses of a run."""

ACTIONS: tuple[Action, ...] = tuple(action for row in METHODS.values() for action in row.actions)
"""All that a control can be learned to do."""

LEVELS = frozenset(action.address for action in ACTIONS if action.kind == "level")
"""Addresses that hold a value which can be taken over: no switches, choices or triggers."""


def values(run: Run) -> tuple[Osc, ...]:
    """All that a phone or a control surface may want to show, as messages."""
    return tuple(Osc(row.address, row.read(run)) for row in METHODS.values() if row.read)
