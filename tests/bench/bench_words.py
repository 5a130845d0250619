"""How long a running daemon takes for a word or a phrase: `python tests/bench/bench_words.py [TIMES]`.

Each is sent together with a ping, which is answered after it; the time of a ping alone is shown beside. Words in all
forms, words with a slip of one letter, words that nobody knows, and the phrases of the tests' table.
"""

import random
import string
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from osc_peer import OscPeer
from real_daemon import Daemon
from semeq.model import load

PORT = 9139
PHRASES = Path(__file__).parents[1] / "model" / "phrases.toml"


def main(times: int) -> None:
    """Ask so many times for each kind, and print how long that took."""
    model, draw = load(), random.Random(1)
    forms = [form for known in model.terms.values() for form in (known.term, *known.forms)]
    table = tomllib.loads(PHRASES.read_text(encoding="utf-8"))
    phrases = [text for text, _ in (*table["english"], *table["spanish"])]
    kinds: dict[str, tuple[str, Callable[[], str]]] = {
        "a ping alone": ("", str),
        "a word in any form": ("/semeq/term/a", lambda: draw.choice(forms)),
        "a word with a slip": ("/semeq/term/a", lambda: slipped(draw, draw.choice(forms))),
        "an unknown word": ("/semeq/term/a", lambda: "".join(draw.choices(string.ascii_lowercase, k=9))),
        "a phrase": ("/semeq/say", lambda: draw.choice(phrases)),
    }
    folder = Path(tempfile.mkdtemp())
    with Daemon(folder, {}, "--osc-port", str(PORT), "--no-announce") as daemon:
        daemon.wait_for("ready: OSC")
        with OscPeer(PORT) as phone:
            for kind, (address, text_of) in kinds.items():
                took_ms = [asked_ms(phone, address, text_of()) for _ in range(times)]
                p50, p99, most = np.percentile(took_ms, [50, 99, 100])
                sys.stdout.write(f"{kind}: p50 {p50:.2f} ms, p99 {p99:.2f} ms, most {most:.2f} ms ({times} times)\n")


def asked_ms(phone: OscPeer, address: str, text: str) -> float:
    """Send a text and a ping; how long until the ping is answered, ms."""
    number = random.getrandbits(30)
    start_s = time.perf_counter()
    if address:
        phone.send(address, "s", text)
    phone.send("/semeq/ping", "i", number)
    while not any(a == "/semeq/pong" and number in values for a, values in phone.receive(5.0)):
        if time.perf_counter() > start_s + 5.0:
            sys.exit(f"no answer after {text!r}")
    took_ms = (time.perf_counter() - start_s) * 1000
    time.sleep(0.02)  # what the phone is told besides must not pile up
    while phone.receive(0.0):
        pass
    return took_ms


def slipped(draw: random.Random, word: str) -> str:
    """A letter left out, a wrong one, one more, or two exchanged."""
    at, letter = draw.randrange(len(word)), draw.choice(string.ascii_lowercase)
    before, here, after = word[:at], word[at], word[at + 1 :]
    return draw.choice(
        (before + after, before + letter + after, before + letter + here + after, before + after[:1] + here + after[1:])
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
