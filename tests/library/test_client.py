"""CallApi: every operation, over a socket and in this process."""

import typing

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

from conformance import MockVendor, assert_conforms
from conformance.contract.schemas import load_schemas
from conformance.errors import ConformanceError, UnknownName, UsageError
from conformance.testing import CallApi, client


@pytest.fixture(scope="module")
def vendor():
    with MockVendor(calls=30) as running:
        yield running


@pytest.fixture(params=["over a socket", "in this process"])
def api(request, vendor):
    target = vendor.url if request.param == "over a socket" else vendor.app
    with CallApi(target, vendor.api_key) as opened:
        yield opened


def test_a_web_call_is_created_fetched_changed_listed_and_deleted(api, vendor):
    created = api.create_web_call(vendor.agents[0], metadata={"order": "A-1001"})
    assert created.status_code == 201
    assert_conforms(created, "web-call")
    call_id = created.json()["call_id"]
    assert api.get_call(call_id).json()["metadata"] == {"order": "A-1001"}
    assert api.update_call(call_id, metadata={"order": "A-1002"}).json()["metadata"] == {"order": "A-1002"}
    listed = api.list_calls(call_id=[call_id], limit=5)
    assert_conforms(listed, "call-list")
    assert [each["call_id"] for each in listed.json()] == [call_id]
    assert api.list_calls(filter_criteria={"metadata.order": ["A-1002"]}).json()[0]["call_id"] == call_id
    assert api.delete_call(call_id).status_code == 204
    assert api.get_call(call_id).status_code == 422


def test_phone_calls_are_dialled_and_registered(api, vendor):
    dialled = api.create_phone_call(vendor.numbers[0], "+14155550123")
    registered = api.register_phone_call(vendor.agents[0], direction="inbound", from_number="+14155550123")
    for answer in (dialled, registered):
        assert answer.status_code == 201
        assert answer.json()["call_type"] == "phone_call"


def test_a_call_that_goes_on_is_stopped(api, vendor):
    call_id = api.create_web_call(vendor.agents[0]).json()["call_id"]
    vendor.join(call_id)
    assert api.stop_call(call_id).status_code == 204
    assert api.get_call(call_id).json()["call_status"] == "ended"


def test_pages_are_put_together(api):
    everything = [each["call_id"] for each in api.list_calls(limit=1000).json()]
    assert [each["call_id"] for each in api.iter_calls(page_size=7)] == everything
    ended = [each["call_status"] for each in api.iter_calls(page_size=3, call_status=["ended"])]
    assert set(ended) == {"ended"}
    oldest_first = [each["call_id"] for each in api.iter_calls(page_size=7, sort_order="ascending")]
    assert set(oldest_first) == set(everything)


def test_anything_can_be_sent(api):
    assert api.send("create-web-call", body={"agent_id": 5}).status_code == 400
    assert api.send("get-call", call_id="no/such?call").status_code == 422


def test_an_answer_that_is_a_refusal_is_an_answer(vendor):
    with CallApi(vendor.url, "key_wrong_and_fictional") as api:
        answer = api.list_calls()
    assert answer.status_code == 401
    with pytest.raises(httpx.HTTPStatusError):
        answer.raise_for_status()


def test_a_mock_vendor_is_a_target_and_brings_its_key(vendor):
    for each in (vendor, MockVendor(calls=3)):
        with CallApi(each) as api:
            assert api.list_calls(limit=1).status_code == 200


def test_redirects_are_not_followed():
    async def elsewhere(_request):
        return RedirectResponse("http://127.0.0.1:1/", status_code=307)

    with CallApi(Starlette(routes=[Route("/v2/list-calls", elsewhere, methods=["POST"])])) as api:
        assert api.list_calls().status_code == 307


def test_pages_that_never_end_are_told_of():
    async def always_the_same(_request):
        return JSONResponse([{"call_id": "call_1"}])

    app = Starlette(routes=[Route("/v2/list-calls", always_the_same, methods=["POST"])])
    with CallApi(app) as api, pytest.raises(ConformanceError) as told:
        list(api.iter_calls(page_size=1))
    assert str(told.value) == "list-calls gave the call call_1 twice. Its pages may never end."


def test_an_application_is_named_by_module_and_attribute(tmp_path, monkeypatch):
    (tmp_path / "named_server.py").write_text(
        "from conformance import MockVendor\nvendor = MockVendor(calls=3)\napp = vendor.app\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with CallApi("app:named_server:app", "key_mock_0123456789abcdef") as api:
        assert api.list_calls().status_code == 200


def test_a_wsgi_application_is_a_target():
    def app(environ, start_response):
        start_response("200 OK", [("content-type", "application/json")])
        return [environ["HTTP_AUTHORIZATION"].join('""').encode()]

    with CallApi(app, "key_fictional") as api:
        assert api.get_call("call_1").json() == "Bearer key_fictional"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: CallApi("https://api.example.com"),
            UsageError,
            "https://api.example.com is not on this machine, so it needs a key. Give key=….",
        ),
        (
            lambda: CallApi(5),
            UsageError,
            "A target cannot be of type int. Give a URL, an ASGI or WSGI application, or a MockVendor.",
        ),
        (
            lambda: CallApi("http://127.0.0.1:1", edition="v1"),
            UsageError,
            "CallApi speaks V2, not v1. Choose another edition.",
        ),
        (
            lambda: CallApi("http://127.0.0.1:1").send("get-cal"),
            UnknownName,
            "There is no operation 'get-cal'. Did you mean 'get-call'?",
        ),
        (
            lambda: CallApi("http://127.0.0.1:1").send("get-call"),
            UsageError,
            "get-call needs a call id. Give call_id=….",
        ),
        (
            lambda: list(CallApi("http://127.0.0.1:1").iter_calls(page_size=1001)),
            UsageError,
            "page_size is 1001; it must be 1 to 1000.",
        ),
    ],
)
def test_what_cannot_be_is_refused(make, error, message):
    with pytest.raises(error) as told:
        make()
    assert str(told.value) == message


@pytest.mark.parametrize(
    ("typed", "schema", "positional"),
    [
        (client.NewWebCall, "create-web-call-request", {"agent_id"}),
        (client.NewPhoneCall, "create-phone-call-request", {"from_number", "to_number"}),
        (client.RegisteredPhoneCall, "register-phone-call-request", {"agent_id"}),
        (client.CallChanges, "update-call-request", set()),
        (client.CallCriteria, "call-filter", set()),
        (client.NumberRange, "number-range", set()),
    ],
)
def test_the_types_name_the_fields_of_the_contract(typed, schema, positional):
    documented = load_schemas("v2").definition(schema)["properties"]
    assert set(typing.get_type_hints(typed)) | positional == set(documented)


def test_operations_of_v1_have_no_methods():
    methods = {name for name in dir(CallApi) if not name.startswith("_")}
    assert methods == {
        "close",
        "create_phone_call",
        "create_web_call",
        "delete_call",
        "get_call",
        "iter_calls",
        "list_calls",
        "register_phone_call",
        "send",
        "stop_call",
        "update_call",
    }
