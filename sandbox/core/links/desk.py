"""Links between the calls of the control room."""

from sandbox.core.links.link import ASKED, DESK, ID, Link, to_all

NOBODY = f"0x{'11' * 20}"


def users() -> tuple[Link, ...]:
    """Return the links between the calls about users."""
    made, listed = f"POST {DESK}/users", f"GET {DESK}/users"
    one = f"{DESK}/users/{{username}}"
    name = {"username": f"{ID}users/1/username"}
    return (
        *to_all(made, f"{ID}username", "username", f"GET {one}", f"DELETE {one}/sessions"),
        Link(made, f"PUT {one}/kyc", {"username": f"{ID}username"}, {"is_verified": True}),
        *to_all(listed, f"{ID}users/1/username", "username", f"GET {one}", f"POST {one}/token"),
        Link(listed, f"PUT {one}/kyc", name, {"is_verified": True}),
        Link(
            listed,
            f"POST {DESK}/faucet",
            {},
            {
                "network_key": "ETH",
                "amount": "0.01",
                "address": f"{ID}users/1/addresses/ETH",
                "username": None,
            },
        ),
        Link(
            listed,
            "PUT /api/user/address",
            {"network_key": "ETH"},
            {"address": f"{ID}users/0/addresses/ETH"},
        ),
        Link("PUT /api/user/address", "GET /api/user/address", {"network_key": f"{ASKED}network_key"}),
        Link("GET /api/config/networks", "PUT /api/user/network", {}, {"network_key": f"{ID}networks/0/key"}),
        Link("PUT /api/user/network", "GET /api/user/network"),
        Link("PUT /api/user/shares", "GET /api/user/shares/recovery"),
        Link("PUT /api/user/shares", "GET /api/user/shares/backup"),
        Link("PUT /api/user/shares", "DELETE /api/user/shares"),
    )


def desk() -> tuple[Link, ...]:
    """Return the links between the calls about desk."""
    accounts, account = f"{DESK}/bank/accounts", f"{DESK}/bank/accounts/{{iban}}"
    snapshots, requests, mails = f"{DESK}/snapshots", f"{DESK}/requests", f"{DESK}/mails"
    snapshot, mail = f"{snapshots}/{{name}}", f"{mails}/{{mail_id}}"
    first = f"{ID}accounts/0/iban"
    between = {"from_iban": first, "to_iban": f"{ID}accounts/1/iban", "amount": "1.00"}
    return (
        *to_all(
            f"POST {accounts}",
            f"{ID}iban",
            "iban",
            f"GET {account}/statement",
            f"POST {account}/funds",
            f"DELETE {account}",
        ),
        *to_all(f"GET {accounts}", first, "iban", f"GET {account}/statement", f"POST {account}/funds"),
        Link(f"GET {accounts}", f"POST {DESK}/bank/transfers", {}, between),
        *to_all(
            f"POST {snapshots}",
            f"{ID}name",
            "name",
            f"POST {snapshot}/restore",
            f"GET {snapshot}/export",
            f"DELETE {snapshot}",
        ),
        *to_all(f"GET {mails}", f"{ID}mails/0/id", "mail_id", f"GET {mail}", f"GET {mail}/page"),
        Link(f"GET {mails}", f"DELETE {mail}", {"mail_id": f"{ID}mails/0/id"}),
        Link(f"GET {requests}", f"GET {requests}/{{request_id}}", {"request_id": f"{ID}requests/0/id"}),
        Link(f"POST {DESK}/faults", f"DELETE {DESK}/faults/{{fault_id}}", {"fault_id": f"{ID}id"}),
        Link(
            f"GET {DESK}/rates",
            f"PUT {DESK}/rates/{{network_key}}",
            {"network_key": f"{ID}rates/0/network_key"},
            {"mode": "live", "rate": None},
        ),
        Link(
            f"POST {DESK}/identity/keys",
            f"DELETE {DESK}/identity/keys/{{kid}}",
            {"kid": f"{ID}keys/0/kid"},
        ),
    )


def chains() -> tuple[Link, ...]:
    """Return the links between the calls about chains."""
    listed, one = f"GET {DESK}/chains", f"{DESK}/chains/{{network_key}}"
    evm, iota = {"network_key": f"{ID}chains/0/network"}, {"network_key": f"{ID}chains/2/network"}
    return (
        Link(listed, f"GET {one}", evm),
        Link(
            listed,
            "POST /nodes/{network_key}",
            evm,
            {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []},
        ),
        Link(listed, f"GET {one}/mining", evm),
        Link(listed, f"PUT {one}/mining", evm, {"mode": "instant", "seconds": None}),
        Link(listed, f"POST {one}/blocks", evm, {"count": 1}),
        Link(listed, f"POST {one}/reorg", evm, {"depth": 1, "transactions": "pool"}),
        Link(listed, f"POST {one}/plans", evm, {"outcome": "dropped", "sender": NOBODY, "count": 1}),
        Link(listed, f"DELETE {one}/plans", evm),
        Link(listed, f"POST {one}/checkpoints/release", iota),
    )
