"""Putting a seed into the sandbox; doing it again adds only what is missing."""

import asyncio
import uuid
from datetime import timedelta
from decimal import Decimal

from sandbox.control.derivation import derive_address
from sandbox.control.seeds import Seed, SeedClient, SeedPurchase, SeedUser
from sandbox.core.context import Context
from sandbox.core.db import Fact, seed_fact
from sandbox.core.ids import fingerprint
from sandbox.core.instances import current_instance
from sandbox.core.users import UserDirectory
from sandbox.services.identity.clients import Client
from sandbox.services.identity.service import IdentityService
from sandbox.services.networks.service import Networks
from sandbox.services.transactions.events import tell
from sandbox.services.transactions.repository import Purchase, State
from sandbox.services.transactions.service import payout_of
from sandbox.services.transactions.steps import system_account

_NAMESPACE = uuid.UUID("6f0f7f0e-5b1d-5c0a-9c55-0b6f6f1f3a11")
_PAID_STATES = {State.INCOMING, State.OUTGOING, State.COMPLETED}


async def apply_seed(seed: Seed, context: Context, identity: IdentityService) -> None:
    """Create what the seed lists and is not there yet."""
    for client in seed.clients:
        identity.clients.add(_client(client))
    if seed.test_client:
        identity.clients.add(Client(id=seed.test_client.id, name="Test client", password_grant=True))
    if isinstance(context.networks, Networks):
        for key, changes in seed.networks.items():
            context.networks.change(key, changes)
    user_ids = {}
    for user in seed.users:
        user_ids[user.username] = await _apply_user(user, context, identity)
    for number, purchase in enumerate(seed.purchases):
        await _apply_purchase(number, purchase, user_ids, context)


def _client(seed: SeedClient) -> Client:
    return Client(
        id=seed.id,
        name=seed.name,
        redirect_uris=seed.redirect_uris,
        post_logout_redirect_uris=seed.post_logout_redirect_uris,
        secret_hash=fingerprint(seed.secret) if seed.secret else None,
        consent_required=seed.consent_required,
        backchannel_logout_url=seed.backchannel_logout_url,
    )


async def _apply_user(user: SeedUser, context: Context, identity: IdentityService) -> str:
    """Create a user once; one who was deleted since stays deleted."""
    offered = [network.key for network in context.networks.all()]
    addresses: dict[str, str] = {str(key): address for key, address in user.addresses.items()}
    if user.phrase:
        addresses = {key: derive_address(key, user.phrase) for key in offered} | addresses
    fact = seed_fact(f"user:{user.username}")
    user_id = context.db.fact(fact)
    if user_id is None:
        user_id = await asyncio.to_thread(_create_user, user, addresses, fact, context, identity)
    for key, amount in user.balances.items():
        fact = seed_fact(f"coins:{user.username}:{key}")
        await _fund_once(fact, key, addresses[key], amount, context)
    return user_id


def _create_user(
    user: SeedUser, addresses: dict[str, str], fact: str, context: Context, identity: IdentityService
) -> str:
    accounts = identity.accounts
    subject = accounts.ensure_account(
        user.username, user.password, user.name, user.email or "", subject=_subject_of(user)
    )
    with context.db.write() as session:
        row = UserDirectory(session, context.clock).ensure(accounts.issuer_key, subject, user.username)
        row.preferred_network = user.preferred_network
        for key, address in addresses.items():
            context.addresses.register(session, row.id, key, address)
        if user.kyc == "verified":
            context.kyc.set_verified(session, row.id, True)
        session.add(Fact(name=fact, value=row.id))
        return row.id


def _subject_of(user: SeedUser) -> str:
    """The same seed gives the same subjects; another instance has others, since none is given twice."""
    return str(uuid.uuid5(_NAMESPACE, f"account {user.username} {current_instance.get()}"))


async def _fund_once(fact: str, key: str, address: str, amount: Decimal, context: Context) -> None:
    if context.db.fact(fact) is None:
        missing = amount - await context.chains.balance(key, address)
        if missing > 0:
            await context.chains.fund(key, address, missing)
        context.db.remember(fact, "yes")


async def _apply_purchase(
    number: int, seed: SeedPurchase, user_ids: dict[str, str], context: Context
) -> None:
    purchase_id = str(uuid.uuid5(_NAMESPACE, f"{number} {seed.model_dump_json()}"))
    with context.db.read() as session:
        if session.get(Purchase, purchase_id):
            return
        receiver_address = context.addresses.address(session, user_ids[seed.receiver], seed.network)
    network = context.networks.get(seed.network)
    state = State(seed.state)
    fee_rate = context.settings.fee_rate
    payout = payout_of(seed.amount, fee_rate, network.decimals)
    incoming = outgoing = None
    if state in _PAID_STATES:
        system = context.chains.address(system_account(), seed.network)
        incoming = await context.chains.fund(seed.network, system, seed.amount)
    if state == State.COMPLETED and receiver_address:
        outgoing = await context.chains.fund(seed.network, receiver_address, payout)
    made = context.clock.now() - timedelta(hours=seed.hours_ago)
    metadata = {
        name: getattr(seed, name) for name in ("product_hash", "reason", "purchase_model", "app_data")
    }
    with context.db.write() as session:
        purchase = Purchase(
            id=purchase_id,
            sender_id=user_ids[seed.sender],
            sender_name=seed.sender,
            receiver_id=user_ids[seed.receiver],
            receiver_name=seed.receiver,
            network_key=seed.network,
            amount=seed.amount,
            payout=payout,
            fee_rate=fee_rate,
            exchange_rate=context.rates.eur_rate(seed.network, made),
            app_metadata=metadata if any(metadata.values()) else None,
            state=state,
            reasons=["ReceiverNotVerified"] if state == State.INVALID else [],
            created_at=made,
            changed_at=made,
            committed_tx=incoming,
            incoming_tx=incoming,
            incoming_sequence=0 if incoming else None,
            outgoing_tx=outgoing,
            outgoing_to=receiver_address if outgoing else None,
        )
        session.add(purchase)
        tell(purchase, "created")
