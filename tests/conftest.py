"""What several tests of the daemon share: the model, a setting, routes, transcripts, and folders not the user's own."""

import platformdirs
import pytest
from hypothesis import settings
from semeq import model as models
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Route
from semeq.daemon.host.target import Target
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import parse
from semeq.daemon.session.session import Session
from semeq.daemon.session.settings import Settings
from semeq.daemon.session.state import State
from semeq.daemon.terminal.terminal import Terminal
from semeq.model import Band, BandKind

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = ["hooks", "shared_daw"]

SOURCES = {"midi": "Controller 1", "other": "Controller 2", "daw": 0}


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Point the platform's folders at empty ones, here and in processes that a test starts."""
    for name in ("config", "state", "data", "cache"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(tmp_path / name))
    # Whoever opens a sound device through ALSA may load libpulse, which makes a folder that it never removes.
    monkeypatch.setenv("PULSE_RUNTIME_PATH", str(tmp_path / "pulse"))
    for name in ("config", "data", "state", "log"):
        folder = tmp_path / name / "semeq"
        monkeypatch.setattr(platformdirs, f"user_{name}_path", lambda *_, folder=folder, **__: folder)


@pytest.fixture(scope="session")
def model():
    """The model that is shipped."""
    return models.load()


@pytest.fixture(scope="session")
def five():
    """A setting with the kinds that the model makes."""
    return (
        Band(BandKind.LOW_SHELF, 100.0, 6.0, 0.7),
        Band(BandKind.PEAKING, 300.0, -3.0, 1.0),
        Band(BandKind.PEAKING, 1000.0, 2.0, 2.0),
        Band(BandKind.PEAKING, 3000.0, -1.5, 0.5),
        Band(BandKind.HIGH_SHELF, 8000.0, 4.0, 0.7),
    )


@pytest.fixture(scope="session")
def make_route(five):
    """Make the route to a plug-in on track 2, slot 3, for the kinds of ``five``."""

    def make(host="ardour", plugin="calf-eq5", track=2, slot=3):
        kinds = tuple(band.kind for band in five)
        return Route.choose(load(Host, host), load(Plugin, plugin), track, slot, kinds)

    return make


@pytest.fixture(scope="session")
def make_session(model, make_route):
    """Make a session with a target for each route, or for each ``(host, plug-in)``."""

    def make(*routes, state=None, glide_s=0.03, takeover="off", **settings):
        targets = [Target(make_route(*route), glide_s, "127.0.0.1:1") for route in routes]
        return Session(model, targets, Settings(takeover=takeover, **settings), state or State())

    return make


@pytest.fixture(scope="session")
def run():
    """Let time pass for a session or a target up to ``until_s``; returns (seconds, what it sent)."""

    def run(part, until_s, now_s=0.0):
        out = []
        for _ in range(100_000):
            due_s = part.due_s()
            if due_s is None or due_s > until_s:
                return out
            now_s = max(now_s, due_s)
            out += ((now_s, sent) for sent in part.advance(now_s))
        raise AssertionError("there is always something due")

    return run


@pytest.fixture(scope="session")
def play(run):
    """Play a transcript to a session: lines ``seconds source message`` in, lines ``seconds receiver message`` out.

    Sources are ``midi``, ``other`` (another port), ``key``, ``daw`` and anything else: an OSC client of that name.
    """

    def play(session, text, until_s=None, told=""):
        sent, now_s, terminal = [], 0.0, Terminal(session.morpher.model)
        for line in filter(None, map(str.strip, text.splitlines())):
            at, source, message = line.split(" ", 2)
            sent += run(session, float(at), now_s)
            now_s = float(at)
            if source == "key":
                if command := terminal.press(message):
                    session.carry_out(command, now_s)
            else:
                session.receive(parse(message), now_s, SOURCES.get(source, (source, 7000)))
            sent += ((now_s, outgoing) for outgoing in session.advance(now_s))
        sent += run(session, now_s + 1.0 if until_s is None else until_s, now_s)
        names = ((at, "daw" if isinstance(out.to, int) else out.to[0], out.message) for at, out in sent)
        return [f"{at:.3f} {name} {message}" for at, name, message in names if message.address.startswith(told)]

    return play
