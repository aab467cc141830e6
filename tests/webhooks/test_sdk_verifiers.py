"""What we sign the vendor's released SDKs believe, and what we refuse they refuse; where they differ, we know it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from signature_vectors import KEY, is_text, vectors

from conformance.contract import signature
from conformance.generate.deliveries.forgeries import FORGERIES

HERE = Path(__file__).parent
NODE = HERE.parent / "node"
WHEELS = Path(os.environ.get("CONFORMANCE_SDK_WHEELS", HERE.parents[1] / ".cache" / "sdk-wheels"))
PYTHON = ("4.0.0", "4.55.0", "6.2.13")
ASYNCHRONOUS = {"4.66.0": False, "5.27.0": True, "5.60.0": True, "5.66.1": True}
SDKS = [("python", version) for version in PYTHON] + [("node", version) for version in ASYNCHRONOUS]
IDS = [f"{language} {version}" for language, version in SDKS]

SEARCHED = {"text before the form", "a space before the form"}
AS_A_NUMBER = {"zeros before the time, signed without"}
ANY_DIGIT = {"other digits, signed as ASCII"}
UPPER_CASE = {"an upper-case digest"}
TAKEN = {
    ("python", "4.0.0"): SEARCHED | AS_A_NUMBER | ANY_DIGIT,
    ("python", "4.55.0"): SEARCHED | AS_A_NUMBER | ANY_DIGIT,
    ("python", "6.2.13"): AS_A_NUMBER | ANY_DIGIT,
    ("node", "4.66.0"): SEARCHED | AS_A_NUMBER,
    ("node", "5.27.0"): SEARCHED | AS_A_NUMBER | UPPER_CASE | {"text after the form", "a digest of 65 digits"},
    ("node", "5.60.0"): AS_A_NUMBER | UPPER_CASE | {"upper-case names of the parts"},
    ("node", "5.66.1"): AS_A_NUMBER | UPPER_CASE | {"upper-case names of the parts"},
}
"""What an SDK accepts although the vectors do not say that it must."""

USABLE = [each for each in vectors() if each.header is not None and is_text(each.body)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one SDK said, in the order that it was asked."""

    version: str
    promises: list[bool]
    vectors: dict[str, bool]
    generated: list[bool]
    signed: list[str]
    forged: dict[str, bool]


@cache
def generated():
    """Bodies and headers signed now; every other one is of another body than it came with."""
    draw, now_ms = random.Random(20), time.time_ns() // 1_000_000  # noqa: S311 - the same bodies each time
    return [(body, signature.sign(body + b" " * (at % 2), KEY, now_ms)) for at, body in enumerate(bodies(draw))]


def bodies(draw, count=200):
    alphabet = [*map(chr, range(0x20, 0x7F)), *'\\"\n\t\r\0/', *"é¿ñß你好한😀\u2028\u200d\ufeff\u0301"]
    for at in range(count):
        transcript = "".join(draw.choices(alphabet, k=draw.randrange(400)))
        call = {
            "call_id": f"call_{at}",
            "transcript": transcript,
            "cost": draw.random(),
            "metadata": {transcript[:9]: at},
        }
        document = {"event": draw.choice(["call_started", "call_ended", "call_analyzed"]), "call": call}
        yield json.dumps(document, ensure_ascii=at % 3 == 0, indent=at % 4 or None).encode()


@cache
def forgeries():
    """What the harness sends to receivers and expects to be refused, signed now. No header is nothing for an SDK."""
    body, now_ms = b'{"event":"call_ended"}', time.time_ns() // 1_000_000
    made = {name: each.make(body, KEY, now_ms) for name, each in FORGERIES.items()}
    return {name: (body, header) for name, header in made.items() if header is not None}


def jobs():
    for each in USABLE:
        body = each.body.decode()
        yield {"do": "verify", "body": body, "key": each.key, "header": each.header, "now_ms": each.now_ms}
    for body, header in (*forgeries().values(), *generated()):
        yield {"do": "verify", "body": body.decode(), "key": KEY, "header": header, "now_ms": None}
    for body, _ in generated()[:20]:
        yield {"do": "sign", "body": body.decode(), "key": KEY, "now_ms": 1_700_000_000_000}


def command(language, version):
    if language == "node":
        folder = NODE / "node_modules"
        if not folder.is_dir():
            pytest.fail(f"{folder} is missing: run `make node`.")
        return ["node", HERE / "node_verifier.cjs", node_name(version)], {"NODE_PATH": str(folder)}
    # The first of them asks httpx for an argument that 0.28 no longer has.
    wheels = [WHEELS / f"retell_sdk-{version}-py3-none-any.whl", WHEELS / "httpx-0.27.2-py3-none-any.whl"]
    if missing := [path for path in wheels if not path.is_file()]:
        pytest.fail(f"{missing[0]} is missing: run `make wheels`, or name its folder in CONFORMANCE_SDK_WHEELS.")
    return [sys.executable, HERE / "python_verifier.py"], {"PYTHONPATH": os.pathsep.join(map(str, wheels))}


def node_name(version):
    return "retell-sdk" if version == "5.66.1" else f"retell-sdk-{version}"


@cache
def told(language, version):
    words, extra = command(language, version)
    done = subprocess.run(  # noqa: S603 - programs of ours
        [str(word) for word in words],
        input="".join(json.dumps(job) + "\n" for job in jobs()),
        env={**os.environ, **extra},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    stated, *answers = map(json.loads, done.stdout.splitlines())
    promises = answers.pop(0) if language == "node" else []
    parts = [[each.name for each in USABLE], forgeries(), generated(), generated()[:20]]
    on_vectors, on_forged, on_generated, signed = ([answers.pop(0) for _ in part] for part in parts)
    return Told(
        version=stated,
        promises=promises,
        vectors=dict(zip(parts[0], on_vectors, strict=True)),
        forged=dict(zip(forgeries(), on_forged, strict=True)),
        generated=on_generated,
        signed=signed,
    )


@pytest.mark.parametrize(("language", "version"), SDKS, ids=IDS)
class TestEachSdk:
    def test_it_is_the_one_that_is_named(self, language, version):
        assert told(language, version).version == version

    def test_its_verdicts_on_the_vectors_are_those_of_the_file(self, language, version):
        right = {each.name for each in USABLE if each.verdict == "accept"}
        accepted = {name for name, verdict in told(language, version).vectors.items() if verdict}
        assert accepted == right | TAKEN[language, version]

    def test_its_verdicts_on_generated_bodies_are_ours(self, language, version):
        now_ms = time.time_ns() // 1_000_000
        ours = [signature.verify(body, KEY, header, now_ms=now_ms) for body, header in generated()]
        assert ours == [True, False] * 100
        assert told(language, version).generated == ours

    def test_it_refuses_every_forgery_that_receivers_are_judged_by(self, language, version):
        accepted = {name for name, verdict in told(language, version).forged.items() if verdict}
        assert accepted == set()

    def test_what_it_signs_we_believe_unless_it_is_the_release_that_signs_wrongly(self, language, version):
        signed = zip((body for body, _ in generated()), told(language, version).signed, strict=False)
        ours = [signature.verify(body, KEY, header, now_ms=1_700_000_000_000) for body, header in signed]
        assert ours == [(language, version) != ("python", "4.0.0")] * 20


@pytest.mark.parametrize(("version", "asynchronous"), ASYNCHRONOUS.items())
def test_from_its_fifth_major_release_on_the_node_sdk_returns_promises(version, asynchronous):
    assert told("node", version).promises == [asynchronous] * 2
