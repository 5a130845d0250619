"""Numbers as people read them."""


def hertz(frequency_hz: float) -> str:
    """A frequency for reading, four places wide before its unit."""
    if frequency_hz < 1000:
        return f"{frequency_hz:4.0f} Hz"
    return f"{frequency_hz / 1000:4.1f} kHz"
