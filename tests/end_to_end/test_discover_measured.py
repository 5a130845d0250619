"""An equaliser without a file, in real Ardour: mapped by `semeq targets` alone, then steered and measured."""

import re
import sys

import pytest
from measuring import check, measure, settings_of
from real_daw import ACE, CALF5, EQ4Q
from semeq.daemon.app.config import mapping_folders
from semeq.daemon.commands import tools
from semeq.daemon.discover.devices import devices
from semeq.daemon.discover.parameters import parameters
from semeq.daemon.discover.selfmap import self_map
from semeq.daemon.discover.talk import talk
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Route
from semeq.daemon.mappings.library import SHIPPED, load, names_of


@pytest.fixture(scope="module")
def daw(ardour):
    """EQ4Q Mono, which has no shipped file, and two that have."""
    return ardour.part(EQ4Q, ACE, CALF5)


@pytest.fixture
def call(daw, monkeypatch, capsys):
    """Run `semeq targets --host ardour …`; returns its exit code and what it wrote to both streams."""

    def call(*words):
        asked = ["semeq", "targets", "--host", "ardour", "--send", f"127.0.0.1:{daw.osc_port}", *map(str, words)]
        monkeypatch.setattr(sys, "argv", asked)
        with pytest.raises(SystemExit) as ended:
            tools.main()
        return ended.value.code, *capsys.readouterr()

    return call


def test_an_unknown_plugin_is_mapped_and_then_does_what_is_asked(daw, model, call, capsys):
    """`semeq targets` says that there is no file; `--map` makes one; what semeq sets with it is what is heard."""
    assert "eq4q" not in " ".join(names_of(Plugin, (SHIPPED,)))
    track = daw.ssid(0)
    code, out, _ = call()
    assert code == 0
    assert re.search(rf"\b{track} {daw.track(0)} +1 +EQ4Q Mono +none\n", out)
    assert f"semeq targets --host ardour --send 127.0.0.1:{daw.osc_port} --map {track} 1\n" in out
    assert re.search(rf"\b{daw.ssid(1)} {daw.track(1)} +1 +ACE EQ +ace-eq\n", out)
    assert f"semeq-daemon --host ardour --plugin calf-eq5 --track {daw.ssid(2)} --slot 1" in out

    code, out, err = call("--map", track, 1, "--save", "my-eq4q")
    assert (code, err) == (0, "")
    assert re.search(r"# Certain: .*: as of EQ(6|10)Q Mono, whose", out)

    plugin = load(Plugin, "my-eq4q", mapping_folders())
    kinds = tuple(band.kind for band in model.bands("warm"))
    route = Route.choose(load(Host, "ardour"), plugin, track, 1, kinds)
    (heard,) = measure([route], daw.osc_port, daw, settings_of(model, 8))
    with capsys.disabled():
        check(route, heard, "eq4q, self-mapped")
    # Now that it has a file, it is listed with it.
    assert re.search(r"EQ4Q Mono +my-eq4q\n", call()[1])


@pytest.mark.parametrize(("strip", "name"), [(1, "ace-eq"), (2, "calf-eq5")])
def test_known_plugins_mapped_as_if_unknown_are_what_their_files_say(daw, strip, name):
    """Names, numbers, ranges, laws and switches agree with the shipped files, which were measured."""
    host, peer = load(Host, "ardour"), ("127.0.0.1", daw.osc_port)
    there = {device.track: device.name for device in talk(host, peer, devices("ardour", host))}
    track = daw.ssid(strip)
    made = self_map(there[track], talk(host, peer, parameters("ardour", host, track, 1)), "Ardour").plugin
    shipped = load(Plugin, name)
    own = {slot.frequency.name: slot for slot in made.bands}
    assert there[track] == shipped.name
    for slot in shipped.bands:
        found = own[slot.frequency.name]
        assert found.kind is slot.kind
        assert {(p.name, p.index, p.natural) for p in found.set} == {(p.name, p.index, p.natural) for p in slot.set}
        for ours, theirs in ((found.frequency, slot.frequency), (found.gain, slot.gain), (found.q, slot.q)):
            if theirs is None:
                assert ours is None
                continue
            assert (ours.name, ours.index, ours.unit) == (theirs.name, theirs.index, theirs.unit)
            assert type(ours.law) is type(theirs.law)
            assert (ours.law.min, ours.law.max) == pytest.approx((theirs.law.min, theirs.law.max), rel=1e-5)
