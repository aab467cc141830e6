"""The fixtures in people's own tests."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]


def test_each_test_has_a_mock_vendor_of_its_own(project):
    project.pytester.makepyfile("""
        seen = []

        def test_one(mock_vendor):
            mock_vendor.fault("limit-ignored")
            mock_vendor.clock.advance(1000)
            assert mock_vendor.url.startswith("http://127.0.0.1:")
            seen.append(mock_vendor)

        def test_other(mock_vendor):
            assert mock_vendor is not seen[0]
            assert mock_vendor.faults == ()
            assert len(mock_vendor.calls) == 150
    """)
    assert project.run().outcomes == {"passed": 2}


def test_the_mock_vendor_may_be_one_for_all(project):
    project.pytester.makepyfile("""
        seen = []

        def test_one(mock_vendor):
            seen.append(mock_vendor)

        def test_other(mock_vendor):
            assert mock_vendor is seen[0]
    """)
    assert project.run("-o", "conformance_mock_scope=session").outcomes == {"passed": 2}


def test_the_mock_vendor_speaks_the_edition_that_was_chosen(project):
    project.pytester.makepyfile("def test_it(mock_vendor):\n    assert mock_vendor.edition == 'v2-2025'\n")
    assert project.run("--conformance-edition", "v2-2025").outcomes == {"passed": 1}


def test_webhooks_go_from_a_mock_to_the_receiver(project):
    project.pytester.makepyfile("""
        import httpx
        from conformance.mockvendor import MockVendor

        def test_webhooks(webhook_receiver):
            with MockVendor(calls=5, webhook_url=webhook_receiver.url, pace=0.001) as vendor:
                sent = {"authorization": f"Bearer {vendor.api_key}"}
                body = {"agent_id": vendor.agents[0], "from_number": "+14155550123", "to_number": "+14155550124"}
                answer = httpx.post(f"{vendor.url}/v2/register-phone-call", headers=sent, json=body, trust_env=False)
                vendor.join(answer.json()["call_id"])
                (first,) = webhook_receiver.wait_for(event="call_started")
            assert first.response.status == 204
    """)
    assert project.run().outcomes == {"passed": 1}


def test_webhooks_go_from_a_sender_to_an_application(project):
    project.pytester.makepyfile("""
        async def app(scope, receive, send):
            message = await receive()
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        def test_plain(webhook_sender):
            assert webhook_sender(app).send("call_ended").response.status == 204

        def test_with_a_key_and_a_path(webhook_sender):
            sender = webhook_sender(app, key="key_shop", path="/hook")
            assert sender.send("call_started").case.path == "/hook"
    """)
    assert project.run().outcomes == {"passed": 2}


def test_the_client_is_bound_to_the_mock_of_the_test_or_else_to_the_target(project):
    project.pytester.makepyfile("""
        def test_mock(mock_vendor, call_api):
            answer = call_api.create_web_call(mock_vendor.agents[0])
            assert answer.json()["call_id"] == mock_vendor.calls[-1]["call_id"]

        def test_target(call_api):
            assert len(call_api.list_calls().json()) == 20
    """)
    assert project.judge("-m", "not conformance").outcomes["passed"] == 2
    said = project.run()
    assert said.outcomes == {"passed": 1, "skipped": 1}


def test_the_target_is_what_the_option_names(project):
    project.pytester.makepyfile("def test_it(conformance_target):\n    assert conformance_target == 'app:shop:app'\n")
    assert project.judge("-m", "not conformance").outcomes["passed"] == 1
    project.pytester.makepyfile(
        "def test_it(conformance_target):\n    assert conformance_target.startswith('http://127.')\n"
    )
    assert project.run("--conformance-target", "mock", "-m", "not conformance").outcomes["passed"] == 1
    assert project.run().outcomes == {"skipped": 1}


def test_the_results_are_those_of_the_suite_that_the_marker_names(project):
    project.pytester.makepyfile("""
        import pytest

        @pytest.mark.conformance_suite("split")
        def test_split(conformance_results):
            assert {each.requirement.area for each in conformance_results} == {"split"}
            assert [str(each.outcome) for each in conformance_results][:2] == ["failed", "skipped"]

        def test_all(conformance_results):
            assert {each.requirement.id for each in conformance_results} >= {"SPLIT-001", "LIST-001"}
    """)
    assert project.judge("-m", "not conformance").outcomes["passed"] == 2
    assert project.run().outcomes == {"skipped": 2}


def test_a_marker_that_names_no_suite_is_said_at_once(project):
    project.pytester.makepyfile("""
        import pytest

        @pytest.mark.conformance_suite("splot")
        def test_split(conformance_results):
            pass
    """)
    said = project.judge()
    assert said.code == 4
    assert said.err.strip() == (
        "ERROR: test_a_marker_that_names_no_suite_is_said_at_once.py::test_split:"
        " There is no suite 'splot'. Did you mean 'split'?"
    )


@pytest.mark.parametrize("backend", ["asyncio"])
def test_the_fixtures_work_in_async_tests(project, backend):
    project.pytester.makepyfile(f"""
        import httpx
        import pytest

        @pytest.fixture
        def anyio_backend():
            return "{backend}"

        @pytest.mark.anyio
        async def test_it(mock_vendor, webhook_receiver, webhook_sender):
            async with httpx.AsyncClient(base_url=mock_vendor.url, trust_env=False) as client:
                sent = {{"authorization": f"Bearer {{mock_vendor.api_key}}"}}
                answer = await client.post("/v2/list-calls", headers=sent, json={{"limit": 3}})
            assert len(answer.json()) == 3
            assert webhook_sender(webhook_receiver.url).send("call_ended").response.status == 204
    """)
    assert project.run().outcomes == {"passed": 1}


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_the_fixtures_work_under_pytest_asyncio(project, mode):
    project.pytester.makepyfile("""
        import httpx
        import pytest

        @pytest.mark.asyncio
        async def test_it(mock_vendor, call_api, webhook_receiver, webhook_sender):
            async with httpx.AsyncClient(base_url=mock_vendor.url, trust_env=False) as client:
                sent = {"authorization": f"Bearer {mock_vendor.api_key}"}
                answer = await client.post("/v2/list-calls", headers=sent, json={"limit": 3})
            assert [call["call_id"] for call in answer.json()] == [
                call["call_id"] for call in call_api.list_calls(limit=3).json()
            ]
            assert webhook_sender(webhook_receiver.url).send("call_ended").response.status == 204
    """)
    assert project.run_async(mode).outcomes == {"passed": 1}
