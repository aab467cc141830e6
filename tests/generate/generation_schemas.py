"""Schemas that the tests of generation use: the project's own, and small ones with one keyword each."""

from __future__ import annotations

import functools

import jsonschema_rs

from conformance.contract.schemas import load_schemas

EDITION = "v2"
REQUESTS = (
    "create-web-call-request",
    "create-phone-call-request",
    "register-phone-call-request",
    "list-calls-request",
    "update-call-request",
    "create-phone-number-request",
    "import-phone-number-request",
    "update-phone-number-request",
)
ANSWERS = ("call", "webhook", "phone-number", "call-list", "error-body")

NUMBER = {"type": "string", "x-send": {"format": "e164"}, "minLength": 1}
CALL = {
    "$ref": "#/$defs/call",
    "$defs": {
        "call": {
            "type": "object",
            "required": ["call_type", "id"],
            "properties": {"call_type": {"enum": ["web", "phone"]}, "id": {"type": "string", "minLength": 1}},
            "allOf": [
                {
                    "if": {"properties": {"call_type": {"const": "web"}}, "required": ["call_type"]},
                    "then": {"$ref": "#/$defs/web"},
                },
                {
                    "if": {"properties": {"call_type": {"const": "phone"}}, "required": ["call_type"]},
                    "then": {"$ref": "#/$defs/phone"},
                },
            ],
        },
        "web": {"required": ["token"], "properties": {"token": {"type": "string"}, "from": False}},
        "phone": {"required": ["from"], "properties": {"from": NUMBER, "token": False}},
    },
}
TREE = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {
            "type": "object",
            "required": ["name", "next"],
            "properties": {
                "name": {"type": "string"},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
            "additionalProperties": False,
        }
    },
}
KEYWORDS = {
    "const": {"const": {"a": [1]}},
    "several types": {"type": ["string", "integer", "null"]},
    "anything": {},
    "true": {"properties": {"a": True}, "type": "object", "required": ["a"]},
    "bounds": {"type": "integer", "minimum": -3, "maximum": 900},
    "exclusive bounds": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    "open interval": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    "multiple of 5": {"type": "integer", "multipleOf": 5, "minimum": 7},
    "multiple of a quarter": {"type": "number", "multipleOf": 0.25, "minimum": 0.1, "maximum": 10},
    "lengths": {"type": "string", "minLength": 3, "maxLength": 5},
    "pattern": {"type": "string", "pattern": "^[a-z0-9_-]+$", "maxLength": 20},
    "long pattern": {"type": "string", "pattern": "^(ab|c)\\d{2,}x?$", "minLength": 12},
    "telephone pattern": {"type": "string", "pattern": "^\\+[1-9]\\d{6,14}$"},
    "two patterns": {"allOf": [{"type": "string", "pattern": "^a"}, {"pattern": "^[a-c]{2,4}$"}]},
    "negated class": {"type": "string", "pattern": "^[^a-z\\d]{3}\\.$"},
    "date-time": {"type": "string", "format": "date-time"},
    "uri": {"type": "string", "format": "uri"},
    "email": {"type": "string", "format": "email"},
    "uuid": {"type": "string", "format": "uuid"},
    "list": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 3},
    "unique list": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True, "minItems": 3},
    "tuple": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
    "contains": {"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 1000}},
    "contains two": {"type": "array", "items": {"enum": [1, 2]}, "contains": {"const": 2}, "minContains": 2},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2},
    "few members": {
        "properties": {x: {"type": "null"} for x in "abcdef"},
        "type": "object",
        "maxProperties": 2,
    },
    "many members": {
        "properties": {x: {"type": "null"} for x in "abcdef"},
        "type": "object",
        "minProperties": 4,
    },
    "names": {
        "type": "object",
        "propertyNames": {"pattern": "^X-[A-Z][a-z]+$"},
        "additionalProperties": True,
    },
    "pattern names": {
        "type": "object",
        "patternProperties": {"^n_": {"type": "integer"}},
        "additionalProperties": False,
    },
    "dependent": {
        "type": "object",
        "properties": {"a": {"type": "null"}, "b": {"type": "null"}, "c": {"type": "null"}},
        "dependentRequired": {"a": ["b"], "b": ["c"]},
    },
    "merged": {
        "allOf": [{"type": "integer", "minimum": 3}, {"maximum": 9, "type": "number"}, {"not": {"const": 3}}],
    },
    "closed by another": {
        "allOf": [
            {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "additionalProperties": {"type": "integer"},
            },
            {"properties": {"b": {"minimum": 5}}, "required": ["b"]},
        ]
    },
    "any of": {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer", "minimum": 10}]},
    "overlapping one of": {"oneOf": [{"type": "integer", "minimum": 0, "maximum": 9}, {"enum": [5, 50]}]},
    "not an object with": {
        "type": "object",
        "properties": {"a": {"type": "boolean"}},
        "not": {"required": ["a"]},
    },
    "not a pattern": {"type": "string", "not": {"pattern": "^[a-m]"}},
    "else": {
        "type": "object",
        "properties": {"a": {"type": "integer"}},
        "required": ["a"],
        "if": {"properties": {"a": {"minimum": 100}}},
        "then": {"required": ["big"], "properties": {"big": {"const": True}}},
        "else": {"required": ["small"], "properties": {"small": {"const": True}}},
    },
    "call": CALL,
    "tree": TREE,
}


@functools.cache
def bundle(name: str) -> dict:
    """A schema of the newest edition, with all that it needs."""
    return load_schemas(EDITION).bundle(name)


def judge(schema):
    """Whether a value is valid, by jsonschema-rs itself."""
    return jsonschema_rs.Draft202012Validator(schema).is_valid
