"""Every equaliser that is measured: set by semeq in real Ardour, its response against what semeq says.

`python -m pytest -s tests/end_to_end/test_plugins_measured.py` prints a line for each.
"""

from collections.abc import Iterator

import pytest
from measuring import Heard, check, measure, settings_of
from real_daw import RealDaw, missing_parts
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Route
from semeq.daemon.mappings.library import load
from semeq.model import Model

LSP = "http://lsp-plug.in/plugins/lv2/para_equalizer"
PLUGINS = {
    "calf-eq5": "http://calf.sourceforge.net/plugins/Equalizer5Band",
    "calf-eq8": "http://calf.sourceforge.net/plugins/Equalizer8Band",
    "calf-eq12": "http://calf.sourceforge.net/plugins/Equalizer12Band",
    "ace-eq": "urn:ardour:a-eq",
    "lsp-para-eq-x16": f"{LSP}_x16_mono",
    "lsp-para-eq-x32": f"{LSP}_x32_mono",
    "x42-fil4": "http://gareus.org/oss/lv2/fil4#mono",
    "eq10q-6": "http://eq10q.sourceforge.net/eq/eq6qm",
    "eq10q-10": "http://eq10q.sourceforge.net/eq/eq10qm",
    "zameq2": "urn:zamaudio:ZamEQ2",
}
"""LV2 URIs by the plug-in files' names."""


@pytest.fixture(scope="module")
def daw() -> Iterator[RealDaw]:
    """Ardour with one bus per plug-in."""
    if reason := missing_parts():
        pytest.skip(reason)
    with RealDaw(list(PLUGINS.values())) as running:
        yield running


@pytest.fixture(scope="module")
def heard(daw: RealDaw, model: Model) -> dict[str, tuple[Route, list[Heard]]]:
    """Twenty settings of every plug-in, all heard at once."""
    kinds = tuple(band.kind for band in model.bands("warm"))
    host = load(Host, "ardour")
    routes = [
        Route.choose(host, load(Plugin, name), ssid, 1, kinds) for name, ssid in zip(PLUGINS, daw.ssids, strict=True)
    ]
    measured = measure(routes, daw.osc_port, daw, settings_of(model))
    return dict(zip(PLUGINS, zip(routes, measured, strict=True), strict=True))


@pytest.mark.parametrize("name", PLUGINS)
def test_a_plugin_does_in_ardour_what_semeq_says(heard: dict[str, tuple[Route, list[Heard]]], name: str) -> None:
    """Through real Ardour the measured response is the asked one, or as far off as was said."""
    check(*heard[name], name)
