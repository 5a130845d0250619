"""What `semeq-daemon` does before anything else of it is loaded."""

import gc
import os


def main() -> None:
    """Load the command frugally, and run it."""
    gc.disable()  # what a start makes stays; App.run lets the garbage collector look again
    # The model's products are small: a second thread would only wait for them, on a processor that others need.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from .daemon import main

    main()
