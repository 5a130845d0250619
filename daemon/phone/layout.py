"""semeq's own layout for a phone or tablet: four pages, for the words that the model knows."""

from collections.abc import Iterable, Mapping, Sequence

from ..session.address_space import METHODS
from ..session.made import SCENES
from .tosc import Color, Frame, OscMessage, Property, TouchControl, Value

CANVAS = (568, 320)
"""The size of TouchOSC's own small template; every screen scales it."""
TAB = 36
ROOM_W, ROOM_H = CANVAS[0], CANVAS[1] - TAB
GAP = 6
WORDS = 24
"""Words to choose from for each end, in six rows of four."""
STORE_W = 120
"""Width of the buttons beside the map that keep what was found there."""
BANDS = ("low shelf", "bell", "bell", "bell", "high shelf")
GAIN_RANGE_DB = (-12.0, 12.0)

INK, GROUND = Color(0.92, 0.92, 0.92), Color(0.08, 0.08, 0.09)
ACCENT, QUIET, WARN = Color(0.0, 0.65, 0.75), Color(0.22, 0.24, 0.26), Color(0.85, 0.6, 0.1)
COLD = Color(0.35, 0.4, 0.85)
"""A band that cuts."""


def layout(words: Sequence[str], places: Mapping[str, tuple[float, float]] | None = None) -> TouchControl:
    """The whole layout; of ``words`` the first :data:`WORDS` can be chosen.

    ``places`` are words' places on the map, x and y 0..1 from its lower left corner; as many are written on it as have
    room.
    """
    pages = (
        _page("Play", _play()),
        _page("Words", _words(words[:WORDS])),
        _page("Map", _map(places or {})),
        _page("Bands", _bands()),
    )
    pager: dict[str, Property] = {
        "tabbar": True,
        "tabLabels": True,
        "tabbarSize": TAB,
        "textSizeOff": 14,
        "textSizeOn": 14,
    }
    book = TouchControl("PAGER", "pages", Frame(0, 0, *CANVAS), GROUND, children=pages, properties=pager)
    return TouchControl(
        "GROUP", "semeq", Frame(0, 0, *CANVAS), GROUND, children=(book,), properties={"background": True}
    )


def addresses(control: TouchControl) -> set[str]:
    """Every OSC address that a layout sends to or listens on."""
    own = {message.address for message in control.messages}
    return own.union(*(addresses(child) for child in control.children))


def _page(label: str, children: Iterable[TouchControl]) -> TouchControl:
    properties: dict[str, Property] = {
        "tabLabel": label,
        "tabColorOff": QUIET,
        "tabColorOn": ACCENT,
        "textColorOff": INK,
        "textColorOn": INK,
    }
    return TouchControl(
        "GROUP", label, Frame(0, TAB, ROOM_W, ROOM_H), GROUND, children=tuple(children), properties=properties
    )


def _play() -> Iterable[TouchControl]:
    half = (ROOM_W - 3 * GAP) // 2
    for side, x in (("a", GAP), ("b", 2 * GAP + half)):
        yield _label(f"term {side}", Frame(x, GAP, half, 36), "…", 24, (_told(f"/semeq/term/{side}"),))
    wide = ROOM_W - 2 * GAP
    yield _fader("morph", Frame(GAP, 48, wide, 62), ACCENT, _moved("/semeq/morph"), orientation=1)
    yield _label("call", Frame(GAP, 112, wide, 24), "", 13, (_told("/semeq/call"),))
    yield _label("strength name", Frame(GAP, 138, 80, 40), "strength", 14)
    frame = Frame(92, 138, ROOM_W - 92 - GAP, 40)
    yield _fader("strength", frame, QUIET, _moved("/semeq/strength"), orientation=1)
    yield from _actions(184, 44)
    width = (ROOM_W - (SCENES + 1) * GAP) // SCENES
    for number in range(SCENES):
        frame = Frame(GAP + number * (width + GAP), 234, width, 44)
        recall = OscMessage("/semeq/scene/recall", (float(number + 1),), "RISE", receive=False)
        yield from _button(f"scene {number + 1}", frame, str(number + 1), recall, QUIET)


def _actions(y: int, high: int) -> Iterable[TouchControl]:
    """A button for each address that has one: it presses a trigger, or turns a switch on and off."""
    methods = [method for method in METHODS.values() if method.button]
    width = (ROOM_W - (len(methods) + 1) * GAP) // len(methods)
    dimmed = _colors("root:findByName('morph', true)", "self.values.x > 0.5", QUIET, ACCENT)
    for number, method in enumerate(methods):
        frame = Frame(GAP + number * (width + GAP), y, width, high)
        if method.kinds == ("switch",):
            script = dimmed if method.address == "/semeq/bypass" else ""
            yield from _button(method.button, frame, method.button, _moved(method.address), WARN, 1, script)
        else:
            press = OscMessage(method.address, (1.0,), "RISE", receive=False)
            yield from _button(method.button, frame, method.button, press, QUIET)


def _words(words: Sequence[str]) -> Iterable[TouchControl]:
    columns, rows = 4, -(-WORDS // 4)
    half = (ROOM_W - 3 * GAP) // 2
    width, height = (half - (columns - 1) * 3) // columns, (ROOM_H - 2 * GAP - 26) // rows - 3
    for side, left, title in (("a", GAP, "first word"), ("b", 2 * GAP + half, "second word")):
        yield _label(title, Frame(left, GAP, half, 22), title, 14, (_told(f"/semeq/term/{side}"),))
        for number, word in enumerate(words):
            x, y = left + number % columns * (width + 3), GAP + 26 + number // columns * (height + 3)
            choose = OscMessage(f"/semeq/term/{side}", (word,), "RISE", receive=False)
            yield from _button(f"{side} {word}", Frame(x, y, width, height), word, choose, QUIET)


def _map(places: Mapping[str, tuple[float, float]]) -> Iterable[TouchControl]:
    pad = Frame(GAP, GAP, ROOM_W - 3 * GAP - STORE_W, ROOM_H - 2 * GAP)
    yield TouchControl("XY", "map", pad, ACCENT, messages=(_moved("/semeq/map"),))
    for word, frame in _written(pad, places).items():
        yield _label(f"map {word}", frame, word, 12)
    left, width = pad.x + pad.w + GAP, (STORE_W - GAP) // 2
    yield _label("store", Frame(left, GAP, STORE_W, 30), "keep as scene", 14)
    high = (ROOM_H - 3 * GAP - 30) // ((SCENES + 1) // 2) - GAP
    for number in range(SCENES):
        x, y = left + number % 2 * (width + GAP), 2 * GAP + 30 + number // 2 * (high + GAP)
        store = OscMessage("/semeq/scene/store", (float(number + 1),), "RISE", receive=False)
        yield from _button(f"store {number + 1}", Frame(x, y, width, high), str(number + 1), store, WARN)


def _written(pad: Frame, places: Mapping[str, tuple[float, float]]) -> dict[str, Frame]:
    """Where words can be written on the map, the first ones first; one that would lie over another is left out."""
    found: dict[str, Frame] = {}
    for word, (x, y) in places.items():
        w, h = 8 * len(word) + 8, 20
        left = min(max(round(pad.x + x * pad.w - w / 2), pad.x), pad.x + pad.w - w)
        top = min(max(round(pad.y + (1.0 - y) * pad.h - h / 2), pad.y), pad.y + pad.h - h)
        here = Frame(left, top, w, h)
        if not any(_overlap(here, other) for other in found.values()):
            found[word] = here
    return found


def _overlap(one: Frame, other: Frame) -> bool:
    apart = one.x + one.w <= other.x or other.x + other.w <= one.x
    return not (apart or one.y + one.h <= other.y or other.y + other.h <= one.y)


def _bands() -> Iterable[TouchControl]:
    width = (ROOM_W - (len(BANDS) + 1) * GAP) // len(BANDS)
    for number, kind in enumerate(BANDS, 1):
        x = GAP + (number - 1) * (width + GAP)
        gain = OscMessage(f"/semeq/band/{number}/gain", (Value("x", *GAIN_RANGE_DB),), send=False)
        frame, cut = Frame(x, GAP, width, ROOM_H - 70), _colors("self", "self.values.x < 0.5", COLD, ACCENT)
        yield _fader(f"gain {number}", frame, ACCENT, gain, interactive=False, centered=True, script=cut)
        hertz = _told(f"/semeq/band/{number}/frequency")
        yield _label(f"frequency {number}", Frame(x, ROOM_H - 60, width, 26), "", 13, (hertz,))
        yield _label(f"kind {number}", Frame(x, ROOM_H - 32, width, 26), kind, 13)


def _colors(control: str, condition: str, yes: Color, no: Color) -> str:
    """A script that gives a control its color whenever this one's value moves. Source: the manual's scripting API."""
    return f"""function onValueChanged(key)
  if key == 'x' then
    {control}.color = {condition} and {_lua(yes)} or {_lua(no)}
  end
end"""


def _lua(color: Color) -> str:
    return f"Color({color.r:g}, {color.g:g}, {color.b:g}, {color.a:g})"


def _moved(address: str) -> OscMessage:
    """What a fader, pad or switch sends and follows: a value for each of the address's numbers, in its range."""
    ranges = METHODS[address].ranges
    return OscMessage(address, tuple(Value(axis, *limits) for axis, limits in zip("xy", ranges, strict=False)))


def _told(address: str) -> OscMessage:
    """What a label shows: the text that the address holds."""
    return OscMessage(address, (Value("text"),), trigger="text", send=False)


def _fader(name: str, frame: Frame, color: Color, message: OscMessage, **properties: Property) -> TouchControl:
    return TouchControl("FADER", name, frame, color, messages=(message,), properties={"response": 1, **properties})


def _label(name: str, frame: Frame, text: str, size: int, messages: tuple[OscMessage, ...] = ()) -> TouchControl:
    properties: dict[str, Property] = {
        "textSize": size,
        "textColor": INK,
        "textAlignH": 2,
        "background": False,
        "outline": False,
        "interactive": False,
    }
    return TouchControl("LABEL", name, frame, GROUND, text, messages, properties=properties)


def _button(
    name: str, frame: Frame, text: str, message: OscMessage, color: Color, button_type: int = 0, script: str = ""
) -> tuple[TouchControl, TouchControl]:
    """A button and, over it, its text, as TouchOSC's buttons have none. Type 1 stays down until pressed again."""
    properties: dict[str, Property] = {"buttonType": button_type}
    if script:
        properties["script"] = script
    size = 14 if len(text) < 9 else 10
    return (
        TouchControl("BUTTON", name, frame, color, messages=(message,), properties=properties),
        _label(f"{name} text", frame, text, size),
    )
