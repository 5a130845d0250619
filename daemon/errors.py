"""What can go wrong with the world outside: a port, an address, a MIDI system."""


class PortError(Exception):
    """A MIDI or network port cannot be used; the text is one line that names it and says what helps."""
