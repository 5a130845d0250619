"""Scenes, songs, favourites and own words: what the player keeps by a name."""

import msgspec
from msgspec.structs import replace

from ...model import Bands
from ...model.model import key_of
from ..library.names import checked_name
from ..library.vocabulary import Vocabulary
from ..library.words import Example, OwnWord, decoded, encoded, taught
from .keeping import Keeping
from .morpher import Morpher, Words
from .state import GLIDE_RANGE_MS, MOST_SCENES, PLACES, StoredScene

_SCENE = msgspec.json.Decoder(StoredScene)
_NAMES = msgspec.json.Decoder(tuple[str, ...])
FAVOURITES = "favourites"


class Collection:
    """Keeps and recalls by name, in the place of a player who presses one key; what is wrong raises ``ValueError``."""

    def __init__(self, morpher: Morpher, keeping: Keeping, words: Words) -> None:
        self._morpher, self._keeping, self._asked = morpher, keeping, words
        self.takes_ms: float | None = None
        """The time of its own of a scene that has just been recalled, for whoever sees to the next glide."""
        self._favourites_read: bytes | None = None
        self._words_read: dict[str, bytes] = dict(keeping.documents["words"])
        self._choose_favourites()

    # -- scenes -------------------------------------------------------------------------------------------------------

    @property
    def places(self) -> tuple[str, ...]:
        """The names of the scenes on the keys 1 to 9: those of the present song, else those that are called so."""
        song, scenes = self._morpher.state.song, self._keeping.documents["scenes"]
        names = self.song(song)
        listed = [names[n] if n < len(names) else "" for n in range(PLACES)]
        if not song:
            listed = [name or (str(n + 1) if str(n + 1) in scenes else "") for n, name in enumerate(listed)]
        return tuple(name if name in scenes else "" for name in listed)

    def scene_name(self, name: str) -> str:
        """The scene that is meant by a name, or by a number: that is its place in the song, or among the nine keys."""
        if not name.isdecimal():
            return name
        song, place = self._morpher.state.song, int(name)
        names = self.song(song)
        if 1 <= place <= len(names) and names[place - 1]:
            return names[place - 1]
        if song:
            raise ValueError(f"song {song!r} has no scene {place}; it has {len(names)}")
        return str(place)

    def store(self, name: str) -> None:
        """Keep the setting as a scene of this name or number; one that is there is replaced, its own time stays."""
        name = checked_name(name)
        if name.isdecimal():
            song = self._morpher.state.song
            name = self._place_in_song(song, int(name)) if song else self.scene_name(name)
        before = self._scene(name)
        scenes = self._keeping.documents["scenes"]
        if before is None and len(scenes) >= MOST_SCENES:
            raise ValueError(f"{MOST_SCENES} scenes are stored: `semeq send /semeq/scene/forget NAME` makes room")
        state = self._morpher.state.scene
        values = {key: getattr(state, key) for key in type(state).__struct_fields__}
        scene = StoredScene(**values, takes_ms=before.takes_ms if before else None)
        self._keeping.put("scenes", name, msgspec.json.encode(scene), f"scene {name} stored")

    def recall(self, name: str) -> None:
        """Go to a scene, in its own time if it has one."""
        name = self.scene_name(checked_name(name))
        scene = self._scene(name)
        if scene is None:
            there = ", ".join(self._keeping.documents["scenes"]) or "none"
            raise ValueError(f"no scene {name!r} is stored; there are {there[:200]}")
        self._morpher.show(scene)
        self._keeping.name(f"scene {name} recalled")
        self.takes_ms = scene.takes_ms

    def recall_program(self, program: int) -> None:
        """Go to the scene that a program change means: program 0, which devices show as 1, is the first."""
        self.recall(str(program + 1))

    def take_time(self, name: str, takes_ms: float) -> None:
        """Give a scene a time of its own for gliding there, in milliseconds."""
        name = self.scene_name(checked_name(name))
        scene = self._scene(name)
        if scene is None:
            raise ValueError(f"no scene {name!r} is stored")
        if not GLIDE_RANGE_MS[0] <= takes_ms <= GLIDE_RANGE_MS[1]:
            raise ValueError(f"{takes_ms:g} is not between {GLIDE_RANGE_MS[0]:g} and {GLIDE_RANGE_MS[1]:g}")
        changed = msgspec.json.encode(replace(scene, takes_ms=takes_ms))
        self._keeping.put("scenes", name, changed, f"scene {name} takes {takes_ms:g} ms")

    def rename(self, old: str, new: str) -> None:
        """Give a scene another name, in every song that has it."""
        old, new = self.scene_name(checked_name(old)), checked_name(new)
        scenes = self._keeping.documents["scenes"]
        if old not in scenes:
            raise ValueError(f"no scene {old!r} is stored")
        if new in scenes:
            raise ValueError(f"there is a scene {new!r} already")
        self._keeping.put("scenes", new, scenes[old], f"scene {old} is called {new}")
        self._keeping.put("scenes", old, None)
        for song in ("", *self.songs):
            names = list(self.song(song))
            if not song and old.isdecimal() and 1 <= int(old) <= PLACES:  # it stays on its key
                names += [""] * (int(old) - len(names))
                names[int(old) - 1] = old
            if old in names:
                renamed = [new if name == old else name for name in names]
                self._keeping.put("songs", song, msgspec.json.encode(renamed))

    def forget_scene(self, name: str) -> None:
        """Remove a scene."""
        name = self.scene_name(checked_name(name))
        if name not in self._keeping.documents["scenes"]:
            raise ValueError(f"no scene {name!r} is stored")
        self._keeping.put("scenes", name, None, f"scene {name} forgotten")

    def _scene(self, name: str) -> StoredScene | None:
        document = self._keeping.documents["scenes"].get(name)
        if document is None:
            return None
        try:
            return _SCENE.decode(document)
        except msgspec.MsgspecError as error:
            raise ValueError(f"scene {name!r} cannot be read ({error}); it may be of a newer semeq") from None

    # -- songs --------------------------------------------------------------------------------------------------------

    @property
    def songs(self) -> tuple[str, ...]:
        """The set list: all songs by their names."""
        return tuple(sorted(filter(None, self._keeping.documents["songs"]), key=str.casefold))

    def song(self, name: str) -> tuple[str, ...]:
        """The names of a song's scenes, in their order; of no song: those on the keys 1 to 9 that have another name."""
        document = self._keeping.documents["songs"].get(name)
        return _NAMES.decode(document) if document else ()

    def play_song(self, name: str) -> None:
        """Let numbers mean the places in this song from now on; nothing or "-": the scenes called 1 to 9."""
        if not name.strip() or name.strip() == "-":
            self._morpher.play_song("")
            self._keeping.name("no song")
            return
        name = checked_name(name)
        if name not in self._keeping.documents["songs"]:
            raise ValueError(f"there is no song {name!r}; `semeq song {name!r} SCENE…` makes it")
        self._morpher.play_song(name)
        self._keeping.name(f"song {name}")

    def step_song(self, step: int) -> None:
        """Go on in the set list, round and round."""
        if not self.songs:
            raise ValueError("there are no songs; `semeq song NAME SCENE…` makes one")
        here = self._morpher.state.song
        at = self.songs.index(here) + step if here in self.songs else (0 if step > 0 else -1)
        self.play_song(self.songs[at % len(self.songs)])

    def _place_in_song(self, song: str, place: int) -> str:
        """The name of the scene at a place in a song, made if there is none."""
        names = list(self.song(song))
        if not 1 <= place <= 127:
            raise ValueError(f"a song has places 1 to 127, not {place}")
        if place <= len(names) and names[place - 1]:
            return names[place - 1]
        names += [""] * (place - len(names))
        names[place - 1] = f"{song} {place}"[-64:]
        self._keeping.put("songs", song, msgspec.json.encode(names))
        return names[place - 1]

    # -- words --------------------------------------------------------------------------------------------------------

    def teach(self, name: str, bands: Bands, *, force: bool = False, **about: float | str) -> str:
        """Let a word mean a setting; returns what was done in words."""
        name, shipped = checked_name(name), self._morpher.vocabulary.shipped
        before = self._morpher.vocabulary.own.get(key_of(name))
        word = taught(shipped, before, name, Example.of(bands, **about), force=force)
        said = f"taught {word.name}" if word.alone else f"adapted {word.name} ({len(word.examples)})"
        self._keep_word(word.key, word, said)
        return said

    def _keep_word(self, key: str, word: OwnWord | None, what: str) -> None:
        self._keeping.put("words", key, encoded(word) if word else None, what)
        self.look()

    def look(self) -> None:
        """Take over words and favourites that have changed."""
        documents = self._keeping.documents["words"]
        if documents != self._words_read:
            self._words_read = dict(documents)
            vocabulary = self._morpher.vocabulary
            known = {key: word for key, word in vocabulary.own.items() if encoded(word) == documents.get(key)}
            new, _ = decoded({key: document for key, document in documents.items() if key not in known})
            self._morpher.use(Vocabulary.of(vocabulary.shipped, [*known.values(), *new], vocabulary))
            self._favourites_read = b""  # one of them may be a word that has only come now, or is gone
        self._choose_favourites()

    def _choose_favourites(self) -> None:
        document = self._keeping.documents[FAVOURITES].get(FAVOURITES)
        if self._asked.favourites or document == self._favourites_read:
            return
        self._favourites_read = document
        indices = self._morpher.model.indices
        known = tuple(term for term in (_NAMES.decode(document) if document else ()) if key_of(term) in indices)
        self._morpher.words = Words(known, self._asked.blended).named(self._morpher.model)

    def favour(self, term: str) -> None:
        """Put a word among the favourites, or take it from there."""
        term = self._morpher.model.descriptor(term).term
        favourites = list(self._morpher.words.favourites)
        if term in favourites and len(favourites) == 1:
            raise ValueError("the last favourite cannot be removed")
        said = f"{term} is {'no longer ' if term in favourites else ''}a favourite"
        favourites = [name for name in favourites if name != term] if term in favourites else [*favourites, term]
        self._keeping.put(FAVOURITES, FAVOURITES, msgspec.json.encode(favourites), said)
        self._choose_favourites()
