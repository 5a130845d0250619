"""What `semeq evaluate --words` does: compare a model's words with what published texts say of them."""

from pathlib import Path

import click
import msgspec

from ...model.errors import ModelError
from ...model.store import load
from ..measure.against_texts import against_texts, table
from .failure import fail


def run(model: Path | None, as_json: bool) -> None:
    """Print the table; a file that is no model ends in one line and exit code 2."""
    try:
        found = against_texts(load(model))
    except ModelError as error:
        fail(error)
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode() if as_json else table(found))
