"""The layout for phones, read back by tosclib, which knows nothing of semeq."""

import dataclasses
import random
import sys
from itertools import combinations

import lupa.lua51
import pytest
import tosclib
from msgspec.structs import replace
from semeq.daemon.app.config import config_folder
from semeq.daemon.commands import tools
from semeq.daemon.commands import touchosc as commands
from semeq.daemon.commands.touchosc import best_known, places
from semeq.daemon.messages.types import Osc
from semeq.daemon.phone.layout import ACCENT, CANVAS, COLD, GAP, QUIET, TAB, WORDS, addresses, layout
from semeq.daemon.phone.tosc import Color, Frame, OscMessage, TouchControl, Value, tosc
from semeq.daemon.session.address_space import METHODS
from semeq.model import load

SENT = {
    *("/semeq/morph", "/semeq/strength", "/semeq/swap", "/semeq/bypass", "/semeq/flat", "/semeq/refresh"),
    "/semeq/ab",
    *("/semeq/term/a", "/semeq/term/b", "/semeq/map", "/semeq/scene/recall", "/semeq/scene/store"),
    *("/semeq/undo", "/semeq/redo"),
}
HEARD = {
    "/semeq/call",
    "/semeq/ab",
    *("/semeq/morph", "/semeq/strength", "/semeq/bypass", "/semeq/term/a", "/semeq/term/b", "/semeq/map"),
    *(f"/semeq/band/{number}/{what}" for number in range(1, 6) for what in ("gain", "frequency")),
}
EXAMPLE = ("warm", "bright", "dark", "clear")


@pytest.fixture
def read(tmp_path):
    """Write a layout to a file and open it with tosclib."""

    def read(root):
        path = tmp_path / "layout.tosc"
        path.write_bytes(tosc(root))
        return tosclib.ElementTOSC.fromFile(str(path))

    return read


def below(element):
    """A control and all inside it."""
    yield element
    for child in element:
        yield from below(tosclib.ElementTOSC(child))


def pages(root):
    """The pages of the book."""
    (book,) = root
    return [tosclib.ElementTOSC(page) for page in tosclib.ElementTOSC(book)]


def messages(element):
    """Each OSC message of a control: address, arguments, whether it is sent, whether it is heard."""
    for osc in element.messages.findall("osc"):
        (path,) = osc.find("path")
        arguments = [(p.findtext("type"), p.findtext("conversion"), p.findtext("value")) for p in osc.find("arguments")]
        yield path.findtext("value"), arguments, osc.findtext("send") == "1", osc.findtext("receive") == "1"


def is_text_of(label, other):
    """A label that lets touches through lies over the button whose text it is, or inside the map."""
    if label.node.get("type") != "LABEL" or label.getPropertyValue("interactive").text != "0":
        return False
    if other.node.get("type") == "XY":
        (x, y, w, h), (left, top, wide, high) = label.getFrame(), other.getFrame()
        return left <= x <= x + w <= left + wide and top <= y <= y + h <= top + high
    return other.node.get("type") == "BUTTON" and label.getFrame() == other.getFrame()


def test_every_address_is_served(read):
    """What is sent and what is heard are semeq's addresses, and nothing is left out."""
    found = [message for control in below(read(layout(EXAMPLE))) for message in messages(control)]
    assert {address for address, _, is_sent, _ in found if is_sent} == SENT
    assert {address for address, _, _, is_heard in found if is_heard} == HEARD
    assert addresses(layout(EXAMPLE)) == SENT | HEARD


def test_the_daemon_serves_what_the_layout_uses():
    """Every address that a control sends can be set, every one that it follows can be read."""
    assert [address for address in SENT if METHODS[address].handler is None] == []
    assert [address for address in HEARD if METHODS[address].read is None] == []


@pytest.mark.parametrize("count", [1, 4, WORDS, WORDS + 5])
def test_no_controls_overlap(read, count):
    """On each page all controls are inside, wide enough for a finger, and none lies over another."""
    dice = random.Random(count)
    words = {f"word{number}": (dice.random(), dice.random()) for number in range(count)}
    found = pages(read(layout(list(words), words)))
    assert [page.getPropertyValue("tabLabel").text for page in found] == ["Play", "Words", "Map", "Bands"]
    for page in found:
        x, y, w, h = page.getFrame()
        assert (x, y, x + w, y + h) == (0, TAB, *CANVAS)
        controls = [tosclib.ElementTOSC(child) for child in page]
        for control in controls:
            x, y, wide, high = control.getFrame()
            assert x >= GAP
            assert y >= GAP
            assert x + wide <= w - GAP
            assert y + high <= h - GAP
            assert min(wide, high) >= 20
        for one, other in combinations(controls, 2):
            if is_text_of(one, other) or is_text_of(other, one):
                continue
            (x1, y1, w1, h1), (x2, y2, w2, h2) = one.getFrame(), other.getFrame()
            apart = x1 + w1 <= x2 or x2 + w2 <= x1 or y1 + h1 <= y2 or y2 + h2 <= y1
            assert apart, f"{one.getName()} lies over {other.getName()}"


def test_the_words_can_be_chosen(read):
    """Each word is a button on either side; it sends the word as text and shows it."""
    page = pages(read(layout(EXAMPLE)))[1]
    sent = [message for control in below(page) for message in messages(control) if message[2]]
    assert sent == [
        (f"/semeq/term/{side}", [("CONSTANT", "STRING", word)], True, False) for side in "ab" for word in EXAMPLE
    ]
    shown = [control.getValueParam("text", "default").text for control in below(page) if control.hasValue("text")]
    assert shown == ["first word", *EXAMPLE, "second word", *EXAMPLE]


def test_words_on_the_map(read, model, make_session):
    """A word on the map is where the daemon finds that word's sound: touched there, its bands come out."""
    here = places(model, ["warm", "bright"])
    page = pages(read(layout(list(here), here)))[2]
    labels = {control.getName(): control for control in below(page) if control.getName().startswith("map ")}
    (pad,) = (control for control in below(page) if control.node.get("type") == "XY")
    left, top, wide, high = pad.getFrame()
    for word, (x, y) in here.items():
        across, down, w, h = labels[f"map {word}"].getFrame()
        assert across + w / 2 == pytest.approx(left + x * wide, abs=1 + w / 2 * (x < 0.1 or x > 0.9))
        assert down + h / 2 == pytest.approx(top + (1 - y) * high, abs=1)
        session = make_session()
        session.receive(Osc("/semeq/map", (x, y)), 0.0, ("10.0.0.1", 9))
        wanted = model.decode(model.map.latent(*model.map.position(model.latent(word))))
        gains_db = [band.gain_db for band in session.morpher.bands]
        assert gains_db == pytest.approx([band.gain_db for band in wanted], abs=1e-3)


def test_a_control_of_each_kind_comes_back(read):
    """Names, frames, colours, properties, values, triggers and scales are what was written."""
    color, frame = Color(0.1, 0.2, 0.3, 0.4), Frame(1, 2, 30, 40)
    message = OscMessage("/x", (Value("x", -1.0, 2.0), 0.5, "word"), "RISE", receive=False)
    parts = tuple(
        TouchControl(
            kind, f"a {kind}", frame, color, "text <&>", (message,), (), {"grid": True, "steps": 3, "size": 0.5}
        )
        for kind in ("FADER", "XY", "BUTTON", "LABEL")
    )
    root = read(TouchControl("GROUP", "root", Frame(0, 0, 99, 98), children=parts))
    assert root.getFrame() == (0, 0, 99, 98)
    for part, child in zip(parts, root, strict=True):
        control = tosclib.ElementTOSC(child)
        assert (control.node.get("type"), control.getName()) == (part.kind, part.name)
        assert (control.getFrame(), control.getColor()) == ((1, 2, 30, 40), (0.1, 0.2, 0.3, 0.4))
        kept = [control.getProperty(key).get("type") for key in ("name", "frame", "color", "grid", "steps", "size")]
        assert kept == ["s", "r", "c", "b", "i", "f"]
        assert [control.getPropertyValue(key).text for key in ("grid", "steps", "size")] == ["1", "3", "0.5"]
        (osc,) = control.messages
        (trigger,) = osc.find("triggers")
        assert (trigger.findtext("var"), trigger.findtext("condition")) == ("x", "RISE")
        scales = [(p.findtext("scaleMin"), p.findtext("scaleMax")) for p in osc.find("arguments")]
        assert scales == [("-1", "2"), ("0", "1"), ("0", "1")]
        assert [*messages(control)] == [
            ("/x", [("VALUE", "FLOAT", "x"), ("CONSTANT", "FLOAT", "0.5"), ("CONSTANT", "STRING", "word")], True, False)
        ]
        assert control.hasValue("touch")
        assert [key for key in ("x", "y", "text") if control.hasValue(key)] == {
            "FADER": ["x"],
            "BUTTON": ["x"],
            "XY": ["x", "y"],
            "LABEL": ["text"],
        }[part.kind]
    assert tosclib.ElementTOSC(root[3].node).getValueParam("text", "default").text == "text <&>"


@pytest.mark.parametrize(
    ("name", "x", "colored", "color"),
    [
        ("bypass", 1.0, "morph", QUIET),
        ("bypass", 0.0, "morph", ACCENT),
        ("gain 1", 0.2, "gain 1", COLD),
        ("gain 5", 0.8, "gain 5", ACCENT),
    ],
)
def test_colors_follow_values(read, name, x, colored, color):
    """The scripts, run by the Lua that TouchOSC has: gray while bypassed, bands that cut are blue."""
    controls = {control.getName(): control for control in below(read(layout(EXAMPLE)))}
    lua = lupa.lua51.LuaRuntime()
    lua.execute("""
        function Color(r, g, b, a) return {r = r, g = g, b = b, a = a} end
        self, others, root = {values = {}}, {}, {}
        function root:findByName(name, recursive)
          assert(recursive)
          others[name] = others[name] or {}
          return others[name]
        end
    """)
    lua.execute(controls[name].getPropertyValue("script").text)
    found = lua.globals()
    found.self["values"]["x"] = x
    found.onValueChanged("touch")
    assert (found.self.color, list(found.others)) == (None, [])
    found.onValueChanged("x")
    assert set(found.others) <= set(controls)
    told = found.self if colored == name else found.others[colored]
    assert (told.color.r, told.color.g, told.color.b, told.color.a) == (color.r, color.g, color.b, color.a)


def test_every_control_has_an_identity_of_its_own(read):
    """No identity is given twice, and the same layout gives the same bytes."""
    found = [control.getID() for control in below(read(layout(EXAMPLE)))]
    assert len(found) == len(set(found)) > 50
    assert tosc(layout(EXAMPLE)) == tosc(layout(EXAMPLE))


def test_words_offered_without_being_asked(model):
    """English words with enough people behind them, the surest first."""
    offered = [model.terms[word] for word in best_known(model)]
    assert len(offered) == WORDS
    assert {term.language for term in offered} == {"en"}
    assert [term.reliability for term in offered] == sorted((term.reliability for term in offered), reverse=True)
    left = [term for term in model.terms.values() if term.language == "en" and term not in offered]
    enough = [term.reliability for term in left if term.people >= commands.WELL_KNOWN]
    assert max(enough) <= offered[-1].reliability


def test_models_with_few_words_offer_those(model):
    """Words that few people stand behind are not offered; an empty list is no layout error."""
    few = {name: replace(term, people=3) for name, term in model.terms.items() if name != "warm"}
    shy = dataclasses.replace(model, terms={"warm": model.terms["warm"]} | few)
    assert best_known(shy) == ["warm"]
    assert tosc(layout([]))


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """Run `semeq touchosc` in an empty folder; returns its exit code and what it wrote to both streams."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "own_addresses", lambda: ["192.0.2.7"])

    def call(*words, answer=None):
        def reply(_):
            if answer is None:
                raise EOFError
            return answer

        monkeypatch.setattr("click.termui.visible_prompt_func", reply)
        monkeypatch.setattr(sys, "argv", ["semeq", "touchosc", *words])
        with pytest.raises(SystemExit) as ended:
            tools.main()
        return ended.value.code, *capsys.readouterr()

    return call


def test_the_command_writes_a_layout(call, tmp_path, model):
    """It writes the file, says which words are in it, and what to do on the phone, with addresses and ports."""
    code, out, err = call()
    assert (code, err) == (0, "")
    assert (tmp_path / "semeq.tosc").read_bytes() == tosc(layout(best_known(model), places(model, best_known(model))))
    assert ", ".join(best_known(model)) in out
    assert "host 192.0.2.7" in out
    assert "send port 9000" in out


def test_the_command_takes_words_and_the_user_s_own_port(call, tmp_path):
    """Words are found in any case, a word named twice is one; the port is that of the user's configuration."""
    config_folder().mkdir(parents=True)
    (config_folder() / "semeq.toml").write_text("[osc]\nport = 7777\n")
    code, out, _ = call("--out", "mine.tosc", "--words", "Dark, warm,dark")
    assert code == 0
    assert (tmp_path / "mine.tosc").read_bytes() == tosc(layout(["dark", "warm"], places(load(), ["dark", "warm"])))
    assert "2 words to choose from: dark, warm" in out
    assert "send port 7777" in out


def test_a_file_that_is_there_is_not_replaced_unasked(call, tmp_path):
    """Somebody's file stays unless they agree; --force agrees beforehand."""
    path = tmp_path / "semeq.tosc"
    path.write_bytes(b"mine")
    for answer in ("n", None):
        code, _, err = call(answer=answer)
        assert (code, err.count("\n"), path.read_bytes()) == (2, 1, b"mine")
        assert "semeq.tosc is there already and stays as it is; --force replaces it" in err
    assert (call(answer="y")[0], path.read_bytes() == b"mine") == (0, False)
    path.write_bytes(b"mine")
    assert (call("--force")[0], path.read_bytes() == b"mine") == (0, False)
    assert [file.name for file in tmp_path.glob("*.tosc*")] == ["semeq.tosc"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--words", "wrmam"), 'unknown term "wrmam"; did you mean warm'),
        (("--words", ","), f"--words takes from 1 to {WORDS} words, not 0"),
        (("--out", "file/in/it.tosc"), "file/in/it.tosc: cannot be written (Not a directory)"),
    ],
)
def test_what_is_wrong_is_one_line(call, tmp_path, words, complaint):
    """Unknown words, none, a folder that cannot be made."""
    (tmp_path / "file").touch()
    code, out, err = call(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert complaint in err
    assert not [*tmp_path.glob("*.tosc*")]
