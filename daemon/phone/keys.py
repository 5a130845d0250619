"""Keys of phones: random, each in a file of its own that holds only its hash, so that any of them can be taken back.

The file's own time says when the phone was seen last. Making one writes a file, taking one back removes a file: a
running daemon and ``semeq phone`` share the folder, and neither ever writes over what the other has changed.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from ..errors import PortError
from ..files import read_bounded, said_in_one_line, write_atomically
from ..messages.types import printable

BYTES = 16
"""Chance in a key: 128 bits."""
LONGEST_KEY = 64
MOST = 64
"""Keys that there can be at once."""
UNUSED_S = 86_400.0
"""A code that no phone has used expires after a day."""
LARGEST = 2_000
LONGEST_NAME = 40
_DEVICES = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "CrOS", "Linux")


class _Kept(Struct, frozen=True, forbid_unknown_fields=True):
    hash: str
    name: str = ""


class Key(Struct, frozen=True):
    """One key as it is known: its name here, its SHA-256, whose it is (empty: never used), when it was last seen."""

    id: str
    hash: str
    name: str
    seen_s: float


def device(user_agent: str) -> str:
    """What a browser says that it runs on, in a word."""
    return next((name for name in _DEVICES if name in user_agent), user_agent[:LONGEST_NAME] or "phone")


class KeyRing:
    """All keys of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[str, Key] = {}
        self._read_ns = -1

    def make(self) -> str:
        """Make a key and return it: it is said once, here. Raises :class:`PortError` if it cannot be kept."""
        known = sorted(self.keys(), key=lambda key: (bool(key.name), key.seen_s))
        lapsed_s = time.time() - UNUSED_S
        for place, key in enumerate(known):
            if not key.name and (key.seen_s < lapsed_s or place <= len(known) - MOST):
                self.revoke(key.id)
        if len(self.keys()) >= MOST:
            raise PortError(f"{MOST} phones have keys already; `semeq phone revoke` takes one back")
        key = secrets.token_urlsafe(BYTES)
        hashed = _hash(key)
        path = self._path(hashed[:8])
        with said_in_one_line(path):
            write_atomically(path, msgspec.json.encode(_Kept(hashed)))
            path.chmod(0o600)
        return key

    def find(self, key: str) -> Key | None:
        """Whose key this is; ``None``: nobody's, or no longer. Takes as long for a wrong one as for a right one."""
        hashed = _hash(key[:LONGEST_KEY])
        found = None
        for known in self.keys():
            if hmac.compare_digest(known.hash, hashed):
                found = known
        if found and not found.name and found.seen_s < time.time() - UNUSED_S:
            return None
        return found

    def used(self, key: Key, name: str) -> None:
        """Note that a phone has come with its key; the first time, what it is."""
        with contextlib.suppress(OSError):  # who was here last is not worth refusing a phone for
            path = self._path(key.id)
            if not key.name and path.exists():
                kept = _Kept(key.hash, printable(name)[:LONGEST_NAME] or "phone")
                write_atomically(path, msgspec.json.encode(kept))
                path.chmod(0o600)
        self.seen(key)

    def seen(self, key: Key) -> None:
        """Note that a phone is here."""
        with contextlib.suppress(OSError):
            os.utime(self._path(key.id))

    def revoke(self, named: str) -> bool:
        """Take a key back by its id; says whether there was one. Raises :class:`PortError` if it cannot be."""
        path = self._path(named)
        with said_in_one_line(path):
            try:
                path.unlink()
            except FileNotFoundError:
                return False
        return True

    def keys(self) -> tuple[Key, ...]:
        """All that count now; read again only if the folder has changed."""
        try:
            changed_ns = self._folder.stat().st_mtime_ns
        except OSError:
            self._keys, self._read_ns = {}, -1
            return ()
        if changed_ns != self._read_ns or time.time_ns() - changed_ns < 1_000_000_000:  # a clock may be coarse
            self._keys = {key.id: key for key in self._read()}
            self._read_ns = changed_ns
        return tuple(self._keys.values())

    def listed(self) -> tuple[Key, ...]:
        """All that count now, with the times at which their phones were seen last, newest first."""
        return tuple(sorted(self._read(), key=lambda key: -key.seen_s))

    def holds(self, named: str) -> bool:
        """Whether the key of this id still counts."""
        self.keys()
        return named in self._keys

    def _read(self) -> Iterator[Key]:
        for path in sorted(self._folder.glob("*.json"))[: 2 * MOST]:
            try:
                kept = msgspec.json.decode(read_bounded(path, LARGEST), type=_Kept)
                yield Key(path.stem, kept.hash, kept.name, path.stat().st_mtime)
            except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
                continue  # whoever has damaged it has taken the key back

    def _path(self, named: str) -> Path:
        return self._folder / f"{named if named.isalnum() else 'none'}.json"


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
