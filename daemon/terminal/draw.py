"""What a player sees: a snapshot becomes lines of text that fit the terminal."""

from collections.abc import Sequence

from rich.console import Group
from rich.text import Text

from ...model import Band, BandKind
from ..host.life import Life
from ..host.presence import Presence
from ..messages.types import printable
from ..wording import hertz
from .plot import MARGIN, bar, curve
from .snapshot import Snapshot

ACCENT, WARN, FAINT, STRONG = "cyan", "yellow", "bright_black", "bold"
SMALLEST_CURVE = 7
FEWEST_ROWS = 2
"""Each band's frequency and gain, shown wherever there is room for a curve."""
WORTH_SAYING_DB = 0.1
"""The difference from which a plug-in that cannot follow is named."""
ROOM_FOR_EVIDENCE = 70
"""Columns from which texts are named beside people."""
SHORT_BELOW = 10
"""Columns under which a kind of band is one word."""
KIND_WORDS = {BandKind.LOW_SHELF: "low shelf", BandKind.PEAKING: "bell", BandKind.HIGH_SHELF: "high shelf"}
PRESENCE_SIGNS = {
    Presence.ANSWERS: ("●", ACCENT),
    Presence.UNKNOWN: ("○", FAINT),
    Presence.SILENT: ("✕", WARN),
}
KEYS = (
    "←→ morph",
    "? help",
    "q quit",
    "a/b terms",
    "/ say",
    "↑↓ strength",
    "1-9 scenes",
    "u undo",
    "t teach",
    "space bypass",
)
"""What the last line says of keys, the most needed first; on screen they stand as in the next row."""
KEYS_ORDER = (
    "←→ morph",
    "↑↓ strength",
    "a/b terms",
    "/ say",
    "1-9 scenes",
    "t teach",
    "u undo",
    "space bypass",
    "? help",
    "q quit",
)
HELP = (
    ("← →   home end", "morph; to the first or the second term"),
    ("↑ ↓   =   0", "strength; 100 %; 0 % (flat)"),
    ("1 … 9   s 1 … s 9", "recall a scene; store it there"),
    ("t", "teach: the plug-in's present setting becomes a word"),
    ("u   ctrl-r", "undo; redo"),
    ("a   b", "choose the first or the second term: type its first letters"),
    ("[ ]   { }", "the favourite before or after, as first or second term"),
    ("/", "say: a bit warmer, less harsh; again; half of that; undo"),
    ("x", "swap the two terms"),
    ("space", "bypass: flat for the time being"),
    ("c", "compare: A, at first the plug-in's own setting, and B"),
    ("m", "level match: take out what the bands add to the loudness"),
    ("l", "learn: the next knob that you turn becomes the morph knob"),
    ("r   h", "send all to the DAW again; take over from a hand on it"),
    ("o", "own setting back: what the plug-in had before semeq"),
    ("?   esc", "this help, and back"),
    ("q   ctrl-c", "quit"),
)
AUDITION = ((",  .   (  )  \\", "five seconds back, on; the loop begins or ends here; all of it again"),)
"""Where semeq plays itself, besides."""


def draw(snapshot: Snapshot | str, width: int, height: int) -> Group:
    """Lay a snapshot out for a terminal of ``width`` by ``height``; never more lines or columns than that.

    If nothing is known to be drawn, a sentence says why.
    """
    if isinstance(snapshot, str):
        lines = [Text(" semeq", style=STRONG), Text(f" {snapshot}", style=WARN)]
    elif height < 8 or width < 40:
        lines = [_one_line(snapshot, width)]
    elif snapshot.help:
        lines = _help(height, HELP + AUDITION if snapshot.sound and not snapshot.away else HELP)
    else:
        lines = _screen(snapshot, width, height)
    for line in lines:
        line.plain = printable(line.plain)  # whatever a name from outside holds moves no cursor
        line.truncate(width, overflow="ellipsis")
        line.no_wrap = True
    return Group(*lines[:height])


def _screen(snapshot: Snapshot, width: int, height: int) -> list[Text]:
    top = [*_header(snapshot, width), *_morph(snapshot, width)]
    bands = _bands(snapshot.bands, snapshot.scale_db, width)
    bottom = [*_scenes(snapshot), _status(snapshot, width), _last_line(snapshot, width)]
    room = height - len(top) - len(bands) - len(bottom)
    if 0 < SMALLEST_CURVE - room <= len(bands) - FEWEST_ROWS:  # a curve says more than the bands' lesser rows
        bands = _most_telling(bands, len(bands) - (SMALLEST_CURVE - room))
        room = SMALLEST_CURVE
    extra = _extra(snapshot, width) if room >= SMALLEST_CURVE + 9 else []
    room -= len(extra)
    if room >= SMALLEST_CURVE:
        middle = curve(snapshot.bands, snapshot.scale_db, width, room, ACCENT, FAINT)
    else:
        middle = [Text()] * max(room, 0)
        bands = _most_telling(bands, max(height - len(top) - len(bottom), 0))
    return [*top, *middle, *bands, *extra, *bottom]


def _header(snapshot: Snapshot, width: int) -> list[Text]:
    midi = snapshot.midi
    if snapshot.demo:
        where, style = snapshot.demo, WARN
    elif not midi.wanted:
        where, style = "keys and OSC", FAINT
    elif not midi.port:
        where, style = f"{midi.wanted} ✕", WARN
    else:
        where, style = " · ".join(filter(None, (midi.port, snapshot.knob))), ""
    right = Text(snapshot.sound) if snapshot.sound else Text("no target", style=FAINT)
    place = Text("")
    if target := snapshot.target:
        sign, colour = PRESENCE_SIGNS[target.presence]
        right = Text(f"{target.name} ") + Text(sign, style=colour)
        more = f" · and {snapshot.targets - 1} more" if snapshot.targets > 1 else ""
        place = Text(target.place + more, style=FAINT)
        if target.life is Life.WAITING:
            blind = " (it cannot be asked what it has)" if target.is_blind else ""
            place = Text(f"waiting for your first move{blind} · ", style=ACCENT) + place
        if target.off_db >= WORTH_SAYING_DB:
            place = Text(f"up to {target.off_db:.1f} dB off · ", style=WARN) + place
    semeq = Text(" semeq", style=STRONG).append(f" {snapshot.away}" if snapshot.away else "", style=f"not bold {FAINT}")
    first = _spread(semeq, Text(where, style=style), right, width)
    return [first, _spread(Text(), Text(), place, width)]


def _morph(snapshot: Snapshot, width: int) -> list[Text]:
    strength = Text("strength ", style=FAINT).append(f"{snapshot.strength * 100:4.0f} %", style=STRONG)
    if snapshot.level_db is not None:
        said = f"{snapshot.level_db:+.1f} dB   " if snapshot.is_matched else "not matched   "
        strength = Text("level ", style=FAINT).append(said).append_text(strength)
    if snapshot.side:
        strength = Text(snapshot.side, style=f"{STRONG} {ACCENT}").append("   ").append_text(strength)
    if snapshot.bypassed:
        strength = Text().append("BYPASS  ", style=f"{STRONG} {WARN}").append_text(strength)
    if snapshot.mode and not snapshot.request:
        mode = Text("   ").append(snapshot.mode, style=f"{STRONG} {ACCENT}")
        return [mode, Text("   the morph knob leads back to the two words", style=FAINT), _right(strength, width)]
    a, b = (descriptor.term.upper() for descriptor in snapshot.terms)
    evidence = [known.evidence if width >= ROOM_FOR_EVIDENCE else known.people_said for known in snapshot.terms]
    people = [Text(said, style=FAINT) for said in evidence]
    if snapshot.request:
        a, b = "BEFORE", f"“{snapshot.request}”"
        people = [Text(snapshot.heard, style=FAINT), Text()]
    if snapshot.from_daw:
        a, people[0] = "WHERE IT WAS", Text("the plug-in's own setting", style=FAINT)
    space = max(width - len(a) - len(b) - 10, 8)
    at = round(snapshot.morph * (space - 1))
    bar_line = Text("   ")
    bar_line.append(a, style=STRONG).append("  ")
    bar_line.append("━" * at, style=ACCENT).append("●", style=f"{STRONG} {ACCENT}")
    bar_line.append("━" * (space - 1 - at), style=FAINT).append("  ").append(b, style=STRONG)
    value = Text(f"{snapshot.morph:.2f}", style=f"{STRONG} {ACCENT}")
    return [bar_line, _spread(Text("   ") + people[0], value, people[1] + Text("  "), width), _right(strength, width)]


def _bands(bands: Sequence[Band], scale_db: int, width: int) -> list[Text]:
    column = (width - MARGIN) // max(len(bands), 1)
    styles = (FAINT, STRONG, "", ACCENT, FAINT)
    columns = [[" " * (MARGIN - 1)] * len(styles)]
    bar_width = min(column - 3, 21) | 1
    for band in bands:
        texts = (
            KIND_WORDS[band.kind] if column >= SHORT_BELOW else KIND_WORDS[band.kind].split()[0],
            _fitting(hertz(band.frequency_hz), column),
            _fitting(f"{band.gain_db:+z5.1f} dB", column),
            bar(band.gain_db, scale_db, bar_width),
            _fitting(f"Q {band.q:.2f}", column),
        )
        columns.append([text.center(bar_width).ljust(column)[:column] for text in texts])
    return [Text("".join(row), style=style) for style, *row in zip(styles, *columns, strict=True)]


def _fitting(text: str, column: int) -> str:
    """A number and its unit that leave a blank before the next column, or the number alone."""
    tight = text.strip()
    if len(text) < column or len(tight) < column:
        return text if len(text) < column else tight
    return tight.removesuffix(" Hz").removesuffix(" dB").replace(" kHz", "k")


def _most_telling(rows: list[Text], count: int) -> list[Text]:
    """The rows of the bands, as many as there is room for; gain and frequency stay longest."""
    kept = sorted((2, 1, 0, 4, 3)[:count])
    return [rows[row] for row in kept]


def _scenes(snapshot: Snapshot) -> list[Text]:
    """The song and its scenes by their keys, if there are any."""
    if not any(snapshot.scenes) and not snapshot.song:
        return []
    line = Text("   ").append(f"{snapshot.song}   " if snapshot.song else "scenes   ", style=FAINT)
    for number, name in enumerate(snapshot.scenes, 1):
        if name:
            line.append(f"{number} ", style=FAINT).append(f"{name}   " if name != str(number) else "  ")
    return [line]


def _extra(snapshot: Snapshot, width: int) -> list[Text]:
    said = Text("   this is     ", style=FAINT).append(snapshot.described)
    near = Text("   near here   ", style=FAINT)
    for word in snapshot.near:
        if near.cell_len + len(word) + 3 > width:
            break
        near.append(word).append("   ")
    return [Text(), said, near]


def _status(snapshot: Snapshot, width: int) -> Text:
    left = Text(f" {snapshot.arrived}", style=FAINT)
    latency = "" if snapshot.latency_ms is None else f" · {snapshot.latency_ms:.1f} ms"
    middle = Text(f"{snapshot.messages_per_second:4d} msg/s out{latency}", style=FAINT)
    return _spread(left, middle, Text(snapshot.osc + " ", style=FAINT), width)


def _last_line(snapshot: Snapshot, width: int) -> Text:
    picker = snapshot.picker
    if picker:
        line = Text(f"   {'first' if picker.side == 'a' else 'second'} term: ", style=WARN)
        line.append(f"{picker.typed}▏  ", style=STRONG)
        for number, word in enumerate(picker.found):
            line.append(*((f"›{word}‹ ", STRONG) if number == picker.marked else (f" {word}  ", "")))
            if number == picker.marked and snapshot.marked:
                line.append("; ".join((snapshot.marked.evidence, *snapshot.marked.remarks[:1])) + "  ", FAINT)
        return line.append("" if picker.found else picker.hint, style=WARN)
    if snapshot.typed is not None:
        line = Text("   teach this setting as: ", style=WARN).append(f"{snapshot.typed}▏", style=STRONG)
        return line.append("   enter keeps it, esc leaves it", style=FAINT)
    if snapshot.stores:
        return Text("   store this setting as scene 1 … 9", style=WARN)
    if snapshot.asking is not None:
        line = Text("   say: ", style=WARN).append(f"{snapshot.asking}▏", style=STRONG)
        return line if snapshot.asking else line.append("  a bit warmer, less harsh · again · undo", style=FAINT)
    if snapshot.attention:
        return Text(f"   {snapshot.attention}", style=WARN)
    return Text(f" {_keys(width - 2)}", style=FAINT)


def _keys(width: int) -> str:
    """The most needed keys, as many as fit, each in its usual place."""
    shown: list[str] = []
    for key in KEYS:
        if len("  ".join((*shown, key))) > width:
            break
        shown.append(key)
    return "  ".join(key for key in KEYS_ORDER if key in shown)


def _one_line(snapshot: Snapshot, width: int) -> Text:
    a, b = (descriptor.term.upper() for descriptor in snapshot.terms)
    space = max(width - len(a) - len(b) - 8, 3)
    at = round(snapshot.morph * (space - 1))
    line = Text(a, style=STRONG).append(" " + "━" * at, style=ACCENT).append("●", style=f"{STRONG} {ACCENT}")
    return (
        line.append("━" * (space - 1 - at) + " ", style=FAINT).append(b, style=STRONG).append(f" {snapshot.morph:.2f}")
    )


def _help(height: int, keys_of: Sequence[tuple[str, str]]) -> list[Text]:
    lines = [Text(" semeq", style=STRONG), Text()]
    for keys, meaning in keys_of:
        lines.append(Text(f"   {keys:<18}", style=ACCENT).append(meaning, style=""))
    lines += [
        Text(),
        Text("   over OSC: /semeq/morph 0..1, /semeq/terms warm bright, /semeq/strength 1 …"),
    ]
    return lines[:height]


def _spread(left: Text, middle: Text, right: Text, width: int) -> Text:
    """Three texts on one line: at the left, around the middle (left out if there is no room), at the right end."""
    at_left, around, at_right = left.cell_len, middle.cell_len, right.cell_len
    if at_left + around + at_right + 2 > width:
        middle, around = Text(), 0
    room = width - at_left - around - at_right
    before = max(min((width - around) // 2 - at_left, room - 1), 1)
    after = max(room - before, 1)
    return Text().append_text(left).append(" " * before).append_text(middle).append(" " * after).append_text(right)


def _right(text: Text, width: int) -> Text:
    return _spread(Text(), Text(), text + Text("  "), width)
