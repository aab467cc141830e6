"""Whatever is sent, the mock vendor answers, and never with a failure of its own."""

from hypothesis import given, settings
from hypothesis import strategies as st
from mock_client import frozen

from conformance.contract.schemas import load_schemas

SCHEMAS = load_schemas("v2")
CLIENT = frozen(calls=12)
OLD = frozen(calls=12, edition="v1")

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
criteria = st.sampled_from(
    [
        "call_id",
        "version",
        "in_voicemail",
        "start_timestamp",
        "metadata",
        "metadata.a",
        "after_start_timestamp",
    ]
)
fields = st.sampled_from(
    [
        "agent_id",
        "from_number",
        "to_number",
        "direction",
        "metadata",
        "custom_sip_headers",
        "limit",
        "phone_number",
    ]
)
bodies = values | st.dictionaries(fields, values, max_size=4)
operations = st.sampled_from([each for each in SCHEMAS.operations() if "{" not in each.path])


@settings(deadline=None, max_examples=300)
@given(operation=operations, body=bodies)
def test_whatever_is_sent_the_answer_is_valid(operation, body):
    if isinstance(body, dict) and operation.name in {"create-web-call", "register-phone-call"}:
        body.setdefault("agent_id", CLIENT.vendor.agents[0])
    answer = CLIENT.send(operation.method, operation.path, body)
    assert answer.status < 500
    assert SCHEMAS.validate(operation.response if answer.status < 400 else "error-body", answer.json) == ()


@settings(deadline=None, max_examples=100)
@given(operation=st.sampled_from(load_schemas("v1").operations()), body=bodies)
def test_nor_does_v1_fail(operation, body):
    answer = OLD.send(operation.method, operation.path, body)
    assert answer.status < 500


@settings(deadline=None, max_examples=100)
@given(filters=st.dictionaries(criteria, values, max_size=3))
def test_no_filter_is_too_much(filters):
    assert CLIENT.list(filter_criteria=filters).status in {200, 400}


@settings(deadline=None, max_examples=100)
@given(raw=st.binary(max_size=20) | st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_are_too_much(raw):
    assert CLIENT.send("POST", "/v2/create-web-call", raw=raw).status == 400


@settings(deadline=None, max_examples=100)
@given(query=st.text(st.sampled_from("abl[]=&%,limit20filter_criteria"), max_size=30))
def test_no_query_is_too_much(query):
    assert OLD.send("GET", f"/list-calls?{query}").status in {200, 400}


@settings(deadline=None, max_examples=100)
@given(metadata=st.dictionaries(st.text(), plain, max_size=4))
def test_metadata_comes_back_as_it_was_sent(metadata):
    made = CLIENT.web(metadata=metadata)
    assert made.status == 201
    assert made.json["metadata"] == metadata
    assert CLIENT.get(made.json["call_id"]).json["metadata"] == metadata
