"""What can go wrong with the world outside: a port, an address, a MIDI system, a file."""


class TomlFileError(Exception):
    """A configuration or mapping file cannot be used; the text is one line for the user."""


class PortError(Exception):
    """A MIDI or network port cannot be used; the text is one line that names it and says what helps."""


class MappingError(TomlFileError):
    """A host, plug-in or surface is unknown, or its file does not say what it must."""


class AudioError(Exception):
    """A sound file or a sound device cannot be used; the text is one line that names it and says what helps."""


class PictureError(Exception):
    """A picture cannot be drawn; the text is one line that names the file and says what helps."""


class LibraryError(Exception):
    """The library of words and scenes cannot be used; the text is one line for the user."""


class ServiceError(Exception):
    """What keeps programs running in the background cannot do what is asked; the text is one line for the user."""
