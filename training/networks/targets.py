"""What each term should sound like: people's curves and the texts' regions, weighed against each other."""

import re

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from ...model.curves import rows_db
from ...model.latent import Descriptor, Language, Source
from ..corpus.both import gains_of
from ..corpus.curves import grid, word_curves
from ..corpus.recipe import TermTargets
from ..corpus.reliability import (
    USUAL_AGREEMENT,
    joined,
    settings_reliability,
    texts_reliability,
    word_reliability,
)
from ..corpus.rows import Word
from ..corpus.table import Table
from ..corpus.textbook import TextWord, textbook
from .opposites import audible, centred, cosine, settled, size_db

_PIECE = 4096
MANY, AGREED = 40, 0.7
"""From this many people on no text is needed; a curve of people this reliable holds against any texts."""


class Target(Struct, frozen=True):
    """A term and the curve that it should have; of ``curve_db`` only the share ``level`` of its mean counts.

    ``weight`` says how many people it is worth, ``text`` what the texts say of it.
    """

    descriptor: Descriptor
    curve_db: NDArray[np.float64]
    level: float
    weight: float = 0.0
    text: TextWord | None = None

    @property
    def key(self) -> tuple[Language, str]:
        """The word as the corpora write it, without the language that tells it from one spelled alike."""
        language = self.descriptor.language
        return language, self.descriptor.term.removesuffix(f" ({language})")


def targets(table: Table, words: tuple[Word, ...], plan: TermTargets, points: int) -> list[Target]:
    """Say what every term should sound like, those of most evidence first.

    If published texts speak of a word, each of them counts as ``plan.text_people`` people, and people as many as
    they are times the square of their reliability. If the two agree in part, the curve is the mean by these weights;
    if they contradict each other, the heavier side has it alone, and people only if they agree among themselves.
    ``MANY`` people who agree need no text. Opposites are then moved apart (``opposites``), and every word is given a
    size that can be heard.
    """
    found = people_targets(table, words, plan, points)
    frequencies = grid(points)
    if plan.text_people > 0.0:
        texts = dict(textbook())
        found = [_weighed(target, texts.pop(target.key, None), plan, frequencies) for target in found]
        found += [_weighed(None, text, plan, frequencies) for text in texts.values()]
        found = [_sized(target, frequencies) for target in found]
        curves = settled([(target.key, target.curve_db, target.weight, target.text) for target in found], frequencies)
        found = [replace(target, curve_db=curve) for target, curve in zip(found, curves, strict=True)]
    found.sort(key=lambda target: (-target.descriptor.people - 4 * target.descriptor.texts, target.descriptor.term))
    return _distinct(found)


def _weighed(
    target: Target | None, text: TextWord | None, plan: TermTargets, frequencies_hz: NDArray[np.float64]
) -> Target:
    """Weigh the people's curve of a word against the texts' one."""
    if text is None:
        assert target is not None
        return replace(target, weight=_worth(target.descriptor))
    drawn = text.curve_db(frequencies_hz)
    known = target.descriptor if target else Descriptor(text.term, text.language, 0, "none", 0.0)
    trust = texts_reliability(text.texts)
    weight = plan.text_people * max(text.texts, 0.5)
    if target is None or text.nature != "tone":
        return Target(_described(known, text, trust, ()), drawn, 1.0, weight, text)
    curve = target.curve_db
    if target.level < 1.0:
        # a relative curve has no level of its own: it takes that of the texts
        curve = centred(curve, frequencies_hz) + drawn - centred(drawn, frequencies_hz)
    worth, alike = _worth(known), cosine(centred(curve, frequencies_hz), centred(drawn, frequencies_hz), frequencies_hz)
    people = f"{known.people} {'person' if known.people == 1 else 'people'}"
    if known.people >= MANY and known.reliability >= AGREED:
        notes = (f"{people} against what texts say",) if alike < 0.0 else ()
        return Target(_described(known, text, known.reliability, notes), curve, 1.0, worth, text)
    if alike < 0.0:
        if worth > weight and known.reliability >= AGREED:
            notes = (f"{people} who agree, against what texts say",)
            return Target(_described(known, text, known.reliability, notes), curve, 1.0, worth, text)
        return Target(_described(known, text, trust, (f"as texts say, against {people}",)), drawn, 1.0, weight, text)
    share = worth / (worth + weight)
    size, other = size_db(curve, frequencies_hz), size_db(drawn, frequencies_hz)
    mixed = share * curve / size + (1.0 - share) * drawn / other
    mixed *= size**share * other ** (1.0 - share) / size_db(mixed, frequencies_hz)
    both = joined(known.reliability, trust)
    return Target(_described(known, text, both, ()), mixed, 1.0, worth + weight, text)


def _worth(descriptor: Descriptor) -> float:
    return descriptor.people * descriptor.reliability**2


def _sized(target: Target, frequencies_hz: NDArray[np.float64]) -> Target:
    """Make a word's curve clearly audible at 100 %, and no monster; a filter and a flat word are what they are."""
    if target.text is not None and target.text.nature != "tone":
        return target
    return replace(target, curve_db=audible(target.curve_db, frequencies_hz, level=target.level))


def _described(descriptor: Descriptor, text: TextWord, reliability: float, notes: tuple[str, ...]) -> Descriptor:
    return replace(
        descriptor,
        reliability=round(reliability, 3),
        texts=text.texts,
        forms=text.entry.forms,
        risky=text.entry.risky,
        opposites=text.opposites,
        same=text.same,
        nature=text.nature,
        fault=text.fault,
        eq_only=text.eq_only,
        notes=notes,
    )


def people_targets(table: Table, words: tuple[Word, ...], plan: TermTargets, points: int) -> list[Target]:
    """Say what every term should sound like by the people of both corpora alone.

    A word of both corpora is one term. SAFE-DB's settings count as they are from ``few_people`` people on; below that
    they are shrunk towards the SocialFX word, which counts as many people as made it and ``prior_people`` more, or
    towards flat if there is none. A SocialFX word itself is shrunk towards its neighbours by what its reliability
    lacks. A SAFE-DB descriptor becomes a term if it is a single word.
    """
    frequencies = grid(points)
    shapes = neighbourly(words, word_curves(gains_of(words), frequencies), plan.neighbours)
    by_word = {word.term: index for index, word in enumerate(words) if word.language == "en"}
    found: list[Target] = []
    used: set[int] = set()
    for term in table.counts():
        if not re.fullmatch(r"[^\W\d_]+", term):
            continue
        rows = table.rows_of(term)
        by_person, rows_per_person = _by_person(table, rows, frequencies)
        people = len(by_person)
        reliability = settings_reliability(by_person, USUAL_AGREEMENT)
        index = by_word.get(term)
        prior = np.zeros(points) if index is None else plan.prior_db * shapes[index]
        curve = rows_per_person @ by_person / len(rows)
        if people < plan.few_people:
            weight = plan.prior_people + (0 if index is None else words[index].people)
            curve = (people * curve + weight * prior) / (people + weight)
        source: Source = "safe"
        if index is not None:
            used.add(index)
            source = "both"
            word = words[index]
            reliability = joined(reliability, word_reliability(word.people, float(word.gains.var())))
            people += word.people
        known = Descriptor(term, "en", people, source, round(reliability, 3), makers=len(by_person))
        found.append(Target(known, curve, 1.0))
    for index, word in enumerate(words):
        if index not in used:
            reliability = round(word_reliability(word.people, float(word.gains.var())), 3)
            descriptor = Descriptor(word.term, word.language, word.people, "socialfx", reliability)
            found.append(Target(descriptor, plan.word_db * shapes[index], 0.0))
    return found


def neighbourly(words: tuple[Word, ...], shapes: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Draw each word's curve towards the words of its language that it is most like, by what its reliability lacks.

    The neighbours weigh by their correlation and their own reliability. Shape: ``(words, points)``, unchanged, but for
    the level, which is taken out.
    """
    result = shapes - shapes.mean(axis=1, keepdims=True)
    if count == 0:
        return result
    centred = result.copy()
    sizes = np.maximum(np.linalg.norm(centred, axis=1), 1e-9)
    alike = (centred @ centred.T) / (sizes[:, None] * sizes[None, :])
    languages = np.array([word.language for word in words])
    trust = np.array([word_reliability(word.people, float(word.gains.var())) for word in words])
    for index in range(len(words)):
        weight = np.where(languages == languages[index], np.maximum(alike[index], 0.0) * trust, 0.0)
        weight[index] = 0.0
        nearest = np.argsort(-weight)[:count]
        total = float(weight[nearest].sum())
        if total > 0.0:
            mean = weight[nearest] @ centred[nearest] / total
            result[index] = trust[index] * centred[index] + (1.0 - trust[index]) * mean
    return result


def _by_person(
    table: Table, rows: NDArray[np.int64], frequencies_hz: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean curve of each person's rows, ``(people, points)``, and how many rows that were, ``(people,)``."""
    people, index = np.unique(table.users[rows], return_inverse=True)
    sums = np.zeros((len(people), len(frequencies_hz)))
    # in pieces: the curves of a large table would not fit
    for start in range(0, len(rows), _PIECE):
        piece = slice(start, start + _PIECE)
        np.add.at(sums, index[piece], rows_db(table.values[rows[piece]], frequencies_hz))
    counts = np.bincount(index).astype(np.float64)
    return sums / counts[:, None], counts


def _distinct(found: list[Target]) -> list[Target]:
    """Of one spelling in two languages, the one with less evidence gets its language added."""
    seen: set[str] = set()
    result: list[Target] = []
    for target in found:
        known = target.descriptor
        if known.term in seen:
            term = f"{known.term} ({known.language})"
            target = replace(target, descriptor=replace(known, term=term))
        seen.add(target.descriptor.term)
        result.append(target)
    return result
