"""What the mock receiver can do wrong, as a table: each fault breaks one requirement, and that alone."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.errors import UnknownName
from conformance.mockreceiver import accepting, refusing
from conformance.mockreceiver.delivered import ReceiverFault

_TABLE: Mapping[str, ReceiverFault] = {fault.name: fault for module in (accepting, refusing) for fault in module.FAULTS}


def faults() -> tuple[ReceiverFault, ...]:
    """All faults, by what they break."""
    return tuple(_TABLE.values())


def find_fault(name: str) -> ReceiverFault:
    """The fault of that name.

    Raises:
        UnknownName: If there is none.
    """
    if name not in _TABLE:
        raise UnknownName("fault of the mock receiver", name, _TABLE)
    return _TABLE[name]
