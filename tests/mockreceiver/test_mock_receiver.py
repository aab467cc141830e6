"""The mock receiver by itself, over a real socket and without any check."""

from __future__ import annotations

import httpx
import pytest

from conformance.contract.signature import HEADER, sign
from conformance.errors import UnknownName
from conformance.mockreceiver import MockReceiver, faults

KEY = "key_fictional_0001"
BODY = b'{"event":"call_ended","call":{"call_id":"call_a","call_type":"web_call"}}'
NOW = 1_767_261_600_000


def post(receiver, header, body=BODY):
    headers = {} if header is None else {HEADER: header}
    return httpx.post(receiver.url, content=body, headers=headers, trust_env=False).status_code


def test_it_accepts_what_is_signed_and_refuses_what_is_not():
    with MockReceiver(KEY, clock=lambda: NOW) as receiver:
        assert post(receiver, sign(BODY, KEY, NOW)) == 204
        assert post(receiver, sign(BODY, KEY, NOW - 300_001)) == 401
        assert post(receiver, None) == 401
        assert receiver.accepted == [BODY]


def test_it_takes_copies_and_bodies_that_are_no_json():
    with MockReceiver(KEY, clock=lambda: NOW) as receiver:
        assert [post(receiver, sign(BODY, KEY, NOW)) for _ in range(2)] == [204, 204]
        assert post(receiver, sign(b"[", KEY, NOW), b"[") == 204


def test_other_methods_are_refused():
    with MockReceiver(KEY) as receiver:
        assert httpx.get(receiver.url, trust_env=False).status_code == 405


def test_a_fault_shows():
    with MockReceiver(KEY, faults=["inserts-twice"], clock=lambda: NOW) as receiver:
        assert [post(receiver, sign(BODY, KEY, NOW)) for _ in range(2)] == [204, 500]


def test_without_a_start_it_has_no_url():
    with pytest.raises(RuntimeError, match=r"^the mock receiver was not started$"):
        _ = MockReceiver(KEY).url


def test_an_unknown_fault_is_refused_with_the_nearest():
    with pytest.raises(UnknownName) as raised:
        MockReceiver(KEY, faults=["read-data"])
    assert str(raised.value) == "There is no fault of the mock receiver 'read-data'. Did you mean 'reads-data'?"


def test_no_two_faults_share_a_name():
    assert len({each.name for each in faults()}) == len(faults())
