"""Planned failures: what shall go wrong, on which calls, and how often."""

from sandbox.core.faults.board import FaultBoard, Strike
from sandbox.core.faults.middleware import FaultMiddleware
from sandbox.core.faults.plan import Fault, FaultKind, FaultStage

__all__ = ["Fault", "FaultBoard", "FaultKind", "FaultMiddleware", "FaultStage", "Strike"]
