"""OSC address patterns: ``?``, ``*``, ``[a-z]``, ``[!a]`` and ``{this,that}``, as in the OSC 1.0 specification."""

import re
from functools import lru_cache

LONGEST = 256
"""Characters of an address; longer ones match nothing, so that no datagram can make matching slow."""


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    if len(pattern) > LONGEST:
        return None
    out: list[str] = []
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        close = pattern.find({"[": "]", "{": "}"}.get(sign, sign), at + 1)
        if sign in "[{" and close < 0:
            return None
        inside = pattern[at + 1 : close]
        match sign:
            case "*":
                out.append("" if out and out[-1] == "[^/]*" else "[^/]*")
            case "?":
                out.append("[^/]")
            case "[":
                negated = inside.startswith("!")
                letters = "".join(c if c == "-" else re.escape(c) for c in inside[negated:])
                out.append(f"(?!/)[{'^' if negated else ''}{letters}]" if letters else "(?!)")
                at = close
            case "{":
                out.append(f"(?:{'|'.join(re.escape(part) for part in inside.split(','))})")
                at = close
            case _:
                out.append(re.escape(sign))
        at += 1
    try:
        return re.compile("".join(out))
    except re.error:
        return None


def matches(pattern: str, address: str) -> bool:
    """Whether an incoming address, which may be a pattern, means ``address``; a broken pattern means nothing."""
    if pattern == address:
        return True
    compiled = _compiled(pattern)
    return compiled is not None and compiled.fullmatch(address) is not None
