"""`conformance run --plan`: what would be sent, and the ceiling. Nothing is sent."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from conformance.cli.listening import Address, address_of
from conformance.cli.run_command import run_options
from conformance.guard import is_local
from conformance.model import Case, Exchange

if TYPE_CHECKING:
    from conformance.cli.settings import Settings
    from conformance.contract.contract import Contract
    from conformance.runs import Runner
    from conformance.seams import Target


class Rehearsal:
    """Stands in for the target and is answered by the mock vendor in this process, so that every step is reached."""

    def __init__(self, name: str, *, local: bool, inner: Target) -> None:
        self._name, self._local, self._inner = name, local, inner
        self.sent: list[Case] = []

    @property
    def name(self) -> str:
        """The real target's name."""
        return self._name

    @property
    def local(self) -> bool:
        """Whether the real target is on this machine."""
        return self._local

    def send(self, case: Case) -> Exchange:
        """Note the case; the mock answers."""
        self.sent.append(case)
        return self._inner.send(case)

    def close(self) -> None:
        """Close the mock's side."""
        self._inner.close()


class _Deaf:
    """Stands in for the inbox: nothing listens, and nothing comes."""

    notes = calls = ()

    def __init__(self, address: Address) -> None:
        self.address = f"{address.host}:{address.port}{address.path}"

    def take(self) -> Sequence[Exchange]:
        """Nothing."""
        return ()

    def wait(self, seconds: float) -> bool:
        """Nothing comes."""
        del seconds
        return False

    def settle(self, made: Collection[str]) -> bool:
        """Nothing comes."""
        del made
        return False

    def about(self, call_id: str) -> Sequence[Exchange]:
        """Nothing."""
        del call_id
        return ()

    def unanswered(self, call_id: str) -> Mapping[str, int]:
        """Nothing."""
        del call_id
        return {}


def show_plan(contract: Contract, settings: Settings) -> int:
    """Print the plan."""
    from rich.console import Console  # noqa: PLC0415 - costly
    from rich.table import Table  # noqa: PLC0415 - costly

    rehearsal, runner = _rehearse(contract, settings)
    console = Console(file=sys.stdout, highlight=False)
    console.print(
        f"Plan for {settings['target']}: edition {contract.edition}, profile {settings['profile']},"
        f" seed {settings['seed']}."
    )
    console.print(
        "Rehearsed against the mock vendor in this process; nothing was sent."
        " The account's own calls decide how much is read.\n"
    )
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for heading in ("operation", "purpose", "effect"):
        table.add_column(heading)
    table.add_column("requests", justify="right")
    counted = Counter((case.operation, case.purpose, str(case.effect)) for case in rehearsal.sent)
    for (operation, purpose, effect), number in counted.items():
        table.add_row(operation, purpose, effect, str(number))
    console.print(table)
    for operation, reason in runner.refused.items():
        console.print(f"Not sent: {operation}: {reason}")
    if runner.inbox:
        console.print(
            f"Webhooks would be received at {runner.inbox.address}, and up to 20 calls fetched that they are about."
        )
    budget = runner.guard.budget
    console.print(
        f"\nCeiling: {budget.requests} requests, {budget.calls} created calls, {budget.seconds:g} s;"
        f" the rehearsal took {len(rehearsal.sent)} requests, {runner.guard.calls} of which would create a call."
    )
    return 0


def _rehearse(contract: Contract, settings: Settings) -> tuple[Rehearsal, Runner]:
    from conformance.mockvendor import MockVendor  # noqa: PLC0415 - costly
    from conformance.runs import Runner  # noqa: PLC0415 - costly
    from conformance.targets.asgi import AsgiTransport  # noqa: PLC0415 - costly
    from conformance.targets.http import HttpTarget  # noqa: PLC0415 - costly

    vendor = MockVendor(edition=contract.edition, faults=settings["fault"] or ())
    name = settings["target"]
    local = name == "mock" or name.startswith("app:") or is_local(name)
    inner = HttpTarget(
        "http://mock.localhost", key=vendor.api_key, transport=AsgiTransport(vendor.app, timeout_seconds=30)
    )
    rehearsal = Rehearsal(name, local=local, inner=inner)
    runner = Runner(
        contract=contract,
        target=rehearsal,
        options=run_options(settings, vendor.api_key),
        pause=lambda _: None,
        inbox=_Deaf(address) if (address := address_of(settings)) else None,
    )
    try:
        runner.run()
    finally:
        rehearsal.close()
    return rehearsal, runner
