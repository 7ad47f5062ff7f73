"""A small server that answers as a sandbox does, and remembers what it was asked."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from cli import ports


class Answering:
    """Answers paths with JSON; a pair is a status with its answer. What it does not know is 404."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                asked.append((self.command, self.path, body))
                found = answers.get(self.path, (404, {"detail": f"Nothing is served at {self.path}."}))
                status, content = found if isinstance(found, tuple) else (200, found)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"" if content is None else json.dumps(content).encode())

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def do_PUT(self) -> None:
                self._answer()

            def do_DELETE(self) -> None:
                self._answer()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = HTTPServer((ports.LOOPBACK, 0), Handler)

    def __enter__(self) -> str:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://{ports.LOOPBACK}:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
