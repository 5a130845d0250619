"""What `semeq-daemon` does before anything else of it is loaded."""

import gc
import os

from ..ports.frugal import load


def main() -> None:
    """Load the command frugally, and run it."""
    gc.disable()  # what a start makes stays; App.run lets the garbage collector look again
    # The model's products are small: a second thread would only wait for them, on a processor that others need.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    load("msgspec", "typing_extensions")  # 0.6 MB, for older Pythons
    load("shutil", "bz2", "lzma")  # 0.5 MB, for archives
    from .daemon import main

    main()
