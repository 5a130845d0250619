"""Ableton Live with AbletonOSC, as a server of that protocol: everything counts from 0 and waits for a 100 ms tick."""

from peer_plugins import EqEight
from peers import Heard, UdpHost, message

_DEVICE, _TRACK, _VIEW = "/live/device/", "/live/track/get/devices/", "/live/view/"


class Live(UdpHost):
    """``tracks`` are names with their devices. All answers go to one port; an error ends the tick's work."""

    tick_s = 0.1

    def __init__(self, tracks: list[tuple[str, list[EqEight]]], reply_port: int, port: int = 0) -> None:
        super().__init__(port)
        self.tracks, self.selected = tracks, 0
        self._reply = ("127.0.0.1", reply_port)
        self._listened: set[tuple[int, int, int]] = set()
        self._watches_selection = False
        self._changed: list[tuple[int, int, int]] = []

    def tick(self) -> None:
        """Work through what has come in, then tell listeners what has changed."""
        while self._queue:
            heard = self._queue.popleft()
            try:
                self.handle(heard)
            except (IndexError, TypeError, ValueError) as error:
                self.complain(heard, repr(error))
                self._answer("/live/error", f"{heard.address}: {error}")
                break
        changed, self._changed = list(dict.fromkeys(self._changed)), []
        for place in changed:
            if place in self._listened:
                self._tell(place)

    def by_hand(self, track: int, device: int, parameter: int, value: float) -> None:
        """A hand on a device; everything counts from 0."""
        with self._lock:
            self._set(track, device, parameter, value)

    def select(self, track: int) -> None:
        """Select a track, from 0, as on the screen."""
        with self._lock:
            self.selected = track
            if self._watches_selection:
                self._answer(f"{_VIEW}get/selected_track", track)

    def insert_track(self, at: int, name: str) -> None:
        """Insert an empty track, so that others get other numbers."""
        with self._lock:
            self.tracks.insert(at, (name, []))
            self._listened.clear()

    def _answer(self, address: str, *arguments: object) -> None:
        self.send(message(address, *arguments), self._reply)

    def _set(self, track: int, device: int, parameter: int, value: float) -> None:
        eq = self.tracks[track][1][device]
        low, high = eq.ranges[parameter]
        if not low <= value <= high:
            raise ValueError("Invalid value. Check the parameters range with min/max")
        # Live keeps single precision, and says nothing where nothing changes.
        if eq.values[parameter] != value:
            eq.values[parameter] = value
            self._changed.append((track, device, parameter))

    def _tell(self, place: tuple[int, int, int]) -> None:
        track, device, parameter = place
        eq = self.tracks[track][1][device]
        self._answer(f"{_DEVICE}get/parameter/value", *place, eq.values[parameter])
        self._answer(f"{_DEVICE}get/parameter/value_string", *place, eq.shown(parameter))

    def handle(self, heard: Heard) -> None:
        """One message; what is unknown is logged there, and a complaint here."""
        address, arguments = heard.address, heard.arguments
        if address == "/live/test":
            self._answer(address, "ok")
        elif address == "/live/song/get/track_names":
            self._answer(address, *(name for name, _ in self.tracks))
        elif address == f"{_VIEW}start_listen/selected_track":
            self._watches_selection = True
            self._answer(f"{_VIEW}get/selected_track", self.selected)
        elif address == f"{_VIEW}get/selected_track":
            self._answer(address, self.selected)
        elif address.startswith(_TRACK):
            self._devices(address, int(arguments[0]))
        elif address == f"{_DEVICE}set/parameter/value":
            track, device, parameter, value = arguments
            if [type(argument) for argument in arguments] != [int, int, int, float]:
                self.complain(heard, "not three integers and a float")
            self._set(int(track), int(device), int(parameter), float(value))
        elif address == f"{_DEVICE}start_listen/parameter/value":
            track, device, parameter = arguments
            _ = self.tracks[int(track)][1][int(device)].values[parameter]  # a float is no index
            self._listened.add((int(track), int(device), parameter))
            self._tell((int(track), int(device), parameter))
        elif address.startswith(f"{_DEVICE}get/"):
            self._describe(address, *arguments)
        else:
            self.complain(heard, "unknown address")

    def _devices(self, address: str, track: int) -> None:
        devices = self.tracks[track][1]
        values = {"name": [eq.name for eq in devices], "class_name": ["Eq8"] * len(devices), "type": [2] * len(devices)}
        self._answer(address, track, *values[address.removeprefix(_TRACK)])

    def _describe(self, address: str, track: int, device: int, *rest: int) -> None:
        eq = self.tracks[int(track)][1][int(device)]
        lows, highs = zip(*eq.ranges, strict=True)
        lists = {"name": eq.names, "value": eq.values, "min": lows, "max": highs}
        lists["is_quantized"] = [int(quantized) for quantized in eq.quantized]
        match address.removeprefix(f"{_DEVICE}get/").split("/"):
            case ["num_parameters"]:
                self._answer(address, track, device, len(eq.names))
            case ["parameters", what]:
                self._answer(address, track, device, *lists[what])
            case ["parameter", "value_string"]:
                self._answer(address, track, device, rest[0], eq.shown(int(rest[0])))
            case ["parameter", what]:
                self._answer(address, track, device, rest[0], lists[what][int(rest[0])])
            case _:
                raise ValueError("unknown address")
