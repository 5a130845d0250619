"""Draw the README's picture of the terminal with the real program: `make picture` writes README.svg."""

import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from semeq.daemon.config import Config, TargetConfig
from semeq.daemon.messages import ControlChange, Osc
from semeq.daemon.prepare import prepare
from semeq.daemon.session import Session
from semeq.daemon.snapshot import MidiPort
from semeq.daemon.ui import draw

WIDTH, HEIGHT = 100, 30


def played() -> Session:
    """A session in which a knob has just been turned and Ardour has answered."""
    target = TargetConfig(host="ardour", plugin="calf-eq5", track=2)
    session = prepare(Config(terms=("warm", "bright"), targets=(target,)), None, remember=False).session
    session.midi, session.osc = MidiPort("Controller 1", "Controller 1"), "OSC 127.0.0.1:9000"
    session.advance(0.0)
    session.receive(Osc("/heartbeat", (1.0,)), 0.1, 0)
    session.advance(1.5)
    for turn in range(1, 93):
        now_s = 2.0 + turn * 0.02
        session.receive(Osc("/heartbeat", (1.0,)), now_s, 0)
        session.receive(ControlChange(0, 21, turn), now_s, "Controller 1")
        out = session.advance(now_s)
        if out:
            session.meter.sent(len(out), now_s, 0.0004)
    return session


def main() -> None:
    """Write the picture to the file that is named."""
    console = Console(
        record=True, width=WIDTH, height=HEIGHT, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(draw(played().snapshot(3.9), WIDTH, HEIGHT))
    Path(sys.argv[1]).write_text(console.export_svg(title="semeq-daemon", theme=MONOKAI), encoding="utf-8")


if __name__ == "__main__":
    main()
