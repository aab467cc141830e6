"""A difference with one change of each kind that is shown in its own way."""

from conformance.contract.diff import Change, Difference, Kind, Party

HOSTILE = "<img src=x onerror=alert(1)>"
GUIDE = "migration guide (2024-07): audio_encoding is removed from the call object"


def change(**given):
    """A change of the answer of get-call, unless something else is said."""
    usual = {
        "area": "response",
        "operation": "get-call",
        "pointer": "/audio_encoding",
        "kind": Kind.REMOVED,
        "before": {"enum": ["s16le", "mulaw"]},
        "after": None,
        "text": "`audio_encoding` is no longer there.",
    }
    return Change(**{**usual, **given})


REMOVED = change(breaks=frozenset({Party.READER}), clause=GUIDE, sources=("migration-guide",))
METHOD = change(
    area="operation",
    operation="list-calls",
    pointer="",
    kind=Kind.METHOD,
    before="GET",
    after="POST",
    text="list-calls is a POST; it was a GET.",
    breaks=frozenset({Party.SENDER}),
    clause="migration guide (2024-07): List Calls becomes a POST with an object to filter by",
    sources=("migration-guide",),
)
ADDED = change(
    pointer="/agent_name",
    kind=Kind.ADDED,
    before=None,
    after={"type": "string"},
    text="`agent_name` is new.",
    clause="OpenAPI 2026-04, V2CallBase",
    met=(("response", "get-call", "/agent_name"), ("webhook", "call_ended", "/call/agent_name")),
)
BOTH = change(
    area="webhook",
    operation="call_ended",
    pointer="/call",
    kind=Kind.RENAMED,
    before="/data",
    after="/call",
    text="The call stands under `call`; it stood under `data`.",
    breaks=frozenset({Party.READER, Party.SENDER}),
    note="For a while both were sent.",
)
SPITEFUL = change(
    operation=HOSTILE,
    pointer=f"/{HOSTILE}",
    before=HOSTILE,
    after={HOSTILE: HOSTILE},
    text=HOSTILE,
    clause=HOSTILE,
    note=HOSTILE,
)


def difference(*changes, before="v1", after="v2"):
    """A difference with these changes, or with all of this file but the hostile one."""
    return Difference(before=before, after=after, changes=changes or (METHOD, REMOVED, ADDED, BOTH))
