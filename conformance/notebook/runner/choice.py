"""Which suites are run: a box to tick for each; none ticked means all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import ipywidgets
import traitlets

from conformance.model import Requirement
from conformance.reports.html.escape import word_count

__all__ = ["SuiteChoice"]


class SuiteChoice(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets has no types
    """A box to tick for each suite.

    Args:
        requirements: Those that may be judged; each suite is listed with how many it has.

    Attributes:
        value: Names of suites, or files of suites; none means all. A name that nobody knows is refused by the run.
    """

    value = traitlets.Tuple()

    def __init__(self, requirements: Sequence[Requirement]) -> None:
        numbers = Counter(each.area for each in requirements)
        self.boxes = {name: _box(name, number) for name, number in numbers.items()}
        self._told = ipywidgets.HTML()
        self._all = len(requirements)
        self._numbers = numbers
        self._following = False
        super().__init__([self._told, ipywidgets.HBox(list(self.boxes.values()))])
        self.add_class("cx-suites")
        self.children[1].add_class("cx-ticks")
        for box in self.boxes.values():
            box.observe(self._ticked, "value")
        self._tell()

    def _ticked(self, _: Any) -> None:
        if self._following:
            return
        named = [name for name in self.value if name not in self.boxes]
        self.value = (*(name for name, box in self.boxes.items() if box.value), *named)

    @traitlets.observe("value")
    def _chosen(self, _: Any) -> None:
        self._following = True  # else the first box that changes would decide about the others
        for name, box in self.boxes.items():
            box.value = name in self.value
        self._following = False
        self._tell()

    def _tell(self) -> None:
        chosen = sum(self._numbers[name] for name in self.value if name in self.boxes)
        more = sum(name not in self.boxes for name in self.value)
        told = f"{word_count(chosen, 'requirement')}" + (f" and {word_count(more, 'file')}" if more else "")
        number = told if self.value else f"all {self._all} requirements; tick some to judge no others"
        self._told.value = f'<span class="cx-label">Suites</span> <span class="cx-quiet">{number}</span>'


def _box(name: str, number: int) -> ipywidgets.Checkbox:
    return ipywidgets.Checkbox(value=False, description=f"{name} ({number})", indent=False, layout={"width": "auto"})
