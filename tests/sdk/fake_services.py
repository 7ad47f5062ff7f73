"""One HTTP server that plays the backend and the nodes, with faults on demand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.sdk.fake_chain import COIN, CONTRACT, EvmChain, IotaChain, RpcError
from tests.sdk.fake_exchange import Exchange

EVM_ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
IOTA_ADDRESS = "0x5937e7f7fb2c11346e59f35dd6d1d8cc1ebdec5547758e8f2b4619e977ad053e"
OTHER_EVM = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
OTHER_IOTA = "0x" + "ee" * 32
TOKEN = "good-token-0123456789"
SYSTEM = "0x8C8d35429F74ec245F8Ef2f4Fd1e551cFF97d650"
IOTA_SYSTEM = "0x" + "dd" * 32


@dataclass
class Fault:
    """What happens instead of, or after, the answer to matching requests."""

    name: str
    """Path at the backend or JSON-RPC method."""
    kind: str
    """`hang`, `drop`, `drop_after`, `html` or an HTTP status."""
    times: int = 1_000_000
    after: str | None = None
    """Only once a request of this name was seen."""


class Services:
    """State of all services; `url` is where they listen."""

    def __init__(self) -> None:
        self.evm = EvmChain(EVM_ADDRESS)
        self.iota = IotaChain(IOTA_ADDRESS)
        self.exchange = Exchange()
        self.shares: dict[str, str] | None = None
        self.committed: list[tuple[str, str]] = []
        self.addresses: dict[str, str] = {}
        self.purchases: dict[str, dict[str, Any]] = {}
        self.purchase_network: dict[str, Any] = {}
        self.preferred: str | None = None
        self.deleted_users = 0
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.delays: dict[str, float] = {}
        self.refusals: dict[str, tuple[int, Any]] = {}
        """Status and body of what is refused, by path."""
        self.redirects: dict[str, tuple[int, str]] = {}
        """Status and address of what is elsewhere, by path."""
        self.spoil: Callable[[Any], Any] | None = None
        self.released = threading.Event()
        self._lock = threading.RLock()
        services = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16
            disable_nagle_algorithm = True

            def log_message(self, *_: object) -> None:
                pass

            def _serve(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                services.handle(self, body)

            do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def close(self) -> None:
        """Stop listening."""
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def fail(self, name: str, kind: str, times: int = 1_000_000, after: str | None = None) -> None:
        """Plan a fault."""
        self.faults.append(Fault(name, kind, times, after))

    def _fault(self, name: str) -> str | None:
        with self._lock:
            for fault in self.faults:
                active = fault.after is None or fault.after in self.requests
                if fault.name == name and fault.times > 0 and active:
                    fault.times -= 1
                    return fault.kind
        return None

    def networks(self) -> list[dict[str, Any]]:
        """What the backend offers."""
        common: dict[str, Any] = {"is_testnet": True, "block_explorer_url": f"{self.url}/explorer"}
        evm = {**common, "node_urls": [f"{self.url}/evm"], "coin_type": 60, "decimals": 18}
        return [
            {
                **evm,
                "key": "ETH",
                "display_name": "Ethereum",
                "display_symbol": "ETH",
                "can_do_purchases": True,
                "protocol": {"Evm": {"chain_id": 31337}},
            },
            {
                **evm,
                "key": "token",
                "display_name": "Token",
                "display_symbol": "TOK",
                "can_do_purchases": False,
                "protocol": {"EvmERC20": {"chain_id": 31337, "contract_address": CONTRACT}},
            },
            {
                **common,
                "key": "iota_other",
                "display_name": "IOTA",
                "display_symbol": "IOTA",
                "coin_type": 4218,
                "node_urls": [f"{self.url}/iota"],
                "decimals": 9,
                "can_do_purchases": True,
                "protocol": {"IotaRebased": {"coin_type": COIN}},
            },
        ]

    def handle(self, request: BaseHTTPRequestHandler, body: Any) -> None:
        """Answer one request, or fail as planned."""
        path = request.path.split("?")[0]
        is_rpc = path in {"/evm", "/iota"}
        name = body["method"] if is_rpc else path.removeprefix("/api")
        with self._lock:
            self.requests.append(name)
        time.sleep(self.delays.get(name, 0))
        if name in self.refusals:
            self._reply(request, *self.refusals[name])
            return
        if name in self.redirects and "?" not in request.path:
            status, location = self.redirects[name]
            self._raw(request, status, b"", location)
            return
        kind = self._fault(name)
        if kind == "hang":
            self.released.wait(30)
            return
        if kind == "drop":
            request.close_connection = True
            return
        if kind is not None and kind.isdigit():
            self._reply(request, int(kind), {"secret": "body that must not be shown"})
            return
        if kind == "html":
            self._raw(request, 200, b"<html>hello</html>")
            return
        with self._lock:
            status, answer = self._rpc(path, body) if is_rpc else self._backend(request, name, body)
        if self.spoil is not None:
            # What is inside a node's answer; its envelope is another matter.
            answer = {**answer, "result": self.spoil(answer.get("result"))} if is_rpc else self.spoil(answer)
        if kind == "drop_after":
            request.close_connection = True
            return
        self._reply(request, status, answer)

    def _reply(self, request: BaseHTTPRequestHandler, status: int, answer: Any) -> None:
        self._raw(request, status, b"" if answer is None else json.dumps(answer).encode())

    def _raw(
        self, request: BaseHTTPRequestHandler, status: int, data: bytes, location: str | None = None
    ) -> None:
        request.send_response(status)
        if location is not None:
            request.send_header("location", location)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def _rpc(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        chain = self.evm if path == "/evm" else self.iota
        try:
            result = chain.answer(body["method"], body.get("params") or [])
        except RpcError as error:
            return 200, {
                "jsonrpc": "2.0",
                "id": body["id"],
                "error": {"code": error.code, "message": str(error)},
            }
        return 200, {"jsonrpc": "2.0", "id": body["id"], "result": result}

    def _backend(self, request: BaseHTTPRequestHandler, name: str, body: Any) -> tuple[int, Any]:
        if request.headers.get("authorization") != f"Bearer {TOKEN}" or not request.headers.get("x-app-name"):
            return 401, None
        query = dict(parse_qsl(urlsplit(request.path).query))
        answer = self.exchange.answer(request.command, name, query, body)
        if answer is not None:
            return answer
        match request.command, name:
            case "GET", "/config/networks":
                return 200, {"networks": self.networks()}
            case "GET", "/kyc/check-status":
                return 200, {"username": "alice", "is_verified": self.exchange.verified}
            case "PUT", "/user/shares":
                self.shares = body
                return 200, None
            case "DELETE", "/user/shares":
                self.shares = None
                return 200, None
            case "GET", "/user/shares/recovery" | "/user/shares/backup":
                kind = name.rsplit("/", 1)[1] + "_share"
                return (404, None) if self.shares is None else (200, {"share": self.shares[kind]})
            case "PUT", "/user/address":
                self.addresses[query["network_key"]] = body["address"]
                return 201, None
            case "GET", "/user/network":
                return 200, {"network_key": self.preferred}
            case "PUT", "/user/network":
                self.preferred = body["network_key"]
                return 202, None
            case "DELETE", "/user":
                self.deleted_users += 1
                return 202, None
            case "GET", "/courses":
                return 200, {"course": {"course": "0.2141", "date": "2025-07-01T12:00:00Z"}}
            case "POST", "/transactions/create":
                if '"product_hash": ""' in json.dumps(body):
                    problem = {"loc": ["body", "product_hash"], "msg": "it is empty", "input": ""}
                    return 422, {"detail": [problem]}
                index = f"purchase-{len(self.purchases) + 1}"
                self.purchases[index] = {**body, "status": "Valid"}
                return 201, {"index": index}
            case "GET", "/transactions/details":
                order = self.purchases.get(query["index"])
                if order is None:
                    return 404, None
                network = next(n for n in self.networks() if n["key"] == order["network_key"])
                return 200, {
                    "system_address": IOTA_SYSTEM if "iota" in order["network_key"] else SYSTEM,
                    "amount": order["amount"],
                    "status": order["status"],
                    "network": network | self.purchase_network,
                }
            case "POST", "/transactions/commit":
                self.committed.append((body["index"], body["transaction_id"]))
                return 202, None
            case "GET", "/transactions/txs-details":
                return 200, {"txs": [self._listed(index, order) for index, order in self.purchases.items()]}
        return 404, None

    def _listed(self, index: str, order: dict[str, Any]) -> dict[str, Any]:
        side = {
            "transaction_id": None,
            "block_id": None,
            "username": "alice",
            "address": SYSTEM,
            "network": self.networks()[0],
            "amount": order["amount"],
            "exchange_rate": "0.06015",
        }
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return {
            "index": index,
            "status": order["status"],
            "created_at": now,
            "updated_at": now,
            "fee_rate": "0.19",
            "incoming": side,
            "outgoing": {**side, "username": "bob"},
            "application_metadata": order["application_metadata"],
        }


@dataclass
class Story:
    """Names and secrets the tests use; random per run where they are searched for on disk."""

    pin: str = "493817"
    password: str = "correcthorsebatterystaple"
    phrase: str = field(default="test test test test test test test test test test test junk")
