"""A phrase taken apart: whole commands, parts between marks, words that belong together, the language."""

import re
from collections.abc import Iterator

from ..latent import Language
from .grammar import BREAKS, COMMANDS, FILLERS, JOINERS, SIGNS, Order
from .spelling import joined, key_of


def command(text: str) -> Order | None:
    """Read a whole phrase as a command about the last request; None if it is none."""
    key = " ".join(re.findall(r"[\w']+", key_of(text)))
    return COMMANDS.get(key) or COMMANDS.get(key.removesuffix(" please").removeprefix("just "))


def clauses(text: str) -> Iterator[tuple[str, list[str]]]:
    """Split at punctuation and at *but*: the mark before each part, and its words, hyphens kept."""
    plain = text.casefold().replace("’", "'")
    plain = re.sub(r"\b(is|was|are|does|do|did|has|had|would|could|should|ca|wo)n'?t\b", "not", plain)
    plain = re.sub(r"(?<=\w)\s*[&+]\s*(?=\w)", " and ", plain)
    before = ""
    words: list[str] = []
    for token in re.findall(r"[\w'][\w'\-‐‑]*|[,;:.!?/()\n]", plain):
        if token in BREAKS or not re.match(r"[\w']", token):
            if words:
                yield before, words
            before, words = token, []
        else:
            words.append(token.strip("'-"))
    if words:
        yield before, words


SMALL = frozenset(joined(word) for signs in SIGNS.values() for word in signs)


def is_small(word: str) -> bool:
    """Whether a word asks for nothing itself: grammar, articles, instruments."""
    return word in FILLERS or word in JOINERS or any(word in signs for signs in SIGNS.values())


def gathered(words: list[str]) -> list[str]:
    """Put together what stands apart: *take the mud out*, *turn the bass down*; take hyphens apart if that helps."""
    result: list[str] = []
    for word in words:
        parts = [part for part in re.split(r"[-‐‑]", word) if part]
        result += parts if len(parts) > 1 and all(is_small(part) for part in parts[:-1]) else [word]
    for verbs, particles, sign in _APART:
        for at, word in enumerate(result):
            if word in verbs:
                for end in range(at + 1, len(result)):
                    if result[end] in particles:
                        return [*result[:at], sign, *gathered(result[at + 1 : end]), *gathered(result[end + 1 :])]
    return result


_APART = (
    (frozenset({"take", "pull", "get", "leave", "strip"}), frozenset({"out", "away"}), "remove"),
    (frozenset({"turn", "bring", "dial", "pull", "take", "roll"}), frozenset({"down", "back", "off"}), "reduce"),
    (frozenset({"turn", "bring", "push", "crank", "dial"}), frozenset({"up"}), "boost"),
)


def language(text: str) -> Language | None:
    """Tell the language of a phrase by its small words; None if they do not."""
    words = re.findall(r"[\w']+", text.casefold())
    score = sum(_VOICES.get(word, 0) for word in words) + (-1 if re.search(r"[áéíóúñ¿¡]", text.casefold()) else 0)
    return "en" if score > 0 else "es" if score < 0 else None


def _voices() -> dict[str, int]:
    """Words that tell the language: above 0 English, below 0 Spanish."""
    english = ["the", "it", "and", "make", "with", "of", "sound", "but"]
    spanish = ["el", "la", "los", "las", "y", "un", "una", "que", "de", "lo", "por", "pero", "con"]
    voices = dict.fromkeys(english, 1) | dict.fromkeys(spanish, -1)
    for word in {word for signs in SIGNS.values() for word in signs if " " not in word}:
        voices[word] = (word in SIGNS["en"]) - (word in SIGNS["es"])
    return voices


_VOICES = _voices()
