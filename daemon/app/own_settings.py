"""What plug-ins had before semeq first wrote to them, in one small JSON file: it outlives a crash of everything.

It is written by a thread, as a disk may be slow; whoever must know that it is written asks.
"""

import logging
import queue
import threading
from pathlib import Path

import msgspec

from ..files import write_atomically
from ..host.own import OwnSetting

MOST = 512
"""Plug-ins that are remembered; the one that was written longest ago is forgotten first."""

log = logging.getLogger("semeq")


class OwnSettingsFile:
    """Own settings by a key that names host, track and plug-in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._settings, self.complaint = _read(path)
        self._waiting = queue.SimpleQueue[dict[str, OwnSetting]]()
        self._thread: threading.Thread | None = None
        self._asked = self._written = 0

    def find(self, key: str) -> OwnSetting | None:
        """What is known of a plug-in from before."""
        return self._settings.get(key)

    def keep(self, key: str, setting: OwnSetting) -> None:
        """Write it down, without waiting."""
        self._settings.pop(key, None)
        self._settings[key] = setting
        while len(self._settings) > MOST:
            del self._settings[next(iter(self._settings))]
        self._asked += 1
        self._waiting.put(dict(self._settings))
        if self._thread is None:
            self._thread = threading.Thread(target=self._write_all, name="own-settings", daemon=True)
            self._thread.start()

    @property
    def is_written(self) -> bool:
        """Whether all that was to be kept has been written down, or cannot be."""
        return self._written == self._asked

    def _write_all(self) -> None:
        while True:
            self._write(self._waiting.get())
            self._written += 1

    def _write(self, settings: dict[str, OwnSetting]) -> None:
        try:
            write_atomically(self._path, msgspec.json.format(msgspec.json.encode(settings), indent=1))
        except OSError as error:
            log.warning(
                "%s: cannot be written (%s); after a crash what plug-ins had before semeq is not known",
                self._path,
                error.strerror or error,
                extra={"kind": "own-settings"},
            )


def _read(path: Path) -> tuple[dict[str, OwnSetting], str]:
    """Read the file; one that cannot be read is kept beside the new one under another name."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, OwnSetting]), ""
    except FileNotFoundError:
        return {}, ""
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        aside = path.with_suffix(".unreadable")
        try:
            path.replace(aside)
        except OSError:
            return {}, f"{path}: cannot be read ({error})"
        return {}, f"{path}: cannot be read ({error}); kept as {aside.name}"
