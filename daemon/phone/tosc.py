"""The file format of TouchOSC's layouts: one zlib stream of XML, a tree of controls with all that they say and hear.

Sources: the manual at hexler.net/touchosc/manual (names and ranges of properties and values); the form of the XML as
public layouts of format version 6 have it.
"""

import zlib
from collections.abc import Iterable
from typing import Literal
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as Xml

from msgspec import Struct, field

Kind = Literal["GROUP", "PAGER", "FADER", "XY", "BUTTON", "LABEL"]
_VERSION = "6"
_ALL_CONNECTIONS = "1111111111"


class Frame(Struct, frozen=True):
    """A place inside the parent, in points: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int


class Color(Struct, frozen=True):
    """Red, green, blue and opacity, each 0..1."""

    r: float
    g: float
    b: float
    a: float = 1.0


Property = bool | int | float | str | Frame | Color


class Value(Struct, frozen=True):
    """An argument that follows the control: which of its values (``x``, ``y``, ``text``, ``touch``), and its range."""

    key: str
    low: float = 0.0
    high: float = 1.0


class OscMessage(Struct, frozen=True):
    """An OSC message that a control sends and takes.

    ``arguments`` are the control's values or constants; ``when`` says which change sends it.
    """

    address: str
    arguments: tuple[Value | str | float, ...] = ()
    when: Literal["ANY", "RISE", "FALL"] = "ANY"
    trigger: str = "x"
    send: bool = True
    receive: bool = True


class TouchControl(Struct, frozen=True):
    """One element of a layout: what it is, where, what it says and hears, and the elements inside it."""

    kind: Kind
    name: str
    frame: Frame
    color: Color = Color(0.25, 0.25, 0.25)
    text: str = ""
    messages: tuple[OscMessage, ...] = ()
    children: tuple["TouchControl", ...] = ()
    properties: dict[str, Property] = field(default_factory=dict[str, Property])


def tosc(root: TouchControl) -> bytes:
    """Write a layout; the root's frame is the size of the canvas. The same layout gives the same bytes."""
    document = Xml.Element("lexml", version=_VERSION)
    document.append(_node(root, "semeq"))
    return zlib.compress(Xml.tostring(document, encoding="UTF-8", xml_declaration=True), 9)


def _node(control: TouchControl, path: str) -> Xml.Element:
    path = f"{path}/{control.name}"
    node = Xml.Element("node", ID=str(uuid5(NAMESPACE_URL, path)), type=control.kind)
    properties = Xml.SubElement(node, "properties")
    given: dict[str, Property] = {"name": control.name, "frame": control.frame, "color": control.color}
    for key, value in {**given, **control.properties}.items():
        _property(properties, key, value)
    values = Xml.SubElement(node, "values")
    for key, default in _values(control):
        _leaves(
            Xml.SubElement(values, "value"), key=key, locked=0, lockedDefaultCurrent=0, default=default, defaultPull=0
        )
    messages = Xml.SubElement(node, "messages")
    for message in control.messages:
        _osc(messages, message)
    children = Xml.SubElement(node, "children")
    children.extend(_node(child, f"{path}/{number}") for number, child in enumerate(control.children))
    return node


def _values(control: TouchControl) -> Iterable[tuple[str, object]]:
    match control.kind:
        case "LABEL":
            yield "text", control.text
        case "XY":
            yield "x", 0.5
            yield "y", 0.5
        case "FADER" | "BUTTON":
            yield "x", 0
        case "PAGER":
            yield "page", 0
        case "GROUP":
            pass
    yield "touch", "false"


def _property(properties: Xml.Element, key: str, value: Property) -> None:
    match value:
        case bool():
            kind, content = "b", int(value)
        case int():
            kind, content = "i", value
        case float():
            kind, content = "f", value
        case str():
            kind, content = "s", value
        case Frame():
            kind, content = "r", {"x": value.x, "y": value.y, "w": value.w, "h": value.h}
        case Color():
            kind, content = "c", {"r": value.r, "g": value.g, "b": value.b, "a": value.a}
    element = Xml.SubElement(properties, "property", type=kind)
    _leaves(element, key=key)
    if isinstance(content, dict):
        _leaves(Xml.SubElement(element, "value"), **content)
    else:
        _leaves(element, value=content)


def _osc(messages: Xml.Element, message: OscMessage) -> None:
    osc = Xml.SubElement(messages, "osc")
    _leaves(osc, enabled=1, send=int(message.send), receive=int(message.receive), feedback=0, noDuplicates=0)
    _leaves(osc, connections=_ALL_CONNECTIONS)
    trigger = Xml.SubElement(Xml.SubElement(osc, "triggers"), "trigger")
    _leaves(trigger, var=message.trigger, condition=message.when)
    _partial(Xml.SubElement(osc, "path"), "CONSTANT", "STRING", message.address)
    arguments = Xml.SubElement(osc, "arguments")
    for argument in message.arguments:
        match argument:
            case Value(key="text"):
                _partial(arguments, "VALUE", "STRING", "text")
            case Value():
                _partial(arguments, "VALUE", "FLOAT", argument.key, argument.low, argument.high)
            case str():
                _partial(arguments, "CONSTANT", "STRING", argument)
            case _:
                _partial(arguments, "CONSTANT", "FLOAT", argument)


def _partial(
    parent: Xml.Element, kind: str, conversion: str, value: object, low: float = 0.0, high: float = 1.0
) -> None:
    partial = Xml.SubElement(parent, "partial")
    _leaves(partial, type=kind, conversion=conversion, value=value, scaleMin=low, scaleMax=high)


def _leaves(parent: Xml.Element, **contents: object) -> None:
    for name, content in contents.items():
        Xml.SubElement(parent, name).text = f"{content:g}" if isinstance(content, float) else str(content)
