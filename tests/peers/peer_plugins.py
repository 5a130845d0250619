"""Equalisers as their hosts hold them: parameters in the plug-in's own terms, and what they mean in Hz, dB, RBJ's Q.

The laws are written out from the published formulas, without the daemon's code.
"""

import math
from collections.abc import Sequence
from types import MappingProxyType

from semeq.model import Band, BandKind

LOW, BELL, HIGH = BandKind.LOW_SHELF, BandKind.PEAKING, BandKind.HIGH_SHELF


def q_of_octaves(octaves: float) -> float:
    """RBJ's Q of a bandwidth between half-gain points."""
    return 2 ** (octaves / 2) / (2**octaves - 1) if octaves > 0 else math.inf


class Effect:
    """A plug-in: the names of its parameters, and their present values in the terms of the host that holds it."""

    name = ""

    def __init__(self, names: list[str], values: list[float]) -> None:
        self.names, self.values = names, values

    def bands(self) -> list[Band]:
        """What it does, in the order of semeq's model: low shelf, three bells, high shelf."""
        raise NotImplementedError

    def shown(self, index: int) -> str:
        """A value as the host displays it."""
        return f"{self.values[index]:.3f}"


class ReaEq(Effect):
    """Five bands of frequency, gain and bandwidth, all as positions 0..1; a fifth band is added at the end."""

    name = "VST: ReaEQ (Cockos)"
    kinds = (LOW, BELL, BELL, HIGH, BELL)

    def __init__(self) -> None:
        words = ("Low Shelf", "Band 2", "Band 3", "High Shelf", "Band 5")
        names = [f"{what}-{word}" for word in words for what in ("Freq", "Gain", "BW")]
        hz = (100.0, 300.0, 1000.0, 5000.0, 2000.0)
        positions = [[math.log((f - 20) / 59.95 + 1) / math.log(401), 0.5, 0.5] for f in hz]
        super().__init__([*names, "Global Gain"], [*(x for band in positions for x in band), 0.5])

    def _band(self, n: int) -> Band:
        x, slider, width = self.values[3 * n : 3 * n + 3]
        gain = 2 * slider if slider <= 0.5 else 1 + (slider - 0.5) * 2 * (10**0.6 - 1)
        db = 20 * math.log10(gain) if gain > 0 else -math.inf
        return Band(self.kinds[n], 20 + 59.95 * (401**x - 1), db, q_of_octaves(4 * width))

    def bands(self) -> list[Band]:
        """The high shelf is the fourth band, the third bell the fifth."""
        return [self._band(n) for n in (0, 1, 2, 4, 3)]

    def shown(self, index: int) -> str:
        """Hertz, dB or octaves; the gain of the whole in dB."""
        if index == 15:
            return "0.0"
        band = self._band(index // 3)
        return (f"{band.frequency_hz:.1f}", f"{band.gain_db:.1f}", f"{4 * self.values[index]:.2f}")[index % 3]

    def place(self, kind: str, number: int) -> int | None:
        """The band that REAPER's own address means: a kind and, among its like, a number from 0."""
        wanted = {"loshelf": LOW, "band": BELL, "hishelf": HIGH}.get(kind)
        alike = [n for n, found in enumerate(self.kinds) if found is wanted]
        return alike[number] if number < len(alike) else None


class ProQ3(Effect):
    """24 bands of 13 parameters, all as positions 0..1; a band that is not used does nothing."""

    name = "VST3: Pro-Q 3 (FabFilter)"
    words = ("Used", "Enabled", "Frequency", "Gain", "Dynamic Range", "Dynamics Enabled", "Threshold", "Q", "Shape")
    more = ("Slope", "Stereo Placement", "Speakers", "Solo")
    shapes = (BELL, LOW, None, HIGH, None, None, None, None, None)

    def __init__(self) -> None:
        names = [f"Band {n} {word}" for n in range(1, 25) for word in (*self.words, *self.more)]
        one = [0.0, 1.0, 0.5752, 0.5, 0.5, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0]
        super().__init__([*names, "Processing Mode"], [*one * 24, 0.0])

    def bands(self) -> list[Band]:
        """The bands that are used and enabled, as semeq uses them."""
        found: list[Band] = []
        for n in range(24):
            used, enabled, x, gain, *_, q, shape, _, _, _, _ = self.values[13 * n : 13 * n + 13]
            kind = self.shapes[round(shape * 8)]
            if used > 0.5 and enabled > 0.5 and kind:
                q_rbj = 10 ** ((q - 0.5) / 0.312098) / math.sqrt(2)
                found.append(Band(kind, 10 * 3000**x, 60 * (gain - 0.5), q_rbj))
        return found


class EqEight(Effect):
    """Live's own: gains in dB, frequencies and Qs 0..1, types by number; curves A and B of eight bands."""

    name = "EQ Eight"
    kinds = (None, None, LOW, BELL, None, HIGH, None, None)

    def __init__(self) -> None:
        words = ("Filter On", "Filter Type", "Frequency", "Gain", "Resonance")
        names = [f"{n} {word} {curve}" for n in range(1, 9) for curve in "AB" for word in words]
        one = [1.0, 3.0, 0.5, 0.0, 0.3767]
        super().__init__(["Device On", "Output", "Scale", "Adaptive Q", *names], [1.0, 0.0, 1.0, 1.0, *one * 16])
        ends = [(0.0, 1.0), (0.0, 7.0), (0.0, 1.0), (-15.0, 15.0), (0.0, 1.0)] * 16
        self.ranges = [(0.0, 1.0), (-12.0, 12.0), (-2.0, 2.0), (0.0, 1.0), *ends]
        self.quantized = [True, False, False, True, *[True, True, False, False, False] * 16]

    def bands(self) -> list[Band]:
        """The first five bands' curve A; nothing where the device as a whole is set in another way."""
        if self.values[0] != 1.0 or self.values[2] != 1.0 or self.values[3] != 0.0:
            return []
        found: list[Band] = []
        for n in range(5):
            on, kind, x, gain, q = self.values[4 + 10 * n : 9 + 10 * n]
            known = self.kinds[round(kind)]
            if on and known:
                found.append(Band(known, 10 * 2200**x, gain, 0.1 * 180**q))
        return found

    def set_band(self, n: int, band: Band) -> None:
        """Set a band (from 0) as an engineer would."""
        x = math.log(band.frequency_hz / 10) / math.log(2200)
        q = math.log(band.q / 0.1) / math.log(180)
        kind = float(self.kinds.index(band.kind))
        self.values[4 + 10 * n : 9 + 10 * n] = [1.0, kind, x, band.gain_db, q]

    def shown(self, index: int) -> str:
        """Hertz, or the number as it is."""
        if self.names[index].endswith("Frequency A"):
            hz = 10 * 2200 ** self.values[index]
            return f"{hz / 1000:.2f} kHz" if hz >= 1000 else f"{hz:.1f} Hz"
        return f"{self.values[index]:.2f}"


class EqPlus:
    """Bitwig's, as DrivenByMoss shows it: whole numbers 0..16383, types by name; its laws are a guess, as semeq's."""

    kinds = ("off", "lowcut", "lowshelf", "bell", "highcut", "highshelf", "notch")

    def __init__(self) -> None:
        self.types = ["off"] * 8
        self.values = {(what, n): 8192 for what in ("freq", "gain", "q") for n in range(1, 9)}

    def bands(self) -> list[Band]:
        """The first five, if they are of a known kind."""
        known = {"lowshelf": LOW, "bell": BELL, "highshelf": HIGH}
        found: list[Band] = []
        for n, word in enumerate(self.types[:5], 1):
            if kind := known.get(word):
                x, gain, q = (self.values[what, n] / 16383 for what in ("freq", "gain", "q"))
                found.append(Band(kind, 20 * 1000**x, 48 * gain - 24, 0.1 * 400**q))
        return found


class MixerChannel:
    """An X32's channel EQ: four bands whose positions stand on steps, and whether it is on at all."""

    steps = MappingProxyType({"f": 200, "g": 120, "q": 71})
    kinds = (None, LOW, BELL, None, HIGH, None)
    own = (LOW, BELL, BELL, HIGH)

    def __init__(self) -> None:
        self.values: dict[str, int | float] = {"on": 0}
        for n, hz in enumerate((125.0, 500.0, 2000.0, 8000.0), 1):
            here = {"type": 2, "f": math.log(hz / 20) / math.log(1000), "g": 0.5, "q": math.log(0.2) / math.log(0.03)}
            self.values |= {f"{n}/{word}": here[word] for word in here}
            for word, steps in self.steps.items():
                self.values[f"{n}/{word}"] = round(self.values[f"{n}/{word}"] * steps) / steps

    def bands(self) -> list[Band]:
        """All four, if the equaliser is on."""
        found: list[Band] = []
        for n in range(1, 5) if self.values["on"] else ():
            kind = self.kinds[int(self.values[f"{n}/type"])]
            if kind:
                f, g, q = (self.values[f"{n}/{word}"] for word in "fgq")
                found.append(Band(kind, 20 * 1000**f, 30 * g - 15, 10 * 0.03**q))
        return found

    def set(self, bands: Sequence[Band]) -> None:
        """Set all four bands, as an engineer would."""
        self.values["on"] = 1
        for n, band in enumerate(map(self.stepped, bands), 1):
            self.values[f"{n}/type"] = self.kinds.index(band.kind)
            self.values[f"{n}/f"] = round(math.log(band.frequency_hz / 20) / math.log(1000) * 200) / 200
            self.values[f"{n}/g"] = round((band.gain_db + 15) / 30 * 120) / 120
            self.values[f"{n}/q"] = round(math.log(band.q / 10) / math.log(0.03) * 71) / 71

    def stepped(self, band: Band) -> Band:
        """A band as it comes to stand on the mixer's steps."""
        f = round(math.log(band.frequency_hz / 20) / math.log(1000) * 200) / 200
        g = round((band.gain_db + 15) / 30 * 120) / 120
        q = round(math.log(band.q / 10) / math.log(0.03) * 71) / 71
        return Band(band.kind, 20 * 1000**f, 30 * g - 15, 10 * 0.03**q)


class CalfEq5(Effect):
    """Calf's five bands, natural values: levels are linear gains. Ports in the order in which the plug-in has them."""

    name = "Calf Equalizer 5 Band"
    symbols = (
        *("bypass", "level_in", "level_out", "meter_inL", "meter_inR", "meter_outL", "meter_outR"),
        *("clip_inL", "clip_inR", "clip_outL", "clip_outR"),
        *(f"{band}_{word}" for band in ("ls", "hs", "p1", "p2", "p3") for word in ("active", "level", "freq", "q")),
    )

    def __init__(self) -> None:
        super().__init__(list(self.symbols), [0.0] * 11 + [0.0, 1.0, 1000.0, 1.0] * 5)

    def get(self, symbol: str) -> float:
        """A port's value."""
        return self.values[self.symbols.index(symbol)]

    def bands(self) -> list[Band]:
        """Those that are active."""
        kinds = {"ls": LOW, "p1": BELL, "p2": BELL, "p3": BELL, "hs": HIGH}
        return [
            Band(kind, self.get(f"{name}_freq"), 20 * math.log10(self.get(f"{name}_level")), self.get(f"{name}_q"))
            for name, kind in kinds.items()
            if self.get(f"{name}_active") > 0
        ]
