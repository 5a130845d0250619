"""The command `semeq library`: looking after the file in which everything is kept."""

from pathlib import Path

import click

from ..app.config import library_file
from ..errors import LibraryError
from ..files import read_bounded, write_asked
from ..storage.transfer import check as checked
from ..storage.transfer import export as exported
from ..storage.transfer import read_export, take_in
from ..storage.transfer import recover as recovered
from .own import opened

FILE = click.Path(dir_okay=False, path_type=Path)
LARGEST = 200_000_000


@click.group()
def library() -> None:
    """Check, export, import or recover your words, scenes, songs and favourites."""


@library.command()
def check() -> None:
    """See whether the library is whole, what is in it, and which backups there are."""
    click.echo("\n".join(checked(library_file())))


@library.command()
@click.argument("file", type=FILE)
def export(file: Path) -> None:
    """Write everything that is shared to FILE, as JSON."""
    with opened() as database:
        data = exported(database)
    write_asked(file, data)
    click.echo(f"written: {file}")


@library.command("import")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace what is there in another form.")
def bring_in(file: Path, force: bool) -> None:
    """Take in what `export` has written; what is there already stays unless --force is given."""
    try:
        data = read_bounded(file, LARGEST)
    except OSError as error:
        raise LibraryError(f"{file}: {error.strerror or error}") from None
    documents = read_export(data, str(file))
    with opened() as database:
        if database.read_only:
            raise LibraryError(database.read_only)
        count, left = take_in(database, documents, file, replace=force)
    click.echo(f"{count} taken in")
    if left:
        click.echo(f"{len(left)} stay as they are here (--force replaces them): {', '.join(left)[:300]}", err=True)


@library.command()
@click.argument("backup", type=FILE, required=False)
def recover(backup: Path | None) -> None:
    """Bring back from the newest backup, or from BACKUP, what is not in the library now."""
    source, count, said = recovered(library_file(), backup)
    if said:
        click.echo(said, err=True)
    click.echo(f"{count} brought back from {source}")
