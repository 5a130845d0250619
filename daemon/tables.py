"""Bands and terms as plain lines of text, for pipes and files as well as for eyes."""

from collections.abc import Iterable

from ..model import Band, Descriptor
from .ui import KIND_WORDS
from .wording import hertz

LANGUAGES = {"en": "English", "es": "Spanish"}


def bands_table(bands: Iterable[Band]) -> str:
    """A line per band: kind, frequency, gain, Q."""
    rows = (
        f"  {KIND_WORDS[band.kind]:<10} {hertz(band.frequency_hz):>9} {band.gain_db:+z6.2f} dB   Q {band.q:.3f}"
        for band in bands
    )
    return "\n".join(rows)


def terms_table(terms: Iterable[Descriptor]) -> str:
    """A line per term: the word, its language, how many people stand behind it, how far they agree."""
    rows = [f"{'term':<22} {'language':<9} {'people':>6}  reliability"]
    rows += (
        f"{term.term:<22} {LANGUAGES[term.language]:<9} {term.people:>6}  {term.reliability:>10.0%}" for term in terms
    )
    return "\n".join(rows)
