"""A way between two UDP programs of this machine that loses datagrams, both ways."""

import random
import select
import socket
import threading


class LossyWay:
    """Carries what comes to ``port`` on to another port, and what that answers back; a part is lost."""

    def __init__(self, to_port: int, loss: float, seed: int = 1) -> None:
        self.lost = self.carried = 0
        self._loss, self._dice = loss, random.Random(seed)
        self._near, self._far = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self._near.bind(("127.0.0.1", 0))
        self._far.connect(("127.0.0.1", to_port))
        for one in (
            self._near,
            self._far,
        ):  # what was ready may be gone: a refusal is said once, to whoever comes first
            one.setblocking(False)
        self.port: int = self._near.getsockname()[1]
        self._ended, self._end = socket.socketpair()
        self._thread = threading.Thread(target=self._carry, daemon=True)

    def __enter__(self) -> "LossyWay":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.close()
        self._thread.join()
        for one in (self._near, self._far, self._ended):
            one.close()

    def _carry(self) -> None:
        client = None
        while True:
            ready, _, _ = select.select((self._near, self._far, self._ended), (), ())
            if self._ended in ready:
                return
            for one in ready:
                try:
                    data, sender = one.recvfrom(65536)
                    if self._dice.random() < self._loss:
                        self.lost += 1
                        continue
                    self.carried += 1
                    if one is self._near:
                        client = sender
                        self._far.send(data)
                    elif client:
                        self._near.sendto(data, client)
                except OSError:  # the other end is not there, or nothing came
                    continue
