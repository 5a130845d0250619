"""A model's words against published texts: regions, opposites, translations, sizes, families; needs no data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from ...model.curves import rows_db
from ...model.describing import LISTENING_HZ, REGIONS, region_means
from ...model.latent import Descriptor
from ...model.model import Model
from ...model.network import LEGAL_HIGH, LEGAL_LOW
from ...model.settings import GAINS, from_bands, to_bands
from ...model.words.spelling import key_of
from ..corpus.curves import grid
from ..corpus.textbook import LOWEST_HZ, Confidence, TextWord, textbook
from ..networks.opposites import ALIKE, APART, HIGH_HZ, LARGEST_DB, LOW_HZ, SMALLEST_DB, cosine, size_db

Curve = NDArray[np.float64]
FREQUENCIES_HZ = grid(256)
HALF_OCTAVE = 2.0**0.5
"""The factor in frequency by which a word's main extremum may lie outside its region."""
DIVIDED = frozenset({"soft", "hard", "hollow"})
"""English words on which people agree and texts do not; they are not counted."""
NEVER = 0.2
"""No listed opposites may have a greater cosine."""
_SURE = 0.5
"""A term of this reliability and more would come out again with other people."""
STRENGTHS = (0.5, 1.0, 1.5)
Group = Literal["English", "Spanish", "filters"]


class Place(msgspec.Struct, frozen=True):
    """Where texts place a word, and where its curve has its main extremum."""

    term: str
    group: Group
    confidence: Confidence
    low_hz: float
    high_hz: float
    gain_db: float
    extremum_hz: float
    extremum_db: float
    agrees: bool
    counted: bool


class Pair(msgspec.Struct, frozen=True):
    """Two words that texts set against each other, or that translate each other; ``remark``: why they do not agree."""

    one: str
    other: str
    cosine: float
    remark: str


class AgainstTexts(msgspec.Struct, frozen=True):
    """Everything that is compared. ``forms``: forms that lead to their term, and all; both have one curve."""

    places: list[Place]
    opposites: list[Pair]
    translations: list[Pair]
    sizes_db: dict[str, float]
    forms: tuple[int, int]
    families: tuple[int, int]


def against_texts(model: Model) -> AgainstTexts:
    """Compare every term that texts speak of."""
    rows = model.network.legal_rows(model.latents)
    curves = dict(zip(model.terms, rows_db(rows, FREQUENCIES_HZ), strict=True))
    known = [(term, word) for word in textbook().values() if (term := _term(model, word)) is not None]
    tones = {term: word for term, word in known if word.nature == "tone"}
    return AgainstTexts(
        places=[_place(term, word, curves[term]) for term, word in known if word.main is not None],
        opposites=list(_opposites(model, tones, curves)),
        translations=list(_translations(model, tones, curves)),
        sizes_db={term: round(size_db(curves[term], FREQUENCIES_HZ), 2) for term in tones},
        forms=_forms(model),
        families=_families(model, tones),
    )


def _term(model: Model, word: TextWord) -> str | None:
    """The model's name of a word: one spelled alike in the other language has its language added."""
    for name in (f"{word.term} ({word.language})", word.term):
        descriptor = model.terms.get(name)
        if descriptor is not None and descriptor.language == word.language:
            return name
    return None


def _place(term: str, word: TextWord, curve_db: Curve) -> Place:
    assert word.main is not None
    low, high, gain = word.main
    heard = (FREQUENCIES_HZ >= LOW_HZ) & (FREQUENCIES_HZ <= HIGH_HZ)
    at = int(np.abs(np.where(heard, curve_db, 0.0)).argmax())
    extremum_hz, extremum_db = float(FREQUENCIES_HZ[at]), float(curve_db[at])
    inside = low / HALF_OCTAVE <= extremum_hz <= high * HALF_OCTAVE
    group: Group = "filters" if word.nature == "filter" else "English" if word.language == "en" else "Spanish"
    return Place(
        term,
        group,
        word.confidence,
        low,
        high,
        gain,
        round(extremum_hz, 1),
        round(extremum_db, 2),
        agrees=inside and extremum_db * gain > 0.0,
        counted=group == "English" and term not in DIVIDED,
    )


def _opposites(model: Model, tones: dict[str, TextWord], curves: dict[str, Curve]) -> Iterator[Pair]:
    seen: set[frozenset[str]] = set()
    for term, word in tones.items():
        for name in word.opposites:
            other = next((o for o, w in tones.items() if w.term == name and w.language == word.language), None)
            other = other or next((o for o, w in tones.items() if w.term == name and w.language == "en"), None)
            pair = frozenset((term, other or term))
            if other is None or other == term or pair in seen:
                continue
            seen.add(pair)
            yield Pair(term, other, _cosine(curves, term, other), _remark(model, term, other, "no mirror of"))


def _translations(model: Model, tones: dict[str, TextWord], curves: dict[str, Curve]) -> Iterator[Pair]:
    for term, word in tones.items():
        for name in word.same if word.language == "es" else ():
            if name in tones:
                yield Pair(term, name, _cosine(curves, term, name), _remark(model, term, name, "unlike"))


def _cosine(curves: dict[str, Curve], one: str, other: str) -> float:
    return round(cosine(curves[one], curves[other], FREQUENCIES_HZ), 3)


def _remark(model: Model, one: str, other: str, start: str) -> str:
    """The note that marks a pair, on either word; empty if there is none."""
    for term, named in ((one, other), (other, one)):
        for note in model.terms[term].notes:
            plain = named.removesuffix(" (es)").removesuffix(" (en)")
            said = note.partition(":")[0]
            if note.startswith(start) and plain in [part.strip() for part in said.removeprefix(start).split(",")]:
                return note
    return ""


def _forms(model: Model) -> tuple[int, int]:
    right = total = 0
    for known in model.terms.values():
        for form in known.forms:
            taken = model.lexicon.resolve(form, known.language)
            total += 1
            right += taken.term is not None and key_of(taken.term) == key_of(known.term)
    return right, total


def _families(model: Model, tones: dict[str, TextWord]) -> tuple[int, int]:
    """How often the family that is named first is the one of the texts' own main region and sign, at each strength."""
    right = total = 0
    for word in tones.values():
        if word.main is None or word.language != "en":
            continue
        drawn = word.curve_db(LISTENING_HZ)
        means = region_means(drawn)
        wanted = int(np.abs(means).argmax())
        row = _row(model, word)
        for strength in STRENGTHS:
            scaled = row.copy()
            scaled[GAINS] = np.clip(scaled[GAINS] * strength, LEGAL_LOW[GAINS], LEGAL_HIGH[GAINS])
            found = model.families(to_bands(scaled.tolist()))
            total += 1
            right += bool(found) and found[0].region == REGIONS[wanted][0] and found[0].mean_db * means[wanted] > 0
    return right, total


def _row(model: Model, word: TextWord) -> Curve:
    """Five bands for the texts' own curve of a word."""
    from ...model.request import FLAT, fitted

    points = np.geomspace(LOWEST_HZ, 20_000.0, 64)
    return from_bands(fitted(model, word.curve_db(points), FLAT))


@dataclass(frozen=True, slots=True)
class Row:
    """One figure with what is asked of it."""

    label: str
    value: str
    asked: str
    holds: bool


def lines(found: AgainstTexts) -> list[Row]:
    """Sum up, in the order in which it is asked for."""
    asked = (("high", 0.95), ("medium", 0.85), ("low", 0.0))
    result = [_region_line(found, "English", confidence, share) for confidence, share in asked]
    result += [_region_line(found, group, None, 0.0) for group in ("Spanish", "filters")]
    cosines = [pair.cosine for pair in found.opposites]
    apart = sum(value <= APART for value in cosines) / max(len(cosines), 1)
    unmarked = sum(pair.cosine > APART and not pair.remark for pair in found.opposites)
    result += [
        Row(
            "forms that lead to their term, with its curve",
            "{} of {}".format(*found.forms),
            "≥ 99 %",
            _most(found.forms, 0.99),
        ),
        Row(
            f"opposites ({len(cosines)} pairs): largest cosine",
            f"{max(cosines, default=0.0):+.2f}",
            f"≤ +{NEVER}",
            max(cosines, default=0.0) <= NEVER,
        ),
        Row(f"opposites at most {APART}", f"{apart:.1%}", "≥ 70 %", apart >= 0.7),
        Row(f"opposites above {APART} without a remark", str(unmarked), "0", unmarked == 0),
    ]
    same = [pair for pair in found.translations if pair.cosine >= ALIKE]
    unsaid = sum(pair.cosine < ALIKE and not pair.remark for pair in found.translations)
    small = sum(not SMALLEST_DB <= size <= LARGEST_DB for size in found.sizes_db.values())
    result += [
        Row(
            f"translations of at least {ALIKE}",
            f"{len(same)} of {len(found.translations)}",
            "the rest marked",
            unsaid == 0,
        ),
        Row("translations below it without a remark", str(unsaid), "0", unsaid == 0),
        Row(
            f"tone words outside {SMALLEST_DB:g} to {LARGEST_DB:g} dB RMS at 100 %",
            f"{small} of {len(found.sizes_db)}",
            "marked",
            True,
        ),
        Row(
            "families of the texts' own curves at .5, 1, 1.5",
            "{} of {}".format(*found.families),
            "≥ 90 %",
            _most(found.families, 0.9),
        ),
    ]
    return result


def _most(part: tuple[int, int], share: float) -> bool:
    return part[0] >= share * part[1]


def _region_line(found: AgainstTexts, group: str, confidence: str | None, share: float) -> Row:
    chosen: Sequence[Place] = [
        place
        for place in found.places
        if place.group == group and confidence in (None, place.confidence) and (group != "English" or place.counted)
    ]
    right = sum(place.agrees for place in chosen)
    label = f"main extremum where texts place it: {group}" + (f", {confidence} confidence" if confidence else "")
    asked = f"≥ {share:.0%}" if share else "beside"
    wrong = ", ".join(place.term for place in chosen if not place.agrees)
    value = f"{right} of {len(chosen)}" + (f" (not: {wrong})" if wrong else "")
    return Row(label, value, asked, right >= share * len(chosen))


def table(found: AgainstTexts) -> str:
    """The figures as Markdown."""
    head = ["| words against texts | reached | asked | |", "|---|---|---|---|"]
    rows = [
        f"| {line.label} | {line.value} | {line.asked} | {'yes' if line.holds else 'short'} |" for line in lines(found)
    ]
    return "\n".join([*head, *rows])


def evidence_table(model: Model) -> str:
    """What the terms rest on, as Markdown; `semeq terms` says it of each."""
    groups: dict[str, list[Descriptor]] = {}
    for known in model.terms.values():
        groups.setdefault(known.rests_on, []).append(known)
    order = sorted(groups, key=lambda name: -len(groups[name]))
    rows = [
        "| rests on | English | Spanish | reliability, median | of 0.5 and more | with remarks | best known |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in order:
        terms = groups[name]
        trust = np.array([known.reliability for known in terms])
        english = sum(known.language == "en" for known in terms)
        best = ", ".join(known.term for known in terms[:6])
        rows.append(
            f"| {name} | {english} | {len(terms) - english} | {float(np.median(trust)):.2f} | "
            f"{int((trust >= _SURE).sum())} | {sum(bool(known.remarks) for known in terms)} | {best} |"
        )
    return "\n".join(rows)
