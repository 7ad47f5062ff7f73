"""The sandbox and the app on one data folder, started and awaited as processes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cli import control, ready
from cli.children import Child, Children, wait_ready
from cli.places import Places
from cli.ports import LOOPBACK
from cli.problems import blocked

SANDBOX_SECONDS = 60.0
APP_SECONDS = 90.0


@dataclass(slots=True)
class Stack:
    """Starts and stops the two processes; used by the demo, the smoke run and the tests."""

    places: Places
    brand: str
    children: Children
    seed: Path | None = None
    app_env: Mapping[str, str] = field(default_factory=dict)
    sandbox_env: Mapping[str, str] = field(default_factory=dict)
    sandbox: Child | None = None
    app: Child | None = None
    app_url: str | None = None

    @property
    def base(self) -> str:
        """Address of the sandbox."""
        return f"http://{LOOPBACK}:{self.places.sandbox_port}"

    @property
    def backend(self) -> str:
        """Address of the backend in the sandbox."""
        return f"{self.base}/api"

    @property
    def issuer(self) -> str:
        """Address of the identity provider's realm in the sandbox."""
        return f"{self.base}/realms/etopay"

    def start_sandbox(self) -> None:
        """Start the services and wait until they answer."""
        self._require_none()
        ready.remove(self.places.sandbox_ready)
        args = ["sandbox", "up", "--host", LOOPBACK, "--port", str(self.places.sandbox_port)]
        args += ["--data", str(self.places.sandbox_data), "--parent-pid", str(os.getpid())]
        if self.seed is not None:
            args += ["--seed", str(self.seed)]
        self.sandbox = self.children.start(
            "sandbox", args, self.places.logs / "sandbox.log", self.sandbox_env
        )
        wait_ready(self.sandbox, self.places.sandbox_ready, SANDBOX_SECONDS)

    def _require_none(self) -> None:
        """See that no other sandbox has the data: it would be lost without its ready file."""
        other = control.running(self.places.data)
        if other is not None:
            raise blocked(
                f"A sandbox already runs on the data folder {self.places.data}, at {other}; stop it first.",
                fix="etopay demo --data OTHER_FOLDER",
            )

    def start_app(self, view: str = "web") -> None:
        """Start the app against the services and wait until it answers."""
        ready.remove(self.places.app_ready)
        args = ["app", "--brand", self.brand, "--view", view, "--port", str(self.places.app_port)]
        args += ["--data", str(self.places.app_data(self.brand)), "--ready-file", str(self.places.app_ready)]
        env = {"ETOPAY_BACKEND_URL": self.backend, "ETOPAY_IDP_URL": self.issuer, **self.app_env}
        self.app = self.children.start("app", args, self.places.logs / "app.log", env)
        url = wait_ready(self.app, self.places.app_ready, APP_SECONDS).get("app")
        self.app_url = None if url is None else str(url)

    def take_new_link(self) -> bool:
        """Whether the app has handed out a new one-time link, since the last one was used."""
        content = ready.read(self.places.app_ready) or {}
        url = content.get("app")
        if url is None or url == self.app_url:
            return False
        self.app_url = str(url)
        return True

    def stop_app(self) -> None:
        """Close the app as its user would."""
        if self.app is not None:
            self.children.stop(self.app)
            self.app = None

    def stop_sandbox(self) -> None:
        """Stop the services; their state stays in the data folder."""
        if self.sandbox is not None:
            self.children.stop(self.sandbox)
            self.sandbox = None

    def kill_all(self) -> None:
        """What a power cut does: nobody gets a chance to tidy up."""
        for child in (self.app, self.sandbox):
            if child is not None:
                self.children.kill(child)
        self.app = self.sandbox = None
