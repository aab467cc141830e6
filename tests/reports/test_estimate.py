"""How long is left: nothing before there is something to guess from, and in round words after."""

import pytest

from conformance.reports.estimate import Estimate
from conformance.runs.pace import Pace


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def words(seconds, share, *, before=0.0):
    """What is said when so much was done in so many seconds."""
    clock = Clock()
    estimate = Estimate(clock)
    estimate.reached(before)
    clock.now = seconds
    estimate.reached(share)
    return estimate.words()


@pytest.mark.parametrize(
    ("seconds", "share", "said"),
    [
        (1.9, 0.5, ""),
        (60, 0.04, ""),
        (10, 0.51, "a few seconds left"),
        (10, 0.5, "about 10 s left"),
        (10, 0.4, "about 15 s left"),
        (10, 0.16, "about 55 s left"),
        (10, 0.15, "about 1 min left"),
        (10, 0.14, "about 2 min left"),
        (600, 0.2, "about 40 min left"),
        (600, 0.143, "about an hour left"),
        (600, 0.1, "more than an hour left"),
        (600, 1.0, "a few seconds left"),
    ],
)
def test_what_is_said(seconds, share, said):
    assert words(seconds, share) == said


def test_what_an_earlier_run_had_done_does_not_count_as_quick():
    assert words(10, 0.75, before=0.5) == "about 10 s left"
    assert words(10, 0.54, before=0.5) == ""


def test_before_anything_was_told_nothing_is_said():
    assert Estimate(Clock()).words() == ""


def test_what_was_told_once_is_not_taken_back():
    estimate = Estimate(Clock())
    for share in (0.3, 0.2, 1.7):
        estimate.reached(share)
    assert estimate.share == 1.0


def test_a_run_stands_where_its_scenarios_stand():
    pace = Pace("smoke", ["first-look", "filters", "a scenario of somebody"])  # 1, 8 and 3 requests, as a rule
    shares = [pace.share(0)]
    pace.begin(0)
    shares.append(pace.share(1))
    pace.begin(1)
    shares += [pace.share(5), pace.share(500)]
    pace.begin(500)
    shares += [pace.share(501), pace.share(900)]
    assert shares == pytest.approx([0.98 * requests / 12 for requests in (0, 1, 5, 9, 10, 12)])


def test_without_scenarios_nothing_is_known():
    assert Pace("smoke", []).share(10) == 0.0
