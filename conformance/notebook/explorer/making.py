"""Bodies to send: valid examples that fit what is known of the target, and bodies that are wrong in one named way."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

from conformance.contract.contract import Contract
from conformance.errors import ContractError
from conformance.generate.cases import CaseMaker
from conformance.generate.knowledge import Knowledge
from conformance.generate.mutations import mutations, raw_mutations
from conformance.generate.scenarios import PROFILES, Session
from conformance.generate.scenarios.refusing import refusals
from conformance.generate.strategies import sample, simplest
from conformance.generate.text import TextPolicy
from conformance.model import JSON
from conformance.notebook.explorer.flaws import Flawed, readable

__all__ = ["FICTIONAL_NUMBER", "Maker"]

FICTIONAL_NUMBER = "+14155550123"
"""What is dialled where no number was given: it belongs to nobody."""
_OWN_NUMBER = "+14155550100"
_AGENTS = frozenset({"agent_id", "override_agent_id", "inbound_agent_id", "outbound_agent_id"})
_OWN_NUMBERS = frozenset({"from_number", "phone_number"})
_METADATA: tuple[JSON, ...] = (
    {"order": "A-1001", "channel": "web"},
    {"customer": "Zoë", "visits": 3},
    {"note": "call back on Monday", "urgent": False},
)
_VARIABLES: tuple[JSON, ...] = ({"customer_name": "Ada"}, {"customer_name": "Zoë", "plan": "basic"})
_FRIENDLY: tuple[tuple[str, JSON], ...] = (
    ("nickname", "Front desk"),
    ("_url", "https://hooks.example.com/calls"),
    ("termination_uri", "sip.example.com"),
    ("country_list", ["US", "CA"]),
    ("auth_username", "example"),
    ("auth_password", "example-password"),
)
"""Values for fields of these endings."""
_MOST_CRITERIA, _USUAL_LIMIT = 2, 20
_PLACEHOLDER = "call_of_the_explorer"


class Maker:
    """Makes bodies for the operations of an edition.

    Args:
        knowledge: What is known of the target; it may grow meanwhile.
        shows_personal: Whether numbers that answers held may be used.
    """

    def __init__(self, contract: Contract, knowledge: Knowledge, *, seed: int, shows_personal: bool) -> None:
        self._contract, self._knowledge, self._seed = contract, knowledge, seed
        self._shows_personal = shows_personal

    def offers(self, name: str) -> tuple[str, ...]:
        """Values for a field of that name which the target is known to have."""
        known = self._knowledge
        if name in _AGENTS:
            return tuple(known.agents)
        if name in {"call_id", "pagination_key"}:
            return tuple(each for each in list(known.calls)[::-1] if each not in known.deleted)
        if name in _OWN_NUMBERS:
            return tuple(known.from_numbers) if self._shows_personal else ()
        return tuple(known.to_numbers) if name == "to_number" else ()

    def required(self, operation: str) -> dict[str, JSON]:
        """The required fields of a request, as far as the target is known to have a value; else none of that name."""
        schema = self._schema(operation)
        return {name: self.offers(name)[0] for name in schema.get("required", ()) if self.offers(name)}

    def smallest(self, operation: str) -> JSON:
        """The least valid body, with what is known."""
        name = self._contract.operation(operation).request or ""
        return simplest(self._contract.schemas.bundle(name), overrides=self._invented(self._schema(operation)))

    def _invented(self, schema: Mapping[str, JSON]) -> dict[str, JSON]:
        """A value for each required field that names something: known, or made up."""
        found: dict[str, JSON] = {}
        for name in schema.get("required", ()):
            known = self.offers(name)
            if known:
                found[name] = known[0]
            elif name in _AGENTS:
                found[name] = f"agent_{random.Random(self._seed).getrandbits(104):026x}"  # noqa: S311 - no secret
            elif name.endswith("_number"):
                found[name] = _OWN_NUMBER
        return found

    def valid(self, operation: str, turn: int) -> JSON:
        """A valid body; another one for each turn, the same for the same seed, turn and knowledge."""
        chance = random.Random(f"{self._seed} {operation} {turn}")  # noqa: S311 - an example, no secret
        drawn = self._listing(chance) if operation == "list-calls" else self._drawn(operation, chance)
        name = self._contract.operation(operation).request or ""
        return self.smallest(operation) if self._contract.schemas.validate(name, drawn) else drawn

    def _drawn(self, operation: str, chance: random.Random) -> JSON:
        schema = self._schema(operation)
        bundle = self._contract.schemas.bundle(self._contract.operation(operation).request or "")
        fixed = {**self._invented(schema), **self._friendly(schema, chance)}
        try:
            drawn = next(
                sample(bundle, seed=chance.randrange(2**32), text=TextPolicy(unicode=False, usual=12), overrides=fixed)
            )
        except ContractError:
            return self.smallest(operation)
        required = schema.get("required", ())
        order = [*required, *(name for name in schema.get("properties", {}) if name not in required)]
        dropped = {name for name in fixed if name not in required and chance.random() < 0.5}  # noqa: PLR2004 - a half
        return {name: drawn[name] for name in order if name in drawn and name not in dropped}

    def _friendly(self, schema: Mapping[str, JSON], chance: random.Random) -> dict[str, JSON]:
        """Values that read well for fields that hold whatever people like."""
        found: dict[str, JSON] = {}
        for name, definition in schema.get("properties", {}).items():
            if name in schema.get("required", ()) or "x-needs" in definition:
                continue
            if name == "metadata":
                found[name] = chance.choice(_METADATA)
            elif name.endswith("dynamic_variables"):
                found[name] = chance.choice(_VARIABLES)
            elif (ending := next((value for end, value in _FRIENDLY if name.endswith(end)), None)) is not None:
                found[name] = ending
            elif name.endswith("_number") and "null" not in definition.get("type", ()):
                found[name] = chance.choice(self.offers(name) or (_OWN_NUMBER,))
        return found

    def _listing(self, chance: random.Random) -> JSON:
        """A list request whose criteria hit calls that were seen."""
        body: dict[str, JSON] = {"limit": _USUAL_LIMIT}
        if chance.random() < 0.3:  # noqa: PLR2004 - now and then
            body["sort_order"] = chance.choice(("ascending", "descending"))
        criteria = dict(self._criteria(chance))
        names = chance.sample(sorted(criteria), k=min(len(criteria), chance.randint(1, _MOST_CRITERIA)))
        if names:
            body["filter_criteria"] = {name: criteria[name] for name in names}
        return body

    def _criteria(self, chance: random.Random) -> Iterator[tuple[str, JSON]]:
        """Criteria that one of the calls meets, all together."""
        personal = {} if self._shows_personal else self._contract.schemas.privacy_fields()
        calls = sorted(set(self._knowledge.calls) - set(self._knowledge.deleted))
        call = self._knowledge.calls[chance.choice(calls)] if calls else {}
        for name, schema in self._contract.filters().items():
            full, value = self._contract.schemas.resolved(schema), call.get(name)
            if not isinstance(value, str | int) or name in personal:
                continue
            if full.get("type") == "array":
                yield name, [value]
            elif "lower_threshold" in full.get("properties", {}):
                yield name, {"lower_threshold": value}

    def flaws(self, operation: str) -> Mapping[str, Flawed]:
        """Every way in which the smallest body of an operation can be wrong, by its name, the surest first."""
        known = self._contract.operation(operation)
        if known.request is None or known.request_in != "body":
            return {}
        base = self.smallest(operation)
        found = [*self._as_in_runs(operation, base)] or [*self._by_schema(operation, base)]
        found.sort(key=lambda each: (not each.flaw.firm, each.flaw.pointer == ""))
        return {each.flaw.text: each for each in found}

    def _as_in_runs(self, operation: str, base: JSON) -> Iterator[Flawed]:
        """The flaws that a run would try: with what it knows beyond the schema, such as unknown agents."""
        others = set(self._contract.operations) - {operation}
        knowledge = Knowledge(
            working_bodies={operation: base}, created={"create-web-call": [_PLACEHOLDER]}, missing=others
        )
        session = Session(
            contract=self._contract,
            cases=CaseMaker(self._contract, tag=None),
            knowledge=knowledge,
            profile=replace(PROFILES["deep"], draws=0),
            seed=self._seed,
            local=True,
            pause=lambda _seconds: None,
        )
        for case in refusals(session):
            if case.operation == operation and case.flaw is not None and case.body is not None:
                yield Flawed(text=readable(case.body), flaw=case.flaw)

    def _by_schema(self, operation: str, base: JSON) -> Iterator[Flawed]:
        name = self._contract.operation(operation).request or ""
        bundle = self._contract.schemas.bundle(name)

        def accepts(value: JSON) -> bool:
            return not self._contract.schemas.validate(name, value)

        for each in (*mutations(bundle, base, is_valid=accepts), *raw_mutations(base, is_valid=accepts)):
            yield Flawed(text=readable(each.body), flaw=each.flaw())

    def _schema(self, operation: str) -> Mapping[str, JSON]:
        name = self._contract.operation(operation).request
        return self._contract.schemas.definition(name) if name else {}
