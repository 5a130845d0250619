"""Equalisers without a file, of Debian's packages: mapped from what they say of themselves, then measured, or refused.

They are loaded as a DAW does, through lilv, and without one (``offline_host``).
"""

import json
import subprocess
import sys

import numpy as np
import offline_host
import pytest
from measuring import settings_of
from semeq.daemon.discover.selfmap import CannotMapError, self_map
from semeq.daemon.discover.shown import Shown
from semeq.daemon.eq.equalizer import Equalizer
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.mappings.library import SHIPPED, load, names_of
from unmapped import MAPPED, REFUSED

RATE_HZ = 48_000
FORESEEN_DB = 0.3
FREQUENCIES_HZ = tuple(np.geomspace(20.0, 16_000.0, 80))


def asked(plugin, package, settings=()):
    """What a plug-in says, and does with these settings."""
    question = {"plugin": plugin, "rate_hz": RATE_HZ, "settings": settings, "frequencies_hz": FREQUENCIES_HZ}
    command = [sys.executable, offline_host.__file__]
    done = subprocess.run(command, input=json.dumps(question), capture_output=True, text=True, timeout=120, check=False)
    if "there is no " in done.stderr:
        pytest.skip(f"{done.stderr.strip()}: apt-get install {package} (Debian)")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def described(plugin, package):
    """A plug-in's name and its parameters as a host would show them."""
    said = asked(plugin, package)
    return said["name"], [
        Shown(
            n,
            control["name"],
            control["low"],
            control["high"],
            control["value"],
            control["is_log"],
            control["is_switch"],
            control["is_integer"],
            control["input"],
            tuple((value, label) for value, label in control["labels"]),
        )
        for n, control in enumerate(said["controls"])
    ]


@pytest.fixture(scope="module")
def known():
    """What siblings may be known of, as `semeq targets` has it."""
    files = [load(Plugin, name) for name in names_of(Plugin, (SHIPPED,))]
    return [plugin for word in ("measured", "documented") for plugin in files if plugin.verified.startswith(word)]


@pytest.mark.parametrize("name", MAPPED)
def test_what_is_mapped_does_what_is_foreseen(name, known, model):
    """Eight settings across the model's range: the response is what semeq foresees of the plug-in."""
    plugin, package = MAPPED[name]
    made = self_map(*described(plugin, package), "lilv", known).plugin
    bands = settings_of(model, 8)
    equalizer = Equalizer.choose(made, tuple(band.kind for band in bands[0]), RATE_HZ)
    fits = [equalizer.fit(each) for each in bands]
    settings = [[(s.parameter.index, s.value) for s in equalizer.settings(fit.bands)] for fit in fits]
    said = asked(plugin, package, settings)
    frequencies_hz = np.array(said["frequencies_hz"])
    foreseen_db = np.array([equalizer.response_db(fit.bands, frequencies_hz) for fit in fits])
    assert np.max(np.abs(foreseen_db)) > 5.0 * FORESEEN_DB  # there is something to hear
    assert np.max(np.abs(said["responses_db"] - foreseen_db)) <= FORESEEN_DB


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_mapped_is_refused_with_the_reason(name, known):
    """Every parameter that could be set is listed with it."""
    plugin, package, why = REFUSED[name]
    own_name, shown = described(plugin, package)
    with pytest.raises(CannotMapError, match=why) as refused:
        self_map(own_name, shown, "lilv", known)
    assert len(refused.value.listing.splitlines()) == sum(parameter.is_input for parameter in shown)
