"""Words as people write them: one term in all its forms, and phrases that ask for a change."""

from .lexicon import LONGEST_READ, UNSURE, Entry, Lexicon, Taken
from .phrases import Move, Phrase, parse
from .spelling import Degree

__all__ = ["LONGEST_READ", "UNSURE", "Degree", "Entry", "Lexicon", "Move", "Phrase", "Taken", "parse"]
