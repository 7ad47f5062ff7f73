"""JSON-RPC 2.0 envelopes: single calls and batches in, answers out."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from sandbox.services.chain.errors import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    RpcError,
    invalid_params,
)

Handler = Callable[[str, list[Any]], Any]

MAX_BATCH = 1000
OPEN_METHODS = ("eth_", "net_", "web3_", "txpool_", "iota_", "iotax_")
"""How the methods begin that any wallet may call; the others steer a node."""

logger = logging.getLogger(__name__)


def answer(body: bytes, handler: Handler) -> Any:
    """The answer to a request body, ready for JSON; None if only notifications came."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        return _failure(None, RpcError(PARSE_ERROR, "parse error: the body is no JSON"))
    if not isinstance(request, list):
        return _answer_one(request, handler)
    if not request:
        return _failure(None, RpcError(INVALID_REQUEST, "empty batch"))
    if len(request) > MAX_BATCH:
        return _failure(None, RpcError(INVALID_REQUEST, f"batch too large, at most {MAX_BATCH} calls"))
    answers = [_answer_one(one, handler) for one in request]
    return [one for one in answers if one is not None] or None


def only_open(handler: Handler) -> Handler:
    """A handler that leaves methods that steer the node to whoever may control the sandbox."""

    def handle(method: str, values: list[Any]) -> Any:
        if method.startswith(OPEN_METHODS):
            return handler(method, values)
        raise RpcError(
            METHOD_NOT_FOUND,
            f"the method {method} is not available from another machine without the control secret",
        )

    return handle


def _answer_one(request: Any, handler: Handler) -> dict[str, Any] | None:
    if not isinstance(request, dict):
        return _failure(None, RpcError(INVALID_REQUEST, "invalid request: an object is expected"))
    identifier = request.get("id")
    method = request.get("method")
    if request.get("jsonrpc") != "2.0" or not isinstance(method, str):
        return _failure(identifier, RpcError(INVALID_REQUEST, "invalid request: jsonrpc 2.0 with a method"))
    if identifier is not None and (
        isinstance(identifier, bool) or not isinstance(identifier, str | int | float)
    ):
        return _failure(None, RpcError(INVALID_REQUEST, "invalid request: id must be text or a number"))
    try:
        outcome: dict[str, Any] = {"result": handler(method, _positional(request.get("params")))}
    except RpcError as error:
        outcome = {"error": _error(error)}
    except Exception:
        logger.exception("The node failed inside %s", method)
        outcome = {"error": _error(RpcError(INTERNAL_ERROR, f"internal error in {method}"))}
    return {"jsonrpc": "2.0", "id": identifier, **outcome} if "id" in request else None


def _positional(params: Any) -> list[Any]:
    if params is None:
        return []
    if not isinstance(params, list):
        raise invalid_params("non-array args")
    return params


def _failure(identifier: Any, error: RpcError) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identifier, "error": _error(error)}


def _error(error: RpcError) -> dict[str, Any]:
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.data is not None:
        body["data"] = error.data
    return body
