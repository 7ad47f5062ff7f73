"""The OpenAPI description: what the middleware adds, who may call, and every answer as it is really sent."""

from typing import Any

from sandbox.core.links import add_links

_JSON = "application/json"
_METHODS = frozenset({"get", "put", "post", "delete", "patch"})
_TEXT = {"type": "string"}


def _object(description: str, required: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": dict.fromkeys(required, _TEXT),
        "required": list(required),
    }


_REFUSALS = {
    "Refusal": _object("A refusal: a stable code, and one sentence for people.", ("error", "detail")),
    "OAuthRefusal": _object("A refusal as RFC 6749 writes it.", ("error",))
    | {"properties": {"error": _TEXT, "error_description": _TEXT, "detail": _TEXT}},
    "AdminRefusal": _object("A refusal of the user calls; 409 has Keycloak's `errorMessage`.", ())
    | {"properties": {"error": _TEXT, "detail": _TEXT, "errorMessage": _TEXT}},
}
_SCHEMES = {
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Access token.",
    },
    "appName": {"type": "apiKey", "in": "header", "name": "X-APP-NAME", "description": "`standalone`."},
    "adminToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Token of `admin-cli` for the administrator.",
    },
    "controlSecret": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Control-Secret",
        "description": "From other machines only.",
    },
}
_FORMS = {
    "/protocol/openid-connect/token": (
        ("grant_type", "client_id"),
        ("code", "redirect_uri", "code_verifier", "refresh_token", "username", "password", "scope"),
    ),
    "/protocol/openid-connect/revoke": (("token", "client_id"), ("token_type_hint",)),
    "/protocol/openid-connect/token/introspect": (("token", "client_id"), ("token_type_hint",)),
}
"""Form members that a call of the identity provider needs, and those it knows besides."""

_NAMING = frozenset({"network_key", "index", "id", "payment_detail_id"})
"""Parameters that name a thing, which may not exist."""

_NAMES_IN_BODY = ("/api/transactions/", "/api/user/network", "/api/viviswap/", "/_sandbox/faucet")
_WORDS = {
    400: "The request cannot be read.",
    401: "The token or the app name is missing or not good (any more).",
    403: "Not allowed to this user, from this machine, or from this web page.",
    404: "What is named does not exist, or not for this user.",
    409: "It exists already, or is in a state that does not allow this.",
    413: "The body is too large.",
    415: "The body is of another type.",
    421: "The sandbox is not known by this host name.",
    422: "A parameter, the body or a value in it has not the expected form.",
    429: "Too many tries; `Retry-After` says how long to wait.",
    503: "A part that is needed does not answer at the moment.",
}
FAULTS = (
    "All ETOPay services as one local process. Test services; **not for real money**.\n\n"
    "A failure that was planned under `/_sandbox/faults` answers in place of the call, with whatever "
    "status and body it was given; such answers are in no operation's list."
)


def complete(schema: dict[str, Any], realm: str) -> dict[str, Any]:
    """Add security, refusals and names to a description that FastAPI made."""
    parts = schema.setdefault("components", {})
    parts["securitySchemes"] = _SCHEMES
    named = parts.setdefault("schemas", {})
    named.update(_REFUSALS)
    for gone in ("HTTPValidationError", "ValidationError"):
        named.pop(gone, None)
    schema["info"]["description"] = FAULTS
    schema["security"] = []
    names: set[str] = set()
    for path in [path for path in schema["paths"] if path.endswith(".css")]:
        del schema["paths"][path]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS:
                _complete_one(path, operation, realm)
                _name(operation, method, names)
    add_links(schema, realm)
    return schema


def _complete_one(path: str, operation: dict[str, Any], realm: str) -> None:
    answers = operation["responses"]
    refusal = "Refusal"
    also = {421}
    _describe_form(path.removeprefix(realm), operation)
    if any(one["in"] == "path" or one["name"] in _NAMING for one in operation.get("parameters", ())):
        also.add(404)
    if "requestBody" in operation and path.startswith(_NAMES_IN_BODY):
        also |= {403, 404} if "viviswap" in path else {404}
    if "requestBody" in operation:
        also |= {400, 413, 415} if _JSON in operation["requestBody"]["content"] else {413}
    if path.startswith("/api/") and operation.get("security") is None:
        operation["security"] = [{"accessToken": [], "appName": []}]
        also |= {401, 422}
    elif path.startswith("/_sandbox/"):
        operation["security"] = [{}, {"controlSecret": []}]
        also |= {403, 422}
    elif path.startswith(f"/admin{realm}"):
        refusal = "AdminRefusal"
        operation["security"] = [{"adminToken": []}]
        # The user calls read their bodies themselves, and say 400 where others say 422, as Keycloak does.
        also |= {400, 401, 403, 404, 409, 413}
    elif path.startswith(realm):
        refusal = "AdminRefusal" if "/account" in path else "OAuthRefusal"
        also |= {400, 401, 403, 429} if "/protocol/" in path or "/account" in path else set()
    for status in also:
        answers.setdefault(str(status), {"description": _WORDS[status]})
    for status, answer in answers.items():
        if status[0] in "45":
            answer.setdefault("description", _WORDS.get(int(status), "Refused."))
            answer["content"] = {_JSON: {"schema": {"$ref": f"#/components/schemas/{refusal}"}}}
    operation["responses"] = dict(sorted(answers.items()))


def _describe_form(place: str, operation: dict[str, Any]) -> None:
    needed, besides = _FORMS.get(place, ((), ()))
    if needed:
        form = _object("The parameters; others are ignored.", needed)
        form["properties"] |= dict.fromkeys((*besides, "client_secret"), _TEXT)
        content = {"application/x-www-form-urlencoded": {"schema": form}}
        operation["requestBody"] = {"required": True, "content": content}


def _name(operation: dict[str, Any], method: str, taken: set[str]) -> None:
    """Give a short and stable operation id: the function's name, with the method where it is not alone."""
    name = operation["operationId"].split("__")[0]
    for candidate in (name, f"{name}_{method}", operation["operationId"]):
        if candidate not in taken:
            taken.add(candidate)
            operation["operationId"] = candidate
            return
