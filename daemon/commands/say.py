"""`semeq say`: a request in words, to the running daemon, or only read; `semeq describe`: a setting in words."""

import json
from pathlib import Path

import click
from msgspec.structs import asdict

from ...model import load, response_db, scaled
from ...model.describing import LISTENING_HZ
from ...model.request import request
from ...model.words import Phrase, parse
from ..errors import PortError
from ..messages.types import Osc
from .run import Between
from .sending import TO, exchange, refusal_among

MODEL = click.option("--model", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Another model.")
JSON = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Only read the request, and say as JSON what it would do.")
@TO
@MODEL
def say(text: tuple[str, ...], as_json: bool, to: str, model: Path | None) -> None:
    """Ask the running daemon in words: a bit warmer, less harsh; again; half of that; undo.

    What was understood is printed; what was not is named, and nothing moves for it. In English and Spanish, offline.
    With --json nothing is sent and no daemon is needed.
    """
    said = " ".join(text)
    if as_json:
        click.echo(json.dumps(as_data(parse(said, load(model).lexicon)), ensure_ascii=False))
        return
    answers, is_done = exchange(Osc("/semeq/say", (said,)), to)
    if why := refusal_among(answers):
        raise click.UsageError(why)
    if not is_done:
        raise PortError(f"{to} did not answer; is semeq-daemon running there?")
    heard = [str(answer.arguments[0]) for answer in answers if answer.address == "/semeq/said" and answer.arguments]
    click.echo(heard[0] if heard else "done")


def as_data(phrase: Phrase) -> dict[str, object]:
    """What a request means, for programs; ``understood``: it has a move; ``command`` for again, half and undo."""
    data: dict[str, object] = {
        "understood": bool(phrase.moves),
        "moves": [asdict(move) for move in phrase.moves],
        "unknown": list(phrase.unknown),
    }
    return data | ({"command": phrase.command} if phrase.command else {})


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--strength", type=Between(-1, 2), default=1.0, metavar="S", help="-1 to 2 (1).")
@click.option("--count", type=click.IntRange(1, 20), default=5, show_default=True, help="How many words.")
@JSON
@MODEL
def describe(words: tuple[str, ...], strength: float, count: int, as_json: bool, model: Path | None) -> None:
    """Say what a setting does and what people would call it: WORDS are a term, or a request from flat.

    What the daemon's present setting is called is /semeq/described, and a line in its terminal.
    """
    loaded = load(model)
    text = " ".join(words)
    if loaded.taken(text).term:
        bands = loaded.bands(text, strength=strength)
    else:
        answer = request(loaded, text)
        if answer.bands is answer.start:
            raise click.UsageError(answer.said)
        bands = scaled(answer.bands, strength)
    families, likely = loaded.families(bands), loaded.describe(bands, count)
    if as_json:
        found = [{**asdict(family), "words": list(family.words)} for family in families]
        data = {"families": found, "words": [{"word": term, "share": round(share, 4)} for term, share in likely]}
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    if not families and not likely:
        click.echo("flat")
    for family in families:
        click.echo(f"  {family.mean_db:+5.1f} dB  {family.said}")
    if likely:
        click.echo("  likely    " + ", ".join(f"{term} {share:.0%}" for term, share in likely))
    loudest = float(abs(response_db(bands, LISTENING_HZ)).max())
    click.echo(f"  at most {loudest:.1f} dB")
