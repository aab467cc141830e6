"""The mock vendor: keeps every promise of the Call API, and breaks one on request."""

from conformance.mockvendor.app import Logged
from conformance.mockvendor.clock import MockClock
from conformance.mockvendor.faults import MockFault, faults
from conformance.mockvendor.vendor import MockVendor

__all__ = ["Logged", "MockClock", "MockFault", "MockVendor", "faults"]
