"""Step 3 of the flow: a case goes out, an exchange comes back."""

from conformance.targets.opening import check_target, open_application, open_target

__all__ = ["check_target", "open_application", "open_target"]
