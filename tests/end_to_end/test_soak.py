"""A few seconds of the show that `make soak` plays for an hour."""

import pytest
from real_jack import missing_jack
from show import soak

pytestmark = pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())


def test_a_short_show(capsys):
    """Memory, descriptors and threads stay, every question is answered, the last value is right at both hosts."""
    assert soak(15.0), capsys.readouterr().out
