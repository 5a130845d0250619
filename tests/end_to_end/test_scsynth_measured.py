"""SuperCollider's own EQ sections, set by semeq in a real scsynth: their response against what semeq says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from measuring import check, measure, settings_of
from real_daemon import until
from real_scsynth import Scsynth, missing_scsynth
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Route
from semeq.daemon.mappings.library import load
from semeq.model import Model
from semeq.model.loudness import PINK
from steered import Steered


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


def test_its_own_setting_is_known_and_given_back(scsynth: Scsynth, tmp_path: Path) -> None:
    """Nothing is written before the first move; then it is followed; restore gives every control back exactly."""
    own = scsynth.controls()
    where = ("--host", "scsynth", "--plugin", "scsynth-eq", "--send", f"127.0.0.1:{scsynth.osc_port}")
    with Steered(tmp_path, *where, "--track", str(scsynth.node)) as daemon:
        until(lambda: "waits for the first move" in daemon.status(), daemon.status)
        assert scsynth.controls() == own
        daemon.turn(0.5)
        until(lambda: scsynth.controls() != own, "the knob to be followed")
        daemon.phone.send("/semeq/restore")
        until(lambda: scsynth.controls() == own, lambda: f"{own}\nnot {scsynth.controls()}")
        assert "by hand" not in daemon.log


def test_its_level_is_matched_on_its_amp(scsynth: Scsynth, tmp_path: Path, model: Model) -> None:
    """What the words add to the loudness is taken out there; restore gives that back, too."""
    own = scsynth.controls()
    where = ("--host", "scsynth", "--plugin", "scsynth-eq", "--send", f"127.0.0.1:{scsynth.osc_port}")
    with Steered(tmp_path, *where, "--track", str(scsynth.node), "--level-match") as daemon:
        daemon.turn(1.0)
        wanted = pytest.approx(10.0 ** (-PINK.change_by(model.bands("bright")) / 20.0), rel=1e-3)
        until(lambda: scsynth.controls()[-1] == wanted, lambda: f"{scsynth.controls()}, not {wanted}")
        daemon.phone.send("/semeq/restore")
        until(lambda: scsynth.controls() == own, lambda: f"{own}\nnot {scsynth.controls()}")


def test_a_synth_without_amp_is_moved_and_not_matched(scsynth: Scsynth, tmp_path: Path) -> None:
    """A definition of before: its bands follow, and that its level is not matched is said."""
    where = ("--host", "scsynth", "--plugin", "scsynth-eq", "--send", f"127.0.0.1:{scsynth.osc_port}")
    with (
        scsynth.without_amp() as node,
        Steered(tmp_path, *where, "--track", str(node), "--level-match") as daemon,
    ):
        own = scsynth.controls(node)
        daemon.turn(1.0)
        daemon.wait_for("its level is not matched")
        until(lambda: scsynth.controls(node) != own, "the knob to be followed")
        daemon.phone.send("/semeq/restore")
        until(lambda: scsynth.controls(node) == own, lambda: f"{own}\nnot {scsynth.controls(node)}")


def test_a_node_that_is_not_there_is_said(scsynth: Scsynth, tmp_path: Path) -> None:
    """The server answers with errors then."""
    where = ("--host", "scsynth", "--plugin", "scsynth-eq", "--send", f"127.0.0.1:{scsynth.osc_port}")
    with Steered(tmp_path, *where, "--track", "77") as daemon:
        daemon.turn(0.5)
        daemon.wait_for("there is no such node")
