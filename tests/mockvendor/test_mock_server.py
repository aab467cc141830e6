"""The mock vendor on a real loopback socket."""

import socket
import threading

import httpx
import pytest

from conformance.errors import TargetError, UnknownName
from conformance.mockvendor import MockVendor


def send(vendor, path, body=None):
    headers = {"authorization": f"Bearer {vendor.api_key}"}
    return httpx.request("GET" if body is None else "POST", vendor.url + path, json=body, headers=headers)


def fetch(vendor, path, body=None):
    return send(vendor, path, body).json()


def test_it_is_served_while_the_block_runs_and_its_port_is_free_afterwards():
    with MockVendor(calls=3) as vendor:
        port = int(vendor.url.rpartition(":")[2])
        assert len(fetch(vendor, "/v2/list-calls", {})) == 3
    with pytest.raises(RuntimeError, match="not being served"):
        assert vendor.url
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))
    assert not [thread for thread in threading.enumerate() if thread.name == f"serving {port}"]


def test_what_it_remembers_outlives_a_restart():
    vendor = MockVendor(calls=0).start()
    call = fetch(vendor, "/v2/create-web-call", {"agent_id": vendor.agents[0]})
    vendor.stop()
    vendor.stop()
    vendor.start()
    try:
        assert fetch(vendor, f"/v2/get-call/{call['call_id']}") == call
        with pytest.raises(RuntimeError, match="being served already"):
            vendor.start()
    finally:
        vendor.stop()


def test_a_port_can_be_chosen_and_a_taken_one_is_told(closed_port):
    vendor = MockVendor(calls=0).start(port=closed_port)
    try:
        assert vendor.url == f"http://127.0.0.1:{closed_port}"
        with pytest.raises(TargetError, match=f"Port {closed_port} cannot be used"):
            MockVendor(calls=0).start(port=closed_port)
    finally:
        vendor.stop()


def test_a_port_that_does_not_exist_is_told():
    with pytest.raises(TargetError, match="Port 70000 cannot be used"):
        MockVendor(calls=0).start(port=70_000)


def test_a_client_that_keeps_its_connection_does_not_hold_up_the_end():
    vendor = MockVendor(calls=0).start()
    host, _, port = vendor.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as kept:
        kept.sendall(b"GET /v2/get-call/x HTTP/1.1\r\nhost: mock\r\n\r\n")
        assert kept.recv(12) == b"HTTP/1.1 401"
        vendor.stop()
    assert vendor.requests == [("GET", "/v2/get-call/x", 401)]


def test_faults_can_be_had_later():
    with MockVendor(calls=1) as vendor:
        assert isinstance(fetch(vendor, "/v2/list-calls", {}), list)
        vendor.fault("list-in-an-envelope")
        assert isinstance(fetch(vendor, "/v2/list-calls", {}), dict)
        assert [fault.name for fault in vendor.faults] == ["list-in-an-envelope"]


def test_an_unknown_fault_is_named():
    with pytest.raises(UnknownName, match="Did you mean 'limit-ignored'") as caught:
        MockVendor(faults=["limit-ignred"])
    assert caught.value.kind == "fault"


def test_an_answer_may_take_its_time():
    with MockVendor(calls=0, latency_ms=30) as vendor:
        answer = send(vendor, "/nowhere")
    assert answer.status_code == 404
    assert answer.elapsed.total_seconds() >= 0.03
