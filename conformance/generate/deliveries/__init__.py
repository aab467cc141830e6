"""What a vendor sends to a receiver of webhooks: payloads, forged signatures, and scripts that send them."""

from conformance.generate.deliveries.cases import DeliveryMaker, to_be_refused
from conformance.generate.deliveries.forgeries import FORGERIES, Forgery
from conformance.generate.deliveries.payloads import (
    CALL_TYPES,
    CHOSEN_EVENTS,
    ERAS,
    EVENTS,
    NUMBERS,
    Payloads,
    events_of,
)
from conformance.generate.deliveries.script import PROFILES, Delivering, DeliveryProfile, deliver

__all__ = [
    "CALL_TYPES",
    "CHOSEN_EVENTS",
    "ERAS",
    "EVENTS",
    "FORGERIES",
    "NUMBERS",
    "PROFILES",
    "Delivering",
    "DeliveryMaker",
    "DeliveryProfile",
    "Forgery",
    "Payloads",
    "deliver",
    "events_of",
    "to_be_refused",
]
