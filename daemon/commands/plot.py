"""The command `semeq plot`: words as pictures."""

from pathlib import Path

import click

from ...model import Bands, load
from ..app.config import mapping_folders
from ..eq.equalizer import Equalizer
from ..eq.plugin_file import Plugin
from ..figures.drawing import Draw, draw, map_of, way, words
from ..figures.drawing import plugin as plugin_picture
from ..mappings.library import load as load_mapping
from ..session.state import STRENGTH_RANGE
from .options import FILE
from .run import Between


@click.command()
@click.argument("terms", nargs=-1, metavar="[WORD]...")
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE", help=".png or .svg."
)
@click.option("--morph", type=Between(0, 1), metavar="M", help="One place between two words instead of the way.")
@click.option("--strength", type=Between(*STRENGTH_RANGE), default=1.0, metavar="S", help="-1 to 2 (1).")
@click.option("--plugin", metavar="NAME", help="What this EQ makes of it (`semeq mappings list`, or a TOML file).")
@click.option("--map", "is_map", is_flag=True, help="All words on a plane, those given in colour.")
@click.option("--model", type=FILE, metavar="FILE", help="Another model.")
def plot(
    terms: tuple[str, ...],
    out: Path,
    morph: float | None,
    strength: float,
    plugin: str | None,
    is_map: bool,
    model: Path | None,
) -> None:
    """Draw the curve of a WORD, the morph between two, or the curves of several.

    With --plugin: what that plug-in makes of a word, against what is asked. Needs semeq[plot].
    """
    found = load(model)
    if is_map:
        if plugin or morph is not None:
            raise click.UsageError("--map goes with neither --plugin nor --morph")
        draw(out, map_of(found, terms))
        click.echo(str(out))
        return
    if not terms:
        raise click.UsageError("a word is missing: semeq plot WORD -o FILE (`semeq terms` lists them)")
    if morph is not None and len(terms) != 2:
        raise click.UsageError("--morph needs two words")
    if plugin and len(terms) > 1 and morph is None:
        raise click.UsageError("--plugin goes with one word, or with two and --morph")
    listed = list(terms)
    first, last = listed[0], listed[-1]
    if morph is not None:
        named = [(f"{first} {morph:.0%} {last}", found.bands(first, last, morph, strength))]
    else:
        named = [(term, found.bands(term, strength=strength)) for term in terms]
    if plugin:
        draw(out, _of_plugin(plugin, *named[0]))
    elif len(named) == 2:
        draw(out, way(found, (first, last), strength))
    else:
        draw(out, words(named))
    click.echo(str(out))


def _of_plugin(plugin: str, name: str, bands: Bands) -> Draw:
    kinds = tuple(band.kind for band in bands)
    equalizer = Equalizer.choose(load_mapping(Plugin, plugin, mapping_folders()), kinds)
    fit = equalizer.fit(bands)
    return plugin_picture(
        name, bands, equalizer.plugin.name, lambda hz: equalizer.response_db(fit.bands, hz), fit.off_db
    )
