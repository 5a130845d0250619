"""What the player sets: two terms, the position between them, the strength; and the bands that follow from it."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
from msgspec.structs import replace

from ..model import Bands, Descriptor, Latent, Model, morph, response_db, scaled
from .commands import Command
from .control import STRENGTH_RANGE, within
from .messages import Osc
from .state import State

SCALES_DB = (6, 12, 24, 48, 96)
AGREED = 0.5
"""Reliability from which a term is worth proposing: half of its curve would come out again with other people."""
MOST_MET = 1024
"""Decoded positions that are kept; a 7-bit knob has 128."""
PEAK_AT_HZ = np.geomspace(20.0, 20_000.0, 64)


@dataclass(frozen=True, slots=True)
class Wish:
    """What one plug-in shall have of its own: another pair of terms (``None``: the desk's), a part of the strength.

    ``from_daw``: the way begins at the plug-in's own setting and ends at the second term.
    """

    terms: tuple[str, str] | None = None
    strength: float = 1.0
    from_daw: bool = False


class Desk:
    """The settings of one run and the commands that change them; wrong values raise and change nothing."""

    def __init__(self, model: Model, state: State) -> None:
        self.model = model
        self.state = state
        self.bypassed = False
        self.terms = self._find(state.terms)
        self._ends = self._places()
        self._peak_db = self._peak()
        self._bands: Bands | None = None
        self._met: dict[float, Bands] = {}
        self.commands = {
            "/semeq/morph": Command(("number",), self.set_morph),
            "/semeq/morph/step": Command(("number",), self.step_morph),
            "/semeq/strength": Command(("number",), self.set_strength),
            "/semeq/strength/step": Command(("number",), self.step_strength),
            "/semeq/term/a": Command(("text",), self.set_term_a),
            "/semeq/term/b": Command(("text",), self.set_term_b),
            "/semeq/terms": Command(("text", "text"), self.set_terms),
            "/semeq/swap": Command(("trigger",), self.swap),
            "/semeq/bypass": Command(("switch",), self.bypass),
            "/semeq/flat": Command(("trigger",), self.flat),
        }

    def set_morph(self, position: float) -> None:
        """Move to a position 0..1 between the two terms."""
        self._change(replace(self.state, morph=within(position, 0.0, 1.0)))

    def step_morph(self, step: float) -> None:
        """Move by a step, stopping at the ends."""
        self.set_morph(round(min(max(self.state.morph + step, 0.0), 1.0), 6))

    def set_strength(self, strength: float) -> None:
        """Multiply the gains in dB."""
        self._change(replace(self.state, strength=within(strength, *STRENGTH_RANGE)))

    def step_strength(self, step: float) -> None:
        """Change the strength by a step, stopping at the ends of its range."""
        low, high = STRENGTH_RANGE
        self.set_strength(round(min(max(self.state.strength + step, low), high), 6))

    def set_terms(self, a: str, b: str) -> None:
        """Choose both terms; raises ``ModelError`` for one that the model does not know, and then changes neither."""
        self.terms = self._find((a, b))
        self._ends = self._places()
        self._peak_db = self._peak()
        self._met.clear()
        self._change(replace(self.state, terms=(self.terms[0].term, self.terms[1].term)))

    def set_term_a(self, term: str) -> None:
        """Choose the term at morph 0."""
        self.set_terms(term, self.state.terms[1])

    def set_term_b(self, term: str) -> None:
        """Choose the term at morph 1."""
        self.set_terms(self.state.terms[0], term)

    def swap(self) -> None:
        """Exchange the two terms; the knob stays where it is."""
        self.set_terms(self.state.terms[1], self.state.terms[0])

    def bypass(self, on: bool | None = None) -> None:
        """Make the bands flat for the time being, or end that; without a value, change over."""
        self.bypassed = not self.bypassed if on is None else on
        self._bands = None

    def flat(self) -> None:
        """Bring the strength to 0."""
        self.set_strength(0.0)

    @property
    def bands(self) -> Bands:
        """The setting that is asked for now, without any glide."""
        if self._bands is None:
            self._bands = scaled(self._decoded(), 0.0 if self.bypassed else self.state.strength)
        return self._bands

    def asked(self, wish: Wish) -> tuple[Bands, float]:
        """What is asked for now of one plug-in: bands, and how far along the way they lie that it shall go to them."""
        if wish == Wish():
            return self.bands, 1.0
        a, b = (
            self._ends if wish.terms is None else (self.model.latent(wish.terms[0]), self.model.latent(wish.terms[1]))
        )
        strength = 0.0 if self.bypassed else self.state.strength * wish.strength
        place = b if wish.from_daw else morph(a, b, self.state.morph)
        along = (0.0 if self.bypassed else self.state.morph) if wish.from_daw else 1.0
        return scaled(self.model.decode(place), strength), along

    def _decoded(self) -> Bands:
        """The bands at the present position; a knob that is turned to and fro meets the same positions again."""
        position = self.state.morph
        if position not in self._met:
            if len(self._met) >= MOST_MET:
                self._met.clear()
            self._met[position] = self.model.decode(self._place())
        return self._met[position]

    @property
    def scale_db(self) -> int:
        """A round range of gain that holds every curve between the two terms, so that the picture's scale stands."""
        peak_db = self._peak_db * abs(self.state.strength)
        return next((scale for scale in SCALES_DB if peak_db <= scale), SCALES_DB[-1])

    def _peak(self) -> float:
        curves = (
            response_db(self.model.decode(morph(*self._ends, p)), PEAK_AT_HZ) for p in (0.0, 0.25, 0.5, 0.75, 1.0)
        )
        return max(float(np.max(np.abs(curve))) for curve in curves)

    def near(self, count: int) -> tuple[str, ...]:
        """The terms nearest to the present place, nearest first; only such as people agree on."""
        distances = np.linalg.norm(self.model.latents - self._place(), axis=1)
        terms = list(self.model.terms.values())
        nearest = (terms[int(i)] for i in np.argsort(distances))
        return tuple(islice((term.term for term in nearest if term.reliability >= AGREED), count))

    def values(self) -> tuple[Osc, ...]:
        """All that a phone or desk may want to show, as messages."""
        bands = (
            Osc(f"/semeq/band/{n}", (str(band.kind), band.frequency_hz, band.gain_db, band.q))
            for n, band in enumerate(self.bands, 1)
        )
        return (
            Osc("/semeq/morph", (self.state.morph,)),
            Osc("/semeq/strength", (self.state.strength,)),
            Osc("/semeq/term/a", (self.state.terms[0],)),
            Osc("/semeq/term/b", (self.state.terms[1],)),
            Osc("/semeq/bypass", (int(self.bypassed),)),
            *bands,
        )

    def _change(self, state: State) -> None:
        self.state = state
        self._bands = None

    def _find(self, terms: tuple[str, str]) -> tuple[Descriptor, Descriptor]:
        return self.model.descriptor(terms[0]), self.model.descriptor(terms[1])

    def _places(self) -> tuple[Latent, Latent]:
        return self.model.latent(self.terms[0].term), self.model.latent(self.terms[1].term)

    def _place(self) -> Latent:
        return morph(*self._ends, self.state.morph)
