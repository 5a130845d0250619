"""The command `semeq touchosc`: a layout for the phone, and what to do with it."""

from pathlib import Path

import click

from ...model import Model, ModelError, load
from ..app.config import Config, config_folder
from ..files import write_asked
from ..phone.announce import own_addresses
from ..phone.layout import WORDS, layout
from ..phone.tosc import tosc
from ..toml.reader import read_toml

WELL_KNOWN = 10
"""People that stand behind a word that is offered without being asked for."""


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default="semeq.tosc", metavar="FILE")
@click.option("--words", metavar="A,B,…", help=f"Words to choose from, {WORDS} at most (those people agree on most).")
@click.option("--model", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Another model.")
@click.option("--force", is_flag=True, help="Replace FILE without asking.")
def touchosc(out: Path, words: str | None, model: Path | None, force: bool) -> None:
    """Write a TouchOSC layout for a phone or tablet (semeq.tosc): morph, strength, words, map, bands, scenes."""
    known = load(model)
    chosen = _chosen(known, words) if words else best_known(known)
    if out.exists() and not force and not _may_replace(out):
        raise click.UsageError(f"{out} is there already and stays as it is; --force replaces it")
    write_asked(out, tosc(layout(chosen, places(known, chosen))))
    click.echo(f"{out}: {len(chosen)} words to choose from: {', '.join(chosen)}")
    click.echo(_next_steps(out))


def best_known(model: Model) -> list[str]:
    """The English words that people agree on most, the surest first; such with few people behind them are left out."""
    words = [term for term in model.terms.values() if term.language == "en" and term.people >= WELL_KNOWN]
    return [term.term for term in sorted(words, key=lambda term: -term.reliability)[:WORDS]]


def places(model: Model, words: list[str]) -> dict[str, tuple[float, float]]:
    """Where words lie on the map, x and y 0..1; nowhere where a model has no map."""
    try:
        found = {word: model.map.position(model.latent(word)) for word in words}
    except ModelError:
        return {}
    return {word: ((x + 1.0) / 2.0, (y + 1.0) / 2.0) for word, (x, y) in found.items()}


def _may_replace(out: Path) -> bool:
    """Ask; if nobody is there to answer, the answer is no."""
    try:
        return click.confirm(f"{out} is there already. Replace it?")
    except click.Abort:
        return False


def _chosen(model: Model, words: str) -> list[str]:
    chosen = [model.descriptor(word.strip()).term for word in words.split(",") if word.strip()]
    if not 0 < len(chosen) <= WORDS:
        raise click.UsageError(f"--words takes from 1 to {WORDS} words, not {len(chosen)}")
    return list(dict.fromkeys(chosen))


def _next_steps(out: Path) -> str:
    own = config_folder() / "semeq.toml"
    config = read_toml(own, Config) if own.is_file() else Config()
    return "\n".join(
        (
            f"1. Send {out.name} to the phone and open it with TouchOSC.",
            f"2. In TouchOSC's connections, OSC 1: UDP, host {' or '.join(own_addresses())},",
            f"   send port {config.osc.port}, receive port 9001 (any that is free on the phone).",
            "3. Start semeq so that the phone reaches it, with the phone's address:",
            "   semeq-daemon --osc-bind 0.0.0.0 --osc-allow PHONE --osc-feedback PHONE:9001",
        )
    )
