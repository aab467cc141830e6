"""What is promised: a contract, an operation, a requirement, schemas, and faults that break them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.contract import DEFAULT_EDITION, Contract, load_contract
from conformance.contract.schemas import SchemaSet, editions, load_schemas
from conformance.contract.suites import areas
from conformance.errors import UnknownName
from conformance.mockvendor.faults.base import MockFault
from conformance.model import Effect, Level, Operation, Requirement
from conformance.notebook.display.layout import (
    code,
    columns,
    facts,
    folded,
    listed,
    plain_facts,
    prose,
    safe,
    screen,
    table,
    titled,
    wrapped,
)
from conformance.notebook.display.places import Place
from conformance.notebook.display.registry import shows
from conformance.notebook.display.schema_nodes import (
    field_text,
    place_of_schema,
    remarks,
    schema_node,
    sorted_members,
)
from conformance.notebook.display.schemas import schema_in, schema_tree
from conformance.notebook.display.tree import node_html
from conformance.notebook.look import chip
from conformance.reports.html.escape import word_count
from conformance.reports.html.findings import EVIDENCE
from conformance.reports.html.marks import area_title

EFFECTS = {
    Effect.READ: "only reads",
    Effect.WRITES: "changes something",
    Effect.BILLS: "costs money",
    Effect.DIALS: "dials a number",
}
"""What a request does in the world, in words."""
_KINDS = {Effect.READ: "plain", Effect.WRITES: "plain", Effect.BILLS: "warned", Effect.DIALS: "warned"}
_JUDGES = {"server": "a server of the Call API", "receiver": "a receiver of webhooks"}
_TYPE = 30
_MANY = 10**6


def effect_chip(effect: Effect) -> str:
    """What a request does, as a mark."""
    return chip(_KINDS[effect], EFFECTS[effect], glyph="!" if _KINDS[effect] == "warned" else "")


def level_chip(level: Level) -> str:
    """How binding a requirement is, as a mark."""
    return chip("plain", str(level))


@shows(Contract)
def show_contract(contract: Contract) -> tuple[str, str]:
    """A contract: what it is, its operations, its requirements by area, and how to go on."""
    edition = contract.schemas.edition
    told = _counts(contract)
    inner = (
        f"<h3>Contract {safe(contract.edition)}: {safe(edition.title)}</h3>"
        f'<p class="cx-quiet">{safe(edition.dates)}. {safe(told)}</p>'
        f"{titled('Operations', _operations_table(contract))}"
        f"{titled('Requirements by area', _areas_table(contract) + _sentences(contract))}"
        f"{titled('How to go on', listed(code(each) for each in _ways_on(contract)))}"
    )
    lines = [
        *wrapped(f"Contract {contract.edition}: {edition.title} ({edition.dates})"),
        *wrapped(told),
        "",
        *columns([(each.name, each.method, each.path, EFFECTS[each.effect]) for each in contract.operations.values()]),
        "",
        *wrapped(", ".join(f"{area} {len(members)}" for area, members in areas(contract.requirements).items())),
        "",
        *_ways_on(contract),
    ]
    return inner, screen(lines)


def _counts(contract: Contract) -> str:
    return (
        f"{word_count(len(contract.operations), 'operation')}, {word_count(len(contract.schemas.names), 'schema')},"
        f" {word_count(len(contract.requirements), 'requirement')}."
    )


def _ways_on(contract: Contract) -> list[str]:
    ways = [f'contract.operation("{name}")' for name in list(contract.operations)[:1]]
    ways += [f'contract.schema("{name}")' for name in ("web-call", *contract.schemas.names)[:1]]
    return [*ways, *(f'contract.requirement("{each.id}")' for each in contract.requirements[:1])]


def _operations_table(contract: Contract) -> str:
    rows = [
        (
            code(each.name),
            f"{safe(each.method)} {code(each.path)}",
            effect_chip(each.effect),
            _needs(contract.schemas, each) or '<span class="cx-quiet">nothing</span>',
        )
        for each in contract.operations.values()
    ]
    return table(("Operation", "Request", "What it does", "What it needs"), rows, label="Operations")


def _needs(schemas: SchemaSet, operation: Operation) -> str:
    needed = [*operation.path_parameters]
    if operation.request in schemas:
        place = place_of_schema(schema_in(schemas, operation.request or ""))
        needed += [name for name, _, required in sorted_members(place) if required]
    return ", ".join(map(code, needed))


def _areas_table(contract: Contract) -> str:
    rows = []
    for area, members in areas(contract.requirements).items():
        counts = [sum(each.level is level for each in members) for level in Level]
        who = " and ".join(dict.fromkeys(_JUDGES.get(each.judges, each.judges) for each in members))
        ids = f"{members[0].id} to {members[-1].id}" if len(members) > 1 else members[0].id
        rows.append((area_title(area), *(str(count or "") for count in counts), safe(who), safe(ids)))
    return table(("Area", "must", "should", "may", "Promised by", "Ids"), rows, numbers=(1, 2, 3), label="Requirements")


def _sentences(contract: Contract) -> str:
    """Every requirement, by area, folded up."""
    told = "".join(
        titled(area_title(area), listed(f"<b>{safe(each.id)}</b> {prose(each.title)}" for each in members))
        for area, members in areas(contract.requirements).items()
    )
    return folded(f"All {word_count(len(contract.requirements), 'sentence')}", told) if told else ""


@shows(Operation)
def show_operation(operation: Operation) -> tuple[str, str]:
    """An operation: its request, what it answers, where that is written."""
    schemas = _schemas_of(operation)
    return _operation_html(operation, schemas), screen(_operation_lines(operation, schemas))


def _schemas_of(operation: Operation) -> SchemaSet | None:
    """The schemas that an operation belongs to: of its own edition, or of the default one if it is alike there."""
    default = [each for each in editions() if each.id == DEFAULT_EDITION]
    every = [load_schemas(each.id) for each in (*default, *reversed(editions()))]
    same = [each for each in every if any(operation is one for one in each.operations())]
    return next(iter([*same, *(each for each in every if operation in each.operations())]), None)


def _operation_html(operation: Operation, schemas: SchemaSet | None) -> str:
    refused = ", ".join(map(str, operation.errors))
    edition = f" {chip('plain', schemas.edition.id)}" if schemas else ""
    rows = [
        ("Request", f"{safe(operation.method)} {code(operation.path)}"),
        ("Answer", f"{operation.success}" + (f" with {code(operation.response)}" if operation.response else "")),
        ("Refuses with", safe(refused)),
        ("Offered", "not by every server" if operation.optional else ""),
        ("Sources", safe(", ".join(operation.sources))),
    ]
    return (
        f"<h3>{safe(operation.name)} {effect_chip(operation.effect)}{edition}</h3>{facts(rows)}"
        f"{titled(_request_title(operation), _request_table(operation, schemas))}"
        f"{titled('Response', _response(operation, schemas))}"
    )


def _request_title(operation: Operation) -> str:
    return "Parameters of the query" if operation.request_in == "query" else "Fields of the request"


def _request_fields(operation: Operation, schemas: SchemaSet | None) -> Iterator[tuple[str, Place, bool]]:
    """The fields of a request, the required ones first: name, what is said of it, whether it is required."""
    if schemas is not None and operation.request in schemas:
        yield from sorted_members(place_of_schema(schema_in(schemas, operation.request or "")))


def _meaning(place: Place) -> str:
    more = "; ".join(remarks(place))
    return f"{place.meaning} ({more})" if more else place.meaning


def _request_table(operation: Operation, schemas: SchemaSet | None) -> str:
    rows = [(code(name), "string", "<b>required</b>", "In the path.") for name in operation.path_parameters]
    nested: list[str] = []
    for name, place, required in _request_fields(operation, schemas):
        inner = schema_node(place, name, sources=False)
        if inner.children:
            tree = node_html(replace(inner, note=""), opened=1, few=_MANY, label=name)
            nested.append(folded(f"The fields of {code(name)}", tree))
        needed = "<b>required</b>" if required else ""
        rows.append((code(name), safe(field_text(place)), needed, prose(_meaning(place))))
    if not rows:
        return "<p>It takes none.</p>"
    return table(("Field", "Type", "Required", "Meaning"), rows, label="Request") + "".join(nested)


def _response(operation: Operation, schemas: SchemaSet | None) -> str:
    if operation.response is None:
        return "<p>The answer is empty.</p>"
    if schemas is None or operation.response not in schemas:
        return f"<p>{code(operation.response)}</p>"
    schema = schema_in(schemas, operation.response)
    return folded(f"The fields of {code(schema.name)}", schema_tree(schema, sources=False))


def _operation_lines(operation: Operation, schemas: SchemaSet | None) -> Iterator[str]:
    edition = f" · edition {schemas.edition.id}" if schemas else ""
    yield from wrapped(f"{operation.name}: {operation.method} {operation.path} · {EFFECTS[operation.effect]}{edition}")
    answer = f"{operation.success}" + (f" with {operation.response}" if operation.response else ", empty")
    rows = [("answers", answer), ("refuses", ", ".join(map(str, operation.errors)))]
    yield from plain_facts([*rows, ("sources", ", ".join(operation.sources))])
    taken = [(f"{name} *", "string", "In the path.") for name in operation.path_parameters]
    for name, place, required in _request_fields(operation, schemas):
        kind = field_text(place)
        short = kind if len(kind) <= _TYPE else f"{kind[: _TYPE - 1]}…"
        taken.append((f"{name} *" if required else name, short, _meaning(place)))
    if taken:
        yield ""
        yield from columns(taken)
    if any(name.endswith("*") for name, _, _ in taken):
        yield "* required"


@shows(Requirement)
def show_requirement(requirement: Requirement) -> tuple[str, str]:
    """A requirement: the sentence, how binding it is, where it comes from, what to do."""
    parameters = (
        json.dumps(dict(requirement.parameters), ensure_ascii=False, default=str) if requirement.parameters else ""
    )
    place = f"{requirement.suite}:{requirement.line}" if requirement.suite else ""
    rows = [
        ("Level", str(requirement.level), safe(requirement.level)),
        ("Promised by", _JUDGES.get(requirement.judges, requirement.judges), ""),
        ("Clause", requirement.clause, prose(requirement.clause)),
        ("Evidence", EVIDENCE[requirement.evidence], ""),
        ("Sources", ", ".join(requirement.sources), ""),
        ("Operations", ", ".join(requirement.operations) or "all that it fits", ""),
        ("Fix", requirement.advice, prose(requirement.advice)),
        ("Check", f"{requirement.check} {parameters}".strip(), code(f"{requirement.check} {parameters}".strip())),
        ("Suite", place, code(place) if place else ""),
    ]
    inner = (
        f"<h3>{safe(requirement.id)} {level_chip(requirement.level)} {chip('plain', requirement.area)}</h3>"
        f"<p>{prose(requirement.title)}</p>{facts((label, html or safe(text)) for label, text, html in rows[1:])}"
    )
    lines = [*wrapped(f"{requirement.id}  {requirement.title}"), ""]
    return inner, screen([*lines, *plain_facts((label.lower(), text) for label, text, _ in rows)])


@shows(MockFault)
def show_fault(fault: MockFault) -> tuple[str, str]:
    """A fault: what is wrong, which requirement it breaks, how to have it."""
    try:
        title = _requirement_title(fault.breaks, fault.edition)
    except UnknownName:
        title = ""
    where = "in the webhooks that it sends" if fault.in_webhooks else "in what it answers"
    way = f'MockVendor(faults=["{fault.name}"])'
    rows = [
        ("Breaks", f"<b>{safe(fault.breaks)}</b> {prose(title)}", f"{fault.breaks}  {title}"),
        ("Level", safe(fault.level), str(fault.level)),
        ("Shows", safe(where), where),
        ("Edition", safe(fault.edition), fault.edition),
        ("To have it", code(way), way),
    ]
    inner = f"<h3>{safe(fault.name)} {chip('plain', 'fault of the mock vendor')}</h3><p>{prose(fault.text)}</p>"
    lines = [*wrapped(f"{fault.name}: {fault.text}"), *plain_facts((label.lower(), text) for label, _, text in rows)]
    return inner + facts((label, html) for label, html, _ in rows), screen(lines)


def _requirement_title(requirement_id: str, edition: str) -> str:
    return load_contract(edition).requirement(requirement_id).title
