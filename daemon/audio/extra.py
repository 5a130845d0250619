"""The libraries that sound needs come with an extra, and are imported only by what uses them."""

from importlib import import_module
from typing import Any

from ..errors import AudioError

INSTALL = 'pip install "semeq[audio]"'


def library(name: str) -> Any:
    """Import a library of the extra; raises :class:`AudioError` saying how to install it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise AudioError(f"{name.partition('.')[0]} is missing, which semeq needs for sound: {INSTALL}") from error
    except OSError as error:  # the library is there, but not the system's own that it wraps
        raise AudioError(f"{name} lacks what it wraps ({error}); Debian: apt-get install libportaudio2") from error
