"""Draw the README's picture of the terminal with the real program: `make picture` writes README.svg."""

import sys
import time
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from semeq.daemon.app.config import Config, TargetConfig
from semeq.daemon.app.prepare import prepare
from semeq.daemon.messages.types import ControlChange, MidiPort, Osc
from semeq.daemon.session.session import Session
from semeq.daemon.terminal.draw import draw
from semeq.daemon.terminal.snapshot import snapshot
from semeq.daemon.terminal.terminal import Terminal
from semeq.daemon.terminal.view import view

WIDTH, HEIGHT = 100, 30


def played() -> tuple[Session, Terminal]:
    """A session in which a knob has just been turned and Ardour has answered, and its terminal."""
    target = TargetConfig(host="ardour", plugin="calf-eq5", track=2)
    session = prepare(Config(terms=("warm", "bright"), targets=(target,)), None, remember=False).session
    terminal = Terminal(session.morpher.model)
    terminal.osc = "OSC 127.0.0.1:9000"
    session.midi_changed(MidiPort("Controller 1", "Controller 1"), 0.0)
    session.advance(0.0)
    session.receive(Osc("/heartbeat", (1.0,)), 0.1, 0)
    for parameter in session.targets[0].route.equalizer.parameters():
        place = (2, 1, parameter.index + 1, parameter.name)
        session.receive(Osc("/strip/plugin/descriptor", (*place, parameter.law.within(1.0))), 0.2, 0)
    session.receive(Osc("/strip/plugin/descriptor_end", (2, 1)), 0.2, 0)
    session.advance(1.5)
    for turn in range(1, 93):
        now_s = 2.0 + turn * 0.02
        session.receive(Osc("/heartbeat", (1.0,)), now_s, 0)
        start_s = time.perf_counter()
        session.receive(ControlChange(0, 21, turn), now_s, "Controller 1")
        out = session.advance(now_s)
        if out:
            terminal.meter.sent(len(out), now_s, time.perf_counter() - start_s)
    return session, terminal


def picture() -> str:
    """The picture as SVG."""
    console = Console(
        record=True, width=WIDTH, height=HEIGHT, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    session, terminal = played()
    seen = view(session, terminal.meter, terminal.osc, "", 3.9)
    console.print(draw(snapshot(seen, terminal.prompt), WIDTH, HEIGHT))
    return console.export_svg(title="semeq-daemon", theme=MONOKAI)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(picture(), encoding="utf-8")
