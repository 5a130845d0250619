"""What is wrong in a TOML file is named with its line."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from semeq.daemon.app.config import Config
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.errors import TomlFileError
from semeq.daemon.mappings.library import SHIPPED
from semeq.daemon.toml.line_numbers import TomlLines
from semeq.daemon.toml.reader import parse_toml, read_toml

PLUGIN = """\
# a comment with = and [brackets]
name = "Bench # no comment"
verified = '''several
lines = 1'''

[[bands]]
kind = "low_shelf"
frequency = { name = "F1", index = 0, unit = "hz", law = { kind = "log", min = 20, max = 20000 } }
gain = { name = "G1", index = 1, unit = "db", law = { kind = "linear", min = -18, max = 18 } }

[[bands]]
kind = "peaking"
set = [
    { name = "On", index = 2, value = 1 },   # first
    { name = "Type", index = 3, value = 1 },
]

[bands.frequency]
name = "F2"
index = 4
unit = "hz"
law.kind = "log"
law.min = 20
law.max = 20000

[bands.gain]
name = "G2"
index = 5
unit = "db"
law = { kind = "linear", min = -18, max = 18 }

[bands.q]
name = "Q2"
index = 6
unit = "q"
law = { kind = "table", points = [
    [0.0, 0.1],
    [0.5, 1.0],
    [1.0, 10.0],
] }
"""


def complaint(text, kind):
    """The one line that a text ends in."""
    with pytest.raises(TomlFileError) as caught:
        parse_toml(text, kind, "my.toml")
    return str(caught.value)


def test_the_good_file_is_good():
    """What the next tests make wrong is good before that."""
    assert len(parse_toml(PLUGIN, Plugin, "my.toml").bands) == 2


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "Bench # no comment"', "nmae = 1", "my.toml:2: unknown key 'nmae'; did you mean name?"),
        ("verified =", "verfied =", "my.toml:3: unknown key 'verfied'; did you mean verified?"),
        (
            '"low_shelf"',
            '"shelf"',
            'my.toml:7: bands[0].kind takes "low_shelf" or "peaking" or "high_shelf", not the text "shelf"',
        ),
        (
            '"F1", index = 0',
            '"F1", index = "0"',
            'my.toml:8: bands[0].frequency.index takes a whole number from 0 to 1000000, not the text "0"',
        ),
        ('"F1", index', '"F1", indx', "my.toml:8: unknown key 'indx' (in bands[0].frequency); did you mean index?"),
        ("value = 1 }, ", "value = 2 }, ", "my.toml:14: value (2.0) must be from 0.0 to 1.0 (in bands[1].set[0])"),
        ("index = 3, value", "idex = 3, value", "my.toml:15: unknown key 'idex' (in bands[1].set[1])"),
        ("index = 4", "indexx = 4", "my.toml:20: unknown key 'indexx' (in bands[1].frequency)"),
        ("law.min = 20", "law.mn = 20", "my.toml:23: unknown key 'mn' (in bands[1].frequency.law)"),
        ("law.max = 20000", "law.max = 2", "my.toml:23: min (20.0) must be below max (2.0)"),
        (
            "min = -18, max = 18 }\n\n[bands.q]",
            "min = 1, max = 0 }\n\n[bands.q]",
            "my.toml:30: min (1.0) must",
        ),
        ("[0.5, 1.0]", '[0.5, "1"]', 'my.toml:38: bands[1].q.law.points[1][1] takes a number, not the text "1"'),
        ("[bands.q]", "[bands.Q]", "my.toml:32: unknown key 'Q' (in bands[1]); did you mean q?"),
        ('unit = "q"', 'unit = "hz"', "my.toml:32: q cannot have the unit 'hz'"),
        (
            '[bands.gain]\nname = "G2"',
            "[bands.gain]",
            "my.toml:26: bands[1].gain needs the key 'name'",
        ),
        ("index = 6", "index = ", "my.toml:34: not valid TOML: Invalid value (column 9)"),
        ("index = 6", "index = 6\nindex = 7", "my.toml:35: not valid TOML: Cannot overwrite a value"),
    ],
)
def test_the_line_is_named(old, new, said, ending):
    """Unknown keys, wrong types and failed checks are named with the line on which they stand."""
    assert PLUGIN.count(old) == 1 or old == "verified ="
    text = PLUGIN.replace(old, new).replace("\n", ending)
    assert complaint(text, Plugin).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("midi = 'x'\n\n[osc]\nprot = 9001", "my.toml:4: unknown key 'prot' (in osc); did you mean port?"),
        (
            "[[targets]]\nhost='a'\nplugin='b'\n[[targets]]\nhost='a'\nplugin='b'\nslot=0",
            "my.toml:7: targets[1].slot takes a whole number from 1 on, or a text in quotes, not 0",
        ),
        (
            "targets = [\n{ host = 'a', plugin = 'b', strength = 3 }]",
            "my.toml:2: targets[0].strength takes a number from 0 to 2, not 3",
        ),
        (
            "targets = [{ host = 'a', plugin = 'b' },\n  { host = 'a' }]",
            "my.toml:2: targets[1] needs the key 'plugin'",
        ),
        ('"morph_cc" = 200', "my.toml:1: morph_cc takes a whole number from 0 to 127, not 200"),
        ('"what\\tever" = 200', "my.toml:1: unknown key 'what"),
        ("osc = 9000", "my.toml:1: osc takes a table, not 9000"),
    ],
)
def test_the_configuration_too(text, said):
    """The same for semeq.toml."""
    assert complaint(text, Config).startswith(said)


def test_what_concerns_the_whole_file_has_no_line():
    """A key that is missing from the file itself stands on no line."""
    assert complaint("verified = 'x'", Plugin) == "my.toml: the file needs the key 'name'"


def test_files_are_named_by_their_path(tmp_path):
    """The path, the line, what is wrong."""
    path = tmp_path / "mine.toml"
    path.write_text(PLUGIN.replace("low_shelf", "lowshelf"), encoding="utf-8")
    with pytest.raises(TomlFileError) as caught:
        read_toml(path, Plugin)
    assert str(caught.value).startswith(f"{path}:7: ")


def leaves(value, path=()):
    """Every path in what the parser has read."""
    if path:
        yield path
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from leaves(part, (*path, key))


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.toml")), ids=lambda path: path.stem)
def test_every_key_of_every_shipped_file_is_found(path):
    """The own reader of lines and the standard library's parser see the same keys, and each stands on its line."""
    text = path.read_text(encoding="utf-8")
    lines = TomlLines.of(text)
    for place in leaves(tomllib.loads(text)):
        assert lines.has(place)
        key = next(part for part in reversed(place) if isinstance(part, str))
        if isinstance(place[-1], str):
            line = lines.line(place)
            assert line is not None
            assert key in text.splitlines()[line - 1]


class Anything(Struct, frozen=True, forbid_unknown_fields=True):
    """A structure that every text but the empty one is wrong for."""

    known: int = 0


@given(st.text(alphabet="ab.=[]{},\"'# \n\\1", max_size=60))
def test_any_text_is_answered_with_one_line(text: Any):
    """No text makes the reader of lines fail or go on for ever."""
    TomlLines.of(text)
    try:
        parse_toml(text, Anything, "my.toml")
    except TomlFileError as error:
        assert "\n" not in str(error)  # noqa: PT017
