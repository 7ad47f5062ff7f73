"""The whole gateway in memory, for tests and for looking at the app without any service.

It behaves like the real one (the contract tests hold both) and is left out of releases.
"""

from app.gateway.demo import scenarios
from app.gateway.demo.clock import DemoClock
from app.gateway.demo.faults import Faults, LostAnswer
from app.gateway.demo.gateway import DemoGateway
from app.gateway.demo.world import DemoDevice, DemoWorld

__all__ = ["DemoClock", "DemoDevice", "DemoGateway", "DemoWorld", "Faults", "LostAnswer", "scenarios"]
