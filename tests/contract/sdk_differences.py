"""Where an edition differs from the SDK of its time on purpose: `(edition, place, ours, SDK)` and the reason.

An entry that no longer occurs fails the test, as does a difference without an entry.
"""

from __future__ import annotations

_MIGRATION = (
    "SDK 4.0.0 lacks two operations that the migration needs; 4.1.0, three weeks later, completes it. "
    "Both are optional in this edition."
)
_LATER_TAGS = (
    "Versions may be tags since SDK 5.32.0 (May 2026); the document of April has integers. `x-lenient` says so."
)
_LATER_REASON = "Came with SDK 5.26.0, after the document of April 2026; stands in `x-known`."
_PAGED = "Came to the SDKs with 5.36.0; the document of April 2026 has it."
_GIVEN_UP = "Gone from the SDKs since 5.26.0; the document of April 2026 still has the field and marks it as given up."
DIFFERENCES: dict[tuple[str, str, str, str], str] = {
    ("v2-launch", "operation import-phone-number", "present", "-"): _MIGRATION,
    ("v2-launch", "operation register-phone-call", "present", "-"): _MIGRATION,
    ("v2", "operation list-phone-numbers-v2", "present", "-"): _PAGED,
    ("v2", "disconnection-reason = manual_stopped", "-", "present"): _LATER_REASON,
    ("v2", "agent-weight.agent_version", "integer", "integer|string"): _LATER_TAGS,
    ("v2", "create-phone-call-request.override_agent_version", "integer", "integer|string"): _LATER_TAGS,
    ("v2", "create-web-call-request.agent_version", "integer", "integer|string"): _LATER_TAGS,
    ("v2", "register-phone-call-request.agent_version", "integer", "integer|string"): _LATER_TAGS,
} | {
    ("v2", f"{schema}.{field}", "present", "-"): _GIVEN_UP
    for schema in (
        "phone-number",
        "create-phone-number-request",
        "import-phone-number-request",
        "update-phone-number-request",
    )
    for field in (
        "inbound_agent_id",
        "inbound_agent_version",
        "outbound_agent_id",
        "outbound_agent_version",
    )
}
