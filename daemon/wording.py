"""Numbers and other values as people read them."""


def hertz(frequency_hz: float) -> str:
    """A frequency for reading, four places wide before its unit."""
    if frequency_hz < 1000:
        return f"{frequency_hz:4.0f} Hz"
    return f"{frequency_hz / 1000:4.1f} kHz"


def plain(value: float | str | None) -> str:
    """A value that is held, as short as it can be read."""
    return value if isinstance(value, str) else f"{value:.2f}" if isinstance(value, float) else str(value)
