"""What is remembered: written whole, read with care."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.app.state_file import load, save
from semeq.daemon.session.state import BLENDED, Scene, State
from semeq.daemon.surface.morph_knob import Knob

TEXT, PART = st.text(st.characters(exclude_categories=["Cs"])), st.floats(0, 1)
PAIR = st.tuples(TEXT, st.just("b"))
STATE = State(("dark", "cálido"), 0.25, -0.5, knobs={"Controller 1": Knob(2, 21), "Ñandú": Knob(0, 1)})


@pytest.fixture
def path(tmp_path):
    """A state file in a folder that does not exist yet."""
    return tmp_path / "new" / "state.json"


def names(path):
    """What lies in the state's folder."""
    return sorted(entry.name for entry in path.parent.iterdir())


def test_round_trip(path):
    """What is saved is loaded, and nothing else is left in the folder."""
    assert (save(path, STATE), load(path), names(path)) == ("", (STATE, ""), ["state.json"])


@given(
    state=st.builds(
        State,
        terms=PAIR,
        morph=PART,
        strength=st.floats(-1, 2),
        course=st.sampled_from(["morph", "blend", "map"]),
        blend=st.tuples(*[PART] * BLENDED),
        map=st.tuples(PART, PART),
        knobs=st.dictionaries(TEXT, st.builds(Knob, st.integers(0, 15), st.integers(0, 127)), max_size=3),
        scenes=st.dictionaries(TEXT, st.builds(Scene, terms=PAIR, morph=PART), max_size=3),
        glide_ms=st.none() | st.floats(0, 10_000),
    )
)
def test_any_state_survives(tmp_path_factory, state):
    """Every state that a run can end in is read again as it was."""
    path = tmp_path_factory.getbasetemp() / "any.json"
    assert ("", (state, "")) == (save(path, state), load(path))


def test_a_missing_file_is_a_fresh_start(path):
    """The first run has nothing to complain about."""
    assert load(path) == (State(("warm", "bright"), 0.0, 1.0), "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"terms": ["warm"]}',
        b'{"morph": "0.5"}',
        b'{"morph": 1.5}',
        b'{"morph": -0.1}',
        b'{"strength": 3}',
        b'{"knobs": {"a": 1}}',
        b'{"knobs": {"a": {"channel": 0}}}',
        b'{"moprh": 0.5}',
        b'{"morph": NaN}',
    ],
)
def test_an_unreadable_file_is_kept_aside(path, content):
    """Whatever is wrong with the file, the run starts afresh, says so, and keeps the file under another name."""
    path.parent.mkdir()
    path.write_bytes(content)
    state, complaint = load(path)
    assert (State(), ["state.unreadable"]) == (state, names(path))
    assert complaint.startswith(f"{path}: cannot be read (")
    assert complaint.endswith("; kept as state.unreadable, starting afresh")
    assert path.with_suffix(".unreadable").read_bytes() == content


def test_a_partial_file_fills_up_with_defaults(path):
    """A file of an older semeq that said less is good."""
    path.parent.mkdir()
    path.write_bytes(b'{"morph": 1}')
    assert load(path) == (State(morph=1.0), "")


def test_an_old_file_stays_until_the_new_one_is_whole(path, monkeypatch):
    """Where writing fails, the old state stands, nothing half-written is left, and one line says why."""
    save(path, STATE)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "replace", fail)
    complaint = save(path, State())
    assert "cannot be written (No space left on device); terms and knobs will not be remembered" in complaint
    assert (load(path), names(path)) == ((STATE, ""), ["state.json"])


def test_a_folder_in_the_way(tmp_path):
    """Where the folder cannot be made, one line says so and the run goes on."""
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "state.json"
    assert "cannot be written" in save(path, STATE)
    state, complaint = load(path)
    assert (State(), True) == (state, "cannot be read" in complaint)


def test_two_daemons_write_apart(path, monkeypatch):
    """Each process has a temporary file of its own."""
    seen = []
    replace = type(path).replace
    monkeypatch.setattr(type(path), "replace", lambda self, to: seen.append(self.name) or replace(self, to))
    save(path, STATE)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    save(path, STATE)
    assert len(set(seen)) == 2
