"""The rows of what a player makes and keeps: scenes, songs, taught words, favourites, undo."""

from collections.abc import Iterator
from functools import partial

from ..surface.actions import Action
from .collection import Collection
from .dispatch import Arguments
from .making import Making
from .rows import Row, kept, made, shown, trigger
from .run import Run
from .state import PLACES

SCENES = PLACES
"""Scenes that keys, a phone and a controller offer; any other goes by its name."""


def made_rows() -> Iterator[Row]:
    """All of them."""
    yield from _scenes()
    yield from _songs()
    yield from _made()


def _scenes() -> Iterator[Row]:
    numbers = range(1, SCENES + 1)
    yield Row(
        "/semeq/scene/recall",
        ("name",),
        kept(Collection.recall, moves=True),
        "Go to a scene, by number or name",
        keys={str(n): (n,) for n in numbers},
        actions=(
            *(Action(f"recall scene {n}", "trigger", arguments=(n,)) for n in numbers),
            Action("recall the scene of that number", "scenes"),
        ),
    )
    yield Row(
        "/semeq/scene/store",
        ("name",),
        kept(Collection.store),
        "Keep the setting as a scene, by number or name",
        actions=tuple(Action(f"store scene {n}", "trigger", arguments=(n,)) for n in numbers),
    )
    yield Row(
        "/semeq/scene/program",
        ("whole",),
        kept(Collection.recall_program, moves=True),
        "The scene of a program change, from 0",
    )
    yield Row(
        "/semeq/scene/glide",
        ("name", "number"),
        kept(Collection.take_time),
        "A scene's own time for gliding there",
        unit="ms",
    )
    yield Row("/semeq/scene/rename", ("name", "name"), kept(Collection.rename), "Give a scene another name")
    yield Row("/semeq/scene/forget", ("name",), kept(Collection.forget_scene), "Remove a scene")
    for number in numbers:
        yield shown(f"/semeq/scene/{number}/name", "What this scene is called", partial(_scene_name, number))


def _songs() -> Iterator[Row]:
    yield Row(
        "/semeq/song",
        ("name",),
        kept(Collection.play_song),
        "Scenes go by their places in this song; -: by their own numbers",
        read=lambda run: (run.morpher.state.song,),
    )
    for way, sign in (("next", 1), ("previous", -1)):
        action = Action(f"song: {way}", "list", back=f"/semeq/song/{'previous' if sign > 0 else 'next'}")
        go = kept(Collection.step_song, sign)
        yield Row(f"/semeq/song/{way}", ("trigger",), go, f"The {way} song of the set list", actions=(action,))


def _scene_name(number: int, run: Run) -> Arguments:
    return (run.making.collection.places[number - 1],)


def _made() -> Iterator[Row]:
    yield Row(
        "/semeq/teach",
        ("name", "flag?", "whole?", "text?"),
        made(Making.teach, paced=True),
        "Let a word mean what the plug-in has now; whether that alone counts, of which target, a note",
        actions=(Action("teach: keep this setting as a word", "word"),),
    )
    favour = kept(Collection.favour)
    yield Row("/semeq/favourite", ("text",), favour, "Put a word among the favourites, or take it from there")
    yield trigger("/semeq/undo", made(Making.undo, moves=True), "Take back the last change", "undo", "u", "undo")
    yield trigger("/semeq/redo", made(Making.redo, moves=True), "Take back the last undo", "redo", "ctrl-r", "redo")
