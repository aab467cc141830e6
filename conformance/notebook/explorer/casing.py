"""From what was entered to a case: its bytes, whether it is wrong and how, what it would do, what checks look at."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from conformance.contract.contract import Contract
from conformance.generate.cases import CaseMaker, bracketed
from conformance.generate.knowledge import Knowledge
from conformance.model import JSON, Case, Flaw
from conformance.notebook.explorer.flaws import Flawed, edge_of, flaw_of, strict
from conformance.notebook.explorer.form import ABSENT, read
from conformance.notebook.explorer.making import Maker

__all__ = ["Casing", "Request"]

_LAG_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be sent, as it was entered.

    Attributes:
        parameter: What stands in the path, or "".
        text: The body, to the letter; None for no body.
    """

    operation: str
    parameter: str = ""
    text: str | None = None


class Casing:
    """Makes the cases of one edition, as a run would, from requests that somebody entered."""

    def __init__(self, contract: Contract, knowledge: Knowledge, maker: Maker, *, seed: int) -> None:
        self._contract, self._knowledge, self._maker, self._seed = contract, knowledge, maker, seed
        self._cases = CaseMaker(contract, tag=None)
        self._flaws: dict[str, dict[str, Flawed]] = {}
        self._deleted_at: dict[str, float] = {}

    def flaws(self, operation: str) -> dict[str, Flawed]:
        """Every named way in which a body of the operation can be wrong."""
        if operation not in self._flaws:
            self._flaws[operation] = dict(self._maker.flaws(operation))
        return self._flaws[operation]

    def forget_flaws(self) -> None:
        """Make them anew when they are next needed, since more is known of the target."""
        self._flaws.clear()

    def flaw(self, request: Request) -> Flaw | None:
        """In which way a request is wrong, or None if the contract calls it valid."""
        if request.text is None:
            return None
        known = self.flaws(request.operation)
        made = next((each.flaw for each in known.values() if each.text == request.text), None)
        if made is not None:
            return made
        if self.edge(request):
            return None
        if not request.text:
            return Flaw(kind="no-body", pointer="", text="the body is empty")
        document, _ = read(request.text)
        return flaw_of(document, self._contract, request.operation, list(known.values()))

    def edge(self, request: Request) -> str:
        """What of its body stands at an edge of JSON, where any answer will do but a crash; "" if nothing does."""
        made = any(each.text == request.text for each in self.flaws(request.operation).values())
        return edge_of(request.text) if request.text and not made else ""

    def note_deleted(self, call_id: str) -> None:
        """A call was deleted just now; a server may show it a little longer."""
        self._deleted_at[call_id] = time.monotonic()

    def case(self, request: Request) -> Case:
        """The case that a request is, with the facts that checks look at."""
        operation = self._contract.operation(request.operation)
        body = None if request.text is None else request.text.encode("utf-8", "replace")
        flaw = self.flaw(request)
        made = self._cased(request, flaw)
        in_query = operation.request_in == "query"
        document = read(request.text)[0] if request.text is not None else ABSENT
        query = bracketed(document) if in_query and isinstance(document, dict) else ""
        effect = made.effect
        if request.text is not None and not in_query and not strict(request.text):
            effect = operation.effect  # another reader may read what this one cannot
        return replace(
            made,
            path=operation.path_with(quote(request.parameter, safe="", errors="replace")),
            query=query,
            body=None if in_query else body,
            headers=made.headers if body is not None and not in_query else (),
            effect=effect,
            facts={**made.facts, "parameter": request.parameter},
        )

    def _cased(self, request: Request, flaw: Flaw | None) -> Case:
        name, call_id = request.operation, request.parameter or None
        operation, known = self._contract.operation(name), self._knowledge
        about_call = operation.path_parameters == ("call_id",)
        call_id = call_id if about_call else None
        document = read(request.text)[0] if request.text is not None else None
        if flaw is not None:
            return self._cases.invalid(name, (request.text or "").encode("utf-8", "replace"), flaw, call_id=call_id)
        edge = self.edge(request)
        if edge:
            body = (request.text or "").encode("utf-8", "replace")
            return self._cases.hostile(name, body, title=f"a body with {edge}", call_id=call_id)
        if call_id is not None and call_id == self.unknown_call:
            return self._cases.unknown_call(name, call_id, document)
        if name == "get-call" and call_id in known.deleted:
            since_s = time.monotonic() - self._deleted_at.get(call_id or "", -math.inf)
            return self._cases.deleted(call_id or "", last=since_s > _LAG_S)
        title = f"a {name} request made by hand"
        if name == "list-calls":
            return self._cases.listing(document if isinstance(document, dict) else {}, title=title)
        facts: dict[str, Any] = {"proven": self._is_proven(request, document)}
        if about_call:
            facts["known"] = call_id in known.calls and call_id not in known.deleted
        return self._cases.valid(name, document, title=title, call_id=call_id, **facts)

    def _is_proven(self, request: Request, document: JSON) -> bool:
        """Whether agent and number are known to work, so that a refusal is the target's own.

        What the path names is never known to be there: somebody else may have deleted it.
        """
        about_one = bool(self._contract.operation(request.operation).path_parameters)
        if about_one or not isinstance(document, dict) or "agent_id" not in document:
            return False
        definition = self._contract.schemas.definition(self._contract.operation(request.operation).request or "")
        needy = {name for name, each in definition.get("properties", {}).items() if "x-needs" in each}
        return needy.isdisjoint(document) and document["agent_id"] in self._knowledge.working_agents

    @property
    def unknown_call(self) -> str:
        """A call id that nobody has, in the form of the vendor."""
        return f"call_{self._seed:027x}"
