"""What one terminal shows: a daemon's view, and what is typed here."""

from ...model import Descriptor
from .picker import Picker
from .prompt import Prompt
from .view import View


class Snapshot(View, frozen=True, kw_only=True):
    """The view, and what only this terminal knows. Two equal snapshots look the same, so that nothing redraws."""

    picker: Picker | None = None
    help: bool = False
    typed: str | None = None
    """The name of what is being taught."""
    stores: bool = False
    asking: str | None = None
    marked: Descriptor | None = None
    """What the picker's marked word rests on."""
    away: str = ""
    """Where the daemon is, if it is not this program."""


_OF_VIEW = View.__struct_fields__


def snapshot(seen: View, prompt: Prompt, away: str = "", trouble: str = "") -> Snapshot:
    """What a terminal shows of a view; ``trouble`` between it and the daemon comes before what the daemon says."""
    values = {name: getattr(seen, name) for name in _OF_VIEW}
    values["attention"] = prompt.question or trouble or seen.attention
    return Snapshot(
        **values,
        picker=prompt.picker,
        help=prompt.help,
        typed=prompt.typed,
        stores=prompt.stores,
        asking=prompt.asking,
        marked=prompt.marked,
        away=away,
    )
