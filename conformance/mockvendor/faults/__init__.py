"""Every fault that the mock vendor can have, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.errors import UnknownName
from conformance.mockvendor.faults import (
    filters,
    hooked,
    lifecycle,
    lists,
    objects,
    operations,
    refusals,
    sequences,
    signatures,
    split,
    webhooks,
)
from conformance.mockvendor.faults.base import FaultSet, MockFault

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FaultSet", "MockFault", "faults", "find_fault"]

_TABLE: Mapping[str, MockFault] = {
    fault.name: fault
    for module in (
        operations,
        split,
        refusals,
        objects,
        lists,
        filters,
        lifecycle,
        sequences,
        webhooks,
        signatures,
        hooked,
    )
    for fault in module.FAULTS
}


def faults() -> tuple[MockFault, ...]:
    """All faults, by chapter."""
    return tuple(_TABLE.values())


def find_fault(name: str) -> MockFault:
    """The fault of that name.

    Raises:
        UnknownName: If there is none.
    """
    if name not in _TABLE:
        raise UnknownName("fault", name, _TABLE)
    return _TABLE[name]
