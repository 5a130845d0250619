"""Other threads enter the event loop in their order, and none is left outside; who comes at once is answered once."""

import asyncio
import threading
import time

import pytest
from osc_peer import OscPeer
from semeq.daemon.app.config import Config, OscConfig, TargetConfig
from semeq.daemon.app.entrance import Entrance
from semeq.daemon.app.loop import App
from semeq.daemon.app.prepare import prepare
from semeq.daemon.messages.midi import position

KNOB, OTHER = 21, 99


async def until(is_so, seconds=10.0):
    """Wait until something is so, with an end."""
    for _ in range(int(seconds / 0.001)):
        if is_so():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it has not come about")


def test_everyone_comes_in_in_order():
    """Of thousands from several threads each comes in once, on the loop's thread, in its thread's order."""
    came = []

    async def main():
        entrance = Entrance()
        entrance.open()

        def ask(name):
            for number in range(2000):
                entrance.let_in(lambda *what: came.append((threading.get_ident(), *what)), name, number)

        threads = [threading.Thread(target=ask, args=(name,)) for name in range(3)]
        for thread in threads:
            thread.start()
        await until(lambda: len(came) == 6000)
        for thread in threads:
            thread.join()
        entrance.close()
        return threading.get_ident()

    here = asyncio.run(main())
    assert {thread for thread, _, _ in came} == {here}
    for name in range(3):
        assert [number for _, whose, number in came if whose == name] == list(range(2000))


def test_who_comes_too_early_is_let_in_later():
    """What is asked for before the loop hears is done once it does."""
    came = []

    async def main():
        entrance = Entrance()
        entrance.let_in(came.append, 1)
        entrance.let_in(came.append, 2)
        await asyncio.sleep(0)
        assert came == []
        entrance.open()
        await until(lambda: came == [1, 2])
        entrance.close()
        entrance.let_in(came.append, 3)
        await asyncio.sleep(0.01)

    asyncio.run(main())
    assert came == [1, 2]


def test_who_is_let_in_may_let_others_in():
    """What asks for something itself has it done, too, though the bell has been quieted meanwhile."""
    came = []

    async def main():
        entrance = Entrance()
        entrance.open()

        def again(left):
            came.append(left)
            if left:
                entrance.let_in(again, left - 1)

        entrance.let_in(again, 50)
        await until(lambda: len(came) == 51)
        entrance.close()

    asyncio.run(main())


def test_a_fault_keeps_nobody_outside():
    """What goes wrong with one is said as the loop says it, and the next ones come in."""
    came, said = [], []

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context["exception"]))
        entrance = Entrance()
        for action in (lambda: 1 / 0, lambda: came.append(1), lambda: 1 / 0, lambda: came.append(2)):
            entrance.let_in(action)
        entrance.open()
        await until(lambda: came == [1, 2])
        entrance.close()

    asyncio.run(main())
    assert [type(fault) for fault in said] == [ZeroDivisionError] * 2


def test_more_than_the_bell_holds():
    """A crowd that rings while the loop is busy overflows the bell and loses nobody."""
    came = []

    async def main():
        entrance = Entrance()
        entrance.open()
        for number in range(50_000):
            entrance.let_in(came.append, number)
        await until(lambda: len(came) == 50_000)
        entrance.let_in(came.append, 50_000)
        await until(lambda: len(came) == 50_001)
        entrance.close()

    asyncio.run(main())
    assert came == list(range(50_001))


def test_who_comes_meanwhile_is_told_apart():
    """Who comes while the first is being seen to comes in with others, and that can be told; the first comes alone."""
    came = []

    async def main():
        entrance = Entrance(lambda: came.append("all"))
        entrance.open()

        def enter(name):
            came.append((name, entrance.is_crowded))

        for name in "abc":
            entrance.let_in(enter, name)
        await until(lambda: "all" in came)
        entrance.let_in(enter, "d")
        await until(lambda: len(came) == 5)
        await asyncio.sleep(0.01)
        entrance.close()

    asyncio.run(main())
    assert came == [("a", False), ("b", True), ("c", True), "all", ("d", False)]


@pytest.fixture
def turned():
    """Run a scene beside a whole daemon whose knob has been turned to its middle.

    It gets the app, its session, and a list of where the morph was when targets were looked at. Returns where the
    morph is in the end; the host has been sent what comes nearest to that place, as exactly as OSC's numbers are.
    """

    def turned(scene):
        with OscPeer() as daw:
            target = TargetConfig("osc", "freq=f{n}, gain=g{n}", send=f"127.0.0.1:{daw.port}", set="/{symbol} {value}")
            osc = OscConfig(0, query_port=-1, announce=False)
            config = Config(ui=False, takeover="off", osc=osc, targets=(target,))
            prepared = prepare(config, KNOB, remember=False)
            session, app, values, looks = prepared.session, App(prepared.session, config, prepared.peers, None), {}, []
            batches = session.batches

            def looked_at(now_s):
                looks.append(session.state.morph)
                return batches(now_s)

            async def arrive():
                await until(lambda: session.settled and (session.due_s() or 1e9) > time.monotonic() + 0.1)
                while said := daw.receive():
                    values.update(said)

            async def run():
                running = asyncio.create_task(app.run())
                await until(lambda: daw.receive())
                app._take_midi([0xB0, KNOB, 64], time.monotonic(), "Knobs")
                await arrive()
                session.batches = looked_at
                await scene(app, session, looks)
                await arrive()
                app._end.set()
                await running

            asyncio.run(asyncio.wait_for(run(), 30.0))
            bands = session.morpher.model.bands(*session.state.terms, position=session.state.morph)
            nearest = session.targets[0].route.equalizer.fit(bands).bands
            asked = [value for band in nearest for value in (band.frequency_hz, band.gain_db)]
            sent = [values[f"/{letter}{n}"] for n in range(1, len(bands) + 1) for letter in "fg"]
            assert sent == [pytest.approx([value], rel=1e-6) for value in asked]
            return session.state.morph

    return turned


def place(value):
    """Where a knob stands that sends this."""
    return position(value, 7)


def test_a_crowd_is_answered_at_once(turned):
    """The first of what a knob has sent leaves at once, the others together, with the last one's value."""

    async def scene(app, session, looks):
        for value in (10, 20, 30, 40, 50):
            app._soon(app._take_midi, [0xB0, KNOB, value], time.monotonic(), "Knobs")
        await until(lambda: session.state.morph == place(50))
        assert looks[0] == place(10)
        await until(lambda: len(looks) > 1)
        assert looks[1] == place(50)

    assert turned(scene) == place(50)


def test_a_crowd_is_answered_at_once_after_nothing(turned):
    """What the last of a crowd asks for leaves at once, too, if the first asked for nothing."""

    async def scene(app, session, looks):
        for control, value in ((OTHER, 1), (OTHER, 2), (KNOB, 40), (KNOB, 50)):
            app._soon(app._take_midi, [0xB0, control, value], time.monotonic(), "Knobs")
        await until(lambda: session.state.morph == place(50))
        assert looks[:2] == [0.5, place(50)]

    assert turned(scene) == place(50)


def test_a_crowd_that_means_nothing(turned):
    """Of a control that moves nothing, targets are looked at for the first message and once for all others."""

    async def scene(app, session, looks):
        for value in range(100):
            app._soon(app._take_midi, [0xB0, OTHER, value], time.monotonic(), "Knobs")
        await until(lambda: session.last_in and session.last_in.value == 99)
        await until(lambda: len(looks) > 1)
        assert len(looks) < 5

    assert turned(scene) == 0.5


def test_a_step_that_is_due_is_waited_for(turned):
    """While no plug-in can be told anything yet, a knob's message waits for the next step; a key is seen to at once."""

    async def scene(app, session, looks):
        app._take_midi([0xB0, KNOB, 100], time.monotonic(), "Knobs")
        assert looks == [place(100)]
        session.steps_s = time.monotonic() + 60.0  # this machine may be slower than a step
        app._take_midi([0xB0, KNOB, 110], time.monotonic(), "Knobs")
        assert looks == [place(100)]
        app._press("up")
        assert looks == [place(100), place(110)]
        session.steps_s = time.monotonic() + 60.0
        app._take_midi([0xB0, KNOB, 120], time.monotonic(), "Knobs")
        app._press("down")

    assert turned(scene) == place(120)
