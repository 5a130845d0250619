"""Parameters' names, read: which part of which band one is. Every maker writes them differently."""

import re
from typing import Literal

from msgspec import Struct

Role = Literal["frequency", "gain", "q", "switch", "type", "mode"]

_WORDS = re.compile(r"[a-z]+|\d+|[A-Z]+(?![a-z])|[A-Z][a-z]*")
_ROLES: dict[Role, tuple[str, ...]] = {
    "frequency": ("frequency", "freq", "frq", "cutoff", "centre", "center", "hz"),
    "gain": ("gain", "level", "boost", "cut", "amount", "db"),
    "q": ("q", "quality", "bandwidth", "bw", "width", "resonance", "reso", "slope"),
    "type": ("type", "shape", "kind"),
    "mode": ("mode",),
    "switch": ("active", "act", "enable", "enabled", "on", "used", "bypass", "off", "in"),
}
"""By what words a parameter's part is known; of two parts that a name may mean the earlier one."""
_FILLERS = frozenset(
    (
        *("eq", "band", "filter", "section", "sec", "peak", "peaking", "bell", "para", "parametric", "shelf"),
        *("factor", "param", "f", "p", "b", "shelving", "octaves", "octave", "oct"),
    )
)
_EDGES = {
    "low": ("l", "lo", "low", "ls", "lf", "lowshelf", "loshelf", "bass", "lsh", "lshelf"),
    "high": ("h", "hi", "high", "hs", "hf", "highshelf", "hishelf", "treble", "hsh", "hshelf"),
    "lowmid": ("lm", "lmf", "lowmid", "lomid"),
    "mid": ("m", "mf", "mid", "middle"),
    "highmid": ("hm", "hmf", "highmid", "himid"),
    "cut": (
        "hp",
        "lp",
        "hpf",
        "lpf",
        "highpass",
        "lowpass",
        "hipass",
        "lopass",
        "highcut",
        "lowcut",
        "hicut",
        "locut",
        "notch",
    ),
}
_NORMAL = {word: edge for edge, words in _EDGES.items() for word in words}
_OFF = frozenset(("bypass", "off"))


class Named(Struct, frozen=True):
    """What a name says: the part, the band that it belongs to, the word by which the part was known, and a unit.

    A band is known by its number, by ``low``, ``lowmid``, ``mid``, ``highmid`` or ``high``, or by words of the maker's.
    """

    role: Role | None
    band: tuple[str, ...]
    word: str
    unit: str = ""

    @property
    def turns_off(self) -> bool:
        """Whether a switch works the other way round."""
        return self.word in _OFF


_UNIT = re.compile(r"[(\[]\s*(k?hz|db|oct(?:aves?)?|%|m?s)\s*[)\]]", re.IGNORECASE)
_BY_UNIT = {
    "hz": "freq",
    "khz": "freq",
    "db": "gain",
    "oct": "bandwidth",
    "octave": "bandwidth",
    "octaves": "bandwidth",
}


def read_name(name: str) -> Named:
    """Read one parameter's name. A name without a part's word, such as ``Section 1``, has no role.

    A unit in brackets, ``[Hz]`` or ``(dB)``, is no part of the name, but says which part it is if no word does.
    """
    units = [unit.lower() for unit in _UNIT.findall(name)]
    words = _joined([word.lower() for word in _WORDS.findall(_UNIT.sub(" ", name))])
    role, known = _role(words)
    if role is None and units and units[0] in _BY_UNIT:
        role, known = _role([_BY_UNIT[units[0]]])
    others = _ROLES[role] if role else ()
    rest = [word for n, word in enumerate(words) if word != known and not (n and word in others)]
    band = tuple(_NORMAL.get(word, word) for word in rest if word not in _FILLERS)
    return Named(role, band, known, units[0] if units else "")


def _joined(words: list[str]) -> list[str]:
    """`low shelf` and `Lowshelf` are the same word."""
    return re.sub(r"\b(low|lo|high|hi) (shelf|mid|pass|cut)\b", r"\1\2", " ".join(words)).split()


def _role(words: list[str]) -> tuple[Role | None, str]:
    for role, known in _ROLES.items():
        for word in known:
            if word in words:
                return role, word
    return None, ""


def pattern(name: str) -> str:
    """A name without its numbers: what plug-ins of one maker have in common."""
    return re.sub(r"\d+", "#", name)


def is_level(name: str) -> bool:
    """Whether a parameter has a value that its display says as a number; others are switches and choices."""
    return read_name(name).role in ("frequency", "gain", "q")
