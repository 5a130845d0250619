"""What the schema for people says is what the daemon reads: every key is there, and every example is good."""

import re

import pytest
from msgspec import inspect
from semeq.daemon.eq.laws import LAWS
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.eq.units import UNITS
from semeq.daemon.host.host_file import Host
from semeq.daemon.mappings.check import check
from semeq.daemon.mappings.library import SHIPPED
from semeq.daemon.session.address_space import METHODS
from semeq.daemon.surface.surface_file import Surface

README = (SHIPPED / "README.md").read_text(encoding="utf-8")
_PARTS = re.split(r"^## An? (?=plug-in|host|surface)", README, flags=re.MULTILINE)[1:]
SECTIONS = dict(zip((Plugin, Host, Surface), _PARTS, strict=True))


def words(info):
    """Every key of a structure, and every word that a value may be, with those inside it."""
    match info:
        case inspect.StructType(fields=fields):
            for field in fields:
                yield field.encode_name
                yield from words(field.type)
        case inspect.UnionType(types=types):
            for part in types:
                yield from words(part)
        case inspect.VarTupleType(item_type=item):
            yield from words(item)
        case inspect.LiteralType(values=values):
            yield from (value for value in values if isinstance(value, str))
        case inspect.EnumType(cls=cls):
            yield from map(str, cls)
        case _:
            pass


@pytest.mark.parametrize("kind", SECTIONS, ids=lambda kind: kind.__name__)
def test_every_key_and_word_is_explained(kind):
    """Nothing can be written in a file that its section does not name."""
    assert [word for word in words(inspect.type_info(kind)) if not re.search(rf"\b{word}\b", SECTIONS[kind])] == []


@pytest.mark.parametrize("kind", SECTIONS, ids=lambda kind: kind.__name__)
def test_the_examples_are_good(kind):
    """Each example is a whole file, and nothing about it needs another look."""
    (example,) = re.findall(r"```toml\n(.*?)```", SECTIONS[kind], re.S)
    assert check(example, kind, "example", METHODS) == []


def test_every_unit_and_law_is_explained():
    """The conventions that a parameter's value may follow."""
    laws = [law.__struct_config__.tag for law in LAWS.__args__]
    assert len(laws) == 6
    assert [word for word in (*UNITS, *laws) if f"`{word}`" not in SECTIONS[Plugin]] == []


def test_the_test_sees_what_is_missing():
    """Keys deep inside are among those that are looked for."""
    found = set(words(inspect.type_info(Host))) | set(words(inspect.type_info(Plugin)))
    assert {"keep_asking", "cc14", "labels", "falling", "orfanidis_nyquist", "low_shelf"} <= found
