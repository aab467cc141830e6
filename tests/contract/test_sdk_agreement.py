"""Each edition agrees, field by field, with the SDK that the vendor released for it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sdk_comparison import Comparison, Difference
from sdk_differences import DIFFERENCES
from sdk_models import Sdk, SdkOperation, Shape

from conformance.contract.schemas import load_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import Operation

RELEASES = {"v1": "3.18.0", "v2-launch": "4.0.0", "v2-2025": "5.0.0", "v2": "5.35.1"}

METHODS = {
    "create-web-call": ("call", "create_web_call"),
    "create-phone-call": ("call", "create_phone_call"),
    "register-phone-call": ("call", "register_phone_call"),
    "get-call": ("call", "retrieve"),
    "list-calls": ("call", "list"),
    "update-call": ("call", "update"),
    "delete-call": ("call", "delete"),
    "stop-call": ("call", "stop"),
    "import-phone-number": ("phone_number", "import_"),
    "create-phone-number": ("phone_number", "create"),
    "get-phone-number": ("phone_number", "retrieve"),
    "list-phone-numbers": ("phone_number", "list"),
    "list-phone-numbers-v2": ("phone_number", "list_v2"),
    "update-phone-number": ("phone_number", "update"),
    "delete-phone-number": ("phone_number", "delete"),
}
METHODS_OF_V1 = {
    **METHODS,
    "register-call": ("call", "register"),
    "create-phone-call": ("call", "create"),
}


@cache
def sdk_of(edition: str) -> Sdk:
    default = Path(__file__).parents[2] / ".cache" / "sdk-wheels"
    folder = Path(os.environ.get("CONFORMANCE_SDK_WHEELS", default))
    wheel = folder / f"retell_sdk-{RELEASES[edition]}-py3-none-any.whl"
    if not wheel.is_file():
        pytest.fail(f"{wheel} is missing: run `make wheels`, or name its folder in CONFORMANCE_SDK_WHEELS.")
    return Sdk(wheel)


def method_of(edition: str, operation: str) -> tuple[str, str]:
    return (METHODS_OF_V1 if edition == "v1" else METHODS)[operation]


@cache
def differences(edition: str) -> frozenset[Difference]:
    sdk = sdk_of(edition)
    operations = load_schemas(edition).operations()
    found = {each for operation in operations for each in operation_differences(edition, operation)}
    ours = {method_of(edition, operation.name) for operation in operations}
    for resource in ("call", "phone_number"):
        for name in sdk.methods(resource):
            if (resource, name) not in ours:
                found.add(Difference(f"method {resource}.{name}", "-", "present"))
    return frozenset(found)


def operation_differences(edition: str, operation: Operation) -> Iterator[Difference]:
    place = f"operation {operation.name}"
    theirs = sdk_of(edition).operation(*method_of(edition, operation.name))
    if theirs is None:
        yield Difference(place, "present", "-")
        return
    ours = f"{operation.method} {operation.path}"
    if ours != f"{theirs.method} {theirs.path}":
        yield Difference(place, ours, f"{theirs.method} {theirs.path}")
    yield from body_differences(edition, operation, theirs)


def body_differences(edition: str, operation: Operation, theirs: SdkOperation) -> Iterator[Difference]:
    bodies: tuple[tuple[str, str | None, Shape | None], ...] = (
        ("request", operation.request, theirs.request),
        ("response", operation.response, theirs.response),
    )
    for side, name, shape in bodies:
        if name is not None and shape is not None:
            bundle = load_schemas(edition).bundle(name)
            yield from Comparison(bundle, request=side == "request").differences(shape)
        elif (name, shape) != (None, None):
            yield Difference(f"operation {operation.name} {side}", name or "-", "-" if shape is None else "present")


@pytest.mark.parametrize("edition", RELEASES)
class TestAgreement:
    def test_every_difference_is_known_and_has_its_reason(self, edition):
        found = {(edition, each.place, each.ours, each.sdk) for each in differences(edition)}

        assert found == {key for key in DIFFERENCES if key[0] == edition}

    def test_both_sides_tell_something_about_every_call_operation(self, edition):
        sdk = sdk_of(edition)
        for operation in load_schemas(edition).operations():
            theirs = sdk.operation(*method_of(edition, operation.name))
            if theirs is not None and theirs.response is not None:
                assert theirs.response.kinds or theirs.response.variants


class TestTheComparisonSees:
    @pytest.mark.parametrize(
        ("name", "change", "place"),
        [
            ("call-core", lambda node: node["properties"].pop("duration_ms"), "web-call.duration_ms"),
            (
                "web-call",
                lambda node: node["required"].remove("access_token"),
                "web-call.access_token required",
            ),
            ("word", lambda node: node["properties"]["start"].update(type="integer"), "word.start"),
            ("dtmf", lambda node: node["properties"].update(tone={"type": "string"}), "dtmf.tone"),
            ("call-status", lambda node: node["enum"].remove("ended"), "call-status = ended"),
            ("transcript-entry", lambda node: node["allOf"].pop(), "transcript-entry[dtmf]"),
        ],
    )
    def test_a_changed_schema(self, name, change, place):
        bundle = load_schemas("v2-2025").bundle("call")
        copied = {**bundle, "$defs": {key: _copy(each) for key, each in bundle["$defs"].items()}}
        change(copied["$defs"][name])
        theirs = sdk_of("v2-2025").operation("call", "retrieve")

        found = list(Comparison(copied, request=False).differences(theirs.response))

        assert place in {each.place for each in found}


def _copy(node):
    if isinstance(node, dict):
        return {key: _copy(value) for key, value in node.items()}
    return [_copy(each) for each in node] if isinstance(node, list) else node
