"""Seed files: what they put in, and how they are told to be wrong."""

from decimal import Decimal
from pathlib import Path

import pytest

import sandbox as sandbox_package
from sandbox.control.derivation import derive_address, ed25519_key
from sandbox.control.seed_file import load_seed, parse_seed
from sandbox.control.seeding import apply_seed
from sandbox.core.errors import StartError
from tests.sandbox.browsing import AppSignIn

SEEDS = Path(sandbox_package.__file__).parent / "seeds"
JUNK = "test test test test test test test test test test test junk"

GOOD = f"""
[admin]
username = "root"
password = "root-password"

[test_client]
id = "cryptpay"

[networks.ETH]
display_name = "Test Ether"
is_testnet = true

[networks.EURX]
offered = false

[[users]]
username = "ann"
password = "sandbox-Pass-1"
phrase = "{JUNK}"
kyc = "verified"
preferred_network = "ETH"
balances = {{ ETH = "1.5", iota_rebased_testnet = "20" }}

[[users]]
username = "ben"
password = "sandbox-Pass-2"
addresses = {{ ETH = "0x{"b0" * 20}" }}

[[purchases]]
sender = "ann"
receiver = "ben"
network = "ETH"
amount = "2"
state = "Completed"
hours_ago = 30

[[purchases]]
sender = "ann"
receiver = "ben"
network = "ETH"
amount = "3"
state = "Invalid"
"""


async def put_in(sandbox, text):
    seed = parse_seed(text, "seed.toml")
    await apply_seed(seed, sandbox.app.state.context, sandbox.app.state.identity)
    return seed


class TestGoodOnes:
    async def test_users_coins_and_purchases_are_there(self, sandbox):
        await put_in(sandbox, GOOD)
        answer = await AppSignIn(sandbox.http).sign_in("ann", "sandbox-Pass-1")
        assert answer.status_code == 303
        users = {u["username"]: u for u in (await sandbox.http.get("/_sandbox/users")).json()["users"]}
        assert users["ann"]["is_verified"]
        assert users["ann"]["preferred_network"] == "ETH"
        assert users["ann"]["addresses"]["ETH"] == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
        assert not users["ben"]["is_verified"]
        assert await sandbox.chains.balance("ETH", users["ann"]["addresses"]["ETH"]) == Decimal("1.5")
        assert await sandbox.chains.balance("ETH", "0x" + "b0" * 20) == Decimal("1.9")
        state = (await sandbox.http.get("/_sandbox/state")).json()
        assert state["purchases"] == {"Completed": 1, "Invalid": 1}
        assert state["networks"] == ["iota_rebased_testnet", "iota_rebased_mainnet", "ETH"]

    async def test_own_test_client(self, sandbox):
        await put_in(sandbox, GOOD)
        form = {"grant_type": "password", "client_id": "cryptpay", "client_secret": ""}
        answer = await sandbox.http.post(
            "/realms/etopay/protocol/openid-connect/token",
            data={**form, "username": "ann", "password": "sandbox-Pass-1", "scope": "openid"},
        )
        assert answer.status_code == 200

    async def test_twice_is_once_and_deleted_users_stay_deleted(self, sandbox):
        await put_in(sandbox, GOOD)
        account = sandbox.app.state.identity.accounts.find("ben")
        sandbox.app.state.identity.accounts.remove(account.id)
        transfers = [len(log) for log in sandbox.chains.log.values()]
        await put_in(sandbox, GOOD)
        assert [len(log) for log in sandbox.chains.log.values()] == transfers
        assert sandbox.app.state.identity.accounts.find("ben") is None
        state = (await sandbox.http.get("/_sandbox/state")).json()
        assert (state["users"], state["purchases"]["Completed"]) == (1, 1)

    async def test_reset_puts_it_in_again(self, sandbox):
        sandbox.app.state.seed = await put_in(sandbox, GOOD)
        await sandbox.user("dora")
        await sandbox.http.post("/_sandbox/reset")
        users = (await sandbox.http.get("/_sandbox/users")).json()["users"]
        assert [user["username"] for user in users] == ["ann", "ben"]
        assert await sandbox.chains.balance("ETH", users[0]["addresses"]["ETH"]) == Decimal("1.5")

    async def test_purchase_in_the_middle_goes_on_by_itself(self, sandbox):
        await put_in(sandbox, GOOD.replace('"Completed"', '"ProcessingIncoming"'))
        for _ in range(3):
            await sandbox.step()
        assert (await sandbox.http.get("/_sandbox/state")).json()["purchases"]["Completed"] == 1
        assert await sandbox.chains.balance("ETH", "0x" + "b0" * 20) == Decimal("1.9")

    @pytest.mark.parametrize("name", ["default.toml", "empty.toml"])
    async def test_ours(self, sandbox, name):
        seed = load_seed(SEEDS / name)
        await apply_seed(seed, sandbox.app.state.context, sandbox.app.state.identity)
        assert (await sandbox.http.get("/_sandbox/state")).json()["users"] == len(seed.users)


class TestBadOnes:
    @pytest.mark.parametrize(
        ("before", "after", "message"),
        [
            (
                'preferred_network = "ETH"',
                'preference_network = "ETH"',
                "line 21: there is no key `preference_network`",
            ),
            ('preferred_network = "ETH"', 'preference_network = "ETH"', "Did you mean `preferred_network`?"),
            ("[[purchases]]", "[[purchase]]", "Did you mean `purchases`?"),
            (
                'kyc = "verified"',
                'kyc = "yes"',
                "line 20: `users.0.kyc`: “yes” must be one of 'none' or 'verified'",
            ),
            ('password = "sandbox-Pass-2"', "", "line 24: the key `password` is missing"),
            (
                'username = "ann"',
                'username = "Ann Adler"',
                "line 17: `users.0.username`: “Ann Adler” must be 2 to 64 small letters (a-z), digits, dots,",
            ),
            ('ETH = "1.5"', "ETH = 1.5", "line 22: `users.0.balances.ETH`: write it as text in plain"),
            (
                'ETH = "1.5"',
                'ETH = "-5"',
                "`users.0.balances.ETH`: “-5” is no amount: write it in plain digits",
            ),
            ('amount = "2"', 'amount = "0"', "`purchases.0.amount`: “0” must be more than 0."),
            ("hours_ago = 30", 'hours_ago = "abc"', "`purchases.0.hours_ago`: must be a whole number."),
            ('ETH = "1.5"', 'BTC = "1.5"', "line 22"),
            ('receiver = "ben"', 'receiver = "bob"', "“bob”, who is not among the users"),
            ("offered = false", "offered = 5", "line 14: `networks.EURX.offered`: must be true or false."),
            ("is_testnet = true", "is_test = true", "Did you mean `is_testnet`?"),
            ("[admin]", "[admin", "not valid TOML"),
            ('username = "ben"', 'username = "ann"', "two users have the same username"),
            (f'phrase = "{JUNK}"', "", "balances on ETH need `phrase` or an address on ETH"),
        ],
    )
    def test_name_file_line_and_nearest_key(self, before, after, message):
        assert before in GOOD
        with pytest.raises(StartError) as caught:
            parse_seed(GOOD.replace(before, after, 1), "my.toml")
        assert message in str(caught.value)
        assert str(caught.value).startswith("my.toml")
        assert caught.value.exit_code == 2
        assert "Value error" not in str(caught.value)
        assert "sandbox-Pass" not in str(caught.value)
        assert "junk" not in str(caught.value)

    def test_file_that_is_not_there_or_not_text(self, tmp_path):
        with pytest.raises(StartError, match="cannot be read"):
            load_seed(tmp_path / "none.toml")
        (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(StartError, match="not UTF-8"):
            load_seed(tmp_path / "binary.toml")
        (tmp_path / "deep.toml").write_text("a = " + "[" * 5000)
        with pytest.raises(StartError, match="not valid TOML"):
            load_seed(tmp_path / "deep.toml")


class TestDerivation:
    """Against published vectors: the phrase of Hardhat's accounts, and SLIP-10's own example."""

    def test_evm(self):
        assert derive_address("ETH", JUNK) == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
        assert derive_address("EURX", f"  {JUNK}  ") == derive_address("ETH", JUNK)

    def test_ed25519_keys(self):
        seed = bytes(range(16))
        assert ed25519_key(seed, ()).hex().startswith("2b4be7f19ee27bbf30c667b642d5f4aa")
        assert ed25519_key(seed, (0,)).hex().startswith("68e0fe46dfb67e368c75379acec591da")

    def test_iota_networks_share_an_address(self):
        testnet = derive_address("iota_rebased_testnet", JUNK)
        assert testnet == derive_address("iota_rebased_mainnet", JUNK)
        assert len(testnet) == 66
