"""What `semeq-daemon` does before anything else of it is loaded."""

import gc
import importlib
import os
import sys
from contextlib import suppress
from typing import Any


def _load(name: str, *without: str) -> None:
    """Import a module that gets on without some others, and semeq too: it must not find them now.

    A version of it that needs them is imported later, by whoever needs it.
    """
    modules: dict[str, Any] = sys.modules
    left_out = [other for other in without if other not in modules]
    modules.update(dict.fromkeys(left_out))
    try:
        with suppress(ImportError):
            importlib.import_module(name)
    finally:
        for other in left_out:
            del modules[other]


def main() -> None:
    """Load the command frugally, and run it."""
    gc.disable()  # what a start makes stays; App.run lets the garbage collector look again
    # The model's products are small: a second thread would only wait for them, on a processor that others need.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _load("msgspec", "typing_extensions")  # 0.6 MB, for older Pythons
    _load("shutil", "bz2", "lzma")  # 0.5 MB, for archives
    from .daemon import main

    main()
