"""Links between the calls of the identity provider."""

from sandbox.core.links.link import ADMIN, DESK, ID, MORE, Link, to_all


def accounts() -> tuple[Link, ...]:
    """Return the links between the calls about accounts."""
    listed, one = f"GET {ADMIN}/users", f"{ADMIN}/users/{{account_id}}"
    first = {"account_id": f"{ID}0/id"}
    second = {"account_id": f"{ID}1/id"}
    guesses, clients = f"{ADMIN}/attack-detection/brute-force/users", f"{ADMIN}/clients"
    roles = ("", "/realm", "/realm/composite", "/realm/available")
    reading = ("", "/sessions", "/credentials", "/groups", "/consents")
    token = f"POST {DESK}/users/{{username}}/token"
    form = {"client_id": "etopay-test", "token": f"{ID}access_token"}
    own = "/protocol/openid-connect"
    return (
        *(Link(listed, f"GET {one}{rest}", first) for rest in reading),
        *(Link(listed, f"GET {one}/role-mappings{rest}", first) for rest in roles),
        Link(listed, f"PUT {one}", first, {"firstName": "Dora", "enabled": True}),
        Link(listed, f"PUT {one}/reset-password", first, {"type": "password", "value": "sandbox-Pass-9"}),
        Link(listed, f"PUT {one}/send-verify-email", second),
        Link(listed, f"POST {one}/logout", first),
        Link(listed, f"PUT {one}/execute-actions-email", second, ["UPDATE_PASSWORD"]),
        Link(
            f"GET {ADMIN}/users/count",
            f"POST {ADMIN}/users",
            {},
            {"username": "erik", "email": "erik@example.org", "enabled": True},
        ),
        Link(
            f"GET {clients}",
            f"PUT {clients}/{{client_uuid}}",
            {"client_uuid": f"{ID}0/id"},
            {"clientId": f"{ID}0/clientId"},
        ),
        Link(listed, f"DELETE {one}", {"account_id": f"{ID}3/id"}),
        *to_all(
            listed,
            f"{ID}0/id",
            "account_id",
            f"GET {guesses}/{{account_id}}",
            f"DELETE {guesses}/{{account_id}}",
        ),
        Link(
            f"GET {one}/sessions",
            f"DELETE {ADMIN}/sessions/{{session_id}}",
            {"session_id": f"{ID}0/id"},
        ),
        Link(
            f"GET {one}/credentials",
            f"DELETE {one}/credentials/{{credential_id}}",
            {"account_id": "$request.path.account_id", "credential_id": f"{ID}0/id"},
        ),
        *to_all(
            f"GET {clients}",
            f"{ID}0/id",
            "client_uuid",
            f"GET {clients}/{{client_uuid}}",
            f"GET {clients}/{{client_uuid}}/user-sessions",
        ),
        Link(f"GET {ADMIN}/roles", f"GET {ADMIN}/roles/{{name}}", {"name": f"{ID}0/name"}),
        Link(token, f"POST {{realm}}{own}/revoke", {}, form),
        Link(
            f"POST {DESK}/users",
            f"POST {{realm}}{own}/token",
            {},
            {
                "grant_type": "password",
                "client_id": "etopay-test",
                "username": f"{ID}username",
                "password": f"{MORE}password",
            },
        ),
    )
