"""Loading libraries without what they can do without."""

import importlib
import sys
from contextlib import suppress
from typing import Any


def load(name: str, *without: str) -> None:
    """Import a module that gets on without some others, and semeq too: it must not find them now.

    A version of it that needs them is imported later, by whoever needs it.
    """
    modules: dict[str, Any] = sys.modules
    if name in modules:
        return
    left_out = [other for other in without if other not in modules]
    modules.update(dict.fromkeys(left_out))
    try:
        with suppress(ImportError):
            importlib.import_module(name)
    finally:
        for other in left_out:
            del modules[other]
