"""list-calls: filters, order, pages. Every answer is judged against the calls that the vendor has."""

import pytest
from mock_client import frozen


def every(client, **body):
    return client.list(limit=1000, **body).json


def wanted(client, keep):
    return {call["call_id"] for call in client.vendor.calls if keep(call)}


def found(client, **filters):
    return {call["call_id"] for call in every(client, filter_criteria=filters)}


def analysed(name):
    return lambda call: call.get("call_analysis", {}).get(name)


class TestOrder:
    def test_the_newest_comes_first_and_ascending_is_the_reverse(self, client):
        calls = every(client)
        starts = [call["start_timestamp"] for call in calls if "start_timestamp" in call]
        assert starts == sorted(starts, reverse=True)
        assert len(set(starts)) < len(starts), "some calls share their moment"
        assert every(client, sort_order="ascending") == calls[::-1]
        assert every(client, sort_order="descending") == calls

    def test_a_call_that_has_not_started_is_sorted_by_its_creation(self, client):
        new = client.web().json["call_id"]
        assert client.ids(limit=1) == [new]

    def test_fifty_calls_are_the_default(self, client):
        assert len(client.list().json) == 50

    def test_an_account_without_calls_has_an_empty_list(self):
        assert frozen(calls=0).list().json == []


class TestPages:
    @pytest.mark.parametrize("order", ["ascending", "descending"])
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 80, 100])
    def test_pages_join_without_gap_or_repeat(self, client, limit, order):
        pages = client.pages(limit, sort_order=order)
        assert [call for page in pages for call in page] == every(client, sort_order=order)
        assert all(len(page) <= limit for page in pages)

    def test_pages_join_under_a_filter(self, client):
        criteria = {"call_type": ["phone_call"], "call_status": ["ended"]}
        pages = client.pages(3, filter_criteria=criteria)
        assert [call for page in pages for call in page] == every(client, filter_criteria=criteria)

    def test_the_key_may_be_a_call_that_the_filter_leaves_out(self, client):
        calls = every(client)
        place = next(n for n, call in enumerate(calls) if call["call_type"] == "phone_call")
        rest = every(client, filter_criteria={"call_type": ["web_call"]}, pagination_key=calls[place]["call_id"])
        assert rest == [call for call in calls[place:] if call["call_type"] == "web_call"]


FIELDS = {
    "agent_id": lambda call: call["agent_id"],
    "call_id": lambda call: call["call_id"],
    "call_type": lambda call: call["call_type"],
    "call_status": lambda call: call["call_status"],
    "direction": lambda call: call.get("direction"),
    "disconnection_reason": lambda call: call.get("disconnection_reason"),
    "from_number": lambda call: call.get("from_number"),
    "to_number": lambda call: call.get("to_number"),
    "version": lambda call: call["agent_version"],
    "in_voicemail": analysed("in_voicemail"),
    "call_successful": analysed("call_successful"),
    "user_sentiment": analysed("user_sentiment"),
}
RANGES = {
    "start_timestamp": lambda call: call.get("start_timestamp"),
    "end_timestamp": lambda call: call.get("end_timestamp"),
    "duration_ms": lambda call: call.get("duration_ms"),
    "e2e_latency_p50": lambda call: call.get("latency", {}).get("e2e", {}).get("p50"),
}


class TestFilters:
    @pytest.mark.parametrize("name", FIELDS)
    def test_any_of_the_values_is_enough(self, client, name):
        read = FIELDS[name]
        values = [value for value in {read(call) for call in client.vendor.calls} if value is not None]
        values = [value for value in values if value != "registered"]
        for chosen in ([values[0]], values[:2]):
            hits = found(client, **{name: chosen})
            assert hits
            assert hits == wanted(client, lambda call, chosen=chosen: read(call) in chosen)

    @pytest.mark.parametrize("name", RANGES)
    def test_both_thresholds_are_inclusive(self, client, name):
        read = RANGES[name]
        values = sorted({read(call) for call in client.vendor.calls} - {None})
        low, high = values[len(values) // 4], values[3 * len(values) // 4]
        low, high = (int(low), int(high) + 1) if name == "e2e_latency_p50" else (low, high)
        bounds = {"lower_threshold": low, "upper_threshold": high}
        assert found(client, **{name: bounds}) == wanted(
            client, lambda call: read(call) is not None and low <= read(call) <= high
        )
        assert found(client, **{name: {"lower_threshold": low}}) == wanted(
            client, lambda call: (read(call) or 0) >= low
        )
        assert found(client, **{name: {}}) == wanted(client, lambda _: True)

    def test_the_launch_form_includes_the_lower_bound_and_excludes_the_upper(self, client):
        starts = sorted({call["start_timestamp"] for call in client.vendor.calls if "start_timestamp" in call})
        low, high = starts[3], starts[-3]
        hits = found(client, after_start_timestamp=low, before_start_timestamp=high)
        assert hits == wanted(client, lambda call: low <= call.get("start_timestamp", 0) < high)
        ends = sorted({call["end_timestamp"] for call in client.vendor.calls if "end_timestamp" in call})
        hits = found(client, after_end_timestamp=ends[2], before_end_timestamp=ends[9])
        assert hits == wanted(client, lambda call: ends[2] <= call.get("end_timestamp", 0) < ends[9])

    def test_different_fields_are_combined(self, client):
        both = found(client, call_type=["phone_call"], direction=["inbound"], call_status=["ended"])
        assert both == wanted(
            client,
            lambda call: call.get("direction") == "inbound" and call["call_status"] == "ended",
        )

    @pytest.mark.parametrize(
        "filters",
        [
            {"metadata": {"customer_id": ["cust_123"]}},
            {"metadata": {"metadata.customer_id": ["cust_123"]}},
            {"metadata.customer_id": ["cust_123"]},
        ],
        ids=str,
    )
    def test_metadata_is_found_in_every_spelling(self, client, filters):
        hits = wanted(client, lambda call: call.get("metadata", {}).get("customer_id") == "cust_123")
        assert hits
        assert found(client, **filters) == hits

    @pytest.mark.parametrize(
        "filters",
        [
            {"metadata.order.id": ["7", "8"]},
            {"metadata": {"order.id": ["7"]}},
            {"metadata.flag": ["true"]},
            {"metadata.a.b": ["dotted"]},
            {"dynamic_variables.user_name": ["Zoë"]},
            {
                "dynamic_variables": {"user_name": ["Zoë", "Ada"]},
                "call_type": ["web_call"],
                "metadata.flag": [],
            },
        ],
        ids=str,
    )
    def test_nested_values_are_compared_as_texts(self, client, filters):
        made = client.web(
            metadata={"order": {"id": 7}, "flag": True, "a.b": "dotted"},
            retell_llm_dynamic_variables={"user_name": "Zoë"},
        ).json["call_id"]
        assert made in found(client, **filters)

    @pytest.mark.parametrize("filters", [{"metadata.order": ["x"]}, {"metadata.nowhere.at.all": ["x"]}], ids=str)
    def test_what_is_not_there_is_not_found(self, client, filters):
        assert found(client, **filters) == set()

    def test_what_was_just_created_is_found(self, client):
        for create in (client.web, client.phone, client.register):
            call = create().json
            assert client.list(filter_criteria={"call_id": [call["call_id"]]}).json == [call]

    def test_a_batch_that_nobody_made_has_no_calls(self, client):
        assert found(client, batch_call_id=["batch_1"]) == set()

    def test_an_unknown_criterion_leaves_everything_in(self, client):
        assert found(client, favourite_colour=["red"]) == wanted(client, lambda _: True)
