"""Calls about the wallet and the networks it lives on."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from etopay_sdk import _wire
from etopay_sdk._arguments import count
from etopay_sdk._base import Calls
from etopay_sdk._bridge import call
from etopay_sdk._wire_services import file_parts
from etopay_sdk.amounts import to_wire
from etopay_sdk.kyc import FileLike
from etopay_sdk.types import GasCostEstimation, Network, WalletTransaction


class WalletCalls(Calls):
    """Creation, restoring, backup; address, balance, history."""

    async def get_networks(self) -> list[Network]:
        """Ask the backend for the networks once; offline, the remembered ones are the answer."""
        return _wire.networks(await call(self._client.get_networks))

    async def set_networks(self, networks: Iterable[Network]) -> None:
        """Replace the networks. An empty list makes the next get_networks ask the backend again."""
        await call(self._client.set_networks, _wire.from_networks(list(networks)))

    async def set_network(self, key: str) -> None:
        """Select the network that calls use by default. Remembered in the vault."""
        await call(self._client.set_network, key)

    async def set_preferred_network(self, key: str | None) -> None:
        """Remember a network at the backend; selects nothing here."""
        await call(self._client.set_preferred_network, key)

    async def get_preferred_network(self) -> str | None:
        """Ask the backend for the remembered network."""
        key: str | None = await call(self._client.get_preferred_network)
        return key

    async def get_exchange_rate(self, *, network: str | None = None) -> Decimal:
        """EUR for one unit of the network's coin."""
        return Decimal(await call(self._client.get_exchange_rate, network))

    async def create_wallet_from_new_mnemonic(self, pin: str, *, replace: bool = False) -> str:
        """Make a wallet and return its 24 words. After an interruption the same words come again.

        With `replace` it takes the place of the wallet here and at the server. Where that was interrupted, it
        waits for this call to be made again, or for discard_pending_wallet; see `User.wallet_replaces`.
        """
        return str(await call(self._client.create_wallet_from_new_mnemonic, pin, replace))

    async def create_wallet_from_existing_mnemonic(
        self, pin: str, mnemonic: str, *, replace: bool = False
    ) -> None:
        """Restore a wallet from its phrase. WalletExists when another one is here or at the server."""
        await call(self._client.create_wallet_from_existing_mnemonic, pin, mnemonic, replace)

    async def create_wallet_from_backup(
        self, pin: str, data: FileLike, backup_password: str, *, replace: bool = False
    ) -> None:
        """Restore a wallet from a backup file (KDBX), given as its content or where it is.

        DeadlineExceeded when this device does not open it within the time limit of the call.
        """
        content, _ = await file_parts(data, "backup")
        await call(self._client.create_wallet_from_backup, pin, content, backup_password, replace)

    async def create_wallet_backup(self, pin: str, backup_password: str) -> bytes:
        """Make a backup file (KDBX) with its own password."""
        return bytes(await call(self._client.create_wallet_backup, pin, backup_password))

    async def restore_wallet_from_shares(self, pin: str) -> None:
        """Restore the wallet on a new device from the server's shares and the wallet password."""
        await call(self._client.restore_wallet_from_shares, pin)

    async def has_wallet_at_server(self) -> bool:
        """Whether the server holds shares of a wallet of the user the token belongs to. Needs no PIN.

        False is only the answer when the server has said so to a token that it accepts; anything else that
        goes wrong is raised, so that nobody is offered a new wallet in place of the one they have.
        """
        return bool(await call(self._client.has_wallet_at_server))

    async def verify_mnemonic(self, pin: str, mnemonic: str) -> bool:
        """Whether these are the words of the wallet. The right ones mark the phrase as written down."""
        return bool(await call(self._client.verify_mnemonic, pin, mnemonic))

    async def get_mnemonic(self, pin: str) -> str:
        """Show the words of the wallet again."""
        return str(await call(self._client.get_mnemonic, pin))

    async def delete_wallet(self, pin: str, *, only_here: bool = False) -> None:
        """Delete the wallet here and its shares at the server. PIN and password stay.

        Without a token StateError `no_token`, and nothing is deleted, when the server may hold its shares;
        with `only_here` they stay, and restore_wallet_from_shares brings the wallet back. The shares of
        another wallet stay in any case, such as the one that this one was to replace, or a newer one of
        another device. Without a wallet here WalletNotInitialized, and what the server holds stays.
        """
        await call(self._client.delete_wallet, pin, only_here)

    async def discard_pending_wallet(self, pin: str) -> None:
        """Drop a wallet whose creation was interrupted; what the server holds stays as it is.

        NotFound when no wallet is pending. WalletExists when the server has taken this very wallet already:
        complete it by creating it again, or delete it.
        """
        await call(self._client.discard_pending_wallet, pin)

    async def get_recovery_share(self, pin: str) -> str | None:
        """Return the recovery share of the wallet."""
        share: str | None = await call(self._client.get_recovery_share, pin)
        return share

    async def set_recovery_share(self, share: str) -> None:
        """Bring along a recovery share for restore_wallet_from_shares."""
        await call(self._client.set_recovery_share, share)

    async def set_wallet_derivation_options(self, account: int, index: int) -> None:
        """Choose account and address index. Remembered in the vault."""
        await call(
            self._client.set_wallet_derivation_options, count("account", account), count("index", index)
        )

    async def generate_new_address(self, pin: str, *, network: str | None = None) -> str:
        """Return the address of the chosen account and index; always the same one. Works offline."""
        return str(await call(self._client.generate_new_address, pin, network))

    async def get_balance(self, pin: str, *, network: str | None = None) -> Decimal:
        """Ask the node for the balance, in main units."""
        return Decimal(await call(self._client.get_balance, pin, network))

    async def estimate_gas(
        self,
        pin: str,
        address: str,
        amount: Decimal | str,
        data: bytes | None = None,
        *,
        network: str | None = None,
    ) -> GasCostEstimation:
        """Ask the node what a payment would cost."""
        return _wire.gas(await call(self._client.estimate_gas, pin, address, to_wire(amount), data, network))

    async def get_wallet_tx_list(
        self, pin: str, start: int, limit: int, *, network: str | None = None
    ) -> list[WalletTransaction]:
        """List the transfers of this wallet, newest first. On EVM each call looks through more old blocks."""
        return _wire.transactions(
            await call(
                self._client.get_wallet_tx_list, pin, count("start", start), count("limit", limit), network
            )
        )

    async def get_wallet_tx(self, pin: str, tx_id: str, *, network: str | None = None) -> WalletTransaction:
        """Ask the node about one transfer."""
        return _wire.transaction(await call(self._client.get_wallet_tx, pin, tx_id, network))
