"""What a player has changed, step by step, so that it can be undone and redone."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from .records import Mark, Note, Operation, Put

GESTURE_OVER_S = 0.5
"""A control that has been still for this long has been let go: its moves are one change."""
MOST_STEPS = 500
"""Changes that can be undone without looking further back than a start has read."""
STREAMED = frozenset({"morph", "strength", "blend", "map", "glide_ms", "course"})
"""What is set by turning; anything else is chosen at one stroke."""


class Kept(Struct, frozen=True, forbid_unknown_fields=True):
    """A shared document before and after a change, as JSON in a text; ``None`` if there was none."""

    table: str
    key: str
    before: str | None
    after: str | None


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One change: fields of the present state with what they were before and after, and shared documents.

    ``id`` is its time in microseconds since 1970.
    """

    id: int
    what: str
    fields: Mapping[str, tuple[Any, Any]] = {}
    kept: tuple[Kept, ...] = ()

    @property
    def at_s(self) -> float:
        """When it was, in seconds since 1970."""
        return self.id / 1e6

    def puts(self, *, is_undo: bool) -> list[Put]:
        """What leads back to before it, or there again: each document only if nobody has changed it since."""
        ways = ((kept, kept.after, kept.before) if is_undo else (kept, kept.before, kept.after) for kept in self.kept)
        puts = [Put(0, k.table, k.key, bytes_of(to), bytes_of(here), only_if_known=True) for k, here, to in ways]
        return puts[::-1] if is_undo else puts


def noted(puts: Sequence[Put], what: str, at_s: float) -> Note:
    """The entry of documents that are changed at one stroke; ``known`` is what each of them was before."""
    kept = tuple(Kept(put.table, put.key, text_of(put.known), text_of(put.document)) for put in puts)
    step = Step(round(at_s * 1e6), what, kept=kept)
    return Note(step.id, step.at_s, what, msgspec.json.encode(step))


def text_of(document: bytes | None) -> str | None:
    """A document as a step holds it."""
    return None if document is None else document.decode()


def bytes_of(text: str | None) -> bytes | None:
    """The document that a step holds."""
    return None if text is None else text.encode()


_STEP = msgspec.json.Decoder(Step)


class History:
    """Done and undone steps of one daemon; a gesture is one step however many messages it took."""

    def __init__(self, read: Sequence[tuple[bytes, bool]] = (), epoch_s: float = 0.0) -> None:
        self._epoch_s = epoch_s
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._open: Step | None = None
        self._open_until_s = 0.0
        self._last_id = 0
        self._operations: list[Operation] = []
        self._read = read
        """What was found at the start and is read when something is to be undone or redone: most runs never do."""
        self._may_redo_read = True
        if read and (last := _decoded(read[-1][0])):
            self._last_id = last.id

    def _read_all(self) -> None:
        """Read what was found at the start, older than all that is noted here."""
        done, undone = list[Step](), list[Step]()
        for document, is_undone in self._read:
            step = _decoded(document)
            if step is None:
                continue
            if is_undone:
                undone.insert(0, step)
            else:  # what was undone before a later change cannot be redone
                done.append(step)
                undone.clear()
        self._read = ()
        self._done = (done + self._done)[-MOST_STEPS:]
        self._undone += undone if self._may_redo_read else []

    def note(
        self, what: str, fields: Mapping[str, tuple[Any, Any]], kept: tuple[Kept, ...], now_s: float, stream: str = ""
    ) -> None:
        """Take note of a change; one of the same ``stream`` that follows at once is part of the same gesture."""
        if not fields and not kept:
            return
        is_turned = bool(stream) and not kept and STREAMED.issuperset(fields)
        last = self._open
        if last and is_turned and last.what == stream and now_s < self._open_until_s:
            merged = {name: (last.fields.get(name, values)[0], values[1]) for name, values in fields.items()}
            self._open = replace(last, fields={**last.fields, **merged})
        else:
            self.close()
            self._last_id = max(self._last_id + 1, round((now_s + self._epoch_s) * 1e6))
            self._open = Step(self._last_id, stream if is_turned else what, dict(fields), kept)
        self._open_until_s = now_s + GESTURE_OVER_S
        self._undone.clear()
        self._may_redo_read = False
        if not is_turned:
            self.close()

    def close(self) -> None:
        """End the gesture that is under way, if there is one."""
        step, self._open = self._open, None
        if step is None:
            return
        fields = {name: values for name, values in step.fields.items() if values[0] != values[1]}
        if not fields and not step.kept:
            return
        step = replace(step, fields=fields, what=step.what if step.kept else said(fields) or step.what)
        self._done.append(step)
        del self._done[:-MOST_STEPS]
        self._operations.append(Note(step.id, step.at_s, step.what, msgspec.json.encode(step)))

    def advance(self, now_s: float) -> None:
        """Let time pass."""
        if self._open and now_s >= self._open_until_s:
            self.close()

    def due_s(self) -> float | None:
        """When a gesture will be over."""
        return self._open_until_s if self._open else None

    def undo(self) -> Step:
        """Take the last step back; raises ``ValueError`` if there is none."""
        self.close()
        self._read_all()
        if not self._done:
            raise ValueError("there is nothing to undo")
        step = self._done.pop()
        self._undone.append(step)
        self._operations.append(Mark(step.id, undone=True))
        return step

    def redo(self) -> Step:
        """Take back the last undo; raises ``ValueError`` if there is none."""
        self.close()
        self._read_all()
        if not self._undone:
            raise ValueError("there is nothing to redo")
        step = self._undone.pop()
        self._done.append(step)
        self._operations.append(Mark(step.id, undone=False))
        return step

    def take_operations(self) -> list[Operation]:
        """What is to be written of it since the last call."""
        operations, self._operations = self._operations, []
        return operations


def _decoded(document: bytes) -> Step | None:
    """A step; ``None`` for one of a newer semeq, or a damaged one: it cannot be undone, and stays in the list."""
    try:
        return _STEP.decode(document)
    except msgspec.MsgspecError:
        return None


def said(fields: Mapping[str, tuple[Any, Any]]) -> str:
    """A change of the present setting in words."""
    parts: list[str] = []
    for name, (before, after) in fields.items():
        match name:
            case "terms":
                parts.append(f"words {'–'.join(before)} → {'–'.join(after)}")
            case "morph":
                parts.append(f"morph {before:.2f} → {after:.2f}")
            case "strength":
                parts.append(f"strength {before:.0%} → {after:.0%}")
            case "blend" | "map" | "song":
                parts.append(f"{name} {after}" if name == "song" else name)
            case "glide_ms":
                parts.append(f"glide {after:g} ms" if after is not None else "glide as at the start")
            case _:
                pass
    return ", ".join(parts)
