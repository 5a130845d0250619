"""Scenes, songs, favourites and own words, and the way back from each change."""

from itertools import pairwise

import msgspec
import numpy as np
import pytest
from semeq.daemon.library.records import Changed, Mark, Note, Put, Remembered, Unwritten, Written
from semeq.daemon.library.vocabulary import Vocabulary
from semeq.daemon.library.words import decoded
from semeq.daemon.messages.types import Osc
from semeq.daemon.session.keeping import Library
from semeq.daemon.session.state import Scene, State, StoredScene
from semeq.model import Band, BandKind, response_db

HZ = np.geomspace(30, 15_000, 60)
PHONE = ("phone", 7000)
ODD = (
    Band(BandKind.LOW_SHELF, 60.0, 5.0),
    Band(BandKind.PEAKING, 5000.0, -9.0, 6.0),
    Band(BandKind.PEAKING, 400.0, 4.0, 1.5),
    Band(BandKind.PEAKING, 90.0, -3.0, 3.0),
    Band(BandKind.HIGH_SHELF, 9000.0, -6.0),
)
"""A setting that no network draws, its bells in no order."""


def apart_db(a, b):
    """The largest difference of two settings' responses."""
    return float(np.max(np.abs(response_db(a, HZ) - response_db(b, HZ))))


class Player:
    """Somebody who plays: commands in, a clock moved by hand; everything that is written is kept."""

    def __init__(self, session):
        self.session, self.now_s, self.written = session, 0.0, []

    def say(self, address, *arguments, after_s=1.0):
        """Give a command; returns what the log says of it."""
        self.now_s += after_s
        self.session.advance(self.now_s)
        self.session.take_notices()
        self.session.carry_out(Osc(address, arguments), self.now_s, PHONE)
        self.written += self.session.making.take_operations()
        return [notice.text for notice in self.session.take_notices()]

    def rest(self):
        """Let a gesture end; returns all that was written until now."""
        self.now_s += 2.0
        self.session.advance(self.now_s)
        self.written += self.session.making.take_operations()
        return self.written

    @property
    def state(self):
        """What is set."""
        return self.session.morpher.state

    @property
    def places(self):
        """The scenes on the keys."""
        return [name for name in self.session.making.collection.places if name]


@pytest.fixture
def player(make_session):
    """A player whose library is empty."""
    return Player(make_session())


def again(player, make_session, model):
    """The player after a restart with what was written."""
    documents = {table: {} for table in ("words", "scenes", "songs", "favourites")}
    history = {}
    for operation in player.rest():
        match operation:
            case Put(table=table, key=key, document=document):
                documents[table] |= {key: document}
            case Note(id=id, document=document):
                history[id] = (document, False)
            case Mark(id=id, undone=undone):
                history[id] = (history[id][0], undone)
    kept = {table: {k: v for k, v in values.items() if v} for table, values in documents.items()}
    library = Library(Vocabulary.of(model, decoded(kept["words"])[0]), Remembered(kept, None, list(history.values())))
    new = Player(make_session(state=player.session.state, library=library))
    new.now_s = player.now_s
    return new


# -- scenes -----------------------------------------------------------------------------------------------------------


def test_scenes(player):
    """A scene holds all that was set, and comes back whole."""
    player.say("/semeq/terms", "dark", "soft")
    player.say("/semeq/strength", 0.5)
    player.say("/semeq/map", 0.2, 0.3)
    player.say("/semeq/scene/store", 1)
    kept = player.session.morpher.bands
    player.say("/semeq/terms", "warm", "bright")
    player.say("/semeq/morph", 1.0)
    player.say("/semeq/scene/store", "two")
    player.say("/semeq/scene/recall", 1)
    assert player.state.scene == Scene(("dark", "soft"), 0.0, 0.5, "map", map=(0.2, 0.3))
    assert player.session.morpher.bands == kept
    player.say("/semeq/scene/recall", "two")
    assert (player.state.terms, player.state.morph, player.state.mode) == (("warm", "bright"), 1.0, "morph")


def test_a_scene_that_is_not_there(player):
    """The line says which there are."""
    (said,) = player.say("/semeq/scene/recall", 7)
    assert said.endswith("no scene '7' is stored; there are none")
    player.say("/semeq/scene/store", "verse")
    (said,) = player.say("/semeq/scene/recall", 7)
    assert said.endswith("there are verse")


def test_a_scene_of_another_model_changes_nothing(make_session, model):
    """Words that are gone keep the scene from being recalled, and leave all as it was."""
    scene = msgspec.json.encode(StoredScene(("wrmam", "bright")))
    player = Player(make_session(library=Library(Vocabulary.of(model), Remembered({"scenes": {"1": scene}}))))
    before = player.state
    (said,) = player.say("/semeq/scene/recall", 1)
    assert ("unknown term" in said, player.state) == (True, before)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "at least one letter"),
        ("  ", "at least one letter"),
        ("x" * 65, "at most 64 letters"),
        ("a\x1b[2Jb", "have control characters"),
        ("a\nb", "have control characters"),
        ("a\u202eb", "have control characters"),
    ],
)
def test_names_that_are_none(player, name, why):
    """Scenes, songs and words need a name that people can read; one line says so, and nothing changes."""
    for address in ("/semeq/scene/store", "/semeq/teach"):
        (said,) = player.say(address, name)
        assert why in said
        assert "\x1b" not in said
    assert player.rest() == []


def test_nine_scenes_and_their_names(player):
    """The keys' scenes have names of their own, and stay on their keys."""
    player.say("/semeq/scene/store", 1)
    player.say("/semeq/scene/store", 3)
    player.say("/semeq/scene/rename", 3, "Chorus")
    assert player.session.making.collection.places == ("1", "", "Chorus", *[""] * 6)
    player.say("/semeq/morph", 0.7)
    player.say("/semeq/scene/store", 3)
    player.say("/semeq/morph", 0.1)
    player.say("/semeq/scene/recall", "Chorus")
    assert player.state.morph == 0.7
    assert {m.address: m.arguments for m in player.session.values()}["/semeq/scene/3/name"] == ("Chorus",)


def test_a_song_has_its_own_numbers(player):
    """In a song a number is the place in it; storing makes the place; the set list goes round."""
    for name, morph in (("verse", 0.2), ("chorus", 0.8)):
        player.say("/semeq/morph", morph)
        player.say("/semeq/scene/store", name)
    songs = {name: msgspec.json.encode(it) for name, it in {"Ballad": ["chorus", "verse"], "Anthem": ["verse"]}.items()}
    player.session.library_said(Changed(player.session.making.keeping.documents | {"songs": songs}), player.now_s)
    player.say("/semeq/song", "Ballad")
    player.say("/semeq/scene/recall", 1)
    assert (player.state.morph, player.places) == (0.8, ["chorus", "verse"])
    player.say("/semeq/morph", 0.5)
    player.say("/semeq/scene/store", 3)
    assert player.places == ["chorus", "verse", "Ballad 3"]
    (said,) = player.say("/semeq/scene/recall", 5)
    assert "song 'Ballad' has no scene 5; it has 3" in said
    player.say("/semeq/song/next")
    assert (player.state.song, player.places) == ("Anthem", ["verse"])
    player.say("/semeq/song", "-")
    assert (player.state.song, player.places) == ("", [])
    (said,) = player.say("/semeq/song", "Blues")
    assert "there is no song 'Blues'" in said


def test_a_scene_takes_its_time(make_session, run):
    """A scene with a time of its own glides there in it; what is turned afterwards goes as fast as ever."""
    session = make_session(("reaper", "reaeq"))
    player = Player(session)
    player.say("/semeq/morph", 1.0)
    player.say("/semeq/scene/store", 2)
    player.say("/semeq/scene/glide", 2, 1500.0)
    player.say("/semeq/morph", 0.0)
    run(session, player.now_s + 1.0, player.now_s)
    player.now_s += 2.0
    session.advance(player.now_s)
    start_s = player.now_s
    session.carry_out(Osc("/semeq/scene/recall", (2,)), start_s)
    times = [at - start_s for at, out in run(session, start_s + 5.0, start_s) if "/fxparam/" in str(out.message)]
    assert 1.7 < max(times) < 2.1  # the host is told that the gesture is over 0.4 s after the last value
    session.carry_out(Osc("/semeq/morph", (0.0,)), start_s + 6.0)
    sent = [(at, out) for at, out in run(session, start_s + 9.0, start_s + 6.0) if "/fxparam/" in str(out.message)]
    times = [at - start_s - 6.0 for at, _ in sent]
    assert max(times) < 0.6


# -- own words --------------------------------------------------------------------------------------------------------


def test_a_taught_word_is_a_term_at_once(player, monkeypatch):
    """It is chosen, exact at its own end, and leads evenly to the other."""
    monkeypatch.setattr(type(player.session.morpher), "bands", property(lambda _: ODD))
    assert player.say("/semeq/teach", "Vocal  Air") == ["taught Vocal Air"]
    monkeypatch.undo()
    player.say("/semeq/terms", "warm", "vocal air")
    player.say("/semeq/morph", 1.0)
    assert apart_db(player.session.morpher.bands, ODD) < 1e-9
    steps = []
    for n in range(101):
        player.session.morpher.set_morph(n / 100)
        steps.append(player.session.morpher.bands)
    assert apart_db(steps[0], player.session.morpher.model.bands("warm")) < 1e-9
    assert max(apart_db(a, b) for a, b in pairwise(steps)) < 1.0
    assert player.session.morpher.model.describe(ODD, 1)[0][0] == "Vocal Air"


def test_requests_find_an_own_word_in_all_its_forms(player, monkeypatch):
    """What was taught is asked for as any other word is: more of it, less of it, its comparative, its noun."""
    monkeypatch.setattr(type(player.session.morpher), "bands", property(lambda _: ODD))
    player.say("/semeq/teach", "zingy")
    monkeypatch.undo()
    before = apart_db(player.session.morpher.bands, ODD)
    for said in ("more zingy", "zingier", "a bit more zinginess", "less zingy"):
        player.say("/semeq/say", said)
        assert player.state.request
        assert [move.word for move in player.state.request.moves][-1:] == ["zingy"]
        if said != "less zingy":
            assert apart_db(player.session.morpher.bands, ODD) < before
        player.say("/semeq/terms", "warm", "bright")


def test_a_known_word_is_adapted_unless_forced(player, model, monkeypatch):
    """Adapting is what ``Model.adapt`` says; with force the example alone counts."""
    monkeypatch.setattr(type(player.session.morpher), "bands", property(lambda _: ODD))
    assert player.say("/semeq/teach", "Warm") == ["adapted warm (1)"]
    here = player.session.morpher.model.latent("warm")
    assert np.allclose(here, model.adapt("warm", [ODD]), atol=1e-6)
    assert player.say("/semeq/teach", "warm", True) == ["taught warm"]
    monkeypatch.undo()
    assert apart_db(player.session.morpher.bands, ODD) < 1e-9
    player.say("/semeq/undo")
    assert np.allclose(player.session.morpher.model.latent("warm"), here, atol=1e-6)
    player.say("/semeq/undo")
    assert np.array_equal(player.session.morpher.model.latent("warm"), model.latent("warm"))


def test_whoever_taught_hears_when_it_is_on_disk(player):
    """The answer comes when the thread has written, not before."""
    player.say("/semeq/teach", "vocal air")
    (put,) = [operation for operation in player.written if isinstance(operation, Put)]
    assert [out for out in player.session.advance(player.now_s) if out.message.address == "/semeq/saved"] == []
    player.session.library_said(Written((put.number,)), player.now_s)
    out = [out for out in player.session.advance(player.now_s) if out.message.address == "/semeq/saved"]
    assert [(one.to, one.message.arguments) for one in out] == [(PHONE, ("word", "vocal air"))]


def test_whoever_undoes_hears_when_it_is_on_disk(player):
    """Undo and redo are answered as what they take back was; what another has changed meanwhile is refused."""
    player.say("/semeq/scene/store", 1)
    for address, is_left in (("/semeq/undo", False), ("/semeq/redo", False), ("/semeq/undo", True)):
        player.say(address)
        *_, put = [operation for operation in player.written if isinstance(operation, Put)]
        player.session.library_said(Written((put.number,), (put,) if is_left else ()), player.now_s)
        (answer,) = [out.message for out in player.session.advance(player.now_s) if out.to == PHONE]
        if is_left:
            assert answer.address == "/semeq/error"
            assert answer.arguments[1] == "scene '1' stays as another has changed it meanwhile"
        else:
            assert (answer.address, answer.arguments) == ("/semeq/saved", ("scene", "1"))


def test_a_disk_that_is_full_is_said_until_it_is_written(player):
    """On screen and over OSC."""
    player.session.library_said(Unwritten("library not saved: the disk is full; 1 change waits"), 1.0)
    assert player.session.attention == "library not saved: the disk is full; 1 change waits"
    player.session.library_said(Unwritten(""), 2.0)
    assert player.session.attention == ""


def test_what_another_has_changed_is_heard(player, make_session):
    """Words and scenes of another daemon are there at once; what waits to be written here stays."""
    other = Player(make_session())
    other.say("/semeq/teach", "vocal air")
    other.say("/semeq/scene/store", 2)
    player.say("/semeq/scene/store", 1)
    player.session.library_said(Changed(other.session.making.keeping.documents), player.now_s)
    assert player.places == ["1", "2"]
    player.say("/semeq/term/a", "vocal air")
    assert player.state.terms[0] == "vocal air"
    player.session.library_said(Changed({}), player.now_s)  # forgotten elsewhere: it sounds on
    assert player.state.terms[0] == "vocal air"


# -- undo -------------------------------------------------------------------------------------------------------------


def test_a_gesture_is_one_change(player):
    """A knob's way is undone at once, and redone; so are words and strength, in their order."""
    for n in range(1, 50):
        player.say("/semeq/morph", n / 50, after_s=0.02)
    player.say("/semeq/strength", 0.5)
    player.say("/semeq/terms", "dark", "clear")
    assert player.say("/semeq/undo") == ["undone: words warm–bright → dark–clear"]
    assert player.say("/semeq/undo") == ["undone: strength 100% → 50%"]
    assert player.say("/semeq/undo") == ["undone: morph 0.00 → 0.98"]
    assert player.state == State()
    (said,) = player.say("/semeq/undo")
    assert said.endswith("there is nothing to undo")
    for _ in range(3):
        player.say("/semeq/redo")
    assert (player.state.terms, player.state.morph, player.state.strength) == (("dark", "clear"), 0.98, 0.5)
    player.say("/semeq/undo")
    player.say("/semeq/swap")
    (said,) = player.say("/semeq/redo")
    assert said.endswith("there is nothing to redo")


def test_a_time_for_gliding_is_undone(player):
    """What is undone is said in milliseconds, or as what was chosen at the start."""
    player.say("/semeq/glide", 250.0)
    assert player.say("/semeq/undo") == ["undone: glide 250 ms"]
    assert player.state.glide_ms is None


def test_scenes_and_teaching_are_undone(player):
    """What was replaced comes back; what was new goes."""
    player.say("/semeq/scene/store", 1)
    player.say("/semeq/morph", 1.0)
    player.say("/semeq/scene/store", 1)
    player.say("/semeq/teach", "vocal air")
    player.say("/semeq/scene/recall", 1)
    assert player.say("/semeq/undo") == ["undone: taught vocal air"]  # the recall changed nothing
    assert "vocal air" not in player.session.morpher.model.terms
    player.say("/semeq/undo")
    player.say("/semeq/scene/recall", 1)
    assert player.state.morph == 0.0


def test_undo_survives_a_restart(player, make_session, model):
    """The history is read again: what was done can be undone, what was undone redone."""
    player.say("/semeq/terms", "dark", "clear")
    player.say("/semeq/scene/store", 1)
    player.say("/semeq/swap")
    player.say("/semeq/undo")
    new = again(player, make_session, model)
    assert new.say("/semeq/redo") == ["redone: words dark–clear → clear–dark"]
    for _ in range(3):
        new.say("/semeq/undo")
    assert (new.state.terms, new.places) == (("warm", "bright"), [])


def test_what_another_has_changed_since_is_left(player):
    """Undo concerns one's own changes: it says so where another's stand in its way."""
    player.say("/semeq/scene/store", 1)
    documents = {"scenes": {"1": msgspec.json.encode(StoredScene(("dark", "soft")))}}
    player.session.library_said(Written(tuple(p.number for p in player.written if isinstance(p, Put))), 1.0)
    player.session.library_said(Changed(documents), 1.0)
    (said,) = player.say("/semeq/undo")
    assert said == "undone: scene 1 stored; scene '1' stays as another has changed it since"
    player.say("/semeq/scene/recall", 1)
    assert player.state.terms == ("dark", "soft")


def test_a_knob_that_comes_back_is_no_change(player):
    """A gesture that ends where it began leaves nothing to undo."""
    player.say("/semeq/morph", 0.5)
    player.say("/semeq/morph", 0.0, after_s=0.1)
    player.rest()
    (said,) = player.say("/semeq/undo")
    assert said.endswith("there is nothing to undo")


def test_favourites_are_shared(player):
    """A word is put among them and taken away again."""
    favourites = player.session.morpher.words.favourites
    word = next(term for term in player.session.morpher.model.terms if term not in favourites)
    player.say("/semeq/favourite", word)
    assert player.session.morpher.words.favourites == (*favourites, word)
    player.say("/semeq/undo")
    assert player.session.morpher.words.favourites == favourites


def test_own_words_are_favourites_only_if_chosen(player, make_session, model):
    """Neither as they are taught nor after a restart, where nothing says so; where one is chosen it stays one."""
    favourites = player.session.morpher.words.favourites
    player.say("/semeq/teach", "vocal air")
    assert player.session.morpher.words.favourites == favourites
    assert again(player, make_session, model).session.morpher.words.favourites == favourites
    other = Player(make_session())
    other.say("/semeq/teach", "vocal air")
    other.say("/semeq/favourite", "vocal air")
    assert other.session.morpher.words.favourites == (*favourites, "vocal air")
    assert again(other, make_session, model).session.morpher.words.favourites == (*favourites, "vocal air")
    there = {table: dict(documents) for table, documents in other.session.making.keeping.documents.items()}
    other.rest()
    other.session.library_said(Written(tuple(range(1, 10))), other.now_s)
    other.session.library_said(Changed(there | {"words": {}}), other.now_s)  # another has forgotten it
    assert other.session.morpher.words.favourites == favourites
