"""No single message keeps everything else waiting, whatever its texts are."""

import random
import string
import time

import pytest
from semeq.daemon.messages.osc import encode
from semeq.daemon.messages.types import Osc
from semeq.daemon.ports.fair_queue import LARGEST

DICE = random.Random(1)
PHONE = ("192.168.1.20", 9000)
LETTERS = "".join(DICE.choice(string.ascii_lowercase) for _ in range(LARGEST - 100))
TEXTS = {
    "one word": LETTERS,
    "one word of 300 letters": LETTERS[:300],
    "unknown words": " ".join(LETTERS[n : n + 7] for n in range(0, len(LETTERS) - 7, 8)),
    "a known word again and again": "warm " * (len(LETTERS) // 5),
    "drawn out": "waaa" * (len(LETTERS) // 4),
    "accents": "ñ" * (len(LETTERS) // 2),
    "commas": "warm," * (len(LETTERS) // 5),
}
ADDRESSES = ("/semeq/term/a", "/semeq/terms", "/semeq/say", "/semeq/teach", "/semeq/favourite", "/semeq/scene/rename")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_long_text_is_refused_or_read_at_once(make_session, address, text):
    """As long as a datagram can be: within a second, with one short line."""
    session = make_session()
    session.morpher.model.taken("nothing of the kind")  # what is made once
    message = Osc(address, (text, "warm") if address.endswith(("terms", "rename")) else (text,))
    assert len(encode(message)) <= LARGEST
    start_s = time.perf_counter()
    session.receive(message, 1.0, PHONE)
    session.advance(1.0)
    assert time.perf_counter() - start_s < 1.0
    assert all(len(notice.text) < 400 for notice in session.take_notices())
