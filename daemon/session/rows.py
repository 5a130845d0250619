"""How a row of the address space is written: the usual kinds of addresses, a call each."""

from collections.abc import Callable, Mapping
from typing import Any

from ..surface.actions import Action
from .dispatch import Arguments, Method
from .run import Run

Row = Method[Run]
Handler = Callable[..., Any]

UNIT = (0.0, 1.0)


def morpher(method: Handler, *first: object) -> Handler:
    """A handler: what the morpher does, after the arguments that the address itself stands for.

    It moves the sound: plug-ins that wait for the player follow from then on.
    """

    def handler(run: Run, *arguments: object) -> None:
        method(run.morpher, *first, *arguments)
        run.player_moved()

    return handler


def silently(method: Handler) -> Handler:
    """A handler: what the morpher does, but no move; plug-ins that wait for the player still wait."""

    def handler(run: Run, *arguments: object) -> None:
        method(run.morpher, *arguments)

    return handler


def kept(method: Handler, *first: object, moves: bool = False) -> Handler:
    """A handler: what the collection of scenes, songs and words does; ``moves``: it moves the sound."""

    def handler(run: Run, *arguments: object) -> None:
        method(run.making.collection, *first, *arguments)
        if moves:
            run.player_moved()

    return handler


def made(method: Handler, *, moves: bool = False, paced: bool = False) -> Handler:
    """A handler: what concerns teaching and the history; ``moves``: it moves the sound, ``paced``: it takes time."""

    def handler(run: Run, *arguments: object) -> None:
        if paced:
            run.keep_pace()
        method(run.making, *arguments)
        if moves:
            run.player_moved()

    return handler


def level(
    address: str,
    handler: Handler,
    summary: str,
    read: Callable[[Run], float],
    says: str,
    limits: tuple[float, float] = UNIT,
    *,
    unit: str = "",
    offered: tuple[float, float] | None = None,
    keys: Mapping[str, Arguments] | None = None,
) -> Row:
    """A number that a control can hold; ``offered`` is a learned control's range, if it is another than the limits."""
    action = Action(says, "level", offered or limits)
    return Row(
        address, ("number",), handler, summary, (limits,), unit, lambda run: (read(run),), keys or {}, actions=(action,)
    )


def step(address: str, handler: Handler, summary: str, most: float, keys: Mapping[str, float]) -> Row:
    """A change of a number by up to ``most``, down or up."""
    return Row(
        address,
        ("number",),
        handler,
        summary,
        ((-most, most),),
        keys={key: (amount,) for key, amount in keys.items()},
    )


def switch(
    address: str,
    handler: Handler,
    summary: str,
    read: Callable[[Run], bool],
    says: str,
    key: str = "",
    button: str = "",
) -> Row:
    """Something that is on or off; without an argument it changes over."""
    return Row(
        address,
        ("switch",),
        handler,
        summary,
        (UNIT,),
        read=lambda run: (int(read(run)),),
        keys={key: ()} if key else {},
        actions=(Action(says, "switch"),),
        button=button,
    )


def trigger(address: str, handler: Handler, summary: str, says: str = "", key: str = "", button: str = "") -> Row:
    """Something that happens once; ``says`` offers it to a controller's button, ``button`` to a phone."""
    actions = (Action(says, "trigger"),) if says else ()
    return Row(address, ("trigger",), handler, summary, keys={key: ()} if key else {}, actions=actions, button=button)


def shown(address: str, summary: str, read: Callable[[Run], Arguments], unit: str = "") -> Row:
    """Something that can be read, not set."""
    return Row(address, help=summary, unit=unit, read=read)
