"""Reads what a host lists: the names of its tracks, or of a track's plug-ins."""

from collections.abc import Iterator

from ..messages.types import Osc
from .host_file import Listing


def entries(listing: Listing, message: Osc, base: int) -> Iterator[tuple[int, str]]:
    """The entries of an answer: each one's number as people count, from 1, and its name; none of any other message.

    ``base`` is the host's own first number. An entry that is cut short, or has no whole number, is left out.
    """
    values = message.arguments[listing.first :]
    if message.address != listing.answer or not values:
        return
    step = listing.step or len(values)
    for count, at in enumerate(range(0, len(values), step)):
        entry = values[at : at + step]
        if len(entry) <= max(listing.name, listing.number or 0):
            continue
        told = count + base if listing.number is None else entry[listing.number]
        if isinstance(told, int) and told >= base:
            yield told + 1 - base, str(entry[listing.name])
