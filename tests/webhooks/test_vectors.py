"""The signatures in `suites/webhook-signatures.json`: their form, and that ours are the same."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
from signature_vectors import document, vectors

from conformance.contract import signature
from conformance.contract.files import data_folder

PUBLISHED = {
    "call ended, as the vendor's own tests have it": "07024cabe7dd8f6d1c6e4a8324ca92c812e6ad4a7ee506c04f7e462e3321823e",
    "call started, a web call": "ce66f587844300d77c6a87ed9019fb2cf7ad78c5ccb46694f6da555ca811a021",
    "call ended, text beyond ASCII as UTF-8": "eb3cf4f4530c6b8aec0585a18eaaccffe9f134b584257155f22119d67de7c4dc",
}
TAKEN_BY_OURS = {"zeros before the time, signed as they stand"}


def named(verdict):
    return [pytest.param(each, id=each.name) for each in vectors() if each.verdict == verdict]


def accepts(vector):
    return signature.verify(vector.body, vector.key, vector.header, now_ms=vector.now_ms)


def test_the_file_has_the_form_that_its_schema_states():
    schema = json.loads((data_folder("schemas") / "harness" / "vectors.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document(), schema)


def test_each_vector_has_a_name_of_its_own():
    names = [each.name for each in vectors()]
    assert len(set(names)) == len(names)


def test_the_published_vectors_are_among_them():
    digests = {each.name: each.header.rpartition("d=")[2] for each in vectors() if each.name in PUBLISHED}
    assert digests == PUBLISHED


def test_there_is_a_body_of_a_megabyte_and_one_that_is_no_text():
    assert max(len(each.body) for each in vectors()) > 1_000_000
    assert any(b"\xff" in each.body for each in vectors())


@pytest.mark.parametrize("vector", named("accept"))
def test_a_right_signature_is_accepted(vector):
    assert accepts(vector)


@pytest.mark.parametrize("vector", named("accept"))
def test_signing_gives_the_same_header(vector):
    stated = int(re.match(r"v=(\d+),", vector.header)[1])
    assert signature.sign(vector.body, vector.key, stated) == vector.header


@pytest.mark.parametrize("vector", named("refuse"))
def test_a_wrong_signature_is_refused(vector):
    assert not accepts(vector)


@pytest.mark.parametrize("vector", named("either"))
def test_where_the_sdks_differ_ours_is_the_strict_one(vector):
    assert accepts(vector) == (vector.name in TAKEN_BY_OURS)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("no header", "missing"),
        ("an empty header", "malformed"),
        ("a digest of 65 digits", "malformed"),
        ("other digits, signed as they stand", "malformed"),
        ("another key", "wrong digest"),
        ("the first half of the digest right", "wrong digest"),
        ("plain SHA-256 of key, body and time", "wrong digest"),
        ("the time in seconds", "in seconds"),
        ("a millisecond more than five minutes old", "stale"),
        ("a millisecond more than five minutes ahead", "future"),
    ],
)
def test_what_is_wrong_is_told(name, problem):
    (vector,) = (each for each in vectors() if each.name == name)
    assert signature.read(vector.body, vector.key, vector.header, now_ms=vector.now_ms).problem == problem
