"""The client's side of an in-process Flet session: takes patches and keeps the tree they describe."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgpack
from flet.controls.base_control import BaseControl
from flet.messaging.connection import Connection
from flet.messaging.protocol import (
    MessageAction,
    configure_encode_object_for_msgpack,
    decode_ext_from_msgpack,
)
from flet.pubsub.pubsub_hub import PubSubHub

Node = dict[str, Any]
_encode = configure_encode_object_for_msgpack(BaseControl)  # type: ignore[no-untyped-call]


def through_the_wire(body: Any) -> Any:
    """What the client makes of a message; packing also stores the snapshots the next diff needs."""
    return unpack(pack(body))


def pack(body: Any) -> bytes:
    """Bytes of a message, by Flet's own encoder."""
    packed = msgpack.packb(body, default=_encode)
    assert isinstance(packed, bytes)
    return packed


def unpack(raw: bytes) -> Any:
    """The message of some bytes, as the client reads them."""
    return msgpack.unpackb(raw, ext_hook=decode_ext_from_msgpack, strict_map_key=False)


def count_controls(node: Any) -> int:
    """How many controls a piece of a message holds."""
    if isinstance(node, dict):
        return ("_i" in node) + sum(count_controls(value) for value in node.values())
    if isinstance(node, list):
        return sum(count_controls(value) for value in node)
    return 0


class FakeClient(Connection):
    """A connection without a wire."""

    def __init__(self, on_call: Callable[[Node], None], on_crash: Callable[[str], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.loop = asyncio.get_running_loop()
        self.executor = ThreadPoolExecutor(2)
        self.pubsubhub = PubSubHub(loop=self.loop, executor=self.executor)
        self.page_url = "http://test"
        self.bytes_sent = 0
        self.controls_sent = 0
        self.patches = 0
        self.index: dict[int, Node] = {}
        self._on_call = on_call
        self._on_crash = on_crash

    def send_message(self, message: Any) -> None:
        """Take one message of the session."""
        raw = pack([message.action, message.body])
        self.bytes_sent += len(raw)
        body = unpack(raw)[1]
        if message.action == MessageAction.PATCH_CONTROL:
            self.patches += 1
            self._apply(body["id"], body["patch"])
        elif message.action == MessageAction.INVOKE_METHOD:
            self._on_call(body)
        elif message.action == MessageAction.SESSION_CRASHED:
            self._on_crash(body["message"])

    def adopt(self, node: Any) -> None:
        """Remember every control of a piece of tree by its id."""
        if isinstance(node, dict):
            if "_i" in node:
                self.index[node["_i"]] = node
            for value in node.values():
                self.adopt(value)
        elif isinstance(node, list):
            for value in node:
                self.adopt(value)

    def _apply(self, control_id: int, patch: list[Any]) -> None:
        root = self.index[control_id]  # a KeyError here = Python patched a control the client never got
        nodes: dict[int, Any] = {}

        def walk(tree: list[Any], node: Any) -> None:
            nodes[tree[0]] = node
            for key, below in tree[1].items() if len(tree) > 1 else ():
                walk(below, node[key])

        walk(patch[0], root)
        for op, number, key, *rest in patch[1:]:
            self._operate(op, nodes[number], key, rest, nodes)

    def _operate(self, op: int, node: Any, key: Any, rest: list[Any], nodes: dict[int, Any]) -> None:
        def put(target: Any, at: Any, value: Any) -> None:
            if isinstance(target, list):
                target.insert(at, value)
            else:
                target[at] = value

        if op in {0, 1}:
            if op == 0:
                node[key] = rest[0]
            else:
                put(node, key, rest[0])
            self.controls_sent += count_controls(rest[0])
            self.adopt(rest[0])
        elif op == 2:
            del node[key]
        elif op == 3:
            put(nodes[rest[0]], rest[1], node.pop(key))
