"""SuperCollider's own EQ sections, set by semeq in a real scsynth: their response against what semeq says."""

from collections.abc import Iterator

import pytest
from measuring import check, measure, settings_of
from real_scsynth import Scsynth, missing_scsynth
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Route
from semeq.daemon.mappings.library import load
from semeq.model import Model


@pytest.fixture(scope="module")
def scsynth() -> Iterator[Scsynth]:
    """SuperCollider's server with one synth of five sections."""
    if reason := missing_scsynth():
        pytest.skip(reason)
    with Scsynth() as running:
        yield running


def test_scsynth_does_what_semeq_says(scsynth: Scsynth, model: Model) -> None:
    """The same through SuperCollider's own sections."""
    kinds = tuple(band.kind for band in model.bands("warm"))
    route = Route.choose(load(Host, "scsynth"), load(Plugin, "scsynth-eq"), scsynth.node, 1, kinds)
    (heard,) = measure([route], scsynth.osc_port, scsynth, settings_of(model))
    check(route, heard, "scsynth-eq")
