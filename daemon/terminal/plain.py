"""Output in any code page: characters that it lacks become plain ones, each one column wide."""

import codecs
import io
import sys
import unicodedata

PLAIN = "semeq.plain"
"""The name of this treatment of errors, for ``errors=`` wherever text is encoded."""

_LIKE = {
    **dict.fromkeys("─━‐‑–—−", "-"),
    **dict.fromkeys("│▏", "|"),
    **dict.fromkeys("█▌▐", "#"),
    "·": "-",
    "┈": ".",
    "…": ".",
    "●": "*",
    "○": "o",
    "✕": "x",
    "×": "x",
    "±": "~",
    "∞": "o",
    "←": "<",
    "→": ">",
    "↑": "^",
    "↓": "v",
    "▲": "^",
    "‹": "<",
    "›": ">",
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‘’‚", "'"),
}


def plain(sign: str) -> str:
    """One character of ASCII that looks like the given one: a letter without its accent, a line, a dot of the curve."""
    if like := _LIKE.get(sign):
        return like
    if "\u2801" <= sign <= "\u28ff":  # braille: the curve
        return "*"
    if "\u2500" <= sign <= "\u257f":  # corners and crossings of lines
        return "+"
    letter = unicodedata.normalize("NFKD", sign)[:1]
    return letter if letter.isascii() else "?"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(plain, error.object[error.start : error.end])), error.end


codecs.register_error(PLAIN, _replace)


def make_output_safe() -> None:
    """Let standard output and standard error take any text, whatever they are and wherever they go."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=PLAIN)


def can_write(text: str) -> bool:
    """Whether standard output has all the characters of a text."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
