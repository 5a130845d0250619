"""What a control sends, as surface files write it."""

import pytest
from semeq.daemon.surface.midi_source import element


@pytest.mark.parametrize("text", ["cc 127", "cc14 31", "nrpn 16382", "rpn 16382", "poly 127", "note 127"])
def test_the_highest_numbers_that_there_are(text):
    """Source: MIDI 1.0: 14-bit controllers are 0 to 31 with 32 more behind; number 16383 is the null parameter."""
    kind, number = text.split()
    assert str(element(text)).startswith(text)
    with pytest.raises(ValueError, match=f"not '{kind} {int(number) + 1}'"):
        element(f"{kind} {int(number) + 1}")
