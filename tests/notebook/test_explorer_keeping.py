"""What an Explorer keeps of a body that its form cannot show, and what it leaves behind: no widget, no key, no mock."""

import json

import ipywidgets
import pytest

from conformance.errors import UsageError
from conformance.mockvendor import MockVendor
from conformance.notebook import Explorer


@pytest.fixture(scope="module")
def explorer():
    """One for all; its body is set by each test."""
    with Explorer(target=MockVendor()) as explorer:
        yield explorer


class TestBodiesThatTheFormCannotShow:
    @pytest.mark.parametrize(
        "body", ['{"agent_id": "a", "agent_id": "b"}', '{"agent_id": "a", "metadata": {"x": 1e400}}']
    )
    def test_they_are_kept_and_that_is_told(self, explorer, body):
        explorer.body = body
        assert "The form would change it" in explorer.view.state.value
        assert explorer.editor.form.row("agent_id").input.disabled
        with pytest.raises(UsageError, match="that the form can show"):
            explorer.fill("agent_id", "c")
        assert explorer.body == body
        explorer.body = "{}"
        assert not explorer.editor.form.row("agent_id").input.disabled

    @pytest.mark.parametrize("number", [10**18, -(10**18), 2**53])
    def test_a_number_that_no_page_knows_stays_as_it_is(self, explorer, number):
        explorer.body = json.dumps({"agent_id": "a", "agent_version": number})
        assert json.loads(explorer.body)["agent_version"] == number
        assert explorer.editor.form.row("agent_version").other.value == str(number)

    def test_half_a_character_goes_to_the_page_and_on_the_wire_as_it_was_written(self, explorer):
        explorer.body = '{"agent_id": "a", "metadata": {"x": "\\ud800"}}'
        explorer.fill("agent_id", "\udc00")
        explorer.body.encode()
        assert json.loads(explorer.body) == {"agent_id": "\udc00", "metadata": {"x": "\ud800"}}
        explorer.editor.form.row("agent_id").other.value.encode()


class TestWhatIsLeftBehind:
    def test_no_widget_stays_after_another_operation_and_none_after_closing(self):
        before = set(_widgets())
        explorer = Explorer(target=MockVendor())
        explorer.choose("list-calls").choose("create-web-call")
        counts = []
        for _ in range(2):
            explorer.choose("list-calls").choose("get-call").choose("create-web-call")
            counts.append(len(_widgets()))
        assert counts[0] == counts[1]
        explorer.close()
        assert set(_widgets()) <= before

    def test_the_key_that_an_answer_repeats_is_in_no_output(self):
        key = "key_example_5550100"

        def app(environ, start_response):
            sent = environ["HTTP_AUTHORIZATION"]
            start_response("200 OK", [("Content-Type", "application/json"), ("X-Echo", sent)])
            return [json.dumps({"calls": [], "sent": sent, sent: 1}).encode()]

        with Explorer(target=app, key=key) as explorer:
            explorer.choose("list-calls").send()
            shown = [explorer, explorer.last, *explorer.findings]
            assert explorer.findings
            assert not any(key in json.dumps(each._repr_mimebundle_()) + repr(each) for each in shown)
            assert key not in json.dumps(ipywidgets.Widget.get_manager_state(), default=str)

    def test_another_edition_chosen_after_closing_opens_nothing(self):
        explorer = Explorer()
        explorer.close()
        explorer.edition.value = "v1"
        with pytest.raises(RuntimeError, match="not being served"):
            _ = explorer.vendor.url

    def test_a_mock_that_came_back_elsewhere_is_named_where_it_is(self):
        with MockVendor() as vendor, Explorer(target=vendor) as explorer:
            explorer.send()
            vendor.stop()
            vendor.start()
            explorer.send()
            assert vendor.url in explorer.view.header.value


def _widgets():
    return list(ipywidgets.Widget.get_manager_state()["state"])
