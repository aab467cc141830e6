"""The WebhookLab without a browser: composed, signed, sent whole and broken, judged, repeated."""

import contextlib
import json
import os
import subprocess
import sys

import pytest
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route

from conformance.contract.signature import verify
from conformance.errors import UnknownName, UsageError
from conformance.generate.deliveries import ERAS, FORGERIES, events_of
from conformance.mockreceiver import MockReceiver
from conformance.notebook import WebhookLab
from conformance.notebook.weblab.ways import WAYS
from conformance.serving import Server
from conformance.webhooks import WebhookReceiver

KEY = "key_example_0123456789abcdef"
MARKUP = "<img src=x onerror=alert(1)>"


class Time:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.ms = 1_800_000_000_000

    def __call__(self):
        return self.ms


@pytest.fixture(scope="module")
def shared():
    with WebhookLab(timeout_s=5.0) as made:
        yield made


@pytest.fixture
def lab(shared):
    """One for all, as if it were new but for what was sent."""
    shared.behave()
    shared.composing.as_tree.value = False
    shared.compose(
        edition="v2", event="call_ended", call_type="phone_call", size="usual", spelling="indented", number=0
    )
    return shared


@pytest.fixture
def fresh():
    with WebhookLab(timeout_s=5.0) as made:
        yield made


def all_shown(lab):
    """Everything that the panel shows, or keeps for the browser."""
    found, waiting = [], [lab.root]
    while waiting:
        widget = waiting.pop()
        waiting.extend(getattr(widget, "children", ()))
        found.append(repr(widget.get_state()))
    return "\n".join(found)


def header_of(exchange):
    return next((value for name, value in exchange.case.headers if name == "x-retell-signature"), None)


class TestComposed:
    def test_every_event_of_every_edition_type_and_size_is_as_the_contract_says(self, lab):
        for edition in ERAS:
            for event in events_of(edition):
                for call_type in ("phone_call", "web_call"):
                    for size in ("minimal", "usual", "full"):
                        lab.compose(edition=edition, event=event, call_type=call_type, size=size)
                        assert not lab.bench.reading.wrong, (edition, event, call_type, size)
                        assert json.loads(lab.payload)["event"] == event
                        assert json.loads(lab.payload)["call"]["call_type"] == call_type

    def test_the_events_of_one_call_have_one_id_until_another_call_is_asked_for(self, lab):
        ids = {
            json.loads(lab.compose(event=event, size=size))["call"]["call_id"]
            for event in ("call_started", "call_ended", "call_analyzed")
            for size in ("minimal", "usual", "full")
        }
        lab.composing.another.click()
        assert len(ids) == 1
        assert json.loads(lab.payload)["call"]["call_id"] not in ids

    def test_the_first_edition_has_data_beside_call(self, lab):
        payload = json.loads(lab.compose(edition="v2-launch"))
        assert payload["data"]["call_id"] == payload["call"]["call_id"]

    def test_an_event_that_an_edition_lacks_gives_way_to_one_that_it_has(self, lab):
        lab.compose(event="transfer_started")
        lab.composing.edition.value = "v2-launch"
        assert lab.composing.event.value == "call_ended"
        assert list(lab.composing.event.options) == list(events_of("v2-launch"))

    def test_widgets_compose_and_what_was_composed_shows_in_the_widgets(self, lab):
        lab.composing.event.value = "call_started"
        assert '"call_started"' in lab.composing.payload.value
        lab.compose(event="call_analyzed", call_type="web_call", size="full", spelling="compact")
        view = lab.composing
        assert (view.event.value, view.call_type.value, view.size.value) == ("call_analyzed", "web_call", "full")
        assert view.payload.value == lab.payload
        assert "\n" not in lab.payload

    def test_names_that_nobody_knows_are_told_with_those_that_are_known(self, lab):
        for choices in ({"event": "x"}, {"edition": "v9"}, {"size": "x"}, {"call_type": "x"}, {"spelling": "x"}):
            with pytest.raises(UnknownName, match=r"Known|Did you mean"):
                lab.compose(**choices)

    def test_another_spelling_keeps_what_was_written_by_hand(self, lab):
        lab.payload = '{"event": "call_new",\n "call": {"a": 1}}'
        lab.composing.spelling.value = "compact"
        assert lab.payload == '{"event":"call_new","call":{"a":1}}'
        lab.payload = "{broken"
        lab.composing.spelling.value = "indented"
        assert lab.payload == "{broken"


class TestRead:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ('{"event": "call_ended"\n "call": {}}', "Line 2, column 2: a comma or a closing bracket is missing."),
            ('{"event": }', "Line 1, column 11: a value is missing."),
            ('{"a": NaN}', "It holds NaN, which is no JSON."),
            ("", "Line 1, column 1: a value is missing."),
            ("[" * 100_000, "It is nested too deeply to be read."),
        ],
    )
    def test_broken_json_is_told_with_line_and_column(self, lab, text, told):
        lab.composing.payload.value = text
        assert told in lab.composing.checked.value
        assert "no JSON" in lab.composing.checked.value

    def test_broken_json_is_sent_as_it_is_with_a_right_signature(self, lab):
        lab.payload = '{"event": "call_ended"\n "call": {}}'
        exchange = lab.send()
        assert exchange.case.body == lab.payload.encode()
        assert exchange.response.status == 204
        assert lab.sent[-1].verdict.kind == "skipped"

    def test_what_is_wrong_is_told_live_and_marked_at_its_place(self, lab):
        assert "as the contract says" in lab.composing.checked.value
        payload = json.loads(lab.payload)
        payload["call"]["call_status"] = MARKUP
        del payload["call"]["agent_id"]
        lab.composing.payload.value = json.dumps(payload, indent=2)
        shown = lab.composing.checked.value
        assert "2 places not as the contract says" in shown
        assert "<code>/call/agent_id</code>" in shown
        assert "<code>/call/call_status</code> (line 10)" in shown
        assert "cx-mark" in lab.composing.tree.value
        assert lab.composing.tree.layout.display is None

    def test_nothing_that_was_typed_becomes_markup(self, lab):
        lab.payload = json.dumps({"event": MARKUP, MARKUP: MARKUP, "call": {"call_id": MARKUP, "call_type": MARKUP}})
        lab.composing.as_tree.value = True
        lab.send()
        for html in (lab.composing.checked, lab.composing.tree, lab.composing.sign, lab.sending.answer):
            assert "<img" not in html.value
        assert "<img" not in lab._repr_mimebundle_()["text/html"]

    def test_a_question_is_not_put_to_a_receiver_that_answers_none(self, lab):
        with pytest.raises(UsageError, match="Give a receiver of yours"):
            lab.compose(event="call_inbound")
        assert lab.composing.event.value == "call_ended"

    def test_a_question_is_offered_where_the_receiver_is_the_users_own(self, lab):
        assert "call_inbound" not in lab.composing.event.options
        with WebhookReceiver(KEY) as receiver, WebhookLab(receiver.url) as other:
            assert "call_inbound" in other.composing.event.options
            other.compose(event="call_inbound")
            assert not other.bench.reading.told
            receiver.answer_with(200, body=b'{"call_inbound": {"override_agent_id": 1}}')
            other.send()
            assert other.sent[-1].verdict.text == (
                "It accepted the question, but the vendor cannot use its answer: "
                "/call_inbound/override_agent_id: expected string."
            )
            receiver.answer_with(200, body=b'{"call_inbound": {}}')
            other.send()
            assert other.sent[-1].verdict.kind == "passed"

    @pytest.mark.parametrize(
        ("status", "told"),
        [(204, "What the vendor makes of that is not stated."), (401, "No requirement speaks of the question")],
    )
    def test_a_receiver_of_notifications_alone_is_not_accused_of_answering_no_question(self, status, told):
        with WebhookReceiver(KEY) as receiver, WebhookLab(receiver.url) as lab:
            receiver.answer_with(status)
            lab.compose(event="call_inbound")
            lab.send()
            assert lab.sent[-1].verdict.kind == "skipped"
            assert told in lab.sent[-1].verdict.text


class TestSigned:
    def test_each_step_is_shown_and_the_header_verifies_over_the_bytes_of_the_editor(self, lab):
        lab.payload = '{"event":  "call_ended",\n "call": {"call_id": "call_1", "name": "Zoë"}}'
        header = lab.composing.copy_header.text
        stamp, _, digest = header.removeprefix("v=").partition(",d=")
        assert verify(lab.payload.encode(), KEY, header, now_ms=int(stamp))
        for each in (
            f"{len(lab.payload.encode())} bytes",
            stamp,
            digest,
            f"x-retell-signature: {header}",
            "five minutes",
        ):
            assert each in lab.composing.sign.value

    def test_it_is_signed_again_when_the_text_changes_and_when_asked(self):
        clock = Time()
        with WebhookLab(clock=clock) as lab:
            first = lab.composing.copy_header.text
            lab.composing.payload.value += " "
            second = lab.composing.copy_header.text
            clock.ms += 60_000
            lab.composing.again.click()
            assert len({first, second, lab.composing.copy_header.text}) == 3
            assert "08:06:00 UTC" in lab.composing.sign.value

    def test_the_key_is_nowhere(self, fresh):
        fresh.payload = json.dumps({"event": KEY})
        fresh.send("wrong-key")
        fresh.compose()
        fresh.send()
        shown = fresh.sending.answer.value + repr(fresh) + str(fresh._repr_mimebundle_()) + fresh.composing.sign.value
        assert KEY not in shown
        assert KEY not in all_shown(fresh).replace(fresh.sending.answer.value, "")

    def test_the_command_sends_exactly_these_bytes(self, lab):
        lab.behave("believes-all")
        lab.payload = '{"event": "call_ended",\n\t"call": {"it": "isn\'t $HOME `x` \\\\ Zoë"}}'
        with WebhookReceiver(KEY) as receiver, WebhookLab(receiver.url) as other:
            other.payload = lab.payload
            command = other.composing.copy_curl.text
            done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)  # noqa: S603 - our own command
            assert "204" in done.stdout.splitlines()[0]
            (delivery,) = receiver.deliveries
            assert delivery.case.body == other.payload.encode()
            assert delivery.case.facts["delivery"]["signature"]["problem"] is None

    def test_the_program_verifies_it_and_nothing_else(self, lab):
        program = lab.composing.copy_python.text
        for key, told in ((KEY, "True"), ("key_example_other", "False")):
            done = subprocess.run(  # noqa: S603 - our own program
                [sys.executable, "-c", program],
                capture_output=True,
                text=True,
                check=True,
                env={**os.environ, "RETELL_API_KEY": key},
            )
            assert done.stdout.strip() == told

    def test_a_query_of_the_receiver_is_not_shown(self):
        with WebhookReceiver(KEY) as receiver, WebhookLab(f"{receiver.url}?token=tok_example_1") as lab:
            assert lab.send().response.status == 204
            assert receiver.deliveries[0].case.query == "token=tok_example_1"
            assert "tok_example_1" not in all_shown(lab) + str(lab._repr_mimebundle_())

    def test_nor_where_a_redirect_repeats_it_or_an_exchange_is_shown(self):
        asked = []

        async def slash(request):
            asked.append(request.url.query)
            return RedirectResponse(f"{request.url.path}/?{request.url.query}")

        server = Server(Starlette(routes=[Route("/hook", slash, methods=["POST"])]))
        with contextlib.closing(WebhookLab(f"{server.url}/hook?token=tok_example_1")) as lab:
            exchange, again = lab.send(), lab.replay(1)
            assert asked == ["token=tok_example_1"] * 2
            assert [each.verdict.word for each in lab.sent] == ["redirected"] * 2
            shown = [all_shown(lab), str(lab._repr_mimebundle_()), str(exchange._repr_mimebundle_()), repr(again)]
            assert "redirected to" in shown[0]
            assert "tok_example_1" not in "".join(shown)
        server.stop()

    def test_what_no_command_line_holds_is_not_offered_as_a_command(self, lab):
        lab.payload = json.dumps({"event": "call_ended", "call": {"transcript": "a" * 200_000}})
        assert lab.composing.copy_curl.text == ""
        assert "Too large for a command line." in lab.composing.sign.value


class TestSent:
    def test_a_right_receiver_accepts_what_is_right_and_refuses_every_forgery(self, fresh):
        for name in WAYS:
            fresh.send(name)
        verdicts = {each.way.name: each.verdict for each in fresh.sent}
        assert {name: verdict.kind for name, verdict in verdicts.items()} == dict.fromkeys(WAYS, "passed")
        assert verdicts["as-it-is"].cites[0].id == "RCV-001"
        assert verdicts["late"].cites[0].id == "RCV-023"
        assert verdicts["repeated"].cites[0].id == "RCV-018"
        assert verdicts["reordered"].cites[0].id == "RCV-010"
        assert verdicts["missing"].text == "It refused a forged webhook with 401, as it must."

    @pytest.mark.parametrize(
        "name", ["missing", "random-digest", "last-character", "wrong-key", "stale", "future", "seconds"]
    )
    def test_a_receiver_that_verifies_nothing_is_told_what_it_accepted(self, lab, name):
        lab.behave("believes-all")
        lab.send(name)
        verdict = lab.sent[-1].verdict
        assert verdict.kind == "failed"
        assert verdict.text.startswith(f"It accepted a forged webhook with 204 although {FORGERIES[name].text}: ")
        assert name in verdict.cites[0].parameters["forgeries"]
        assert verdict.cites[0].id in lab.sending.answer.value

    def test_each_way_has_a_sentence_of_its_own_and_says_what_is_due(self):
        assert len({way.text for way in WAYS.values()}) == len(WAYS)
        assert set(FORGERIES) == {name for name, way in WAYS.items() if way.forged}
        assert all(way.text.endswith(".") and "correct receiver" in way.due for way in WAYS.values())

    def test_a_refusal_tells_little_until_something_was_accepted(self):
        with MockReceiver(KEY) as receiver, WebhookLab(receiver.url) as lab:
            lab.send("missing")
            lab.send()
            lab.send("missing")
            kinds = [each.verdict.kind for each in lab.sent]
            assert kinds == ["skipped", "passed", "passed"]
            assert "may refuse everything" in lab.sent[0].verdict.text

    @pytest.mark.parametrize(
        ("status", "word"), [(302, "redirected"), (307, "redirected"), (500, "crashed"), (401, "refused")]
    )
    def test_a_forged_one_that_is_not_refused_is_told_by_what_happened(self, status, word):
        with WebhookReceiver(KEY) as receiver, WebhookLab(receiver.url) as lab:
            receiver.answer_with(status)
            lab.send("wrong-key")
            assert lab.sent[-1].verdict.word == word

    def test_a_refusal_may_mean_that_the_lab_has_another_key(self):
        with MockReceiver(KEY) as receiver, WebhookLab(receiver.url, key="key_example_other") as lab:
            lab.send()
            assert lab.sent[-1].verdict.advice.startswith("Give the lab the key that the receiver has")
        with WebhookLab("http://127.0.0.1:1/") as lab:
            lab.send()
            assert lab.sent[-1].verdict.text.endswith("Is the server running there?")

    def test_the_widgets_send_and_choose_and_show(self, fresh):
        view = fresh.sending
        view.how.value = "repeated"
        assert view.times.layout.display is None
        view.times.value = 4
        view.send.click()
        assert fresh.wait(10)
        assert [row[2]["text"] for row in view.sent.rows] == ["repeated"] * 4
        assert (view.sent.selected, view.send.disabled) == (3, False)
        assert len({header_of(each.exchange) for each in fresh.sent}) > 1
        assert len({each.exchange.case.body for each in fresh.sent}) == 1
        view.sent.selected = 0
        assert "RCV-001" in view.answer.value
        view.sent.selected = 3
        assert "RCV-018" in view.answer.value

    def test_the_mistakes_of_the_own_receiver_are_chosen_at_the_same_address(self, fresh):
        url = fresh.url
        fresh.sending.fault.value = "unsigned"
        fresh.send("missing")
        fresh.sending.fault.value = ""
        fresh.send("missing")
        assert [each.verdict.word for each in fresh.sent] == ["accepted a forged one", "refused"]
        assert fresh.url == url

    def test_reordered_are_three_of_the_call_that_stands_there(self, fresh):
        fresh.send("reordered")
        assert [each.exchange.case.operation for each in fresh.sent] == ["call_analyzed", "call_ended", "call_started"]
        wanted = json.loads(fresh.payload)["call"]["call_id"]
        assert {json.loads(each.exchange.case.body)["call"]["call_id"] for each in fresh.sent} == {wanted}

    def test_a_receiver_that_writes_json_again_is_told_to_take_the_raw_body(self):
        with MockReceiver(KEY, faults=["writes-with-spaces"]) as receiver, WebhookLab(receiver.url) as lab:
            lab.send()
            assert lab.sent[-1].verdict.cites[0].id == "RCV-001"
            assert "raw body" in lab.sent[-1].verdict.advice

    def test_a_spelling_is_blamed_only_if_the_same_was_accepted_compact(self):
        statuses = iter((204, 400))
        with WebhookReceiver(KEY) as receiver, WebhookLab(receiver.url) as lab:
            for spelling in ("compact", "indented"):
                receiver.answer_with(next(statuses))
                lab.compose(spelling=spelling)
                lab.send()
            assert lab.sent[-1].verdict.cites[0].id == "RCV-016"

    def test_an_application_in_this_process_is_a_receiver_too(self):
        receiver = MockReceiver(KEY)
        with WebhookLab(receiver.app, path="/hooks") as lab:
            assert lab.send().response.status == 204
            assert lab.composing.copy_curl.text == ""
            assert "has no URL" in lab.composing.sign.value
