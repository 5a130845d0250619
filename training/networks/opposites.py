"""Opposites and translations: curves are moved as little as their evidence allows until they agree with each other."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ...model.latent import Language
from ..corpus.textbook import TextWord

LOW_HZ, HIGH_HZ = 25.0, 18_000.0
"""Where the size and the likeness of curves are judged."""
SMALLEST_DB, LARGEST_DB = 1.0, 4.0
"""A word at 100 % is clearly audible and musical between these, RMS."""
APART, ALIKE = -0.5, 0.7
"""Opposites should have at most this cosine, translations at least this."""
_AIM, _NEVER, _SAME = -0.6, 0.05, 0.85
_PULL, _BAR, _LIKE = 0.3, 30.0, 0.5
_MANY = 100.0
"""A curve that is worth so many people is not moved."""
_STEPS, _RATE = 300, 0.02

Curve = NDArray[np.float64]
Key = tuple[Language, str]


def centred(curve_db: Curve, frequencies_hz: Curve) -> Curve:
    """Take the mean level between ``LOW_HZ`` and ``HIGH_HZ`` out. Shape: unchanged."""
    return curve_db - curve_db[_heard(frequencies_hz)].mean()


def size_db(curve_db: Curve, frequencies_hz: Curve) -> float:
    """RMS of a response between ``LOW_HZ`` and ``HIGH_HZ``, dB; never 0."""
    return max(float(np.sqrt((curve_db[_heard(frequencies_hz)] ** 2).mean())), 1e-9)


def cosine(one_db: Curve, two_db: Curve, frequencies_hz: Curve) -> float:
    """How far two responses point the same way between ``LOW_HZ`` and ``HIGH_HZ``: 1 alike, -1 opposite."""
    a, b = one_db[_heard(frequencies_hz)], two_db[_heard(frequencies_hz)]
    return float(a @ b / max(float(np.sqrt((a @ a) * (b @ b))), 1e-12))


def audible(curve_db: Curve, frequencies_hz: Curve, level: float = 1.0) -> Curve:
    """Scale a curve to between 1.4 and 3.6 dB RMS; one whose level does not count is measured without it."""
    heard = curve_db if level >= 1.0 else centred(curve_db, frequencies_hz)
    size = size_db(heard, frequencies_hz)
    return curve_db * (min(max(size, 1.4 * SMALLEST_DB), 0.9 * LARGEST_DB) / size)


def settled(words: Sequence[tuple[Key, Curve, float, TextWord | None]], frequencies_hz: Curve) -> list[Curve]:
    """Move the curves of words that the texts set against each other, each the less the more it is worth.

    ``words``: key, curve in dB at ``frequencies_hz``, people that it is worth, what the texts say. What is minimised
    is the squared change of every curve, weighted, and the cosines of opposites above -0.6, of translations below .85.
    Sizes stay as they are.
    """
    heard = _heard(frequencies_hz)
    tones = [index for index, (_, _, _, text) in enumerate(words) if text is not None and text.nature == "tone"]
    place = {words[index][0]: number for number, index in enumerate(tones)}
    opposites, same = _pairs(words, tones, place)
    result = [curve for _, curve, _, _ in words]
    if not opposites:
        return result
    sizes = np.array([size_db(words[index][1], frequencies_hz) for index in tones])
    start = torch.tensor(np.array([words[index][1][heard] for index in tones]) / sizes[:, None])
    worth = np.array([words[index][2] for index in tones])
    weight = torch.tensor(np.where(worth >= _MANY, 1e6, np.minimum(0.3 + worth / 10.0, 4.0)))
    free = start.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([free], lr=_RATE)
    one, two = torch.tensor(opposites).T
    here, there = torch.tensor(same or [(0, 0)]).T
    for _ in range(_STEPS):
        level_free = free - free.mean(dim=1, keepdim=True)
        plain, bare = _cosines(free, one, two), _cosines(level_free, one, two)
        likeness = _cosines(free, here, there)
        loss = (
            (weight * ((free - start) ** 2).mean(dim=1)).sum()
            + _PULL * (torch.relu(plain - _AIM) ** 2 + 0.5 * torch.relu(bare - _AIM) ** 2).sum()
            + _BAR * (torch.relu(plain - _NEVER) ** 2 + torch.relu(bare - _NEVER) ** 2).sum()
            + _LIKE * (torch.relu(_SAME - likeness) ** 2).sum()
        )
        optimiser.zero_grad()
        loss.backward()  # pyright: ignore[reportUnknownMemberType]  (torch leaves this one untyped)
        optimiser.step()  # pyright: ignore[reportUnknownMemberType]
    moved = np.array(free.detach().numpy(), dtype=np.float64)
    for number, index in enumerate(tones):
        if worth[number] < _MANY:
            curve = np.empty(len(frequencies_hz))
            curve[:] = np.interp(np.log(frequencies_hz), np.log(frequencies_hz[heard]), moved[number])
            result[index] = curve * sizes[number] / size_db(curve, frequencies_hz)
    return result


def _pairs(
    words: Sequence[tuple[Key, Curve, float, TextWord | None]], tones: list[int], place: dict[Key, int]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Which tone words the texts call opposites, and which translations, by their number among the tones."""
    opposites: set[tuple[int, int]] = set()
    same: list[tuple[int, int]] = []
    for number, index in enumerate(tones):
        key, _, _, text = words[index]
        assert text is not None
        for other in text.opposites:
            at = place.get((key[0], other), place.get(("en", other)))
            if at is not None and at != number:
                opposites.add((min(number, at), max(number, at)))
        if key[0] == "es":
            same += [(number, place["en", other]) for other in text.same if ("en", other) in place]
    return sorted(opposites), same


def _cosines(curves: torch.Tensor, one: torch.Tensor, two: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.cosine_similarity(curves[one], curves[two], dim=1)


def _heard(frequencies_hz: Curve) -> NDArray[np.bool_]:
    return (frequencies_hz >= LOW_HZ) & (frequencies_hz <= HIGH_HZ)
