"""Written-out scenarios: steps that people write into suite files of their own, as values.

`contract/scenario_file.py` reads them, `generate/scenarios/written.py` plays them, and `contract/expectations.py` says
whether an answer is what a step expects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.model import JSON

OTHER_REQUEST = "other-request"
"""What a request that is no operation of the contract is called: in reports, and after `--allow`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A comparison with the answer of an earlier step.

    Attributes:
        step: The number of that step, from 0.
        at: JSON pointers, into both answers.
        shown: What the earlier answer showed at each of them; empty until it is known.
    """

    step: int
    at: tuple[str, ...]
    shown: tuple[JSON, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What must come back.

    Attributes:
        statuses: Statuses (201) and classes of them ("2xx"), one of which the answer has.
        schema: The name of a definition that the answer fits, or None.
        json_schema: A JSON Schema that the answer fits, or None.
        values: Pointer and comparisons by name, as in `("/duration_ms", {"at_least": 0})`.
        has_item: Members of an object that is in the list that was answered, or None.
        has_no_item: Members of an object that is not in it, or None.
        within_seconds: How long the step is repeated until it holds; 0 for not at all.
    """

    statuses: tuple[int | str, ...] = ("2xx",)
    schema: str | None = None
    json_schema: JSON = None
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    values: tuple[tuple[str, Mapping[str, JSON]], ...] = ()
    same_as: Earlier | None = None
    differs_from: Earlier | None = None
    has_item: Mapping[str, JSON] | None = None
    has_no_item: Mapping[str, JSON] | None = None
    within_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request of a scenario, and what must come of it. `$name` in texts has not been replaced yet.

    Attributes:
        number: Its place, from 1.
        name: What other steps call it, or "".
        operation: The name of the operation, or "" for a method and a path.
        path: The path of what is no operation.
        path_values: The values of the parameters in the path of the operation.
        key: `right`, `none` or `wrong`: who asks.
        request: The JSON body, if `sends`.
        capture: JSON pointers into the answer, by the name that later steps know their values by.
        line: Where it begins in its file.
    """

    number: int
    name: str = ""
    operation: str = ""
    method: str = ""
    path: str = ""
    path_values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, JSON] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = "right"
    request: JSON = None
    sends: bool = False
    expect: Expect = field(default_factory=Expect)
    capture: Mapping[str, str] = field(default_factory=dict)
    line: int = 0

    @property
    def label(self) -> str:
        """What people call it: `step 2 "get"`."""
        return f'step {self.number} "{self.name}"' if self.name else f"step {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A scenario that somebody wrote out. The requirement of the same id says what it is about.

    Attributes:
        variables: The values that its file and the environment give, by name.
        needs: Variables of the environment that it cannot do without and that are not set.
        file: The name of its file.
    """

    id: str
    steps: tuple[Step, ...]
    variables: Mapping[str, JSON] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a case of a scenario is sent for: the fact `written` of it.

    Attributes:
        requirement: The id of the scenario.
        step: The step, every `$name` in it replaced.
        place: File and line of the step.
        last: False if the step will be tried once more where this answer is not what it expects.
        final: True if the scenario ends with this step.
    """

    requirement: str
    step: Step
    place: str
    last: bool = True
    final: bool = False
