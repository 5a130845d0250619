"""The terminal's picture, drawn at every size by rich and read back as text."""

from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from picture import picture, played
from rich.console import Console
from semeq.daemon.host.presence import Presence, TargetView
from semeq.daemon.messages.types import ControlChange, MidiPort, Note, Osc
from semeq.daemon.session.report import arrival
from semeq.daemon.session.state import State
from semeq.daemon.terminal.draw import HELP, draw
from semeq.daemon.terminal.plot import bar, column_of, curve
from semeq.daemon.terminal.snapshot import snapshot as seen_by
from semeq.daemon.terminal.terminal import Terminal
from semeq.daemon.terminal.view import Word, view
from semeq.daemon.wording import hertz
from semeq.model import Band, BandKind, load, scaled
from small_ardour import SmallArdour

WIDTHS = (20, 39, 40, 60, 80, 140, 200)
HEIGHTS = (4, 7, 8, 9, 12, 13, 18, 19, 24, 28, 40, 60)
SIZES = [(width, height) for width in WIDTHS for height in HEIGHTS]
BRAILLE = range(0x2801, 0x2900)


def seen_now(session, terminal, now_s):
    """What the daemon's own terminal shows."""
    return seen_by(view(session, terminal.meter, terminal.osc, "", now_s), terminal.prompt)


@pytest.fixture(scope="module")
def snapshot(make_session):
    """A daemon in the middle of its work."""
    session = make_session(("ardour", "calf-eq5"), ("reaper", "reaeq"), state=State(morph=0.3, strength=1.25))
    session.midi_changed(MidiPort("controller", "Controller 1"), 0.0)
    terminal = Terminal(session.morpher.model)
    terminal.osc = "OSC 127.0.0.1:9000"
    session.receive(ControlChange(0, 21, 64), 0.0, "Controller 1")
    session.morpher.set_morph(0.3)
    terminal.meter.sent(15, 0.5, 0.0012)
    return seen_now(session, terminal, 1.0)


def lines_of(snapshot, width, height):
    """The picture as lines of text, as wide and as many as they are on the terminal."""
    console = Console(file=StringIO(), width=width, height=height, color_system=None)
    return [
        "".join(segment.text for segment in line).rstrip()
        for line in console.render_lines(draw(snapshot, width, height), console.options, pad=False)
    ]


def variants(snapshot):
    """The snapshot in every mood."""
    long_words = tuple(replace(term, term="discombobulated and more") for term in snapshot.terms)
    picker = replace_picker(snapshot)
    return {
        "usual": snapshot,
        "help": replace(snapshot, help=True),
        "picker": picker,
        "nothing found": replace(picker, picker=replace(picker.picker, typed="xyzxyz")),
        "call": replace(
            snapshot, attention="No MIDI port is called 'controller' (there are: none); waiting for it" * 3
        ),
        "bypass": replace(snapshot, bypassed=True),
        "no controller": replace(
            snapshot, midi=MidiPort(), target=None, targets=0, knob="", arrived=arrival(None), latency_ms=None
        ),
        "waiting": replace(snapshot, midi=MidiPort("controller", trouble="gone")),
        "long names": replace(
            snapshot,
            terms=long_words,
            midi=MidiPort("x" * 300, "x" * 300),
            target=TargetView("y" * 300, "z" * 300, Presence.SILENT),
            arrived=arrival(Osc("/" + "a" * 300)),
            osc="o" * 300,
            messages_per_second=123_456,
        ),
        "control characters": replace(snapshot, arrived="/a\nb\x1b[2J\x9b2J\u2028"),
        "ends": replace(snapshot, morph=1.0, strength=-1.0),
    }


def replace_picker(snapshot):
    """The snapshot while a term is typed."""
    from semeq.daemon.terminal.picker import Picker

    return replace(snapshot, picker=Picker("b", ("warm", "warmth", "bright"), "wa", 1))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_it_fits(snapshot, size):
    """At no size and in no mood is there a line or a column too many, nor anything that moves the cursor."""
    width, height = size
    for mood, seen in variants(snapshot).items():
        lines = draw(seen, width, height).renderables
        assert (mood, True) == (mood, 1 <= len(lines) <= height)
        assert (mood, True) == (mood, max(line.cell_len for line in lines) <= width)
        assert (mood, []) == (mood, [line.plain for line in lines if not line.plain.isprintable()])
        assert (mood, len(lines)) == (mood, len(lines_of(seen, width, height)))


@pytest.mark.parametrize("size", [size for size in SIZES if size[0] >= 40 and size[1] >= 8])
def test_words_and_morph_stay(snapshot, size):
    """Both words, how many people they stand on, the position and the strength are at every size but the smallest."""
    text = "\n".join(lines_of(snapshot, *size))
    assert [word in text for word in ("WARM", "BRIGHT", "●", "0.30", "people", "strength  125 %")] == [True] * 6


@pytest.mark.parametrize("size", [size for size in SIZES if size[0] >= 60 and size[1] >= 13])
def test_bands_stay(snapshot, size):
    """Kind, frequency, gain and Q of every band are there in full, whether or not there is room for the curve."""
    text = "\n".join(lines_of(snapshot, *size))
    for band in snapshot.bands:
        assert {"low_shelf": "low shelf", "peaking": "bell", "high_shelf": "high shelf"}[band.kind] in text
        assert hertz(band.frequency_hz).strip() in text
        assert f"{band.gain_db:+.1f} dB" in text
        assert f"Q {band.q:.2f}" in text


@pytest.mark.parametrize(
    ("width", "height", "is_drawn"),
    [
        (80, 24, True),
        (80, 19, True),
        (80, 18, True),
        (60, 16, True),
        (80, 15, False),
        (80, 13, False),
        (140, 40, True),
        (200, 60, True),
        (40, 24, True),
    ],
)
def test_the_curve_goes_first(snapshot, width, height, is_drawn):
    """If the lines are few, lesser rows of the bands go for the curve, then the curve; words, gains and keys stay."""
    lines = lines_of(snapshot, width, height)
    assert is_drawn is any(ord(sign) in BRAILLE for line in lines for sign in line)
    assert all(any(word in line for line in lines) for word in ("WARM", "dB", "Hz")[: 3 if width > 40 else 1])
    assert all(key in lines[-1] for key in ("morph", "? help", "q quit"))


@pytest.mark.parametrize("width", range(40, 81))
def test_numbers_are_whole(snapshot, width):
    """However narrow the columns are, no unit and no number is cut."""
    text = "\n".join(lines_of(snapshot, width, 12))
    frequencies = [row for row in text.splitlines() if "Hz" in row or row.split()[:1] in (["118"], ["150"])]
    for band in snapshot.bands:
        assert hertz(band.frequency_hz).split()[0] in text
        assert f"{band.gain_db:+z.1f}" in text
    assert not [row for row in frequencies if row.rstrip().endswith(" H")]


def test_a_flat_line_stands_still():
    """Rounding noise around 0 dB moves no dot."""
    drawn = set()
    for noise in (-1e-12, 0.0, 1e-12):
        for hz in (100.0, 997.0, 5000.0):
            bands = (Band(BandKind.PEAKING, hz, noise, 0.7),)
            drawn.add(tuple(line.plain for line in curve(bands, 6, 80, 9, "cyan", "dim")[:-2]))
    assert len(drawn) == 1


def test_a_demo_says_that_it_is_one(snapshot):
    """The first line says what turns the knob."""
    demo = replace(snapshot, demo="demo · the arrows take over")
    assert "demo · the arrows take over" in lines_of(demo, 80, 24)[0]


@pytest.mark.parametrize("size", [(39, 24), (80, 7), (20, 4), (39, 7)])
def test_one_line_in_the_smallest(snapshot, size):
    """Below 40 by 8 one line is left: the words and where the knob stands between them."""
    (line,) = lines_of(snapshot, *size)
    assert (line.startswith("WARM"), "●" in line) == (True, True)
    assert line.endswith("BRIGHT 0.30" if size[0] >= 39 else line)


@pytest.mark.parametrize(("morph", "before"), [(0.0, 0), (0.5, None), (1.0, -1)])
def test_the_dot_is_where_the_knob_is(snapshot, morph, before):
    """The dot stands at the ends for 0 and 1, and in the middle for a half."""
    (line,) = [line for line in lines_of(replace(snapshot, morph=morph), 80, 24) if "WARM" in line]
    track = line.partition("WARM")[2].partition("BRIGHT")[0].strip()
    at = track.index("●")
    assert (len(track), at) == (len(track.replace("●", "━")), {0: 0, -1: len(track) - 1}.get(before, len(track) // 2))


def test_room_is_used(snapshot):
    """A taller terminal has a taller curve and the near words, a wider one a wider curve."""
    small, large = lines_of(snapshot, 80, 24), lines_of(snapshot, 140, 40)
    assert (len(small), len(large)) == (24, 40)
    assert ("near here" in "\n".join(small), "near here" in "\n".join(large)) == (False, True)
    dots = [sum(ord(sign) in BRAILLE for sign in "".join(lines)) for lines in (small, large)]
    assert dots[1] > 1.5 * dots[0]


def test_help(snapshot):
    """The help names every key, and the way back."""
    text = "\n".join(lines_of(replace(snapshot, help=True), 80, 24))
    assert all(keys in text and meaning in text for keys, meaning in HELP)


def test_help_where_semeq_plays_itself(snapshot):
    """In audition the keys of the loop are among the others; elsewhere they do nothing and are not named."""
    assert "the loop begins" not in "\n".join(lines_of(replace(snapshot, help=True), 100, 24))
    assert "the loop begins" in "\n".join(lines_of(replace(snapshot, help=True, sound="JACK"), 100, 24))


def test_the_level_is_shown_where_it_is_kept(snapshot):
    """By how much, or that no plug-in's is; nothing while it is off."""
    shown = {"is_matched": True, "level_db": -1.3}
    assert "level -1.3 dB" in "\n".join(lines_of(replace(snapshot, **shown), 80, 24))
    assert "level not matched" in "\n".join(lines_of(replace(snapshot, is_matched=False, level_db=0.0), 80, 24))
    assert "level" not in "\n".join(lines_of(replace(snapshot, is_matched=False, level_db=None), 80, 24))


@pytest.mark.parametrize("height", [8, 10, 12])
def test_help_in_a_low_terminal(snapshot, height):
    """The help is cut at the end, not at the beginning."""
    lines = lines_of(replace(snapshot, help=True), 80, height)
    assert (height, True) == (len(lines), "morph" in lines[2])


def test_the_picker(snapshot):
    """What is typed and what it may mean stand in the last line."""
    last = lines_of(replace_picker(snapshot), 80, 24)[-1]
    assert last.split() == ["second", "term:", "wa▏", "warm", "›warmth‹"]
    marked = replace(replace_picker(snapshot), marked=load().descriptor("warm"))
    assert lines_of(marked, 100, 24)[-1].count("186 people, 11 texts") == 1
    nothing = replace(replace_picker(snapshot).picker, typed="xyzxyz")
    assert lines_of(replace(snapshot, picker=nothing), 80, 24)[-1].endswith("nothing like it")


@pytest.mark.parametrize(
    ("changes", "line", "text"),
    [
        ({}, 0, "Controller 1 · CC 21"),
        ({}, 0, "Ardour · Calf Equalizer 5 Band ○"),
        ({}, 1, "track 2 · slot 3 · and 1 more"),
        ({"target": None}, 0, "no target"),
        ({"target": TargetView("A", "B", Presence.ANSWERS)}, 0, "A ●"),
        ({"target": TargetView("A", "B", Presence.SILENT)}, 0, "A ✕"),
        ({"midi": MidiPort()}, 0, "keys and OSC"),
        ({"midi": MidiPort("ctrl", trouble="gone")}, 0, "ctrl ✕"),
        ({}, -2, "CC 21 = 64"),
        ({}, -2, "15 msg/s out · 1.2 ms"),
        ({}, -2, "OSC 127.0.0.1:9000"),
        ({"latency_ms": None}, -2, "15 msg/s out   "),
        ({"arrived": arrival(None)}, -2, "nothing came in yet"),
        ({"arrived": arrival(ControlChange(2, 7, 1))}, -2, "CC 7 = 1 channel 3"),
        ({"arrived": arrival(Osc("/semeq/morph", (0.5,)))}, -2, "/semeq/morph 0.5"),
        ({"arrived": arrival(Note(0, 60, 1))}, -2, "note channel=0 note=60 velocity=1"),
        ({"attention": "Turn the knob that should morph"}, -1, "Turn the knob that should morph"),
        ({}, -1, "? help"),
        ({"bypassed": True}, 4, "BYPASS"),
        ({"strength": -0.5}, 4, "strength  -50 %"),
    ],
)
def test_what_stands_where(snapshot, changes, line, text):
    """Ports, target, last message, rate, calls and states are each in their place."""
    assert text in lines_of(replace(snapshot, **changes), 100, 24)[line]


def test_one_person_is_a_person(snapshot):
    """One contributor is not "1 people"."""
    lonely = (Word.of(replace(load().descriptor("warm"), people=1)),) * 2
    text = "\n".join(lines_of(replace(snapshot, terms=lonely), 80, 24))
    assert (text.count("1 person"), text.count("people")) == (2, 0)


def test_flat_is_not_minus_nothing(snapshot):
    """A gain that is nearly or negatively zero reads as plain zero."""
    bands = tuple(
        replace(band, gain_db=gain) for band, gain in zip(snapshot.bands, (-0.0, 0.0, -0.04, 0.04, -0.0), strict=True)
    )
    text = "\n".join(lines_of(replace(snapshot, bands=bands), 80, 24))
    assert (text.count("+0.0 dB"), text.count("-0.0")) == (5, 0)


@settings(max_examples=50, deadline=None)
@given(
    gains=st.lists(st.floats(-60, 60), min_size=5, max_size=5),
    places=st.lists(st.floats(5, 23_000), min_size=5, max_size=5),
    size=st.sampled_from([(40, 20), (80, 24), (140, 40)]),
)
def test_any_setting_fits(snapshot, gains, places, size):
    """Bands far outside the scale or the axis are drawn at its edge."""
    bands = tuple(
        replace(band, gain_db=gain, frequency_hz=place)
        for band, gain, place in zip(snapshot.bands, gains, places, strict=True)
    )
    lines = lines_of(replace(snapshot, bands=bands), *size)
    assert (size[1], True) == (len(lines), max(map(len, lines)) <= size[0])


# -- the parts of the picture -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency_hz", "text"), [(20, "  20 Hz"), (999.4, " 999 Hz"), (1000, " 1.0 kHz"), (15_500, "15.5 kHz")]
)
def test_frequencies(frequency_hz, text):
    """Below 1 kHz whole hertz, above it tenths of kilohertz."""
    assert hertz(frequency_hz) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "    │    "),
        (12.0, "    │████"),
        (-12.0, "████│    "),
        (6.0, "    │██  "),
        (-6.0, "  ██│    "),
        (1.5, "    │▌   "),
        (-1.5, "   ▐│    "),
        (99.0, "    │████"),
        (-99.0, "████│    "),
    ],
)
def test_bars(value, text):
    """A bar grows in half columns to its own side and stops at the end."""
    assert bar(value, 12.0, 9) == text


@pytest.mark.parametrize(("frequency_hz", "column"), [(20, 0), (20_000, 99), (632.4555, 50), (1, 0), (96_000, 99)])
def test_columns(frequency_hz, column):
    """The axis is logarithmic from 20 Hz to 20 kHz."""
    assert column_of(frequency_hz, 100) == pytest.approx(column, abs=1)


def rows_of(bands, scale_db=12, width=89, height=15):
    """For each column of a curve, the row of its topmost dot; without margin, axis and labels."""
    lines = [line.plain[7:] for line in curve(bands, scale_db, width, height, "", "")][: height - 2]
    columns = max(map(len, lines))
    return [
        next((row for row, line in enumerate(lines) if ord(line.ljust(columns)[column]) in BRAILLE), None)
        for column in range(columns)
    ]


def test_a_flat_curve_lies_on_the_middle_line():
    """Without gain every column has its dot on the zero line."""
    flat = [Band(BandKind.PEAKING, 1000.0, 0.0, 1.0)]
    assert set(rows_of(flat)) == {6}


def test_the_scale_has_a_mark_at_each_number():
    """The zero line crosses it; where nothing is written it is a plain line."""
    flat = [Band(BandKind.PEAKING, 1000.0, 0.0, 1.0)]
    scale = [line.plain[:7].split() for line in curve(flat, 12, 89, 15, "", "")[:-2]]
    marked = [["+12", "┤"], ["+6", "┤"], ["0", "┼"], ["-6", "┤"], ["-12", "┤"]]
    assert [row[:2] for row in scale if len(row) > 1] == marked
    assert [row[0] for row in scale if len(row) == 1] == ["│"] * (13 - 5)


@pytest.mark.parametrize(
    ("kind", "gain_db", "first", "last"),
    [
        (BandKind.LOW_SHELF, 12.0, 0, 6),
        (BandKind.LOW_SHELF, -12.0, 12, 6),
        (BandKind.HIGH_SHELF, 12.0, 6, 0),
        (BandKind.HIGH_SHELF, -12.0, 6, 12),
    ],
)
def test_a_shelf_leads_from_one_level_to_the_other(kind, gain_db, first, last):
    """Up is more gain; low frequencies are at the left."""
    rows = rows_of([Band(kind, 632.0, gain_db)])
    assert (rows[0], rows[-1]) == (pytest.approx(first, abs=1), pytest.approx(last, abs=1))


def test_a_bell_has_its_peak_where_it_is():
    """The highest dot stands at the bell's frequency, and the axis is marked there."""
    band = Band(BandKind.PEAKING, 632.0, 9.0, 4.0)
    rows = rows_of([band])
    highest = [column for column, row in enumerate(rows) if row == min(rows)]
    assert column_of(632.0, len(rows)) == pytest.approx(sum(highest) / len(highest), abs=1.5)
    axis = curve([band], 12, 89, 15, "", "")[-2].plain
    assert axis.index("▲") - 7 == column_of(632.0, len(rows))


def test_the_picture_of_the_readme_is_drawn():
    """The program draws it, in a session in which all is well."""
    session, _ = played()
    assert (session.attention, session.targets[0].presence) == ("", Presence.ANSWERS)
    assert ">BRIGHT" in picture()


def test_while_a_plugin_waits_its_own_setting_is_shown_and_described(make_session, five):
    """Until the player moves something, neither curve nor words are those of the knob."""
    session = make_session(("ardour", "calf-eq5"))
    (target,) = session.targets
    target.leads = False
    ardour = SmallArdour(target)
    own = scaled(five, -0.5)
    for setting in target.route.equalizer.settings(own):
        ardour.hand(setting.parameter.name, setting.value, tells=False)
    ardour.play(1.0)
    seen = seen_now(session, Terminal(session.morpher.model), 1.0)
    assert [band.gain_db for band in seen.bands] == pytest.approx([band.gain_db for band in own], abs=1e-4)
    assert seen.described == session.morpher.model.described(seen.bands) != session.described
