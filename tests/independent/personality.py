"""What a correct server of the Call API V2 may choose, as switches, and a dozen servers that choose differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Personality:
    """One correct server. The defaults are its plainest form.

    Attributes:
        calls: Size of the account to begin with.
        ids: Shape of ids: `letters`, `hex`, `uuid`, `digits` or `prefixed`.
        fields: Optional fields of a call: `full`, `few` (absent wherever they may be) or `null`.
        extras: Fields that nobody documents, at the top and inside.
        starts: Timestamps of the account: `spread`, `equal` or `none`.
        fresh: A call that was just made: `plain`, or `zeroed` (`latency: {}`, a cost of nothing).
        numbers: Numbers of inbound callers: `e164`, or `odd` (anonymous, short, an alias).
        hidden: Fields that are filtered by and not shown.
        hidden_on: Of which calls: `all`, or `some`.
        short_list: The list leaves out what an optional field may leave out; get-call shows it.
        grown: Some reason, role and status stand in no document yet.
        agents_deleted: The agents of old calls are gone; only `agent` is left.
        progress: Calls move on between two looks: `none`, `fails` (not joined, not connected) or `lives`.
        rotating_token: Each look at a web call gives another access token.
        unshown_numbers: What the list says where register-phone-call was given no numbers: `late` or `always`.
        merged_variables: Default variables are shown beside those of the request.
        drops_empty: User data that is empty is not shown.
        merges_metadata: update-call adds to the metadata by key; else it replaces them.
        json: `compact`, `pretty`, `ascii`, `sorted` (by key), `floats` (1 is written 1.0) or `script` (as JavaScript
            would: every number is a double, keys that are whole numbers come first).
        transfer: `length`, `chunked` or `close` (HTTP/1.0).
        gzip: Compress where the client accepts it.
        header_case: `lower`, `upper` or `title`.
        content_type: The content type of JSON.
        delay_seconds: How long every answer takes.
        created: Status of a creation.
        unknown: Status for a call id that nobody has.
        wrong: Status for a wrong body.
        creations: Status with which every creation is refused (402: not paid; 429: no free line); 0 for none.
        shaped_ids: An id of another shape than the server's own is a wrong request (400).
        deletes: Which calls may be deleted: `any` or `ended`.
        forbidden_agent: Status for an agent that nobody has.
        error: Form of an error: `plain`, `long`, `rich` or `bare` (no `status`).
        extra_fields: Unknown request fields: `ignore` or `refuse`.
        coerce: Numbers and booleans may be written as strings.
        null_is_absent: An optional request field may be null.
        no_body_is_empty: No body is read as `{}`.
        any_variable: Dynamic variables of a request may be of any type.
        strict_media: A body whose content type is not JSON is refused (415).
        deep: User data may be nested as deeply as the parser can; else 100 levels.
        inclusive: Thresholds belong to the range.
        user_data: Spelling of filters on user data: `flat`, `nested` or `both`.
        as_text: Filters on user data compare every plain value as text.
        no_analysis: A call without analysis, filtered by a boolean: `false` or `unknown`.
        empty_list: An empty list of values: `nothing` or `everything`.
        no_start: Where calls without a start stand: `first`, `last`, `low` (below every time), `made` (by creation).
        ties: Equal starts in ascending order: `reversed` descending order, or by `id` in both orders.
        strict_limit: A limit outside 1 to 1000 is refused; else it is clamped.
        unknown_key: A pagination key that names no call: `refuse` or `empty`.
        update: Which calls may be changed: `any` or `ended`.
        storage_hides: The setting `basic_attributes_only` takes away variables and transcripts at once.
        lag_seconds: How long the list lags behind creations, changes and deletions.
        gone: V1 paths: `404`, `404-html`, `401`, `403`, `410`, `308` or `page` (200 with a page).
        get_list: Status of GET on the list.
        secretive: Whoever has no key gets 401 on every path, known or not.
        malformed: Status for an Authorization header that is no bearer token.
        limited_every: Each so manieth request is answered 429; 0 for none.
        retry_after: The header of that answer.
        stops: Whether stop-call is served.
    """

    name: str
    calls: int = 14
    ids: str = "letters"
    fields: str = "full"
    extras: bool = False
    starts: str = "spread"
    fresh: str = "plain"
    numbers: str = "e164"
    hidden: tuple[str, ...] = ()
    hidden_on: str = "all"
    short_list: bool = False
    grown: bool = False
    agents_deleted: bool = False
    progress: str = "none"
    rotating_token: bool = False
    unshown_numbers: str = "late"
    merged_variables: bool = False
    drops_empty: bool = False
    merges_metadata: bool = False
    json: str = "compact"
    transfer: str = "length"
    gzip: bool = False
    header_case: str = "title"
    content_type: str = "application/json"
    delay_seconds: float = 0.0
    created: int = 201
    unknown: int = 422
    wrong: int = 400
    creations: int = 0
    shaped_ids: bool = False
    deletes: str = "any"
    forbidden_agent: int = 422
    error: str = "plain"
    extra_fields: str = "ignore"
    coerce: bool = False
    null_is_absent: bool = False
    no_body_is_empty: bool = False
    any_variable: bool = False
    strict_media: bool = False
    deep: bool = False
    inclusive: bool = True
    user_data: str = "both"
    as_text: bool = False
    no_analysis: str = "false"
    empty_list: str = "nothing"
    no_start: str = "first"
    ties: str = "reversed"
    strict_limit: bool = True
    unknown_key: str = "refuse"
    update: str = "any"
    storage_hides: bool = False
    lag_seconds: float = 0.0
    gone: str = "404"
    get_list: int = 405
    secretive: bool = False
    malformed: int = 401
    limited_every: int = 0
    retry_after: str = "0"
    stops: bool = False

    @property
    def agent(self) -> str:
        """The id of an agent that the account surely has."""
        return f"own-agent-of-{self.name}"


_ALL = (
    Personality(
        name="strict",
        ids="uuid",
        fields="few",
        json="sorted",
        transfer="chunked",
        header_case="lower",
        extra_fields="refuse",
        inclusive=False,
        user_data="nested",
        no_analysis="unknown",
        ties="id",
        gone="403",
        wrong=422,
        secretive=True,
        error="long",
        shaped_ids=True,
        strict_media=True,
        stops=True,
    ),
    Personality(
        name="generous",
        ids="digits",
        extras=True,
        json="pretty",
        gzip=True,
        header_case="upper",
        content_type="application/json; charset=utf-8",
        coerce=True,
        null_is_absent=True,
        no_body_is_empty=True,
        any_variable=True,
        user_data="flat",
        as_text=True,
        empty_list="everything",
        no_start="last",
        strict_limit=False,
        unknown_key="empty",
        merged_variables=True,
        fresh="zeroed",
        gone="404-html",
        get_list=404,
        numbers="odd",
        unshown_numbers="always",
        error="rich",
        storage_hides=True,
    ),
    Personality(
        name="clone",
        ids="hex",
        fields="null",
        extras=True,
        json="ascii",
        created=200,
        unknown=404,
        error="bare",
        gone="page",
        malformed=400,
        numbers="odd",
        no_start="low",
        ties="id",
    ),
    Personality(name="same-moment", starts="equal", ids="prefixed", ties="id", calls=30, inclusive=False),
    Personality(name="same-moment-mirrored", starts="equal", ids="uuid", calls=30, no_start="made"),
    Personality(name="timeless", starts="none", ids="hex", no_start="last", ties="id", gone="308"),
    Personality(name="nothing-yet", calls=0, gone="410", error="rich", ids="uuid"),
    Personality(name="newborn", calls=1, ids="digits", no_start="low", unknown_key="empty"),
    Personality(name="crowded", calls=1200, fields="few", ties="id", no_start="last"),
    Personality(name="slow", delay_seconds=0.02, transfer="close", calls=6, numbers="odd"),
    Personality(name="lagging", lag_seconds=0.3, limited_every=23, fresh="zeroed", progress="fails", gone="401"),
    Personality(
        name="moving",
        progress="fails",
        rotating_token=True,
        update="ended",
        deletes="ended",
        no_start="made",
        storage_hides=True,
        json="script",
        transfer="close",
    ),
    Personality(name="lively", progress="lives", json="floats", short_list=True, drops_empty=True, no_start="low"),
    Personality(name="moved", agents_deleted=True, limited_every=41, update="ended", wrong=422, forbidden_agent=400),
    Personality(name="unpaid", creations=402),
    Personality(name="grown", grown=True, numbers="odd", extra_fields="refuse"),
    Personality(
        name="taciturn",
        fields="few",
        hidden=("duration_ms", "latency", "call_analysis", "disconnection_reason", "end_timestamp"),
        no_analysis="unknown",
        user_data="flat",
        extra_fields="refuse",
    ),
)
_SILENT = (
    Personality(name="half-hidden", hidden=("duration_ms", "latency", "end_timestamp"), hidden_on="some"),
    Personality(name="adding", merges_metadata=True),
)
DEEP = Personality(name="deep", deep=True, json="script", calls=5, no_start="last")
"""Keeps what is nested thousands of levels deep, as a server in another language does; needs a process of its own."""

PERSONALITIES: Mapping[str, Personality] = MappingProxyType({each.name: each for each in _ALL})
"""Every one of them is correct."""
SILENT: Mapping[str, Personality] = MappingProxyType({each.name: each for each in _SILENT})
"""Correct as far as anybody can tell: no source says a word about what they do."""
