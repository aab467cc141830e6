"""A listener knows how late its process was kept."""

import threading

from conformance.webhooks.lateness import Lateness


class Machine:
    """A clock, and a wait that takes as long as it is told to; then it waits for more."""

    def __init__(self, *waits_s):
        self.now_s, self._waits_s = 1000.0, list(waits_s)
        self.done, self._over = threading.Event(), threading.Event()

    def monotonic(self):
        return self.now_s

    def wait(self, seconds):
        del seconds
        if not self._waits_s:
            self.done.set()
            self._over.wait()
            return True
        self.now_s += self._waits_s.pop(0)
        return False

    def late_ms(self, within_s):
        lateness = Lateness(monotonic=self.monotonic, wait=self.wait)
        assert self.done.wait(10)
        found = lateness.within_ms(within_s)
        self._over.set()
        lateness.close()
        return found


def test_a_machine_in_time_is_not_late():
    assert Machine(0.05, 0.06, 0.09).late_ms(60) == 0


def test_what_came_late_is_added_up():
    assert Machine(0.05, 0.55, 0.05, 1.05).late_ms(60) == 1500


def test_what_was_long_ago_does_not_count():
    assert Machine(0.55, *[0.05] * 40, 0.25).late_ms(2) == 200


def test_its_thread_ends():
    lateness = Lateness()
    assert "lateness of webhooks" in [each.name for each in threading.enumerate()]
    lateness.close()
    lateness.close()
    assert "lateness of webhooks" not in [each.name for each in threading.enumerate()]
