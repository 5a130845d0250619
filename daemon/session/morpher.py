"""What the player sets: terms and the way between them, the strength, scenes; and the bands that follow from it."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from operator import attrgetter
from typing import Literal

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from ...model import Bands, Descriptor, Latent, Model, ModelError, between, morph, scaled
from ..library.vocabulary import Vocabulary
from .asked import NO_OVERRIDES, TargetOverrides, Words
from .decoded import Decoded
from .display import mode_text, near, peak, scale, widest
from .goal import Goal
from .requests import OwnWays, requested
from .state import GLIDE_RANGE_MS, STRENGTH_RANGE, Asked, Scene, State, is_same, within

_WITHOUT_STRENGTH = attrgetter(*(name for name in Scene.__struct_fields__ if name != "strength"))


class Morpher(Struct, dict=True):
    """The settings of one run; wrong values raise ``ValueError`` or ``ModelError`` and change nothing.

    A value that equals the present one changes nothing either, not even which way counts: it comes from a program that
    repeats what it was told, as its feedback or to all its faders, and not from a hand.
    """

    vocabulary: Vocabulary
    state: State
    words: Words = field(default_factory=Words)
    bypassed: bool = False
    at_own: bool = False
    """Whether each plug-in's own setting plays instead, until something is moved."""
    goal: Goal = field(default_factory=Goal)
    _bands: tuple[int, Bands] | None = None
    heard: str = ""
    """What was understood of the last request, in one line."""
    decoded: Decoded = field(default_factory=Decoded)
    _before: list[Scene] = field(default_factory=list[Scene])
    _own_ways: OwnWays = field(default_factory=OwnWays)

    def __post_init__(self) -> None:
        self.words = self.words.named(self.model)
        self._choose(self._find(self.state.terms))
        self.state = replace(self.state, terms=(self.terms[0].term, self.terms[1].term))

    @property
    def model(self) -> Model:
        """The model with the player's own words."""
        return self.vocabulary.model

    # -- orders -------------------------------------------------------------------------------------------------------

    def set_morph(self, position: float) -> None:
        """Move to a position 0..1 between the two terms, or of a request; from now on that way counts."""
        if not is_same(within(position, 0.0, 1.0), self.state.morph):
            self._change(replace(self.state, morph=position, mode=self._way))

    def step_morph(self, step: float) -> None:
        """Move by a step, stopping at the ends; from now on the way between the two terms, or of a request, counts."""
        position = round(min(max(self.state.morph + step, 0.0), 1.0), 6)
        self._change(replace(self.state, morph=position, mode=self._way))

    @property
    def _way(self) -> Literal["morph", "request"]:
        """Which way the morph goes along: that of a request until a word is chosen."""
        return "request" if self.state.mode == "request" else "morph"

    def ask(self, text: str) -> None:
        """Carry out a request on what stands, which is morph 0 from now on and the request morph 1, to which it goes.

        Raises ``ValueError`` if nothing of it was understood or there is nothing to be done, and changes nothing.
        """
        standing = scaled(self._decoded(), self.state.strength * self._amount)
        self.heard, scene = requested(self.model, text, self.state.scene, standing, self._before)
        if scene is None:
            raise ValueError(self.heard)
        self.show(scene)

    def set_strength(self, strength: float) -> None:
        """Multiply the gains in dB."""
        if not is_same(within(strength, *STRENGTH_RANGE), self.state.strength):
            self._change(replace(self.state, strength=strength))

    def step_strength(self, step: float) -> None:
        """Change the strength by a step, stopping at the ends of its range."""
        low, high = STRENGTH_RANGE
        self.set_strength(round(min(max(self.state.strength + step, low), high), 6))

    def set_terms(self, a: str, b: str) -> None:
        """Choose both terms; from now on the way between them counts.

        Raises ``ModelError`` for one that the model does not know, and then changes neither.
        """
        self._choose(self._find((a, b)))
        along = self.state.morph
        if (asked := self._asked) and along == 1.0:
            along = asked.along  # the request went there by itself: the knob is still where it was
        terms = self.terms[0].term, self.terms[1].term
        self._change(replace(self.state, terms=terms, morph=along, mode="morph", request=None))

    def set_term(self, side: int, term: str) -> None:
        """Choose the term at morph 0 (side 0) or 1; from now on the way between the two counts."""
        if self._asked or self.model.descriptor(term).term != self.state.terms[side]:
            self._set_side(side, term)

    def step_term(self, side: int, step: int) -> None:
        """Go so many favourites on for the first (0) or second (1) term, round and round."""
        words, now = self.words.favourites, self.state.terms[side]
        at = words.index(now) + step if now in words else (0 if step > 0 else -1)
        self._set_side(side, words[at % len(words)])

    def _set_side(self, side: int, term: str) -> None:
        a, b = self.state.terms
        self.set_terms(*((term, b) if side == 0 else (a, term)))

    def swap(self) -> None:
        """Exchange the two terms; the knob stays where it is."""
        self.set_terms(self.state.terms[1], self.state.terms[0])

    def set_weight(self, number: int, weight: float) -> None:
        """Give the blended term of this number, from 0, a weight 0..1; from now on the blend counts."""
        weights = list(self.state.blend)
        if not is_same(within(weight, 0.0, 1.0), weights[number]):
            weights[number] = weight
            self._change(replace(self.state, blend=tuple(weights), mode="blend"))

    def set_place(self, x: float, y: float) -> None:
        """Go to a place on the model's map, x and y 0..1; from now on the place counts."""
        _ = self.model.map
        place = within(x, 0.0, 1.0), within(y, 0.0, 1.0)
        if not all(map(is_same, place, self.state.map)):
            self._change(replace(self.state, map=place, mode="map"))

    def set_x(self, x: float) -> None:
        """Go from left to right on the map."""
        self.set_place(x, self.state.map[1])

    def set_y(self, y: float) -> None:
        """Go from bottom to top on the map."""
        self.set_place(self.state.map[0], y)

    def bypass(self, on: bool | None = None) -> None:
        """Make the bands flat for the time being, or end that; without a value, change over."""
        if on is None or on != self.bypassed:
            self.bypassed = not self.bypassed
            self.goal.changed()

    def flat(self) -> None:
        """Bring the strength to 0."""
        self.set_strength(0.0)

    def set_glide_ms(self, glide_ms: float) -> None:
        """Take this long to new values."""
        self._change(replace(self.state, glide_ms=within(glide_ms, *GLIDE_RANGE_MS)))

    def put_back(self, state: State) -> None:
        """Go back to a state as it was; raises ``ModelError`` if it has a term that there no longer is."""
        self._choose(self._find(state.terms))
        self._change(replace(state, knobs=self.state.knobs))

    def play_song(self, name: str) -> None:
        """Let scenes go by their places in a song from now on; none: by their own names."""
        self._change(replace(self.state, song=name))

    def use(self, vocabulary: Vocabulary) -> None:
        """Know other words from now on; a present one that is gone sounds on until another is chosen."""
        self.vocabulary = vocabulary
        self.decoded.forget()
        self.goal.changed()
        with suppress(ModelError):
            self._choose(self._find(self.state.terms))

    def show(self, scene: Scene | None) -> None:
        """Go to a setting, or to each plug-in's own one."""
        state = self.state
        if scene is not None:
            self._choose(self._find(scene.terms))
            state = replace(state, **{key: getattr(scene, key) for key in Scene.__struct_fields__})
        self._change(state, at_own=scene is None)

    # -- what follows from it -----------------------------------------------------------------------------------------

    @property
    def bands(self) -> Bands:
        """The setting that is asked for now, without any glide."""
        if self._bands is None or self._bands[0] != self.goal.version:
            bands = self._decoded()
            self._bands = self.goal.version, bands if (by := self._strength) == 1.0 else scaled(bands, by)
        return self._bands[1]

    def asked(self, overrides: TargetOverrides, own: Bands | None = None) -> tuple[Bands, float]:
        """Bands that one plug-in should have now, and how far along its way to them; ``own``: its own, if known."""
        if overrides == NO_OVERRIDES:
            return self.bands, 1.0
        terms = overrides.terms or self.state.terms
        is_own = overrides.terms is not None and self.state.mode == "morph"
        morphed = asked.along if (asked := self._asked) else self.state.morph
        along = (0.0 if self.bypassed or self.at_own else morphed) if overrides.from_daw else 1.0
        if overrides.from_daw and asked and own and self._strength:
            ends, strength = (own, self._between(terms, 1.0)), self._strength * overrides.strength
            return self._own_ways.bands(self.model, asked, ends, strength, self.state.morph), 1.0
        position = 1.0 if overrides.from_daw else self.state.morph
        bands = self._between(terms, position) if overrides.from_daw or is_own else self._decoded()
        return scaled(bands, self._strength * overrides.strength), along

    @property
    def _strength(self) -> float:
        """The strength that counts; faders of a blend that are all down add up to nothing."""
        asked = self.state.strength * self._amount if self.state.mode == "blend" else self.state.strength
        return 0.0 if self.bypassed or self.at_own else asked

    @property
    def _amount(self) -> float:
        return min(sum(self._weights), 1.0) if self.state.mode == "blend" else 1.0

    @property
    def _weights(self) -> tuple[float, ...]:
        """The weights of those terms that there are to be blended."""
        return self.state.blend[: len(self.words.blended)]

    def _decoded(self) -> Bands:
        """The bands at the present place."""
        state = self.state
        place = (state.terms, state.morph) if state.mode == "morph" else _WITHOUT_STRENGTH(state)
        if here := self.decoded.met.get(place):
            return here
        here = between(asked.start, asked.goal, state.morph) if (asked := self._asked) else ()
        return self.decoded.keep(place, here or self.vocabulary.bands(self._place(), self._parts))

    def _between(self, terms: tuple[str, str], position: float) -> Bands:
        """The bands on the way between two terms."""
        place = morph(self.model.latent(terms[0]), self.model.latent(terms[1]), position)
        return self.vocabulary.bands(place, ((terms[0], 1.0 - position), (terms[1], position)))

    @property
    def _parts(self) -> tuple[tuple[str, float], ...]:
        """The terms that the present place consists of, by their weights, 1 together; none on the map."""
        if self.state.mode == "map":
            return ()
        if self.state.mode == "blend" and (total := sum(self._weights)):
            return tuple((term, part / total) for term, part in zip(self.words.blended, self._weights, strict=True))
        return tuple(zip(self.state.terms, (1.0 - self.state.morph, self.state.morph), strict=True))

    @property
    def _asked(self) -> Asked | None:
        return self.state.request if self.state.mode == "request" else None

    @property
    def mode_text(self) -> str:
        """In words what counts instead of the way between the two terms; nothing while that way counts."""
        return mode_text(self.state, self.words.blended)

    @property
    def scale_db(self) -> int:
        """A round range of gain that holds every curve between the two terms, so that the picture's scale stands."""
        if self._peak_db < 0.0:  # worked out when it is shown, not when a word is chosen
            self._peak_db = widest(lambda along: self._between((self.terms[0].term, self.terms[1].term), along))
        now_db = 0.0 if self.state.mode == "morph" else peak(self.bands)
        return scale(max(self._peak_db * abs(self.state.strength), now_db))

    def near(self, count: int) -> tuple[str, ...]:
        """The terms nearest to the present place, nearest first; only such as people agree on."""
        return near(self.model, self._place(), count)

    def _change(self, state: State, at_own: bool | None = None) -> None:
        if at_own is None:  # it lasts until something is moved
            at_own = self.at_own and state.scene == self.state.scene
        if (state, at_own) != (self.state, self.at_own):
            self.goal.changed()
        self.state, self.at_own = state, at_own

    def _find(self, terms: Sequence[str]) -> tuple[Descriptor, Descriptor]:
        found = self.model.descriptor(terms[0]), self.model.descriptor(terms[1])
        self.heard = ", ".join(filter(None, (self.model.taken(term).said for term in terms))) or self.heard
        return found

    def _choose(self, terms: tuple[Descriptor, Descriptor]) -> None:
        self.terms, self._peak_db = terms, -1.0
        a, b = terms[0].term, terms[1].term
        self._ends = self.model.latent(a), self.model.latent(b)
        self.decoded.begin((a, b), partial(self._between, (a, b)))

    def _place(self) -> Latent:
        match self.state.mode:
            case "blend" if any(self._weights):
                weights = np.array(self._weights, dtype=np.float32)
                places = np.array([self.model.latent(term) for term in self.words.blended])
                return (weights @ places) / max(float(weights.sum()), 1e-6)
            case "map":
                return self.model.map.latent(*(2.0 * part - 1.0 for part in self.state.map))
            case "request":
                return self.model.encode(self._decoded())
            case _:
                return morph(*self._ends, self.state.morph)
