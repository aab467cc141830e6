"""Schemas of a test's own, as an edition, and what changed between two of them."""

from conformance.contract.diff.bodies import Bodies
from conformance.contract.diff.found import Way
from conformance.contract.diff.nodes import node_of
from conformance.contract.diff.rules import Rules
from conformance.contract.schemas import Edition, SchemaSet

NO_RULES = Rules(operations=(), fields=(), still_sent=(), clauses=())


def edition(schema, **definitions):
    """An edition whose one body is a schema, with what that refers to."""
    return SchemaSet(
        edition=Edition(id="small", title="", folder="", order=0),
        definitions={"body": schema, **definitions},
        operations=(),
    )


def changes(before, after, way=Way.READS, rules=NO_RULES):
    """What changed between two schemas, or editions as `edition` makes them."""
    old, new = (each if isinstance(each, SchemaSet) else edition(each) for each in (before, after))
    return list(Bodies(way=way, rules=rules).changes(node_of(old, "body"), node_of(new, "body")))


def sent(before, after, **more):
    return changes(before, after, Way.SENDS, **more)


def read(before, after, **more):
    return changes(before, after, Way.READS, **more)
