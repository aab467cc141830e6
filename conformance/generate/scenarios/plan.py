"""The scenarios in the order in which they are run: reading first, since the rest builds on what was seen."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.contract.scenarios import Written
from conformance.generate.scenarios import (
    changing,
    creating,
    filtering,
    hostile,
    programs,
    reading,
    refusing,
    strangers,
    webhooks,
    written,
)
from conformance.generate.scenarios.base import Profile, Scenario

_ALL = (
    Scenario(name="first-look", title="a first look", script=reading.first_look, reads_only=True),
    Scenario(name="account", title="reading the account", script=reading.whole_account, reads_only=True),
    Scenario(name="v1-reads", title="V1 operations that read", script=reading.v1_reads, reads_only=True),
    Scenario(name="get-list", title="GET instead of POST", script=reading.get_instead_of_post, reads_only=True),
    Scenario(name="limits", title="limits and orders", script=reading.limits_and_orders, reads_only=True),
    Scenario(name="pages", title="pages", script=reading.pages, reads_only=True),
    Scenario(name="filters", title="filters", script=filtering.filters, reads_only=True),
    Scenario(name="user-data", title="filters by user data", script=filtering.user_data, reads_only=True),
    Scenario(name="filtered-pages", title="pages under filters", script=filtering.filtered_pages, reads_only=True),
    Scenario(name="calls", title="single calls", script=reading.single_calls, reads_only=True),
    Scenario(name="smallest", title="the smallest creations", script=creating.smallest),
    Scenario(name="v1-writes", title="V1 operations that make calls", script=reading.v1_writes),
    Scenario(name="fields", title="creations with each field", script=creating.each_field),
    Scenario(name="drawn", title="drawn creations", script=creating.drawn),
    Scenario(name="afterwards", title="what was made is found", script=creating.afterwards),
    Scenario(name="updates", title="changes", script=changing.updates),
    Scenario(name="unknown", title="calls that nobody has", script=changing.unknown_calls),
    Scenario(name="refusals", title="wrong bodies", script=refusing.refusals),
    Scenario(name="hostile", title="bytes at the edges", script=hostile.hostile),
    Scenario(name="programs", title="drawn sequences", script=programs.programs),
    Scenario(name="strangers", title="requests without a valid key", script=strangers.strangers, reads_only=True),
    Scenario(name="webhooks", title="webhooks", script=webhooks.webhooks, reads_only=True),
    Scenario(name="deletions", title="deletions", script=changing.deletions),
)


def scenarios(
    profile: Profile,
    *,
    clean_up: bool = False,
    listening: bool = False,
    own: Sequence[Written] = (),
    only_own: bool = False,
) -> tuple[Scenario, ...]:
    """The scenarios of a profile. Each leaves out by itself what its edition does not have.

    Args:
        listening: Whether the webhooks of the server come in.
        own: Those that people wrote out; they come last, so that what they change disturbs no other.
        only_own: Nothing else is asked for: beside them there is only a first look.
    """
    wanted = _ALL[:1] if only_own else _ALL
    chosen = [each for each in wanted if each.reads_only or not profile.reads_only]
    if not listening:
        chosen = [each for each in chosen if each.name != "webhooks"]
    chosen.extend(written.scenario_of(each) for each in own)
    if clean_up and not profile.reads_only:
        chosen.append(Scenario(name="clean-up", title="cleaning up", script=changing.clean_up))
    return tuple(chosen)
