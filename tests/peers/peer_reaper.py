"""REAPER as a server of its OSC protocol: effects' parameters, ReaEQ's own addresses, what its pattern file tells."""

from peer_plugins import Effect, ReaEq
from peers import Heard, UdpHost, bundle, message


class Reaper(UdpHost):
    """REAPER: values are taken on its 30 ms timer, and what has changed is told to the device's port.

    ``effects`` by track and place there, both from 1; track 0 is the master. Each parameter is told in a datagram of
    its own, so that of all of them at once some are lost, as from a large project.
    """

    tick_s = 0.03

    def __init__(self, effects: dict[tuple[int, int], Effect], device_port: int, port: int = 0) -> None:
        super().__init__(port)
        self.effects = effects
        self.open_edits: set[str] = set()
        """Movements that were begun and not ended."""
        self._device = ("127.0.0.1", device_port)
        self._told: dict[tuple[int, int, int], float] = self._now()

    def _now(self) -> dict[tuple[int, int, int], float]:
        return {(*at, n): v for at, effect in self.effects.items() for n, v in enumerate(effect.values)}

    def tick(self) -> None:
        """Take what came in, tell what has changed."""
        super().tick()
        now = self._now()
        self._tell([place for place, value in now.items() if value != self._told.get(place)])
        self._told = now

    def by_hand(self, track: int, slot: int, parameter: int, position: float) -> None:
        """A hand on the plug-in; the parameter counts from 1."""
        with self._lock:
            self.effects[track, slot].values[parameter - 1] = position

    def _tell(self, places: list[tuple[int, int, int]]) -> None:
        for track, slot, n in places:
            effect = self.effects[track, slot]
            address, value = f"/track/{track}/fx/{slot}/fxparam/{n + 1}", effect.values[n]
            told = [
                message(f"{address}/name", effect.names[n]),
                message(f"{address}/value", value),
                message(f"{address}/value/str", effect.shown(n)),
            ]
            if isinstance(effect, ReaEq) and n < 15:
                word = effect.kinds[n // 3]
                number = effect.kinds[: n // 3].count(word)
                name = {"low_shelf": "loshelf", "high_shelf": "hishelf"}.get(str(word), f"band/{number}")
                told.append(message(f"/track/{track}/fxeq/{name}/{('freq', 'gain', 'q')[n % 3]}", value))
            self.send(bundle(told), self._device)

    def handle(self, heard: Heard) -> None:
        """Parameters of effects, ReaEQ's own addresses, actions."""
        match heard.address.split("/")[1:]:
            case ["track", track, "fx", slot, "fxparam", parameter, "value"]:
                effect = self.effects.get((int(track), int(slot)))
                index = int(parameter) - 1
                self._set(heard, effect if effect and 0 <= index < len(effect.values) else None, index)
            case ["track", track, "fxeq", kind, *number, what]:
                found = (e for (t, _), e in sorted(self.effects.items()) if t == int(track) and isinstance(e, ReaEq))
                effect = next(found, None)
                band = effect.place(kind, int(number[0]) if number else 0) if effect else None
                index = -1 if band is None else 3 * band + ("freq", "gain", "q").index(what)
                self._set(heard, effect if index >= 0 else None, index)
            case ["action", "41743"]:
                self._tell(list(self._now()))
            case ["semeq", "ping"]:
                pass  # no pattern of its file
            case _:
                self.complain(heard, "in no pattern")

    def _set(self, heard: Heard, effect: Effect | None, index: int) -> None:
        if heard.arguments == [-1] and type(heard.arguments[0]) is int:
            self.open_edits.discard(heard.address)
        elif effect is None:
            self.complain(heard, "nothing is there")
        elif len(heard.arguments) != 1 or not isinstance(value := heard.arguments[0], float):
            self.complain(heard, "not one float")
        elif not 0.0 <= value <= 1.0:
            self.complain(heard, "not from 0 to 1")
        else:
            effect.values[index] = value
            if "/fxparam/" in heard.address:
                self.open_edits.add(heard.address)
