"""How schemas are shown: one as a tree of its fields, those of an edition as a table."""

from __future__ import annotations

from dataclasses import replace

from conformance.contract.schemas import Schema, SchemaSet
from conformance.notebook.display.layout import code, columns, prose, safe, screen, table
from conformance.notebook.display.registry import shows
from conformance.notebook.display.schema_nodes import place_of_schema, schema_node
from conformance.notebook.display.tree import node_html, node_lines
from conformance.notebook.look import chip

__all__ = ["schema_in", "schema_tree"]

_MANY = 10**6
_PLAIN_LINES = 56


def schema_in(schemas: SchemaSet, name: str) -> Schema:
    """One schema of a set. Raises UnknownName."""
    return Schema(name=name, edition=schemas.edition.id, bundle=schemas.bundle(name))


@shows(Schema)
def show_schema(schema: Schema) -> tuple[str, str]:
    """A schema as a tree of its fields."""
    place = place_of_schema(schema)
    inner = (
        f"<h3>{safe(schema.name)} {chip('plain', schema.edition)}</h3><p>{prose(place.meaning)}</p>"
        f"{schema_tree(schema, sources=True)}"
    )
    node = schema_node(place, schema.name, sources=False, deepest=1)
    return inner, screen([f"{schema.name} of {schema.edition}", *node_lines(node, most=_PLAIN_LINES)])


def schema_tree(schema: Schema, *, sources: bool) -> str:
    """The fields of a schema, each of which unfolds."""
    node = replace(schema_node(place_of_schema(schema), schema.name, sources=sources), note="")
    return node_html(node, opened=1, few=_MANY, label=f"Fields of {schema.name}")


@shows(SchemaSet)
def show_schema_set(schemas: SchemaSet) -> tuple[str, str]:
    """The schemas of an edition: their names and what they are."""
    edition = schemas.edition
    told = [(name, str(schemas.definition(name).get("description", "")).partition(". ")[0]) for name in schemas.names]
    operations = schemas.operations()
    used = {name: [each.name for each in operations if name in {each.request, each.response}] for name in schemas.names}
    rows = [(code(name), prose(text), ", ".join(map(code, used[name]))) for name, text in told]
    head = f"Schemas of {edition.id}: {edition.title}"
    go_on = f'`contract.schema("{schemas.names[0]}")` shows one.' if schemas.names else ""
    inner = f"<h3>{safe(head)}</h3><p>{prose(go_on)}</p>{table(('Schema', 'What it is', 'Used by'), rows)}"
    return inner, screen([head, "", *columns(told)], most=70)
