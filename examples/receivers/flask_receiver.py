"""A webhook receiver in Flask.

pip install flask
RETELL_API_KEY=key_… python flask_receiver.py 8000
"""

import hashlib
import hmac
import json
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask, request

API_KEY = os.environ["RETELL_API_KEY"]  # the one with the webhook badge; other keys of the workspace do not sign
SIGNATURE = re.compile(r"v=([0-9]{1,19}),d=([0-9a-f]{64})")
FIVE_MINUTES_MS = 5 * 60 * 1000

app = Flask(__name__)
later = ThreadPoolExecutor(max_workers=1)  # stands for your queue of work
deliveries: dict[tuple[str, str, str], dict[str, Any]] = {}  # stands for a table of your database


def is_genuine(body: bytes, header: str) -> bool:
    """Whether these very bytes were signed with our key, not more than five minutes ago."""
    form = SIGNATURE.fullmatch(header)
    if form is None:
        return False
    sent_ms, digest = form.groups()
    if abs(time.time() * 1000 - int(sent_ms)) > FIVE_MINUTES_MS:
        return False
    expected = hmac.new(API_KEY.encode(), body + sent_ms.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, digest)


@app.post("/webhook")
def webhook() -> tuple[str, int]:
    """Check, remember, answer; the work is done by another thread."""
    body = request.get_data()  # not request.json: JSON that was parsed and written anew is signed differently
    if not is_genuine(body, request.headers.get("x-retell-signature", "")):
        return "", 401
    try:
        delivery = json.loads(body)
    except ValueError:
        return "", 400
    remember(delivery)
    later.submit(process, delivery)
    return "", 204


def remember(delivery: dict[str, Any]) -> None:
    """Store a delivery once, however often it comes: a copy takes the place of the first."""
    destination = json.dumps(delivery.get("transfer_destination"))  # a call can be transferred more than once
    call_id = (delivery.get("call") or {}).get("call_id", "")
    deliveries[delivery.get("event", ""), call_id, destination] = delivery


def process(delivery: dict[str, Any]) -> None:
    """What is done with it. Fields may be missing: a web call has no numbers, a call that failed no transcript."""
    call = delivery.get("call") or {}
    match delivery.get("event"):
        case "call_started":
            app.logger.info("A call began, from %s.", call.get("from_number", "the web"))
        case "call_ended":
            reason, duration_ms = call.get("disconnection_reason"), call.get("duration_ms", 0)
            app.logger.info("A call ended after %s ms: %s.", duration_ms, reason)
        case "call_analyzed":
            app.logger.info("A call was analysed: %s.", (call.get("call_analysis") or {}).get("user_sentiment"))
        case _:
            pass  # events are added over time; those that we do not know are none of our business


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
