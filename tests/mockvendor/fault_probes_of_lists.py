"""The probes of lists and of the criteria that they are filtered by."""

from __future__ import annotations

from collections.abc import Mapping

from probe_looks import LIST, Probe, created, every, finds, joined, later, order, overlooks

LISTS: Mapping[str, Probe] = {
    "large-pages-lose-a-call": lambda c: len(set(joined(c, 30))) < len(every(c)),
    "list-in-an-envelope": lambda c: isinstance(c.list().json, dict),
    "empty-list-is-an-object": lambda c: c.list(filter_criteria={"agent_id": ["x"]}).json == {},
    "empty-list-answers-404": lambda c: c.list(filter_criteria={"agent_id": ["x"]}).status == 404,
    "single-match-is-no-list": lambda c: isinstance(c.list(limit=1).json, dict),
    "empty-list-holds-null": lambda c: c.list(filter_criteria={"agent_id": ["x"]}).json == [None],
    "list-ends-with-its-length": lambda c: isinstance(every(c)[-1], int),
    "limit-ignored": lambda c: len(c.list(limit=2).json) > 3,
    "limit-one-too-many": lambda c: len(c.list(limit=2).json) == 3,
    "limit-ignored-under-a-filter": lambda c: (
        len(c.list(limit=2, filter_criteria={"call_type": ["web_call"]}).json) > 2 and len(c.list(limit=2).json) == 2
    ),
    "list-oldest-first": lambda c: order(c) == "up" and order(c, sort_order="descending") == "down",
    "list-oldest-first-under-a-filter": lambda c: (
        order(c, filter_criteria={"call_type": ["web_call"]}) == "up" and order(c) == "down"
    ),
    "ascending-ignored": lambda c: order(c, sort_order="ascending") == "down",
    "ascending-ignored-under-a-filter": lambda c: (
        order(c, sort_order="ascending", filter_criteria={"call_type": ["web_call"]}) == "down"
        and order(c, sort_order="ascending") == "up"
    ),
    "pagination-key-inclusive": lambda c: (key := c.ids()[3]) in c.ids(pagination_key=key),
    "pagination-key-inclusive-when-ascending": lambda c: (
        (key := c.ids()[3]) in c.ids(pagination_key=key, sort_order="ascending")
        and key not in c.ids(pagination_key=key)
    ),
    "page-skips-a-call": lambda c: len(joined(c, 20)) < len(c.vendor.calls),
    "page-repeats-a-call": lambda c: (
        len(ids := joined(c, 20)) > len(set(ids)) and (key := c.ids()[3]) not in c.ids(pagination_key=key)
    ),
    "equal-moments-lost-between-pages": lambda c: len(joined(c, 2)) < len(c.vendor.calls),
    "later-pages-empty": lambda c: later(c) == [],
    "call-type-filter-ignored": lambda c: (
        {call["call_type"] for call in every(c, filter_criteria={"call_type": ["web_call"]})} != {"web_call"}
    ),
    "call-type-filter-ignored-on-later-pages": lambda c: (
        {call["call_type"] for call in every(c, filter_criteria={"call_type": ["web_call"]}, pagination_key=c.ids()[0])}
        != {"web_call"}
    ),
    "call-type-filter-sees-only-the-first": lambda c: (
        len({call["call_type"] for call in every(c, filter_criteria={"call_type": ["web_call", "phone_call"]})}) == 1
    ),
    "agent-filter-ignored": lambda c: bool(every(c, filter_criteria={"agent_id": ["agent_x"]})),
    "agent-filter-sees-only-the-first": lambda c: (
        every(c, filter_criteria={"agent_id": ["agent_x", *c.vendor.agents]}) == []
    ),
    "agent-filter-ignored-beside-another": lambda c: bool(
        every(c, filter_criteria={"agent_id": ["agent_x"], "call_type": ["web_call"]})
    ),
    "status-filter-ignored": lambda c: (
        {call["call_status"] for call in every(c, filter_criteria={"call_status": ["error"]})} != {"error"}
    ),
    "ended-filter-lets-errors-in": lambda c: (
        {call["call_status"] for call in every(c, filter_criteria={"call_status": ["ended"]})} == {"ended", "error"}
    ),
    "new-calls-missing-from-lists": lambda c: created(c) not in c.ids(),
    "registered-calls-missing-from-lists": lambda c: created(c) not in c.ids(),
    "call-id-filter-finds-nothing": lambda c: c.ids(filter_criteria={"call_id": [created(c)]}) == [],
}

FILTERS: Mapping[str, Probe] = {
    "limit-read-from-the-query": lambda c: len(c.send("POST", f"{LIST}?limit=1", {}).json) == 1,
    "after-start-timestamp-filter-ignored": finds(after_start_timestamp=10**15),
    "before-end-timestamp-filter-ignored": finds(before_end_timestamp=1),
    "direction-filter-ignored": finds(direction=["inbound"], call_type=["web_call"]),
    "from-number-filter-ignored": finds(from_number=["+14155550199"]),
    "to-number-filter-ignored": finds(to_number=["+14155550199"]),
    "disconnection-reason-filter-ignored": finds(disconnection_reason=["user_hangup"], call_status=["ongoing"]),
    "version-filter-ignored": finds(version=[99]),
    "user-sentiment-filter-ignored": finds(user_sentiment=["Positive"], call_status=["ongoing"]),
    "call-successful-filter-ignored": finds(call_successful=[True], call_status=["ongoing"]),
    "in-voicemail-filter-ignored": finds(in_voicemail=[True], call_status=["ongoing"]),
    "in-voicemail-filter-negated": lambda c: (
        {call["call_analysis"]["in_voicemail"] for call in every(c, filter_criteria={"in_voicemail": [True]})}
        == {False}
    ),
    "start-timestamp-filter-ignored": overlooks("start_timestamp", "lower", "upper"),
    "start-timestamp-lower-bound-ignored": overlooks("start_timestamp", "lower"),
    "start-timestamp-upper-bound-ignored": overlooks("start_timestamp", "upper"),
    "end-timestamp-filter-ignored": overlooks("end_timestamp", "lower", "upper"),
    "end-timestamp-upper-bound-ignored": overlooks("end_timestamp", "upper"),
    "duration-ms-filter-ignored": overlooks("duration_ms", "lower", "upper"),
    "duration-filter-in-seconds": lambda c: (
        every(c, filter_criteria={"duration_ms": {"lower_threshold": c.with_field("duration_ms")["duration_ms"]}}) == []
    ),
    "e2e-latency-p50-filter-ignored": overlooks("e2e_latency_p50", "lower", "upper"),
    "e2e-latency-p50-lower-bound-ignored": overlooks("e2e_latency_p50", "lower"),
    "metadata-filter-ignored": finds(metadata={"customer_id": ["nobody"]}),
    "dynamic-variables-filter-ignored": finds(dynamic_variables={"user_name": ["nobody"]}),
    "call-id-filter-ignored": finds(call_id=["nobody"]),
    "call-id-filter-sees-only-the-first": lambda c: (
        c.ids(filter_criteria={"call_id": (ids := c.ids(limit=2))}) == ids[:1]
    ),
    "only-the-last-criterion-counts": lambda c: (
        finds(agent_id=["agent_x"], call_type=["web_call"])(c)
        and not finds(call_type=["web_call"], agent_id=["agent_x"])(c)
    ),
    "only-the-first-criterion-counts": lambda c: (
        finds(call_type=["web_call"], agent_id=["agent_x"])(c)
        and not finds(agent_id=["agent_x"], call_type=["web_call"])(c)
    ),
    "old-calls-missing-from-lists": lambda c: (
        len(every(c, sort_order="ascending")) < len(every(c)) == len(c.vendor.calls)
    ),
}
