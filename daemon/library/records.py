"""What is to be written down, as plain values: documents by table and key, entries of the history."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

SHARED = ("words", "scenes", "songs", "favourites")
"""The tables that all daemons and commands of one user share."""

COMMANDS = "command"
"""The name under which commands note what they have changed; each daemon notes it under its OSC port."""

Documents = Mapping[str, Mapping[str, bytes]]
"""Shared documents as JSON, by table and key."""


class Put(Struct, frozen=True):
    """Keep a document under a key of a shared table, or remove it (``None``).

    With ``only_if_known`` it is left alone if what stands there is no longer ``known``: another has changed it since.
    """

    number: int
    table: str
    key: str
    document: bytes | None
    known: bytes | None = None
    only_if_known: bool = False


class Present(Struct, frozen=True):
    """What the player has set now: the one document of this daemon."""

    document: bytes


class Note(Struct, frozen=True):
    """One change in the history: ``id`` grows with time, ``at_s`` counts seconds since 1970."""

    id: int
    at_s: float
    what: str
    document: bytes


class Mark(Struct, frozen=True):
    """A change in the history has been undone, or redone (``undone`` false)."""

    id: int
    undone: bool


Operation = Put | Present | Note | Mark


class Remembered(Struct, frozen=True):
    """What a start finds: shared documents, this daemon's own state, and its latest changes, oldest first."""

    documents: Documents = field(default_factory=dict[str, Mapping[str, bytes]])
    present: bytes | None = None
    history: Sequence[tuple[bytes, bool]] = ()
    """Entries as JSON, and whether each has been undone."""


class Written(Struct, frozen=True):
    """What has been asked for is on disk: the numbers of documents; ``left``: what another had changed meanwhile."""

    numbers: tuple[int, ...]
    left: tuple[Put, ...] = ()


class Unwritten(Struct, frozen=True):
    """Changes wait because the library cannot be written, said in one line; nothing: it can be again."""

    why: str


class Changed(Struct, frozen=True):
    """Another daemon or command has changed what is shared."""

    documents: Documents


Event = Written | Unwritten | Changed
