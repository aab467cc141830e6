"""The way in for the detection score: one run against one of the correct servers here."""

from __future__ import annotations

from personality import PERSONALITIES
from server import KEY, serving

from conformance.contract.contract import Contract
from conformance.model import Run
from conformance.runs import Options, Runner
from conformance.targets import open_target


def run_once(contract: Contract, seed: int) -> Run:
    """Run the standard profile against the personality whose turn it is; the slow one only reads."""
    every = list(PERSONALITIES.values())
    personality = every[seed % len(every)]
    profile = "smoke" if personality.name == "slow" else "standard"
    with serving(personality) as url:
        target = open_target(url, key=KEY, timeout_seconds=20)
        try:
            return Runner(contract=contract, target=target, options=Options(seed=seed, profile=profile)).run()
        finally:
            target.close()
