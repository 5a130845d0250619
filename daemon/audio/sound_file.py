"""Sound files: read in blocks, written beside their place first and then renamed."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..errors import AudioError
from .extra import library

Floats = NDArray[np.float64]

READ = (".wav", ".wave", ".flac", ".aif", ".aiff", ".aifc", ".ogg", ".oga", ".mp3", ".w64", ".rf64", ".caf")
"""What is taken for sound in a folder."""
SUBTYPES = {".wav": ("WAV", "FLOAT"), ".flac": ("FLAC", "PCM_24")}
"""What can be written, by how the name ends."""
FLAC_CHANNELS = 8
FLAC_RATE_HZ = 655_350
RF64_BYTES = 4_000_000_000
"""From here on a WAV file needs the 64-bit header."""
LAST_PAGES = 65_536


class Sound(Struct, frozen=True):
    """What a file says of itself."""

    path: Path
    rate_hz: int
    channels: int
    frames: int

    @property
    def duration_s(self) -> float:
        """How long it plays."""
        return self.frames / self.rate_hz


class Reader:
    """A sound file that is read from its beginning; raises :class:`AudioError` for one that cannot be, or not whole."""

    def __init__(self, path: Path) -> None:
        self._library = library("soundfile")
        if path.is_dir():
            raise AudioError(f"{path} is a folder")
        try:
            self._file: Any = self._library.SoundFile(path)
        except (OSError, RuntimeError, TypeError) as error:
            reason = _reason(path, error)
            raise AudioError(f"{path}: {reason}") from None
        self.sound = Sound(path, self._file.samplerate, self._file.channels, self._file.frames)
        try:
            self._check()
        except AudioError:
            self.close()
            raise

    def _check(self) -> None:
        if self.sound.frames <= 0:
            raise AudioError(f"{self.sound.path} has no length: there is no sound in it")
        if "should be" in self._file.extra_info or _ends_early(self.sound.path):
            raise AudioError(f"{self.sound.path} is cut off: it ends before its header says; nothing was written")

    def blocks(self, frames: int) -> Iterator[Floats]:
        """The sound in blocks, shape ``(channels, frames)``, the last one shorter; ±1 is full scale."""
        done = 0
        while True:
            try:
                block = self._file.read(frames, dtype="float64", always_2d=True)
            except (OSError, RuntimeError) as error:
                raise AudioError(f"{self.sound.path} is damaged at {self._at(done)} ({error})") from None
            if not len(block):
                break
            if not np.isfinite(block).all():
                bad = done + int(np.argmin(np.isfinite(block).all(axis=1)))
                raise AudioError(f"{self.sound.path} has a sample that is no number (NaN, infinite) at {self._at(bad)}")
            done += len(block)
            yield np.ascontiguousarray(block.T)
        if done < self.sound.frames:
            raise AudioError(f"{self.sound.path} is cut off at {self._at(done)} of {self.sound.duration_s:.1f} s")

    def _at(self, frame: int) -> str:
        return f"{frame / self.sound.rate_hz:.3f} s"

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, kind: Any, error: Any, trace: TracebackType | None) -> None:
        self.close()


def _reason(path: Path, error: Exception) -> str:
    """Why a file could not be opened, for the user."""
    if not path.exists():
        return "there is no such file"
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as refused:
        return f"cannot be read ({refused.strerror})"
    return "the file is empty" if empty else "not a sound file that can be read, or cut off in its header"


def _ends_early(path: Path) -> bool:
    """Whether an Ogg file lacks the page that ends it: of these alone the header does not tell how long they are."""
    with path.open("rb") as file:
        if file.read(4) != b"OggS":
            return False
        file.seek(0, os.SEEK_END)
        file.seek(max(file.tell() - LAST_PAGES, 0))
        tail = file.read()
    last = tail.rfind(b"OggS")
    return last < 0 or not tail[last + 5 : last + 6] or not tail[last + 5] & 4


class Writer:
    """A sound file that is being made: nobody sees it before it is whole, and what had its name stays until then."""

    def __init__(self, path: Path, like: Sound) -> None:
        self._library = library("soundfile")
        self._path = path
        self._temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
        self._written = 0
        kind, subtype = format_of(path, like)
        if kind == "WAV" and like.frames * like.channels * 4 > RF64_BYTES:
            kind = "RF64"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: Any = self._library.SoundFile(
                self._temporary, "w", like.rate_hz, like.channels, subtype, format=kind
            )
        except (OSError, RuntimeError) as error:
            self._discard()
            raise AudioError(f"{path} cannot be written ({_plain(error)})") from None

    def write(self, block: Floats) -> None:
        """Add a block, shape ``(channels, frames)``."""
        try:
            self._file.write(block.T)
        except (OSError, RuntimeError, AssertionError) as error:
            raise AudioError(f"{self._path} cannot be written: {_plain(error)}") from None
        self._written += block.shape[1]

    def finish(self) -> None:
        """Close the file, see that it is whole, and give it its name."""
        try:
            self._file.close()
            if self._library.info(str(self._temporary)).frames != self._written:
                raise OSError("no room for all of it")
            self._temporary.replace(self._path)
        except (OSError, RuntimeError, AssertionError) as error:
            self._discard()
            raise AudioError(f"{self._path} cannot be written: {_plain(error)}") from None

    def _discard(self) -> None:
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: Any, error: Any, trace: TracebackType | None) -> None:
        if kind is None:
            self.finish()
            return
        with contextlib.suppress(OSError, RuntimeError, AssertionError):
            self._file.close()
        self._discard()


def _plain(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    told = str(error).partition(": ")[2] or str(error)
    return told.rstrip(".") or "no room for all of it"


def format_of(path: Path, like: Sound) -> tuple[str, str]:
    """The format in which a file is written; raises :class:`AudioError` if its name or the sound allows none."""
    form = SUBTYPES.get(path.suffix.lower())
    if form is None:
        raise AudioError(f"{path}: what is written is .wav or .flac")
    if form[0] == "FLAC" and (like.channels > FLAC_CHANNELS or like.rate_hz > FLAC_RATE_HZ):
        raise AudioError(f"{path}: FLAC holds at most {FLAC_CHANNELS} channels and {FLAC_RATE_HZ} Hz; write .wav")
    return form
