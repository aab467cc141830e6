"""The mock receiver: keeps every promise of a receiver of webhooks, and breaks one on request."""

from conformance.mockreceiver.delivered import ReceiverFault
from conformance.mockreceiver.faults import faults, find_fault
from conformance.mockreceiver.receiver import MockReceiver

__all__ = ["MockReceiver", "ReceiverFault", "faults", "find_fault"]
