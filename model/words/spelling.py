"""Spellings of one word: case, accents, hyphens, regular inflections of English and Spanish, slips of one letter."""

import re
from collections.abc import Iterator
from string import ascii_lowercase
from typing import Literal
from unicodedata import combining, normalize

Degree = Literal["base", "more", "most", "verb"]
"""What a form is: the word itself (also as noun or adverb), a comparative, a superlative, a verb (*brighten*)."""

SHORTEST = 4
"""A word of fewer letters is too near to too many others for a slip in it to be put right."""

_VOWELS = frozenset("aeiou")
_REGULAR = re.compile(r"[a-z]{3,}")


def key_of(word: str) -> str:
    """Write a word as words are compared: lower case, single blanks, hyphens as blanks, one kind of apostrophe."""
    plain = normalize("NFC", word).casefold().replace("’", "'")
    return " ".join(re.sub(r"[-‐‑–_]+", " ", plain).split())


def unaccented(key: str) -> str:
    """Write a key without its accents."""
    if key.isascii():
        return key
    return "".join(letter for letter in normalize("NFKD", key) if not combining(letter))


def joined(key: str) -> str:
    """Write a key without blanks: ``lo fi`` and ``lofi`` are one."""
    return key.replace(" ", "")


def shortened(key: str) -> str:
    """Write letters that are drawn out ("sooo") once."""
    return re.sub(r"(.)\1{2,}", r"\1", key)


def doubled(key: str) -> Iterator[str]:
    """Every spelling in which one letter more, or one less, is doubled: the slip that is none to the ear."""
    for at, letter in enumerate(key):
        yield key[:at] + letter + key[at:]
        if at and key[at - 1] == letter:
            yield key[:at] + key[at + 1 :]


def slips(key: str) -> Iterator[str]:
    """Every spelling one slip away: a letter left out, doubled or added, a wrong one, two exchanged.

    Source: F. J. Damerau, A technique for computer detection and correction of spelling errors, 1964.
    """
    cuts = [(key[:at], key[at:]) for at in range(len(key) + 1)]
    for before, after in cuts:
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in ascii_lowercase:
            if after:
                yield before + letter + after[1:]
            yield before + letter + after


def comparatives(word: str) -> tuple[str, str]:
    """English comparative and superlative of one word, regularly formed: warmer and warmest, muddier, bigger, finer."""
    if word.endswith("e"):
        stem = word[:-1]
    elif word.endswith("y") and word[-2] not in _VOWELS:
        stem = word[:-1] + "i"
    elif len(word) >= 3 and word[-1] not in "aeiouwxy" and word[-2] in _VOWELS and word[-3] not in _VOWELS:
        stem = word + word[-1]
    else:
        stem = word
    return f"{stem}er", f"{stem}est"


def english_forms(word: str) -> dict[str, Degree]:
    """Regular forms of an English adjective -> what each is: ``more``, ``most`` or ``base`` (noun, adverb)."""
    if not _REGULAR.fullmatch(word):
        return {}
    more, most = comparatives(word)
    stem = word[:-1] + "i" if word.endswith("y") and word[-2] not in _VOWELS else word
    return {more: "more", most: "most", f"{stem}ness": "base", f"{stem}ly": "base", f"{word}ish": "base"}


def spanish_forms(word: str) -> dict[str, Degree]:
    """Gender, number and superlative of a Spanish adjective -> what each is."""
    if " " in word or len(word) < 4:
        return {}
    if word[-1] in "oa":
        stem = word[:-1]
        forms: dict[str, Degree] = {f"{stem}{end}": "base" for end in ("o", "a", "os", "as")}
        most: dict[str, Degree] = {f"{unaccented(stem)}ísim{end}": "most" for end in ("o", "a", "os", "as")}
        return forms | most
    if word[-1] == "e":
        return {f"{word}s": "base", f"{unaccented(word[:-1])}ísimo": "most", f"{unaccented(word[:-1])}ísima": "most"}
    if word[-1] in "lrnsz":
        stem = word[:-1] + "c" if word[-1] == "z" else word
        return {f"{unaccented(stem)}es": "base", f"{word}a": "base"}
    return {}


def degree_of(form: str, language: str, known: frozenset[str]) -> Degree:
    """Tell what a listed form is: a comparative, a superlative, a verb, or the word itself as noun or adverb.

    ``known``: the keys of all forms of the same word, to tell *fatter* from *shimmer*.
    """
    if language == "es":
        return "verb" if re.search(r"[^aeiouáéíóú](ar|er|ir|arlo|arla)$", form) and " " not in form else "base"
    if form in {"farther", "further back", "nearer", "lower fi", "older"}:
        return "more"
    endings: tuple[tuple[str, Degree], ...] = (("er", "more"), ("est", "most"))
    for ending, degree in endings:
        if form.endswith(ending) and " " not in form:
            stem = form.removesuffix(ending)
            stems = {stem, f"{stem}e", stem[:-1] + "y" if stem.endswith("i") else stem, stem[:-1]}
            if stems & known:
                return degree
    return "verb" if _VERB.search(form) else "base"


_VERB = re.compile(r"\w( up| out| off)$|^(bright|dark|fatt|thick|soft|sweet|deep|tight|sharp|light)en$")
