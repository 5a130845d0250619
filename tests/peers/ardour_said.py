"""What a real Ardour has said of its plug-ins, word for word."""

from pathlib import Path

from semeq.daemon.discover.shown import Shown
from semeq.daemon.messages.types import parse

TRANSCRIPT = Path(__file__).parents[1] / "transcripts" / "ardour-plugins.txt"
"""What Ardour 7.3 said of seven plug-ins."""


def shown(values):
    """One parameter of the transcript."""
    index, name, flags, _, low, high, _, count, *rest = values
    labels = tuple((rest[2 * n], rest[2 * n + 1]) for n in range(count))
    switch, integer, is_input = (bool(flags & bit) for bit in (64, 2, 128))
    return Shown(index - 1, name, low, high, rest[-1], bool(flags & 4), switch, integer, is_input, labels)


def transcript():
    """Each plug-in's parameters by its name."""
    plugins = {}
    for line in TRANSCRIPT.read_text(encoding="utf-8").splitlines():
        message = parse(line)
        if message.address == "/strip/plugin/list":
            plugins[message.arguments[2]] = found = []
        elif message.address == "/strip/plugin/descriptor":
            found.append(shown(message.arguments[2:]))
    return plugins


PLUGINS = transcript()
