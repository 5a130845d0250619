"""Equalisers without a file in real Ardour: mapped as `semeq targets --map` does, then measured; or refused.

`python tests/bench/bench_selfmap.py`; ends with 1 where one is further than 0.3 dB from what is foreseen, or is not
refused for the right reason. `tests/discover/test_selfmap_measured.py` does the same without a DAW.
"""

import sys

import numpy as np
from measuring import MEASURED_HZ, measure, settings_of
from msgspec.structs import replace
from real_daw import RealDaw
from semeq.daemon.discover.devices import devices
from semeq.daemon.discover.parameters import parameters
from semeq.daemon.discover.selfmap import CannotMapError, self_map
from semeq.daemon.discover.talk import talk
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Route
from semeq.daemon.mappings.library import SHIPPED, load, names_of
from semeq.model import load as load_model
from unmapped import MAPPED, REFUSED

FORESEEN_DB, HEARD_DB = 0.3, -60.0
SILENT = ("Calf Sidechain Gate", "SWH Single Para")
"""Let nothing through as they stand, so that no audio would be found there: a gate, and 440 times the sample rate."""


def main() -> None:
    """Map, measure, say."""
    wanted = {name: (uri, "") for name, (uri, _) in MAPPED.items()} | {
        name: (uri, why) for name, (uri, _, why) in REFUSED.items()
    }
    wanted = {name: what for name, what in wanted.items() if ".so:" not in what[0] and name not in SILENT}
    files = [load(Plugin, name) for name in names_of(Plugin, (SHIPPED,))]
    known = [plugin for word in ("measured", "documented") for plugin in files if plugin.verified.startswith(word)]
    host, model, wrong = load(Host, "ardour"), load_model(), 0
    asked = settings_of(model, 8)
    kinds = tuple(band.kind for band in asked[0])
    with RealDaw([uri for uri, _ in wanted.values()]) as daw:
        peer = ("127.0.0.1", daw.osc_port)
        there = {device.track: device.name for device in talk(host, peer, devices("ardour", host))}
        for strip, (name, (uri, why)) in enumerate(wanted.items()):
            track = daw.ssid(strip)
            shown = talk(host, peer, parameters("ardour", host, track, 1))
            try:
                made = self_map(there[track], shown, "Ardour", known).plugin
            except CannotMapError as error:
                is_right = bool(why) and why in str(error)
                sys.stdout.write(f"{name}: {'refused' if is_right else 'WRONGLY REFUSED'}: {error}\n")
                wrong += not is_right
                continue
            route = Route.choose(host, made, track, 1, kinds)
            for _ in range(3):  # a busy machine loses Ardour's audio, which then comes back with it
                part = daw.part(uri)
                (heard,) = measure([replace(route, track=part.ssid(0))], daw.osc_port, part, asked)
                if all(each.response_db.max() > HEARD_DB for each in heard):
                    break
            off_db = max(
                float(np.max(np.abs(each.response_db - route.equalizer.response_db(each.fit.bands, MEASURED_HZ))))
                for each in heard
            )
            is_right = not why and off_db <= FORESEEN_DB
            sys.stdout.write(f"{name}: {'mapped' if is_right else 'WRONG'}, {off_db:.3f} dB from what is foreseen\n")
            wrong += not is_right
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
