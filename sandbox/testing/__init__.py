"""For the tests of client teams: the fixture `sandbox` of pytest, and what it can do.

It speaks HTTP to a sandbox process and imports nothing else of the sandbox.
"""

from sandbox.testing.client import Clock, Faults, Sandbox, SandboxRefusedError, User
from sandbox.testing.mails import Mails

__all__ = ["Clock", "Faults", "Mails", "Sandbox", "SandboxRefusedError", "User"]
