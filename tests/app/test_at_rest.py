"""What a daemon does not do while nothing happens."""

import asyncio
import socket
import time

from osc_peer import OscPeer
from peers import free_port
from semeq.daemon.app.config import Config, OscConfig, TargetConfig
from semeq.daemon.app.loop import App
from semeq.daemon.app.prepare import prepare


def test_questions_are_not_counted():
    """What is shown as messages out are those that move something or answer, so that the picture stands at rest."""

    async def run(app, daw, daemon_port):
        running = asyncio.create_task(app.run())
        said = ""
        while "/set_surface" not in said:
            said = (await asyncio.get_running_loop().sock_recv(daw, 4096)).decode(errors="replace")
        asked = app._terminal.meter.rate(time.monotonic())
        with OscPeer(daemon_port) as phone:
            while not phone.receive():
                phone.send("/semeq/ping")
                await asyncio.sleep(0.01)
        answered = app._terminal.meter.rate(time.monotonic())
        app._end.set()
        await running
        return asked, answered

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daw:
        daw.bind(("127.0.0.1", 0))
        daw.setblocking(False)
        port = free_port()
        target = TargetConfig("ardour", "calf-eq5", send=f"127.0.0.1:{daw.getsockname()[1]}")
        config = Config(ui=False, osc=OscConfig(port, query_port=-1, announce=False), targets=(target,))
        prepared = prepare(config, 21, remember=False)
        app = App(prepared.session, config, prepared.peers, None)
        asked, answered = asyncio.run(asyncio.wait_for(run(app, daw, port), 30.0))
    assert asked == 0
    assert answered > 0


def test_a_sign_of_life_is_all_that_it_is():
    """A host that is known to be there says so again: no target is looked at, nothing is drawn; one that is new is."""
    followed = []

    class Noting(App):
        """Notes of each message from the host whether targets were looked at because of it, or a picture drawn."""

        def _take(self, message, source=None, arrived_s=None):
            del looks[:]
            super()._take(message, source, arrived_s)
            if source == 0:
                followed.append(sorted(set(looks)))

    looks = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daw:
        daw.bind(("127.0.0.1", 0))
        daw.setblocking(False)
        send = f"127.0.0.1:{daw.getsockname()[1]}"
        target = TargetConfig("osc", "freq=f{n}, gain=g{n}", send=send, set="/{symbol} {value}")
        osc = OscConfig(0, query_port=-1, announce=False)
        config = Config(ui=False, takeover="off", osc=osc, targets=(target,))
        prepared = prepare(config, 21, remember=False)
        app, batches, changed = Noting(prepared.session, config, prepared.peers, None), prepared.session.batches, None
        changed = app._picture.changed
        prepared.session.batches = lambda now_s: (looks.append("targets"), batches(now_s))[1]
        app._picture.changed = lambda: (looks.append("picture"), changed())

        async def run():
            running = asyncio.create_task(app.run())
            while not app._is_open:
                await asyncio.sleep(0.001)
            app._take_midi([0xB0, 21, 64], 0.0, "Knobs")
            _, daemon = await asyncio.get_running_loop().sock_recvfrom(daw, 4096)
            for count in (1, 2, 3):
                daw.sendto(b"/alive\0\0,\0\0\0", daemon)
                while len(followed) < count:
                    await asyncio.sleep(0.001)
            app._end.set()
            await running

        asyncio.run(asyncio.wait_for(run(), 30.0))
    assert followed == [["picture", "targets"], [], []]
