"""The command `semeq phone`: the code for another phone, the phones that have keys, and taking one back."""

import time

import click

from ..app.config import phones_folder
from ..messages.types import Osc, printable
from ..phone.keys import Key, KeyRing
from .sending import TO, exchange

ASK = "/semeq/phone"
_UNITS = ((86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"))


@click.group(invoke_without_command=True)
@TO
@click.pass_context
def phone(ctx: click.Context, to: str) -> None:
    """Draw the code for a phone, with a new key in it; list the phones that have keys; take a key back.

    semeq-daemon must run with --phone. A code that no phone uses expires after a day.
    """
    if ctx.invoked_subcommand:
        return
    answers, is_done = exchange(Osc(ASK), to)
    ports = [answer.arguments[0] for answer in answers if answer.address == ASK and answer.arguments]
    if not is_done:
        raise click.UsageError(f"nothing answers on {to}: start semeq-daemon --phone")
    if not ports or not isinstance(ports[0], int) or not ports[0]:
        raise click.UsageError(f"the semeq-daemon on {to} serves no page: start it with --phone")
    from rich.console import Console  # late, as only this needs them

    from ..phone.code import code, link_to_page

    link = link_to_page(ports[0], KeyRing(phones_folder()).make())
    console = Console()
    if console.is_terminal:
        console.print(code(link))
    click.echo(link)


@phone.command("list")
def list_() -> None:
    """List the phones that have keys, and when each was seen last."""
    keys = KeyRing(phones_folder()).listed()
    click.echo("\n".join(map(_line, keys)) or "no phone has a key; semeq phone draws a code with one")


@phone.command()
@click.argument("key", required=False, metavar="KEY")
@click.option("--all", "everyone", is_flag=True, help="Of all phones.")
def revoke(key: str | None, everyone: bool) -> None:
    """Take a phone's KEY back, named as in the list: it shows and moves nothing from then on."""
    if bool(key) == everyone:
        raise click.UsageError("name a KEY as in `semeq phone list`, or say --all")
    ring = KeyRing(phones_folder())
    named = [known.id for known in ring.listed()] if everyone else [key or ""]
    taken = [one for one in named if ring.revoke(one)]
    if key and not taken:
        raise click.UsageError(f"no phone has a key {printable(key)[:40]!r}; `semeq phone list` names them")
    click.echo(f"taken back: {', '.join(taken) or 'none, as there is none'}")


def _line(key: Key) -> str:
    ago_s = max(time.time() - key.seen_s, 0.0)
    count, unit = next(((int(ago_s // size), unit) for size, unit in _UNITS if ago_s >= size), (0, ""))
    ago = f"{count} {unit}{'s' if count > 1 else ''} ago" if unit else "within the last minute"
    return f"{key.id}  {key.name or 'not used yet':<16}  {'seen' if key.name else 'made'} {ago}"
