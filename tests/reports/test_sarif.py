"""The SARIF report: the form that every reader of SARIF 2.1.0 asks for, and what our findings become in it."""

import json
from dataclasses import replace

import jsonschema
import pytest
from sample_runs import finding, hostile, one_of_each, requirement, result, run

from conformance.model import Acceptance, Mismatch, Outcome
from conformance.reports import sarif

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
INDEX = {"type": "integer", "minimum": 0}
HEADERS = {"type": "object", "additionalProperties": {"type": "string"}}
BODY = {"type": "object", "additionalProperties": False, "properties": {"text": {"type": "string"}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
BAG = {"type": "object", "properties": {"tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True}}}


def closed(required, **properties):
    """An object of the format: it takes no property that the format does not have."""
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


LOCATION = closed(
    [],
    physicalLocation=closed(
        ["artifactLocation"],
        artifactLocation=closed([], uri={"type": "string", "format": "uri-reference", "pattern": "^[^ \\\\]*$"}),
        region=closed([], startLine={"type": "integer", "minimum": 1}),
    ),
    logicalLocations={
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": closed(
            [],
            name={"type": "string"},
            fullyQualifiedName={"type": "string"},
            kind={"enum": ["resource", "property", "value", "object", "array"]},
        ),
    },
)
RULE = closed(
    ["id"],
    id={"type": "string"},
    shortDescription=TEXT,
    fullDescription=TEXT,
    help=TEXT,
    defaultConfiguration=closed([], level=LEVEL),
    properties=BAG,
)
RESULT = closed(
    ["message"],
    ruleId={"type": "string"},
    ruleIndex=INDEX,
    level=LEVEL,
    message=TEXT,
    locations={"type": "array", "minItems": 1, "items": LOCATION},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    occurrenceCount={"type": "integer", "minimum": 1},
    suppressions={
        "type": "array",
        "items": closed(
            ["kind"],
            kind={"enum": ["inSource", "external"]},
            status={"enum": ["accepted", "underReview", "rejected"]},
            justification={"type": "string"},
        ),
    },
    webRequest=closed([], method={"type": "string"}, target={"type": "string"}, headers=HEADERS, body=BODY),
    webResponse=closed(
        [],
        statusCode={"type": "integer"},
        reasonPhrase={"type": "string"},
        headers=HEADERS,
        body=BODY,
        noResponseReceived={"type": "boolean"},
    ),
    properties=BAG,
)
NOTE = closed(
    ["message"],
    level=LEVEL,
    message=TEXT,
    associatedRule=closed([], id={"type": "string"}, index=INDEX),
)
LOG = closed(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs={
        "type": "array",
        "minItems": 1,
        "items": closed(
            ["tool"],
            tool=closed(
                ["driver"],
                driver=closed(
                    ["name"],
                    name={"type": "string"},
                    version={"type": "string"},
                    rules={"type": "array", "uniqueItems": True, "items": RULE},
                ),
            ),
            automationDetails=closed([], id={"type": "string"}),
            invocations={
                "type": "array",
                "items": closed(
                    ["executionSuccessful"],
                    executionSuccessful={"type": "boolean"},
                    startTimeUtc={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
                    toolExecutionNotifications={"type": "array", "items": NOTE},
                ),
            },
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            results={"type": "array", "items": RESULT},
            properties=BAG,
        ),
    },
)
"""What of the published schema concerns the parts that we write."""

KNOWN = Acceptance(reason="mended soon", owner="voice", until="2026-12-31")


def broken(**changes):
    return run(result("LIST-002", Outcome.FAILED, findings=[replace(finding(requirement("LIST-002")), **changes)]))


def first(judged, **how):
    return sarif.as_sarif(judged, **how)["runs"][0]["results"][0]


@pytest.mark.parametrize(
    "judged",
    [
        one_of_each(),
        hostile(),
        run(),
        run(complete=False, stopped="interrupted"),
        broken(known=KNOWN),
        broken(exchange=replace(finding(requirement("LIST-002")).exchange, response=None, error="timed out")),
    ],
    ids=["each", "hostile", "empty", "cut", "known", "silent"],
)
def test_it_has_the_form_of_the_format(judged):
    jsonschema.Draft202012Validator(LOG).validate(json.loads(sarif.text(judged)))


def test_every_requirement_is_a_rule_and_every_finding_a_result():
    log = sarif.as_sarif(one_of_each())["runs"][0]
    assert [each["id"] for each in log["tool"]["driver"]["rules"]] == [
        "LIST-001",
        "LIST-002",
        "LIST-003",
        "GONE-001",
        "GONE-002",
    ]
    assert [(each["ruleId"], each["ruleIndex"], each["level"]) for each in log["results"]] == [
        ("LIST-002", 1, "error"),
        ("LIST-003", 2, "warning"),
    ]


def test_strictly_a_warning_is_an_error():
    levels = [each["level"] for each in sarif.as_sarif(one_of_each(), strict=True)["runs"][0]["results"]]
    assert levels == ["error", "error"]


def test_a_rule_says_what_it_rests_on():
    rule = sarif.as_sarif(one_of_each())["runs"][0]["tool"]["driver"]["rules"][1]
    assert rule == {
        "id": "LIST-002",
        "shortDescription": {"text": "A limit is a prefix."},
        "fullDescription": {"text": "A limit is a prefix."},
        "help": {"text": "Cut the list."},
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "clause": "OpenAPI 2026-04, limit",
            "evidence": "documented",
            "level": "must",
            "area": "listing",
            "tags": ["conformance", "listing"],
        },
    }


@pytest.mark.parametrize(
    ("suite", "uri"),
    [("listing.suite.yaml", "suites/listing.suite.yaml"), ("my own.suite.yaml", "my%20own.suite.yaml")],
)
def test_a_result_points_to_its_operation_and_to_the_line_of_its_suite(suite, uri):
    asked = requirement("LIST-002", suite=suite, line=12)
    place = first(run(result("LIST-002", Outcome.FAILED, findings=[finding(asked)])))["locations"][0]
    assert place == {
        "physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 12}},
        "logicalLocations": [
            {"name": "list-calls", "fullyQualifiedName": "list-calls", "kind": "resource"},
            {"name": "2", "fullyQualifiedName": "list-calls#/2", "kind": "property"},
        ],
    }


def test_a_result_holds_the_exchange():
    told = first(broken())
    assert told["webRequest"] == {
        "method": "POST",
        "target": "http://127.0.0.1:9/v2/list-calls",
        "headers": {},
        "body": {"text": "{}"},
    }
    assert told["webResponse"] == {"statusCode": 200, "headers": {}, "body": {"text": '{"call_id":"call_1"}'}}
    silent = replace(finding(requirement("LIST-002")).exchange, response=None, error="timed out")
    assert first(broken(exchange=silent))["webResponse"] == {"noResponseReceived": True, "reasonPhrase": "timed out"}


def test_what_somebody_accepted_is_suppressed():
    assert first(broken(known=KNOWN))["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "mended soon (voice, until 2026-12-31)"}
    ]


def test_what_could_not_be_judged_is_told_as_such():
    invocation = sarif.as_sarif(replace(one_of_each(), complete=False, stopped="interrupted"))["runs"][0]["invocations"]
    assert invocation == [
        {
            "executionSuccessful": False,
            "startTimeUtc": "2026-01-02T03:04:05.678Z",
            "toolExecutionNotifications": [
                {"level": "error", "message": {"text": "Not complete: interrupted."}},
                {
                    "level": "error",
                    "message": {"text": "GONE-002 could not be judged: not reached: the connection was lost."},
                    "associatedRule": {"id": "GONE-002", "index": 4},
                },
            ],
        }
    ]


def print_of(cause, *, name="LIST-002"):
    told = Mismatch(message="m", expected="e", actual="a", pointer="/p", cause=cause)
    return sarif.fingerprint(replace(finding(requirement(name)), mismatch=told))


def test_the_same_defect_has_the_same_fingerprint_in_another_run():
    assert print_of("'call_1' repeats call 0a1b2c3d4e on page 3") == print_of(
        "'call_9' repeats call ffeeddccbb on page 12"
    )
    assert print_of("missing") != print_of("null")
    assert print_of("missing") != print_of("missing", name="LIST-003")
    assert len(print_of(None)) == 32
