"""Bands and terms as plain lines of text, for pipes and files as well as for eyes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypedDict

from ...model import Band, Descriptor
from ..eq.equalizer import Setting
from ..eq.laws import Enumeration
from ..eq.plugin_file import Parameter
from ..terminal.draw import KIND_WORDS
from ..terminal.plain import can_write
from ..wording import hertz

LANGUAGES = {"en": "English", "es": "Spanish"}
UNIT_WORDS = {"hz": "Hz", "db": "dB", "gain": "times", "octaves": "oct", "octaves_swh": "oct", "rq": "1/Q", "rs": "1/S"}
"""What is written behind a plug-in's own value; other units are a maker's Q or bandwidth, which have no word."""


class Row(TypedDict):
    """What a parameter is set to; ``value`` is the plug-in's own, ``position`` 0..1, ``label`` a choice's word."""

    name: str
    index: int
    value: float
    unit: str
    label: str
    position: float


def bands_table(bands: Iterable[Band]) -> str:
    """A line per band: kind, frequency, gain, Q."""
    rows = (
        f"  {KIND_WORDS[band.kind]:<10} {hertz(band.frequency_hz):>9} {band.gain_db:+z6.2f} dB   Q {band.q:.3f}"
        for band in bands
    )
    return "\n".join(rows)


def terms_table(terms: Iterable[Descriptor], marks: Mapping[str, str] = MappingProxyType({})) -> str:
    """A line per term: the word, its language, people and texts behind it, how far they agree, remarks, whose it is."""
    rows = [f"{'term':<18} {'language':<8} {'people':>6} {'texts':>5} {'reliability':>11}  {'rests on':<16}  remarks"]
    rows += (
        f"{term.term:<18} {LANGUAGES[term.language]:<8} {term.people:>6} {term.texts:>5} {term.reliability:>11.0%}  "
        f"{term.rests_on:<16}  {'; '.join(filter(None, (marks.get(term.term, ''), *term.remarks)))}".rstrip()
        for term in terms
    )
    return "\n".join(rows)


def row_of(setting: Setting) -> Row:
    """Say a setting as data; a switch has no unit, and only what is chosen from words has a label."""
    parameter, law = setting.parameter, setting.parameter.law
    return Row(
        name=parameter.name,
        index=parameter.index,
        value=setting.value,
        unit=parameter.unit if isinstance(parameter, Parameter) else "",
        label=law.labels[round(setting.value)] if isinstance(law, Enumeration) else "",
        position=law.to_normalized(setting.value),
    )


def settings_table(rows: Sequence[Row]) -> str:
    """A line per parameter: its name, its value as the plug-in counts, the position 0..1."""
    width = max(len(row["name"]) for row in rows)
    return "\n".join(
        f"  {row['name']:<{width}}  {_said(row):>12} {UNIT_WORDS.get(row['unit'], ''):<5}  {row['position']:.4f}"
        for row in rows
    )


def _said(row: Row) -> str:
    return row["label"] or format(row["value"], "z.5g")


def json_text(value: object) -> str:
    """A value as JSON that standard output can take: escapes stand for signs that its code page lacks."""
    text = json.dumps(value, ensure_ascii=False)
    return text if can_write(text) else json.dumps(value)
