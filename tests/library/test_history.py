"""What has been changed, and when."""

import pytest
from semeq.daemon.library.history import noted
from semeq.daemon.library.records import Put


def test_a_change_has_its_time():
    """In seconds since 1970, to the microsecond, also where it is numbered by it."""
    note = noted([Put(0, "scenes", "verse", b"{}")], "verse was imported", 1_700_000_000.25)
    assert (note.at_s, note.what) == (pytest.approx(1_700_000_000.25, abs=1e-6), "verse was imported")
    assert noted([], "", 1_700_000_000.5).id > note.id
