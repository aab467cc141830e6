"""Scenarios: what is sent, in which order, each after what the answers before told.

A scenario is a generator: it yields a case and gets its exchange, or None if the guard refused it. None of them judges.
"""

from conformance.generate.scenarios.base import PROFILES, Profile, Scenario, Session
from conformance.generate.scenarios.plan import scenarios

__all__ = ["PROFILES", "Profile", "Scenario", "Session", "scenarios"]
