"""The client of the operations sends nothing off this machine that has an effect, unless it is allowed."""

import pytest

from conformance.errors import UsageError
from conformance.testing import CallApi

ELSEWHERE = "https://calls.example.com"
KEY = "key_for_trying_out"


def test_writing_needs_to_be_allowed():
    with CallApi(ELSEWHERE, KEY) as api, pytest.raises(UsageError) as refused:
        api.create_web_call("agent_1")
    assert str(refused.value) == (
        "create-web-call is not sent off this machine: needs allow=['create-web-call']."
        " Give it to CallApi if it may be."
    )


def test_dialling_needs_the_number_too():
    with CallApi(ELSEWHERE, KEY, allow=["create-phone-call"]) as api, pytest.raises(UsageError) as refused:
        api.create_phone_call("+14155550100", "+14155550123")
    assert str(refused.value) == (
        "create-phone-call is not sent off this machine: needs to_numbers: a number that may be dialled."
        " Give it to CallApi if it may be."
    )


def test_no_other_number_is_dialled():
    numbers = ["+14155550124"]
    with (
        CallApi(ELSEWHERE, KEY, allow=["create-phone-call"], to_numbers=numbers) as api,
        pytest.raises(UsageError, match="would dial a number that is not among the to_numbers given"),
    ):
        api.create_phone_call("+14155550100", "+14155550123")
