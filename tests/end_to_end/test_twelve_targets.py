"""Twelve equalisers of one real Ardour, each with words of its own. `make bench-targets` does it at three rates."""

from pathlib import Path

from measuring import TOLERANCE_DB
from real_daw import RealDaw
from twelve import URIS, twelve


def test_twelve_equalisers_are_as_promised(ardour: RealDaw, tmp_path: Path) -> None:
    """After the first move the response of each becomes what semeq foresees for its words; no hand is seen."""
    assert twelve(ardour.part(*URIS), tmp_path, 48_000, patience_s=90.0) <= TOLERANCE_DB
