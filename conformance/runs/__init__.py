"""Joins the steps of a run: scenarios → guard → target → exchanges → checks → findings, and tells reporters."""

from conformance.runs.base import Conductor
from conformance.runs.receiver import ReceiverOptions, ReceiverRunner
from conformance.runs.server import Options, Runner

__all__ = ["Conductor", "Options", "ReceiverOptions", "ReceiverRunner", "Runner"]
