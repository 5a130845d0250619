"""What each term should sound like, how far to trust it, and its place in the latent space."""

import re
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..model.latent import Descriptor, Source
from ..model.layers import Array
from .cleaning import Table
from .corpus import gains_of
from .curves import Response, grid, table_db, word_curves
from .data import Word
from .network import CurveCoder
from .recipe import TermTargets

USUAL_AGREEMENT = 0.29
"""Median correlation between two people's curves of one SocialFX word (words of 4 and more contributors)."""
_USUAL_WEIGHT = 3.0
"""A word's own agreement counts against the usual one by its people less one, against this."""


@dataclass(frozen=True, slots=True)
class Target:
    """A term and the curve that it should have; of ``curve_db`` only the share ``level`` of its mean counts."""

    descriptor: Descriptor
    curve_db: NDArray[np.float64]
    level: float


def word_reliability(people: int, variance: float) -> float:
    """Spearman-Brown reliability of the mean of z-scored curves, 0..1.

    The variance that averaging left tells the mean correlation between two people, (n s^2 - 1) / (n - 1), because each
    curve alone has variance 1. Few people say little about it, so it is drawn towards what is usual.
    """
    own = people - 1
    agreement = (people * variance - 1.0) / own if own else 0.0
    agreement = (own * agreement + _USUAL_WEIGHT * USUAL_AGREEMENT) / (own + _USUAL_WEIGHT)
    return _stepped_up(min(max(agreement, 0.0), 1.0), people)


def settings_reliability(curves_db: NDArray[np.float64], usual: float) -> float:
    """Reliability (0..1) of the mean of settings that people made; ``usual`` stands in where there is one only.

    Signal is the power of the mean curve less what the spread alone would leave in it. Shape: ``(n, points)``.
    """
    count = len(curves_db)
    own = count - 1
    agreement = 0.0
    if own:
        spread = float(curves_db.var(axis=0, ddof=1).mean())
        signal = max(float((curves_db.mean(axis=0) ** 2).mean()) - spread / count, 0.0)
        agreement = signal / (signal + spread) if spread > 0.0 else 1.0
    return _stepped_up((own * agreement + _USUAL_WEIGHT * usual) / (own + _USUAL_WEIGHT), count)


def _stepped_up(agreement: float, people: int) -> float:
    return people * agreement / (1.0 + (people - 1) * agreement)


def _joined(first: float, second: float) -> float:
    # two independent sources: their signal-to-noise ratios add
    if max(first, second) >= 1.0:
        return 1.0
    ratio = first / (1.0 - first) + second / (1.0 - second)
    return ratio / (1.0 + ratio)


def targets(table: Table, words: tuple[Word, ...], plan: TermTargets, points: int) -> list[Target]:
    """Say what every term should sound like, most people first.

    A word of both corpora is one term. SAFE-DB's settings count as they are from ``few_people`` people on; below that
    they are shrunk towards the SocialFX word, or towards flat where there is none. A SAFE-DB descriptor becomes a term
    if it is a single word. One spelling in two languages: the one with fewer people gets its language added.
    """
    frequencies = grid(points)
    curves = table_db(table.values, frequencies)
    shapes = word_curves(gains_of(words), frequencies)
    by_word = {word.term: index for index, word in enumerate(words) if word.language == "en"}
    found: list[Target] = []
    used: set[int] = set()
    for term in table.counts():
        if not re.fullmatch(r"[^\W\d_]+", term):
            continue
        rows = table.rows_of(term)
        people = len(set(table.users[rows].tolist()))
        reliability = settings_reliability(_by_person(curves[rows], table.users[rows]), USUAL_AGREEMENT)
        index = by_word.get(term)
        prior = np.zeros(points) if index is None else plan.prior_db * shapes[index]
        curve = curves[rows].mean(axis=0)
        if people < plan.few_people:
            curve = (people * curve + plan.prior_people * prior) / (people + plan.prior_people)
        source: Source = "safe"
        if index is not None:
            used.add(index)
            source = "both"
            word = words[index]
            reliability = _joined(reliability, word_reliability(word.people, float(word.gains.var())))
            people += word.people
        found.append(Target(Descriptor(term, "en", people, source, round(reliability, 3)), curve, 1.0))
    for index, word in enumerate(words):
        if index not in used:
            reliability = round(word_reliability(word.people, float(word.gains.var())), 3)
            descriptor = Descriptor(word.term, word.language, word.people, "socialfx", reliability)
            found.append(Target(descriptor, plan.word_db * shapes[index], 0.0))
    found.sort(key=lambda target: (-target.descriptor.people, target.descriptor.term))
    return _distinct(found)


def _by_person(curves: NDArray[np.float64], users: NDArray[np.int64]) -> NDArray[np.float64]:
    people = np.unique(users)
    result = np.empty((len(people), curves.shape[1]))
    for index, person in enumerate(people):
        result[index] = curves[users == person].mean(axis=0)
    return result


def _distinct(found: list[Target]) -> list[Target]:
    seen: set[str] = set()
    result: list[Target] = []
    for target in found:
        known = target.descriptor
        if known.term in seen:
            term = f"{known.term} ({known.language})"
            renamed = Descriptor(term, known.language, known.people, known.source, known.reliability)
            target = Target(renamed, target.curve_db, target.level)
        seen.add(target.descriptor.term)
        result.append(target)
    return result


def place(coder: CurveCoder, response: Response, wanted: list[Target], plan: TermTargets, kept_level: float) -> Array:
    """Find the latent points whose decoded responses come nearest to the targets. Shape: ``(terms, latent_size)``.

    Starts where the encoder puts the curve and follows the gradient of the RMS error; the network stays as it is.
    """
    curves = torch.tensor(np.array([target.curve_db for target in wanted]), dtype=torch.float32)
    level = torch.tensor([[max(target.level, kept_level)] for target in wanted], dtype=torch.float32)
    with torch.no_grad():
        latents: Tensor = coder.encode(curves)
    latents = latents.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([latents], lr=plan.refine_rate)
    for _ in range(plan.refine_steps):
        error = response(coder.decode(latents)) - curves
        error = error - (1.0 - level) * error.mean(dim=1, keepdim=True)
        loss = torch.sqrt((error * error).mean(dim=1) + 1e-4).sum()
        optimiser.zero_grad()
        loss.backward()  # pyright: ignore[reportUnknownMemberType]  (torch leaves this one untyped)
        optimiser.step()  # pyright: ignore[reportUnknownMemberType]
    return np.array(latents.detach().numpy(), dtype=np.float32)
