"""LV2 and LADSPA plug-ins without a DAW: what they say of their parameters, and what they do to an impulse.

Read through lilv, as DAWs do. It runs as a program of its own, so that a plug-in that crashes ends nothing else.
`python offline_host.py` takes a question as JSON (see :func:`main`) and answers in JSON.
"""

import ctypes
import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

BLOCK, LENGTH, SETTLE = 512, 1 << 16, 1 << 14
"""Frames at once; frames of an impulse response, and before it, for plug-ins that glide to what they are set to."""
LV2_CORE, PORT_PROPS = "http://lv2plug.in/ns/lv2core#", "http://lv2plug.in/ns/ext/port-props#"
PORT_KINDS = {
    "input": LV2_CORE + "InputPort",
    "audio": LV2_CORE + "AudioPort",
    "control": LV2_CORE + "ControlPort",
    "cv": LV2_CORE + "CVPort",
}
PROPERTIES = {
    "is_switch": LV2_CORE + "toggled",
    "is_integer": LV2_CORE + "integer",
    "is_log": PORT_PROPS + "logarithmic",
    "of_rate": LV2_CORE + "sampleRate",
}
_P = ctypes.c_void_p


class _Feature(ctypes.Structure):
    _fields_ = (("uri", ctypes.c_char_p), ("data", _P))


class _Map(ctypes.Structure):
    _fields_ = (("handle", _P), ("map", _P))


class _Lv2Descriptor(ctypes.Structure):
    _fields_ = (
        ("uri", ctypes.c_char_p),
        *((name, _P) for name in ("instantiate", "connect_port", "activate", "run", "deactivate", "cleanup")),
    )


class _Instance(ctypes.Structure):
    _fields_ = (("descriptor", ctypes.POINTER(_Lv2Descriptor)), ("handle", _P), ("own", _P))


class _Hint(ctypes.Structure):
    _fields_ = (("hints", ctypes.c_int), ("lower", ctypes.c_float), ("upper", ctypes.c_float))


class _LadspaDescriptor(ctypes.Structure):
    _fields_ = (
        ("id", ctypes.c_ulong),
        ("label", ctypes.c_char_p),
        ("properties", ctypes.c_int),
        *((name, ctypes.c_char_p) for name in ("name", "maker", "copyright")),
        ("count", ctypes.c_ulong),
        ("ports", ctypes.POINTER(ctypes.c_int)),
        ("names", ctypes.POINTER(ctypes.c_char_p)),
        ("hints", ctypes.POINTER(_Hint)),
        ("data", _P),
        *((name, _P) for name in ("instantiate", "connect_port", "activate", "run", "adding", "gain")),
        *((name, _P) for name in ("deactivate", "cleanup")),
    )


CONNECT = ctypes.CFUNCTYPE(None, _P, ctypes.c_uint32, _P)
CONNECT_LONG = ctypes.CFUNCTYPE(None, _P, ctypes.c_ulong, _P)
CALL = ctypes.CFUNCTYPE(None, _P)
RUN = ctypes.CFUNCTYPE(None, _P, ctypes.c_uint32)
RUN_LONG = ctypes.CFUNCTYPE(None, _P, ctypes.c_ulong)
MAKE_LONG = ctypes.CFUNCTYPE(_P, _P, ctypes.c_ulong)
MAP = ctypes.CFUNCTYPE(ctypes.c_uint32, _P, ctypes.c_char_p)


class Lv2:
    """A plug-in that lilv finds by its URI; ``ports`` in its own order, each with its kind, name, range and so on."""

    def __init__(self, uri: str, rate_hz: int) -> None:
        try:
            lilv = self._lilv = ctypes.CDLL("liblilv-0.so.0")
        except OSError:
            raise SystemExit("there is no lilv on this machine (liblilv-0-0)") from None
        for name in ("world_new", "new_uri", "plugins_get_by_uri", "world_get_all_plugins", "plugin_get_name"):
            getattr(lilv, f"lilv_{name}").restype = _P
        for name in ("plugin_get_port_by_index", "port_get_name", "port_get_scale_points", "nodes_begin"):
            getattr(lilv, f"lilv_{name}").restype = _P
        for name in ("scale_points_begin", "scale_points_next", "scale_points_get"):
            getattr(lilv, f"lilv_{name}").restype = _P
        for name in ("scale_point_get_value", "scale_point_get_label", "plugin_instantiate", "port_get_symbol"):
            getattr(lilv, f"lilv_{name}").restype = _P
        lilv.lilv_node_as_string.restype = ctypes.c_char_p
        lilv.lilv_node_as_float.restype = ctypes.c_float
        self._world = _P(lilv.lilv_world_new())
        lilv.lilv_world_load_all(self._world)
        everything = _P(lilv.lilv_world_get_all_plugins(self._world))
        found = lilv.lilv_plugins_get_by_uri(everything, self._node(uri))
        if not found:
            raise SystemExit(f"there is no {uri} on this machine")
        self._plugin = _P(found)
        self.name = self._text(lilv.lilv_plugin_get_name(self._plugin))
        count = lilv.lilv_plugin_get_num_ports(self._plugin)
        self.ports = [self._port(n, rate_hz) for n in range(count)]

    def _node(self, uri: str) -> Any:
        return _P(self._lilv.lilv_new_uri(self._world, uri.encode()))

    def _text(self, node: int) -> str:
        return self._lilv.lilv_node_as_string(_P(node)).decode()

    def _port(self, index: int, rate_hz: int) -> dict[str, Any]:
        lilv, plugin = self._lilv, self._plugin
        port = _P(lilv.lilv_plugin_get_port_by_index(plugin, index))
        found: dict[str, Any] = {
            kind: bool(lilv.lilv_port_is_a(plugin, port, self._node(uri))) for kind, uri in PORT_KINDS.items()
        }
        found |= {
            name: bool(lilv.lilv_port_has_property(plugin, port, self._node(uri))) for name, uri in PROPERTIES.items()
        }
        usual, low, high = _P(), _P(), _P()
        lilv.lilv_port_get_range(plugin, port, *map(ctypes.byref, (usual, low, high)))
        low, high, usual = (float(lilv.lilv_node_as_float(n)) if n else math.nan for n in (low, high, usual))
        factor = float(rate_hz) if found["of_rate"] else 1.0
        low, high = (0.0 if math.isnan(low) else low) * factor, (1.0 if math.isnan(high) else high) * factor
        value = low if math.isnan(usual) else min(max(usual * (factor if usual <= 1.0 else 1.0), low), high)
        name = self._text(lilv.lilv_port_get_name(plugin, port))
        symbol = self._text(lilv.lilv_port_get_symbol(plugin, port))
        labels = self._labels(port)
        return found | {"name": name, "symbol": symbol, "low": low, "high": high, "value": value, "labels": labels}

    def _labels(self, port: Any) -> list[tuple[float, str]]:
        lilv = self._lilv
        points = lilv.lilv_port_get_scale_points(self._plugin, port)
        if not points:
            return []
        found: list[tuple[float, str]] = []
        at = lilv.lilv_scale_points_begin(_P(points))
        while at:
            point = _P(lilv.lilv_scale_points_get(_P(points), _P(at)))
            value = float(lilv.lilv_node_as_float(_P(lilv.lilv_scale_point_get_value(point))))
            found.append((value, self._text(lilv.lilv_scale_point_get_label(point))))
            at = lilv.lilv_scale_points_next(_P(points), _P(at))
        return sorted(found)

    def start(self, rate_hz: int) -> None:
        """Load it; what it says of itself can be had without that."""
        known: dict[bytes, int] = {}
        self._map = MAP(lambda _, uri: known.setdefault(uri, len(known) + 1))
        self._mapping = _Map(None, ctypes.cast(self._map, _P))
        data = ctypes.cast(ctypes.byref(self._mapping), _P)
        # No option is set: a list of options ends with an empty one. Blocks are always of one length.
        self._options = ctypes.create_string_buffer(64)
        self._features = [
            _Feature(b"http://lv2plug.in/ns/ext/urid#map", data),
            _Feature(b"http://lv2plug.in/ns/ext/options#options", ctypes.cast(self._options, _P)),
            _Feature(b"http://lv2plug.in/ns/ext/buf-size#boundedBlockLength", None),
        ]
        features = (_P * 4)(*(ctypes.cast(ctypes.byref(one), _P) for one in self._features), None)
        lilv = self._lilv
        lilv.lilv_plugin_instantiate.argtypes = (_P, ctypes.c_double, _P)
        made = lilv.lilv_plugin_instantiate(self._plugin, float(rate_hz), ctypes.cast(features, _P))
        if not made:
            raise SystemExit(f"{self.name} cannot be started")
        self._made = ctypes.cast(_P(made), ctypes.POINTER(_Instance)).contents
        self._does = self._made.descriptor.contents

    def activate(self) -> None:
        """Begin."""
        if self._does.activate:
            CALL(self._does.activate)(self._made.handle)

    def connect(self, index: int, buffer: Any) -> None:
        """Join a port and memory."""
        CONNECT(self._does.connect_port)(self._made.handle, index, ctypes.cast(buffer, _P))

    def run(self, frames: int) -> None:
        """Work on so many frames."""
        RUN(self._does.run)(self._made.handle, frames)


class Ladspa:
    """A plug-in of a LADSPA library, as ``FILE.so:label``."""

    def __init__(self, path: Path, label: str, rate_hz: int) -> None:
        library = ctypes.CDLL(str(path))
        library.ladspa_descriptor.restype = ctypes.POINTER(_LadspaDescriptor)
        number, found = 0, None
        while (one := library.ladspa_descriptor(ctypes.c_ulong(number))) and found is None:
            found = one.contents if one.contents.label.decode() == label else None
            number += 1
        if found is None:
            raise SystemExit(f"there is no {label} in {path}")
        self._does, self._pointer = found, _P(ctypes.addressof(found))
        self.name = found.name.decode()
        self.ports = [self._port(n, rate_hz) for n in range(found.count)]

    def start(self, rate_hz: int) -> None:
        """Load it."""
        self._handle = MAKE_LONG(self._does.instantiate)(self._pointer, rate_hz)

    def _port(self, index: int, rate_hz: int) -> dict[str, Any]:
        kind, hint = self._does.ports[index], self._does.hints[index]
        bits = hint.hints
        factor = float(rate_hz) if bits & 0x8 else 1.0
        low, high = (hint.lower if bits & 0x1 else 0.0) * factor, (hint.upper if bits & 0x2 else 1.0) * factor
        usual = {0x40: low, 0xC0: (low + high) / 2, 0x140: high, 0x200: 0.0, 0x240: 1.0, 0x280: 100.0, 0x2C0: 440.0}
        at = {0x80: 0.25, 0x100: 0.75}.get(bits & 0x3C0)
        value = usual.get(bits & 0x3C0, low) if at is None else low + (high - low) * at
        return {
            "input": bool(kind & 1),
            "control": bool(kind & 4),
            "audio": bool(kind & 8),
            "cv": False,
            "is_switch": bool(bits & 0x4),
            "is_log": bool(bits & 0x10),
            "is_integer": bool(bits & 0x20),
            "name": self._does.names[index].decode(),
            "symbol": "",
            "low": low,
            "high": high,
            "value": value,
            "labels": [],
        }

    def activate(self) -> None:
        """Begin."""
        if self._does.activate:
            CALL(self._does.activate)(self._handle)

    def connect(self, index: int, buffer: Any) -> None:
        """Join a port and memory."""
        CONNECT_LONG(self._does.connect_port)(self._handle, index, ctypes.cast(buffer, _P))

    def run(self, frames: int) -> None:
        """Work on so many frames."""
        RUN_LONG(self._does.run)(self._handle, frames)


def impulse_response(plugin: Lv2 | Ladspa, rate_hz: int, settings: Sequence[tuple[int, float]]) -> np.ndarray:
    """What comes out of the first output; ``settings`` are values by the number among all control ports, from 0."""
    plugin.start(rate_hz)
    controls = [n for n, port in enumerate(plugin.ports) if port["control"]]
    values = {n: port["value"] for n, port in enumerate(plugin.ports)}
    values |= {controls[index]: value for index, value in settings}
    audio = {n: np.zeros(BLOCK, np.float32) for n, port in enumerate(plugin.ports) if port["audio"] or port["cv"]}
    kept: dict[int, Any] = {}
    for n, port in enumerate(plugin.ports):
        if n in audio:
            kept[n] = audio[n].ctypes.data_as(_P)
        elif port["control"]:
            kept[n] = ctypes.pointer(ctypes.c_float(values[n]))
        else:  # a stream of events, of which there are none
            room = (ctypes.c_uint32 * 4096)(8, 0, 0, 0)
            kept[n] = ctypes.pointer(room)
        plugin.connect(n, kept[n])
    plugin.activate()
    into = next(n for n in audio if plugin.ports[n]["input"])
    out = next(n for n in audio if not plugin.ports[n]["input"])
    heard: list[np.ndarray] = []
    for frame in range(0, SETTLE + LENGTH, BLOCK):
        audio[into][:] = 0.0
        audio[into][0] = frame == SETTLE
        plugin.run(BLOCK)
        heard.append(audio[out].copy())
    return np.concatenate(heard)[SETTLE:]


def open_plugin(name: str, rate_hz: int) -> Lv2 | Ladspa:
    """A plug-in by its LV2 URI, or by `FILE.so:label`."""
    if ".so:" not in name:
        return Lv2(name, rate_hz)
    file, label = name.rsplit(":", 1)
    folders = os.environ.get("LADSPA_PATH", "/usr/lib/ladspa").split(":")
    path = next((path for folder in folders if (path := Path(folder) / file).exists()), None)
    if path is None:
        raise SystemExit(f"there is no {file} on this machine")
    return Ladspa(path, label, rate_hz)


def main() -> None:
    """Answer ``{"plugin", "rate_hz", "settings", "frequencies_hz"}`` by its name, its controls and responses in dB.

    The frequencies are moved to the nearest that the impulse response has, which are in the answer.
    """
    asked = json.load(sys.stdin)
    plugin = open_plugin(asked["plugin"], asked["rate_hz"])
    places = [round(hz * LENGTH / asked["rate_hz"]) for hz in asked["frequencies_hz"]]
    heard: list[list[float]] = []
    for settings in asked["settings"]:
        impulse = impulse_response(open_plugin(asked["plugin"], asked["rate_hz"]), asked["rate_hz"], settings)
        heard.append((20.0 * np.log10(np.maximum(np.abs(np.fft.rfft(impulse)[places]), 1e-9))).tolist())
    controls = [port for port in plugin.ports if port["control"]]
    step_hz = asked["rate_hz"] / LENGTH
    answer = {"frequencies_hz": [place * step_hz for place in places], "responses_db": heard}
    json.dump({"name": plugin.name, "controls": controls} | answer, sys.stdout)


if __name__ == "__main__":
    main()
