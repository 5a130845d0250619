"""What a phrase asks for: words, each with an amount, chosen or added to what stands; what is unknown is named."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..latent import Language
from .grammar import ASK, BARE, BEYOND, JOINERS, LESS, MORE, MUCH, NONE, Order, Sign, Size, sign_of
from .lexicon import Lexicon, Taken
from .spelling import Degree, joined, key_of
from .tokens import SMALL, clauses, command, gathered, is_small, language

Kind = Literal["set", "add"]

LONGEST = 500
"""Letters of a phrase that are read."""
MOST_GUESSED = 6
"""Words of a phrase in which a slip is looked for, a millisecond each; further ones must be written rightly."""
_WINDOW = 4
"""Words that may make up one term or one small word together."""
_PARTICLES = frozenset({"up", "out", "off"})
_PRONOUNS = frozenset({"it", "this", "that", "them", "things", "everything"})
_ARTICLES = frozenset(
    {"the", "my", "this", "his", "her", "our", "el", "la", "los", "las", "mi", "tu", "su", "este", "esta"}
)


class Move(Struct, frozen=True):
    """One word and how much of its curve: ``set`` chooses it, ``add`` adds to what stands (below 0: takes away)."""

    word: str
    amount: float
    kind: Kind

    @property
    def said(self) -> str:
        """The move for people: ``+30 % warm``, ``bright``."""
        share = (
            f"{self.amount * 100:+.0f} % " if self.kind == "add" else f"{self.amount:.0%} " if self.amount != 1 else ""
        )
        return f"{share}{self.word}"


class Phrase(Struct, frozen=True):
    """What was understood of a text; ``why`` says of each unknown part what is near, or why it cannot be done."""

    text: str
    moves: tuple[Move, ...] = ()
    unknown: tuple[str, ...] = ()
    command: Order | None = None
    taken: tuple[str, ...] = ()
    """What was taken for what: ``warmth → warm``."""
    why: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The moves for people, in one line."""
        return ", ".join(move.said for move in self.moves)


class _Way(Struct):
    """How the next word is meant, gathered from the small words before it."""

    sign: Sign | None = None
    size: Size = ""
    strong: bool = False

    @property
    def is_plain(self) -> bool:
        return self.sign is None and not self.size and not self.strong


def parse(text: str, lexicon: Lexicon, *, looks: bool = True) -> Phrase:
    """Read a phrase in English or Spanish; never raises. What is not understood is named and moves nothing.

    ``looks``: for words that look like what is not understood.
    """
    text = " ".join(text[:LONGEST].split())
    order = command(text)
    if order:
        return Phrase(text, command=order)
    return _Reader(text, lexicon, looks=looks).read()


class _Reader:
    """Reads one phrase from left to right."""

    def __init__(self, text: str, lexicon: Lexicon, *, looks: bool) -> None:
        self.text, self.lexicon, self._looks = text, lexicon, looks
        self.language: Language | None = language(text)
        self.moves: list[Move] = []
        self.unknown: dict[str, str] = {}
        self.taken: dict[str, None] = {}
        self._resolved: dict[str, Taken] = {}

    def read(self) -> Phrase:
        """Read all parts."""
        before = _Way()
        parts = [(mark, words) for mark, words in clauses(self.text)]
        for mark, words in parts:
            goes_on = mark == "," and before.sign is not None and before.sign.direction in {"less", "none"}
            before = self._part(words, before if goes_on else _Way(), goes_on)
        moves = _added_up(self.moves)
        return Phrase(
            self.text,
            tuple(moves),
            tuple(self.unknown),
            None,
            tuple(self.taken),
            tuple(filter(None, self.unknown.values())),
        )

    def _part(self, words: list[str], last: _Way, goes_on: bool) -> _Way:
        """Read the words between two marks; returns how its last word was meant."""
        words = gathered(words)
        way, joins, at, before = _Way(), goes_on, 0, ""
        first_move, object_of_verb = len(self.moves), False
        while at < len(words):
            word = words[at]
            if word in JOINERS:
                joins, at, before = True, at + 1, word
                continue
            sign, covered = self._sign(words, at)
            taken, length = self._term(words, at, way, before, object_of_verb)
            if sign is not None and (covered >= length or (taken is not None and taken.risky)):
                way = _with(way, sign)
                at, before = at + covered, words[at + covered - 1]
                continue
            if taken is None and length:
                at, before = at + length, words[at + length - 1]
                continue
            if taken is not None:
                at += length
                degree = taken.degree
                if degree == "base" and at < len(words) and (up := _particle(words, at)):
                    degree, at = "verb", up
                meant = last if way.is_plain and joins and degree != "verb" else way
                if at < len(words) and words[at] == "enough":
                    at += 1
                    if meant.sign is not None and meant.sign.direction == "less":
                        meant = _Way(Sign("more"), meant.size)
                self._move(taken, degree, meant)
                last, way, joins, before = meant, _Way(), False, word
                object_of_verb = degree == "verb"
                continue
            if not is_small(word):
                self._not_understood(word)
            at, before = at + 1, word
        if way.size and len(self.moves) > first_move:
            self._sized(way.size)
        elif way.sign is not None and way.sign.direction in {"more", "less"} and first_move == len(self.moves):
            last = way
        return last

    def _term(self, words: list[str], at: int, way: _Way, before: str, is_object: bool) -> tuple[Taken | None, int]:
        """The longest term that begins here and how many words it takes; None for what is spoken of: *the bass*."""
        for length in range(min(_WINDOW, len(words) - at), 0, -1):
            written = " ".join(words[at : at + length])
            if (length == 1 and (written in BEYOND or is_small(written))) or (length > 1 and joined(written) in SMALL):
                continue
            taken = self.lexicon.exact(written, self.language)
            if taken is None:
                continue
            if key_of(written) in ASK and way.is_plain:
                return None, 0
            if way.is_plain and (taken.risky or key_of(written) in _SUBJECTS):
                stands_alone = at + length >= len(words) and before not in _ARTICLES and not self.moves
                if is_object or not (stands_alone or before in JOINERS):
                    return None, length
            return taken, length
        word = words[at]
        if word not in BEYOND and not is_small(word):
            taken = self._guessed(word)
            if taken.term:
                return taken, 1
        return None, 0

    def _guessed(self, word: str) -> Taken:
        """What a word that is written wrongly is taken for, or looks like."""
        if word not in self._resolved:
            if len(self._resolved) >= MOST_GUESSED:
                return Taken(word)
            self._resolved[word] = self.lexicon.resolve(word, self.language, looks=self._looks)
        return self._resolved[word]

    def _sign(self, words: list[str], at: int) -> tuple[Sign | None, int]:
        """The small words that begin here, as many together as there are."""
        for length in range(min(_WINDOW, len(words) - at), 0, -1):
            sign = sign_of(" ".join(words[at : at + length]), self.language)
            if sign is not None:
                return sign, length
        return None, 0

    def _move(self, taken: Taken, degree: Degree, way: _Way) -> None:
        assert taken.term
        amount, kind = _amount(degree, way)
        self.moves.append(Move(taken.term, amount, kind))
        if taken.said:
            self.taken[taken.said] = None

    def _sized(self, size: str) -> None:
        """A size that is said afterwards: *soften it a little*."""
        last = self.moves[-1]
        if last.kind == "add" and abs(last.amount) == MORE[""]:
            amount = (MORE if last.amount > 0 else LESS)[size]
            self.moves[-1] = replace(last, amount=amount)

    def _not_understood(self, word: str) -> None:
        if word in BEYOND:
            why = f"{word}: an equaliser cannot do that; {BEYOND[word]}"
        elif key_of(word) in ASK:
            why = f"{word}: {ASK[key_of(word)]}? say more or less of it"
        else:
            taken = self._guessed(word)
            near = (" or " if taken.asks else ", ").join(taken.near[:3])
            how = "as near to" if taken.asks else "not known; near is" if near else "not known"
            why = f"{word}: {how} {near}".rstrip()
        self.unknown.setdefault(word, why)


_SUBJECTS = frozenset(
    {
        "bass",
        "mids",
        "mid",
        "highs",
        "lows",
        "low end",
        "high end",
        "top end",
        "top",
        "treble",
        "bottom end",
        "graves",
        "agudos",
        "bajos",
        "medios",
    }
)
"""Things that are spoken of as often as asked for: *make the bass warmer*."""


def _with(way: _Way, sign: Sign) -> _Way:
    """Add a small word to those before it: *a bit* + *too*, *much* + *less*; *less* outweighs *more*."""
    outweighed = sign.direction == "more" and way.sign is not None and way.sign.direction in {"less", "none"}
    direction = sign if sign.direction and not outweighed else way.sign
    return _Way(direction, sign.size or way.size, way.strong or sign.strong)


def _particle(words: list[str], at: int) -> int:
    """Where the phrase goes on after *it up*, *up*, *out*; 0 if there is none."""
    after = at + 1 if words[at] in _PRONOUNS else at
    return after + 1 if after < len(words) and words[after] in _PARTICLES else 0


def _amount(degree: Degree, way: _Way) -> tuple[float, Kind]:
    direction = way.sign.direction if way.sign else None
    size = way.size
    if direction == "none":
        return (LESS["small"] if size == "small" else NONE), "add"
    if direction == "less":
        return LESS[size], "add"
    if direction == "more":
        return MORE["large" if way.strong and not size else size], "add"
    if size or degree in {"more", "verb"}:
        return MORE[size], "add"
    return (MUCH if way.strong or degree == "most" else BARE), "set"


def _added_up(moves: list[Move]) -> list[Move]:
    """One move for each word: what is said twice counts once, the last time."""
    found: dict[str, Move] = {}
    for move in moves:
        found[move.word] = move
    return list(found.values())
