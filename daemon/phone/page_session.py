"""What a phone's page steers and shows: the session, as JSON."""

from collections.abc import Callable, Sequence

from ...model import Bands, Descriptor, Model
from ..host.presence import Presence
from ..library.nearest import nearest
from ..messages.types import Address, Osc
from ..session.session import Session

MOST_FOUND = 12
MOST_PLACES = 150
"""Words on the map; the page shows as many as there is room for."""
AGREED = 0.5

Receive = Callable[[Osc, Address], None]


class PageSession:
    """One run's session as pages see it; ``receive`` is how a message gets into it."""

    def __init__(self, session: Session, receive: Receive) -> None:
        self._session, self._receive = session, receive

    def receive(self, message: Osc, source: Address) -> None:
        """Carry out what a phone says."""
        self._receive(message, source)

    def left(self, source: Address) -> None:
        """Forget a phone that has gone."""
        self._session.clients.left(source)

    def sight(self) -> object:
        """The plug-in that follows and what stands there, A or B, which way counts, what the terms rest on."""
        session = self._session
        morpher, views = session.morpher, [target.view for target in session.targets]
        view = views[max(session.followed - 1, 0)] if views else None
        return {
            "host": view.name if view else "",
            "place": view.place if view else "",
            "more": max(len(views) - 1, 0) if not session.followed else 0,
            "presence": str(view.presence) if view else str(Presence.UNKNOWN),
            "life": str(view.life) if view else "",
            "blind": bool(view and view.is_blind),
            "own": _rows(view.own) if view and view.own else None,
            "terms": [_said(term) for term in morpher.terms],
            "course": morpher.mode_text,
            "side": "B" if session.compare.is_b else "A",
            "at_own": morpher.at_own,
            "level": session.shown_level_db,
            "matched": session.is_matched,
            "songs": list(session.making.collection.songs),
            "words": session.words,
        }

    def find(self, typed: str) -> Sequence[object]:
        """Words that may be meant, best first; nothing typed: the favourites."""
        model = self._session.morpher.model
        if typed.strip():
            found = nearest(typed, tuple(model.terms), model.lexicon)
        else:
            found = list(self._session.morpher.words.favourites)
        return [_said(model.terms[term]) for term in found[:MOST_FOUND]]

    def map(self) -> Sequence[object]:
        """Words that people agree on, with their places x and y, 0..1; those that rest on most come first."""
        return places(self._session.morpher.model)


def places(model: Model) -> list[object]:
    """Where the words are on the map."""
    plane = model.map
    agreed = [term for term in model.terms.values() if term.reliability >= AGREED][:MOST_PLACES]
    found: list[object] = []
    for term in agreed:
        x, y = plane.position(model.latent(term.term))
        if max(abs(x), abs(y)) <= 1.0:
            found.append([term.term, round((x + 1.0) / 2.0, 4), round((y + 1.0) / 2.0, 4)])
    return found


def _said(term: Descriptor) -> object:
    return {"term": term.term, "language": term.language, "rests": term.evidence, "remarks": list(term.remarks)}


def _rows(bands: Bands) -> list[object]:
    return [[str(band.kind), band.frequency_hz, band.gain_db, band.q] for band in bands]
