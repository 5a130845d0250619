"""Names that people give: what may be one."""

LONGEST_NAME = 64


def checked_name(text: str) -> str:
    """A name in the form in which it is kept: single blanks, none at the ends.

    Raises ``ValueError`` with one line for a name that is empty, too long or holds control characters.
    """
    if not all(sign.isprintable() or sign == " " for sign in text):
        raise ValueError("a name cannot have control characters, line breaks or invisible characters")
    name = " ".join(text.split())
    if not name:
        raise ValueError("a name needs at least one letter")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a name has at most {LONGEST_NAME} letters, not {len(name)}")
    return name
