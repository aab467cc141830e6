"""The vendor's own client, the last one that speaks V2 alone, against the mock vendor over a real socket."""

import asyncio
import warnings

import pytest
import retell
from retell import AsyncRetell, Retell
from retell.types import PhoneCallResponse, WebCallResponse

from conformance.mockvendor import MockVendor

NUMBER = "+14155550123"


@pytest.fixture(scope="module")
def vendor():
    with MockVendor(calls=60) as served:
        yield served


@pytest.fixture
def sdk(vendor):
    with Retell(api_key=vendor.api_key, base_url=vendor.url, max_retries=0) as client:
        yield client


def quietly(call, **arguments):
    """Some methods of the client are marked as deprecated by later editions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return call(**arguments)


def test_a_web_call_is_made_and_read(vendor, sdk):
    made = quietly(sdk.call.create_web_call, agent_id=vendor.agents[0], metadata={"größe": [1, {"a": None}]})
    assert type(made) is WebCallResponse
    assert made.access_token
    assert type(made.agent_version) is int
    again = sdk.call.retrieve(made.call_id)
    assert type(again) is WebCallResponse
    assert again.metadata == {"größe": [1, {"a": None}]}


def test_phone_calls_are_made_and_registered(vendor, sdk):
    dialled = sdk.call.create_phone_call(from_number=vendor.numbers[0], to_number=NUMBER)
    registered = sdk.call.register_phone_call(agent_id=vendor.agents[0], direction="inbound")
    for made in (dialled, registered):
        assert type(made) is PhoneCallResponse
        assert type(sdk.call.retrieve(made.call_id)) is PhoneCallResponse
    assert (dialled.direction, dialled.to_number) == ("outbound", NUMBER)


def test_calls_are_listed_with_their_nested_objects(sdk):
    calls = quietly(sdk.call.list, limit=1000)
    assert {type(call) for call in calls} == {WebCallResponse, PhoneCallResponse}
    rich = next(call for call in calls if call.transcript_with_tool_calls and call.call_analysis)
    assert type(rich.start_timestamp) is int
    assert type(rich.call_cost).__name__ == "CallCost"
    assert rich.latency.e2e.num > 0
    assert rich.transcript_object[0].words[0].word


def test_filters_and_pages_work(vendor, sdk):
    only = {
        "call_type": ["phone_call"],
        "start_timestamp": {"lower_threshold": 1},
        "agent_id": list(vendor.agents),
    }
    first = quietly(sdk.call.list, filter_criteria=only, limit=3, sort_order="ascending")
    second = quietly(
        sdk.call.list, filter_criteria=only, limit=3, sort_order="ascending", pagination_key=first[-1].call_id
    )
    assert len({call.call_id for call in (*first, *second)}) == 6
    assert all(type(call) is PhoneCallResponse for call in (*first, *second))


def test_a_call_is_updated_deleted_and_gone(vendor, sdk):
    made = quietly(sdk.call.create_web_call, agent_id=vendor.agents[0])
    changed = sdk.call.update(
        made.call_id,
        metadata={"a": "b"},
        data_storage_setting="everything_except_pii",
        custom_attributes={"x": 1},
    )
    assert (changed.metadata, changed.data_storage_setting) == ({"a": "b"}, "everything_except_pii")
    assert sdk.call.delete(made.call_id) is None
    with pytest.raises(retell.UnprocessableEntityError) as caught:
        sdk.call.retrieve(made.call_id)
    assert caught.value.body == {"status": "error", "message": "No call of this account has that id."}


def test_a_call_that_goes_on_is_stopped(vendor, sdk):
    made = quietly(sdk.call.create_web_call, agent_id=vendor.agents[0])
    with pytest.raises(retell.UnprocessableEntityError):
        sdk.call.stop(made.call_id)
    vendor.join(made.call_id)
    assert sdk.call.retrieve(made.call_id).call_status == "ongoing"
    assert sdk.call.stop(made.call_id) is None
    assert sdk.call.retrieve(made.call_id).call_status == "ended"


def test_errors_have_their_own_classes(vendor, sdk):
    with pytest.raises(retell.BadRequestError):
        sdk.call.create_phone_call(from_number=vendor.numbers[0], to_number="nobody")
    with (
        Retell(api_key="key_of_somebody_else", base_url=vendor.url, max_retries=0) as stranger,
        pytest.raises(retell.AuthenticationError),
    ):
        stranger.call.retrieve("x")


def test_numbers_are_imported_and_deleted(sdk):
    made = sdk.phone_number.import_(phone_number="+14155550188", termination_uri="desk.example.invalid")
    assert sdk.phone_number.retrieve(made.phone_number).phone_number_type == "custom"
    assert sdk.phone_number.delete(made.phone_number) is None


def test_the_asynchronous_client_does_the_same(vendor):
    async def story():
        async with AsyncRetell(api_key=vendor.api_key, base_url=vendor.url, max_retries=0) as sdk:
            web = await quietly(sdk.call.create_web_call, agent_id=vendor.agents[0])
            dialled = await sdk.call.create_phone_call(from_number=vendor.numbers[0], to_number=NUMBER)
            registered = await sdk.call.register_phone_call(agent_id=vendor.agents[0])
            shown = await sdk.call.retrieve(web.call_id)
            listed = await quietly(sdk.call.list, filter_criteria={"call_id": [registered.call_id]})
            changed = await sdk.call.update(web.call_id, metadata={"a": 1})
            vendor.join(web.call_id)
            stopped = await sdk.call.stop(web.call_id)
            deleted = await sdk.call.delete(dialled.call_id)
            return web, dialled, registered, shown, listed, changed, stopped, deleted

    web, dialled, registered, shown, listed, changed, stopped, deleted = asyncio.run(story())
    assert [type(each) for each in (web, shown, changed)] == [WebCallResponse] * 3
    assert [type(each) for each in (dialled, registered, *listed)] == [PhoneCallResponse] * 3
    assert listed[0].call_id == registered.call_id
    assert changed.metadata == {"a": 1}
    assert (stopped, deleted) == (None, None)
