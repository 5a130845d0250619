"""A clock moved by hand, with timers by name as the event loop has them."""


class Clock:
    """Stands for the module ``time`` and for the loop's timers at once."""

    def __init__(self):
        self.now_s = 100.0
        self.timers = {}

    def monotonic(self):
        """The time now."""
        return self.now_s

    def __contains__(self, name):
        return name in self.timers

    def at(self, name, when_s, action):
        """Do this then."""
        self.timers[name] = (when_s, action)

    def go_on(self, seconds):
        """Let time pass, and carry out what is due."""
        self.now_s += seconds
        for name, (when_s, action) in list(self.timers.items()):
            if when_s <= self.now_s:
                del self.timers[name]
                action()
