"""What several tests of ports share."""

import pytest
from stand_in import Sequencer


@pytest.fixture(scope="session")
def sequencer(tmp_path_factory):
    """A sequencer that refuses, never falls silent, crashes or hangs."""
    return Sequencer(tmp_path_factory.mktemp("sequencer"))
