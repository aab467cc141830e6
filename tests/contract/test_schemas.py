"""The schema files, and what validates by them."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from conformance.contract.engine import Validator, fastest_places, python_places, rust_places
from conformance.contract.files import data_folder, read_json
from conformance.contract.schemas import editions, load_schemas
from conformance.errors import ContractError, UnknownName
from conformance.model import Effect

SCHEMAS = data_folder("schemas")
FILES = sorted(
    path for folder in ("v1", "v2") for path in (SCHEMAS / folder).glob("*.json") if path.stem != "operations"
)
EXAMPLES = read_json(Path(__file__).parent / "examples" / "valid.json")
CASES = [
    pytest.param(edition, each["schema"], each["value"], id=f"{edition}: {each['title']}")
    for each in EXAMPLES
    for edition in each["editions"]
]
ANNOTATIONS = {
    "x-since", "x-until", "x-editions", "x-source", "x-populated", "x-unit", "x-privacy", "x-growing",
    "x-known", "x-opaque", "x-lenient", "x-send", "x-needs",
}  # fmt: skip
TAGS = {row["tag"] for row in read_json(SCHEMAS / "sources.json")["sources"]}


def nodes(node):
    """Every JSON object in a schema file."""
    if isinstance(node, dict):
        yield node
        for each in node.values():
            yield from nodes(each)
    elif isinstance(node, list):
        for each in node:
            yield from nodes(each)


def described(node):
    """Every definition and property of a schema file; conditions have none."""
    for key, each in node.items():
        if key in {"properties", "$defs"}:
            yield from each.items()
        if key != "if":
            for inner in each if isinstance(each, list) else [each]:
                if isinstance(inner, dict):
                    yield from described(inner)


def both(edition, name):
    """The validators of both engines."""
    bundle = load_schemas(edition).bundle(name)
    return [Validator(bundle, rust_places(bundle)), Validator(bundle, python_places(bundle))]


def told(errors):
    return sorted((each.pointer, each.keyword, each.schema_pointer, each.expected) for each in errors)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
class TestAFile:
    def test_is_a_valid_schema_of_the_promised_form(self, path):
        schema = read_json(path)
        Draft202012Validator.check_schema(schema)

        assert list(schema) == ["$schema", "$id", "title", "$defs"]
        assert schema["$id"] == f"https://call-conformance.invalid/{path.parent.name}/{path.name}"

    def test_has_references_that_lead_somewhere(self, path):
        files = [read_json(each) for each in FILES]
        registry = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in files)
        resolver = registry.resolver(read_json(path)["$id"])
        for node in nodes(read_json(path)):
            if "$ref" in node:
                assert isinstance(resolver.lookup(node["$ref"]).contents, dict)

    def test_describes_every_field_and_says_where_it_comes_from(self, path):
        for name, schema in described(read_json(path)):
            assert schema.get("description", "").endswith("."), name
            assert schema.get("x-source"), name

    def test_cites_known_sources_only(self, path):
        for node in nodes(read_json(path)):
            for source in node.get("x-source", ()):
                assert source.split(" ")[0] in TAGS

    def test_uses_known_annotations_only(self, path):
        for node in nodes(read_json(path)):
            assert {key for key in node if key.startswith("x-")} <= ANNOTATIONS

    def test_gives_an_enum_no_type_so_that_one_wrong_value_is_one_error(self, path):
        for node in nodes(read_json(path)):
            if isinstance(node.get("enum"), list) or isinstance(node.get("const"), str):
                assert "type" not in node

    def test_lets_no_required_field_need_what_cannot_be_generated(self, path):
        for node in nodes(read_json(path)):
            for name in node.get("required") or ():
                assert "x-needs" not in node.get("properties", {}).get(name, {})

    def test_says_that_every_timestamp_counts_milliseconds(self, path):
        for node in nodes(read_json(path)):
            for name, schema in node.get("properties", {}).items():
                if name.endswith("_timestamp") and "$ref" not in schema:
                    assert (schema["type"], schema["x-unit"]) == ("integer", "ms-epoch")
                    assert "minimum" not in schema


class TestEditions:
    def test_stand_in_the_order_of_time(self):
        assert [each.id for each in editions()] == ["v1", "v2-launch", "v2-2025", "v2"]
        assert [each.order for each in editions()] == [0, 1, 2, 3]
        assert {tag for each in editions() for tag in each.sources} <= TAGS

    def test_an_unknown_one_is_told_with_the_closest(self):
        with pytest.raises(UnknownName, match=r"no edition 'v2-lunch'. Did you mean 'v2-launch'"):
            load_schemas("v2-lunch")

    @pytest.mark.parametrize("edition", [each.id for each in editions()])
    def test_every_definition_compiles_in_both_engines(self, edition):
        for name in load_schemas(edition).names:
            for validator in both(edition, name):
                assert isinstance(validator.errors(None), tuple)

    def test_an_unknown_definition_is_told(self):
        with pytest.raises(UnknownName, match="web-call"):
            load_schemas("v2").validate("web-cal", {})

    def test_names_are_unique_in_a_folder(self):
        for folder in ("v1", "v2"):
            names = [name for path in FILES if path.parent.name == folder for name in read_json(path)["$defs"]]
            assert len(names) == len(set(names))

    def test_agent_version_is_required_since_2025_and_absent_before(self):
        assert "agent_version" not in str(load_schemas("v2-launch").bundle("call"))
        for edition in ("v2-2025", "v2"):
            assert load_schemas(edition).definition("call-base")["required"] == ["agent_version"]


class TestOperations:
    @pytest.mark.parametrize("edition", [each.id for each in editions()])
    def test_name_schemas_of_their_edition(self, edition):
        schemas = load_schemas(edition)
        for operation in schemas.operations():
            assert {operation.request, operation.response} - {None} <= set(schemas.names)
            assert {source.split(" ")[0] for source in operation.sources} <= TAGS

    def test_come_with_their_edition(self):
        counts = {each.id: len(load_schemas(each.id).operations()) for each in editions()}
        assert counts == {"v1": 9, "v2-launch": 11, "v2-2025": 13, "v2": 15}

    def test_have_the_effect_that_the_guard_goes_by(self):
        effects = {each.name: each.effect for each in load_schemas("v2").operations()}
        assert effects["create-phone-call"] is Effect.DIALS
        assert [name for name, effect in effects.items() if effect is Effect.BILLS] == [
            "create-web-call", "register-phone-call", "create-phone-number",
        ]  # fmt: skip

    def test_may_be_optional_in_one_edition_and_not_in_another(self):
        def optional(edition):
            return {each.name for each in load_schemas(edition).operations() if each.optional}

        assert "register-phone-call" in optional("v2-launch")
        assert "register-phone-call" not in optional("v2-2025")
        assert optional("v2") - {"stop-call"} == {name for name in optional("v2") if "phone-number" in name}


class TestExamples:
    @pytest.mark.parametrize(("edition", "name", "value"), CASES)
    def test_what_was_published_or_observed_is_valid(self, edition, name, value):
        assert load_schemas(edition).validate(name, value) == ()
        assert [validator.errors(value) for validator in both(edition, name)] == [(), ()]

    def test_a_refusal_that_does_not_say_why_is_not(self):
        (error,) = load_schemas("v2").validate("error-body", {"detail": "no"})
        assert (error.pointer, error.expected, error.field) == ("/message", "present", "message")

    def test_examples_cite_known_sources(self):
        assert {each["source"] for each in EXAMPLES} <= TAGS


def places(value, at=""):
    """Pointers to everything inside a value."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in members:
        yield f"{at}/{key}"
        yield from places(each, f"{at}/{key}")


def changed(value, place, change):
    """A copy of a value, changed at a place by a function of the container and the key."""
    copied = copy.deepcopy(value)
    node = copied
    *way, last = place.removeprefix("/").split("/")
    for step in way:
        node = node[int(step) if isinstance(node, list) else step]
    change(node, int(last) if isinstance(node, list) else last)
    return copied


def at(value, place):
    """What is at a place."""
    for step in place.removeprefix("/").split("/"):
        value = value[int(step) if isinstance(value, list) else step]
    return value


def judged(edition, value):
    """Places outside the user's own data."""
    opaque = load_schemas(edition).opaque_fields() - {"transfer_destination"}
    return [place for place in places(value) if opaque.isdisjoint(place.split("/")[1:-1])]


RICH = [
    pytest.param(edition, each["schema"], each["value"], id=f"{edition}: {each['title']}")
    for each in EXAMPLES
    for edition in each["editions"]
    if "with everything" in each["title"] or each["title"] in {"numbers", "a dialled call"}
]


class TestOneDefectIsOneError:
    @pytest.mark.parametrize(("edition", "name", "value"), RICH)
    def test_a_value_of_a_wrong_type(self, edition, name, value):
        validators = both(edition, name)
        for place in judged(edition, value):
            wrong = [] if isinstance(at(value, place), str | int | float) else 7
            broken = changed(value, place, lambda node, key, wrong=wrong: node.__setitem__(key, wrong))
            for validator in validators:
                assert [each.pointer for each in validator.errors(broken)] == [place]

    @pytest.mark.parametrize(("edition", "name", "value"), RICH)
    def test_a_field_that_is_missing(self, edition, name, value):
        validators = both(edition, name)
        for place in judged(edition, value):
            broken = changed(value, place, lambda node, key: node.pop(key))
            rust, python = (validator.errors(broken) for validator in validators)
            assert told(rust) == told(python)
            assert [each.pointer for each in rust] in ([], [place])

    @pytest.mark.parametrize("value", [{}, {"call_type": "fax"}, {"call_type": None}, [], None, 3])
    def test_a_call_of_no_known_type(self, value):
        for name in ("call", "webhook-call"):
            for validator in both("v2", name):
                (error,) = validator.errors(value)
                assert error.pointer == ("/call_type" if isinstance(value, dict) else "")

    @pytest.mark.parametrize("edition", ["v2-launch", "v2-2025", "v2"])
    def test_an_entry_or_event_of_a_later_time_is_one_error_of_a_growing_list(self, edition):
        for name, value in (("transcript-entry", {"role": "sms"}), ("webhook", {"event": "chat_started"})):
            for validator in both(edition, name):
                (error,) = validator.errors(value)
                assert error.growing
                assert error.value in error.known

    def test_a_surplus_field_of_a_closed_request(self):
        for validator in both("v2", "update-call-request"):
            (error,) = validator.errors({"agent_id": "a", "metadata": {}})
            assert (error.pointer, error.expected, error.field) == ("/agent_id", "absent", "agent_id")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


class TestTheEnginesAgree:
    @settings(max_examples=200, deadline=None)
    @given(data=st.data())
    def test_on_examples_changed_at_random(self, data):
        edition, name, value = data.draw(st.sampled_from(RICH)).values
        for place in data.draw(st.lists(st.sampled_from(judged(edition, value)), max_size=2)):
            new = data.draw(JSON_VALUES)
            try:
                value = changed(value, place, lambda node, key, new=new: node.__setitem__(key, new))
            except (AttributeError, KeyError, IndexError, TypeError, ValueError):
                continue  # the first change took away the place of the second
        rust, python = (validator.errors(value) for validator in both(edition, name))

        assert told(rust) == told(python)


class TestNothingRaises:
    UNFIT: ClassVar = {
        "not a number": float("nan"),
        "endless": float("-inf"),
        "half a character": "\ud800",
        "half a key": {"\udfff": 1},
        "large": 10**400,
        "deep": json.loads("[" * 900 + "]" * 900),
    }

    @pytest.mark.parametrize("value", UNFIT.values(), ids=UNFIT)
    def test_whatever_the_parser_lets_through(self, value):
        for name in load_schemas("v2").names:
            load_schemas("v2").validate(name, value)
            load_schemas("v2").validate(name, {"call_type": "web_call", "metadata": value, "call_id": value})

    @pytest.mark.parametrize("name", ["", "0", "01", "+7", "+", "a/b", "~1", "if"])
    def test_a_name_that_is_hard_to_point_at(self, name):
        for validator in both("v2", "create-phone-call-request"):
            value = {"from_number": "a", "to_number": "b", "custom_sip_headers": {name: 1, "a": ""}}
            (error,) = validator.errors(value)
            escaped = name.replace("~", "~0").replace("/", "~1")
            assert (error.pointer, error.value) == (f"/custom_sip_headers/{escaped}", 1)

    def test_a_place_without_the_fast_engine(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
        bundle = load_schemas("v2").bundle("error-body")
        (error,) = Validator(bundle, fastest_places(bundle)).errors({"message": ""})

        assert (error.pointer, error.expected) == ("/message", "at least 1 characters")

    def test_a_number_that_json_does_not_have_is_one_error(self):
        (error,) = load_schemas("v2").validate("latency-stats", {"p50": float("nan")})
        assert (error.pointer, error.keyword, error.expected) == ("/p50", "number", "finite number")

    def test_half_a_character_is_an_error_but_not_in_the_data_of_the_user(self):
        (error,) = load_schemas("v2").validate("word", {"word": "\ud800"})
        assert (error.pointer, error.keyword) == ("/word", "text")
        assert load_schemas("v2").validate("update-call-request", {"metadata": {"a": "\ud800"}}) == ()

    def test_depth_in_the_data_of_the_user_is_no_error(self):
        deep = json.loads('{"a":' * 900 + "1" + "}" * 900)
        assert load_schemas("v2").validate("update-call-request", {"metadata": deep}) == ()


class TestWhatIsHidden:
    def test_secrets_and_personal_data_by_name(self):
        fields = load_schemas("v2").privacy_fields()
        secrets = {name for name, grade in fields.items() if grade == "secret"}
        assert secrets == {"access_token", "auth_password", "sip_trunk_auth_password"}
        assert {"from_number", "transcript", "content", "metadata", "recording_url"} <= set(fields)

    def test_the_data_of_the_user_is_opaque(self):
        assert {"metadata", "retell_llm_dynamic_variables", "agent_override"} <= load_schemas("v2").opaque_fields()

    def test_a_surrounding_field_is_hidden_wherever_a_transcript_stands(self):
        fields = load_schemas("v2").privacy_fields()
        for name in load_schemas("v2").definition("call-core")["properties"]:
            if "transcript" in name or name in {"recording_url", "public_log_url"}:
                assert fields[name] == "personal"


class TestReading:
    def test_a_file_that_is_no_json_is_told_with_its_line(self, tmp_path):
        path = tmp_path / "bad.json"
        path.write_text('{\n"a": }')
        with pytest.raises(ContractError, match=r"bad\.json:2: is no JSON"):
            read_json(path)

    def test_a_file_that_is_not_there_is_told(self, tmp_path):
        with pytest.raises(ContractError, match=r"none\.json: cannot be read"):
            read_json(tmp_path / "none.json")

    def test_a_folder_that_was_not_installed_is_told(self):
        with pytest.raises(ContractError, match="Install the package again"):
            data_folder("no-such-folder")

    def test_no_engine_is_loaded_before_it_is_needed(self):
        code = (
            "import sys; from conformance.contract.schemas import load_schemas; load_schemas('v2');"
            "print(sorted({'jsonschema', 'jsonschema_rs'} & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
        assert done.stdout.strip() == "[]"
