"""What screens are handed: one frozen bundle of stores and devices, and the hooks to reach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from app.core.brand import Brand
from app.core.i18n import choose_language, languages
from app.core.settings import Settings
from app.design.base import create_context, use_context, use_state
from app.device.devices import Devices
from app.gateway.protocol import Gateway, UnlockedWallet
from app.stores.activity import ActivityStore
from app.stores.balances import BalancesStore
from app.stores.networks import NetworksStore
from app.stores.preferences import PreferencesStore
from app.stores.session import SessionStore

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Services:
    """Everything a screen may ask for; ``language`` is the one in use."""

    settings: Settings
    brand: Brand
    gateway: Gateway
    devices: Devices
    session: SessionStore
    preferences: PreferencesStore
    networks: NetworksStore
    balances: BalancesStore
    activity: ActivityStore
    language: Callable[[], str]


ServicesContext = create_context(cast("Services | None", None))


def use_services() -> Services:
    """The services of the running app."""
    services = use_context(ServicesContext)
    if services is None:
        raise RuntimeError("No services are set. Wrap the screen in ServicesContext(services, …).")
    return services


def watch(store: T) -> T:
    """Redraw the calling component whenever this store changes; call it like every hook, at the top."""
    return use_state(store)[0]


def make_services(
    settings: Settings,
    brand: Brand,
    gateway: Gateway,
    devices: Devices,
    *,
    system_language: str | None = None,
) -> Services:
    """Build the stores of one client and join them."""
    preferences = PreferencesStore(
        settings.data_dir,
        language=settings.language,
        auto_lock_minutes=settings.auto_lock_minutes,
        less_motion=settings.reduced_motion,
    )
    offered = [tag for tag in languages() if tag in brand.identity.languages]

    def language() -> str:
        return choose_language((preferences.language, system_language), offered)

    session = SessionStore(
        gateway,
        devices.sign_in,
        preferences,
        terms_version=terms_version(brand),
        language=language,
    )

    def wallet() -> UnlockedWallet | None:
        return session.wallet

    networks = NetworksStore(wallet)
    balances = BalancesStore(wallet, networks)
    activity = ActivityStore(wallet, networks)
    for store in (networks, balances, activity):
        session.on_lock(store.clear)
    session.on_lock(devices.clipboard.forget_soon, out_of_sight=False)
    return Services(
        settings, brand, gateway, devices, session, preferences, networks, balances, activity, language
    )


def terms_version(brand: Brand) -> str:
    """What is accepted: the versions of terms and privacy notice together."""
    return f"{brand.legal.terms_version.isoformat()}/{brand.legal.privacy_version.isoformat()}"
