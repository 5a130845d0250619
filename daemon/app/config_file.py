"""Changes to the user's semeq.toml: what else stands there, comments too, stays as it is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from ..files import said_in_one_line, write_atomically
from ..toml.reader import parse_toml, read_text
from .config import Config

Entries = Mapping[str, Any]


def changed(path: Path, values: Entries, targets: Sequence[Entries]) -> str:
    """The file's text with these keys set, ``None`` taken out, and these targets in place of those that are there.

    A key within a table is said with a dot: ``osc.port``.

    Raises :class:`TomlFileError` if the file is wrong before or after.
    """
    import tomlkit  # late, as only this needs it

    before = read_text(path) if path.exists() else ""
    parse_toml(before, Config, str(path))
    document = cast(Any, tomlkit.parse(before))
    for path_of_key, value in values.items():
        *tables, key = path_of_key.split(".")
        place = document
        for table in tables:
            place = place.setdefault(table, tomlkit.table())
        if value is None:
            place.pop(key, None)
        else:
            place[key] = value
    document.pop("targets", None)
    if targets:
        listed = cast(Any, tomlkit.aot())
        for target in targets:
            entry = cast(Any, tomlkit.table())
            for key, value in target.items():
                if value is not None:
                    entry[key] = value
            listed.append(entry)
        document["targets"] = listed
    text = tomlkit.dumps(document)
    parse_toml(text, Config, str(path))
    return text


def save(path: Path, text: str) -> Path | None:
    """Write the file; what was there is kept beside it under a name that no older one has. Returns that name.

    Raises :class:`PortError` if it cannot be written.
    """
    kept = None
    with said_in_one_line(path):
        if path.exists() and (old := path.read_bytes()) != text.encode():
            numbers = (path.with_name(f"{path.name}.before{n or ''}") for n in range(10_000))
            kept = next(name for name in numbers if not name.exists())
            write_atomically(kept, old)
        write_atomically(path, text.encode())
    return kept
