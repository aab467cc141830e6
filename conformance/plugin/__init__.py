"""The parts of the pytest plugin, imported only where it is used; `conformance.pytest_plugin` is its thin way in."""

__all__ = ["ConformanceWarning"]


class ConformanceWarning(UserWarning):
    """A requirement that should hold and does not, or a point where the sources disagree; its text is the finding."""
