"""Runs beside one released SDK: reads jobs as JSON lines, answers each with what the SDK says.

A job is `{"do": "verify", "body", "key", "header", "now_ms"}` or `{"do": "sign", "body", "key", "now_ms"}`;
`now_ms` null leaves the clock alone. The first line tells the version.
"""

from __future__ import annotations

import json
import sys
import time
from fractions import Fraction
from unittest import mock

import retell
from retell.lib import webhook_auth


def main() -> None:
    client = retell.Retell(api_key="unused")
    tell(retell.__version__)
    for line in sys.stdin:
        tell(answer(client, json.loads(line)))


def tell(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


def answer(client: retell.Retell, job: dict[str, str]) -> object:
    now_ms = job["now_ms"]
    clock = time.time if now_ms is None else lambda: Fraction(now_ms, 1000)
    with mock.patch.object(time, "time", clock):
        if job["do"] == "sign":
            return webhook_auth.symmetric["sign"](job["body"], job["key"])
        return client.verify(job["body"], job["key"], job["header"])


main()
