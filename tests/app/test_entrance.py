"""Other threads enter the event loop in their order, and none is left outside."""

import asyncio
import threading

from semeq.daemon.app.entrance import Entrance


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
