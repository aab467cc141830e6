"""Step 3 of the flow: a case goes out, an exchange comes back."""

from conformance.targets.opening import open_target

__all__ = ["open_target"]
