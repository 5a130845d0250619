"""Every equaliser that is measured: set by semeq in real Ardour, its response against what semeq says.

`python -m pytest -s tests/end_to_end/test_plugins_measured.py` prints a line for each.
"""

import pytest
from measuring import Heard, check, measure, settings_of
from real_daw import MEASURED, RealDaw, missing_plugin
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Route
from semeq.daemon.mappings.library import load
from semeq.model import Model


@pytest.fixture(scope="module")
def heard(ardour: RealDaw, model: Model) -> dict[str, tuple[Route, list[Heard]]]:
    """Twenty settings of every plug-in that is here, all heard at once."""
    there = [name for name, uri in MEASURED.items() if not missing_plugin(uri)]
    daw = ardour.part(*(MEASURED[name] for name in there))
    kinds = tuple(band.kind for band in model.bands("warm"))
    host = load(Host, "ardour")
    routes = [Route.choose(host, load(Plugin, name), daw.ssid(strip), 1, kinds) for strip, name in enumerate(there)]
    measured = measure(routes, daw.osc_port, daw, settings_of(model))
    return dict(zip(there, zip(routes, measured, strict=True), strict=True))


@pytest.mark.parametrize("name", MEASURED)
def test_a_plugin_does_in_ardour_what_semeq_says(heard: dict[str, tuple[Route, list[Heard]]], name: str) -> None:
    """Through real Ardour the measured response is the asked one, or as far off as was said."""
    if reason := missing_plugin(MEASURED[name]):
        pytest.skip(reason)
    check(*heard[name], name)
