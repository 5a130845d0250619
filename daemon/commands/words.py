"""The commands `semeq teach`, `semeq words`, `semeq song` and `semeq history`: what one has made oneself."""

import time
from pathlib import Path

import click
import msgspec

from ...model import Band, Bands, load
from ...model.model import key_of
from ..library.exchange import read_filters, read_table, write_filters, write_table
from ..library.five import five_bands
from ..library.names import checked_name
from ..library.vocabulary import Vocabulary
from ..library.words import OwnWord, encoded
from ..messages.types import Osc
from .own import ask, changing, opened, own_words, read_text, refuse_hiding, teach_settings
from .sending import TO, deliver
from .tables import bands_table, json_text

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FORCE = click.option("--force", is_flag=True, help="In the place of a word that semeq knows.")


@click.command()
@click.argument("name")
@FORCE
@click.option("--target", type=click.IntRange(0), default=0, metavar="N", help="Which plug-in (the followed or first).")
@click.option("--note", default="", metavar="TEXT", help="What to remember of it.")
@click.option("--bands", type=FILE, metavar="FILE", help="The setting from a file instead; needs no daemon.")
@TO
def teach(name: str, force: bool, target: int, note: str, bands: Path | None, to: str) -> None:
    """Make NAME a word that means what the plug-in is set to now.

    If semeq knows the word already, your setting adapts it; with --force your setting alone counts. --bands takes what
    `semeq bands --json` prints, or filters of Equalizer APO, AutoEq or REW.
    """
    if bands:
        for word in teach_settings([(name, _setting(bands), note or bands.name)], force=force):
            click.echo(f"taught {word.name}")
        return
    said = ask(Osc("/semeq/teach", (name, int(force), target, note)), to)
    click.echo(f"taught {said.arguments[-1]}")


def _setting(path: Path) -> Bands:
    text = read_text(path)
    try:
        return (
            tuple(msgspec.json.decode(text, type=list[Band])) if text.lstrip().startswith("[") else read_filters(text)
        )
    except (msgspec.MsgspecError, ValueError) as error:
        raise click.UsageError(f"{path}: {error}") from None


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.pass_context
def words(ctx: click.Context, as_json: bool) -> None:
    """List your own words, with their examples and curves."""
    if ctx.invoked_subcommand:
        return
    with opened() as database:
        own = sorted(own_words(database.documents()).values(), key=lambda word: word.name.casefold())
    if as_json:
        click.echo(json_text([msgspec.to_builtins(word) for word in own]))
        return
    for word in own:
        kind = "yours" if word.alone else "adapted"
        click.echo(f"{word.name}   {kind}, {len(word.examples)} example{'s' if len(word.examples) > 1 else ''}")
        click.echo(bands_table(Vocabulary.of(load(), [word]).bands_of(word.name)))
    if not own:
        click.echo("You have taught no words yet: semeq teach NAME, or t in the terminal.")


@words.command()
@click.argument("name")
def show(name: str) -> None:
    """Show each example of one word, and what the shipped one is."""
    model = load()
    with opened() as database:
        word = _own(own_words(database.documents()), name)
    for example in word.examples:
        where = " · ".join(filter(None, (example.host, example.plugin, example.track, example.note)))
        click.echo(f"{_when(example.at_s)}   {where}")
        click.echo(bands_table(example.bands))
    if word.key in model.indices:
        click.echo(f"{word.name} as shipped")
        click.echo(bands_table(model.bands(word.name)))


@words.command()
@click.argument("old")
@click.argument("new")
@FORCE
def rename(old: str, new: str, force: bool) -> None:
    """Give a word another name."""
    new = _name(new)
    with changing() as changes:
        own = own_words(changes.documents)
        word = _own(own, old)
        if key_of(new) in own and key_of(new) != word.key:
            raise click.UsageError(f"there is a word {new!r} of yours already")
        refuse_hiding(load(), new, force)
        renamed = msgspec.structs.replace(word, name=new, alone=True)
        if renamed.key != word.key:
            changes.put("words", word.key, None)
        changes.put("words", renamed.key, encoded(renamed))
        changes.what = f"{word.name} is called {new}"
    click.echo(changes.what)


@words.command()
@click.argument("name")
def forget(name: str) -> None:
    """Remove a word; one that semeq knows is again as it was shipped."""
    with changing() as changes:
        word = _own(own_words(changes.documents), name)
        changes.put("words", word.key, None)
        changes.what = f"{word.name} is {'as it was shipped' if word.key in load().indices else 'forgotten'}"
    click.echo(changes.what)


@words.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--name", metavar="NAME", help="What a filter file's setting is called (else the file's name).")
@FORCE
def take_in(files: tuple[Path, ...], name: str | None, force: bool) -> None:
    """Take in settings as words: filters of Equalizer APO, AutoEq or REW (.txt), SAFE-DB's table (.csv)."""
    settings: list[tuple[str, Bands, str]] = []
    for path in files:
        try:
            if path.suffix.casefold() == ".csv":
                settings += [(term, bands, path.name) for _, term, bands in read_table(read_text(path))]
            else:
                settings.append((name or path.stem, read_filters(read_text(path)), path.name))
        except ValueError as error:
            raise click.UsageError(f"{path}: {error}") from None
    for word in teach_settings(settings, force=force):
        off_db = word.examples[-1].off_db
        click.echo(f"taught {word.name}" + (f", at most {off_db:.1f} dB off in five bands" if off_db >= 0.1 else ""))


@words.command()
@click.argument("names", nargs=-1)
@click.option("--form", type=click.Choice(["safe", "apo"]), default="safe", help="SAFE-DB's table, or Equalizer APO.")
def export(names: tuple[str, ...], form: str) -> None:
    """Print your words in a form for others: all, or those named; for --form apo one."""
    with opened() as database:
        own = own_words(database.documents())
    chosen = [_own(own, name) for name in names] or list(own.values())
    if form == "apo":
        if len(chosen) != 1:
            raise click.UsageError("--form apo takes one word: semeq words export --form apo NAME")
        click.echo(write_filters(Vocabulary.of(load(), chosen).bands_of(chosen[0].name)), nl=False)
    else:
        examples = ((word.name, example.bands) for word in chosen for example in word.examples)
        rows = [(name, five_bands(bands, any_slope=False)[0]) for name, bands in examples]
        click.echo(write_table(rows), nl=False)


@click.command()
@click.argument("name", required=False)
@click.argument("scenes", nargs=-1)
@click.option("--forget", "is_gone", is_flag=True, help="Remove the song; its scenes stay.")
@TO
def song(name: str | None, scenes: tuple[str, ...], is_gone: bool, to: str) -> None:
    """List the songs; play one; or, with SCENES, say which scenes it has, in their order."""
    if name is None:
        with opened() as database:
            for title, document in sorted(database.documents()["songs"].items()):
                if title:
                    listed = msgspec.json.decode(document, type=list[str])
                    click.echo(f"{title}: " + ", ".join(f"{n} {scene or '-'}" for n, scene in enumerate(listed, 1)))
        return
    if not scenes and not is_gone:
        deliver(Osc("/semeq/song", (name,)), to)
        return
    name = _name(name)
    document = None if is_gone else msgspec.json.encode([_name(scene) for scene in scenes])
    with changing() as changes:
        changes.put("songs", name, document)
        changes.what = f"song {name}: {'gone' if is_gone else ', '.join(scenes)}"
    click.echo(changes.what.removeprefix("song "))


@click.command()
@click.option("--count", "-n", type=click.IntRange(1), default=50, metavar="N", help="How many, the latest (50).")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def history(count: int, as_json: bool) -> None:
    """List what was changed, with times, the latest last; what was undone is marked."""
    with opened() as database:
        rows = database.connection.execute(
            "SELECT at_s, daemon, what, undone FROM history ORDER BY at_s DESC LIMIT ?", (count,)
        ).fetchall()[::-1]
    if as_json:
        keys = ("at_s", "port", "what", "undone")
        click.echo(json_text([dict(zip(keys, (*row[:3], bool(row[3])), strict=True)) for row in rows]))
        return
    for at_s, port, what, undone in rows:
        click.echo(f"{_when(at_s)}   {port:>7}   {what}{'   (undone)' if undone else ''}")
    if not rows:
        click.echo("Nothing has been changed yet.")


def _own(own: dict[str, OwnWord], name: str) -> OwnWord:
    if word := own.get(key_of(name)):
        return word
    there = ", ".join(word.name for word in own.values()) or "none"
    raise click.UsageError(f"{name!r} is no word of yours; there are {there[:200]}")


def _name(name: str) -> str:
    try:
        return checked_name(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _when(at_s: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at_s)) if at_s else "some time"
