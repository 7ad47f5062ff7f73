"""Any argument for any method: an answer or an error that says what is wrong, and never a crash."""

from __future__ import annotations

import inspect
import traceback
from typing import Any

import pytest
from etopay_sdk import (
    EtopayError,
    Evm,
    EvmErc20,
    InternalError,
    IotaRebased,
    Network,
    Sdk,
    StateError,
    WalletNotInitialized,
)
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.campaigns.hostile import TEXTS
from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import OTHER_EVM, TOKEN, Services, Story
from tests.support.campaign import Campaign

BATCH = 300
PIN, PASSWORD, PHRASE = Story().pin, Story().password, Story().phrase
SECRETS = (PASSWORD, "test test", TOKEN)
text = st.one_of(
    st.text(max_size=300), st.sampled_from(TEXTS), st.text(alphabet="0123456789.-+e", max_size=40)
)
anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.binary(max_size=50), text)
number = st.one_of(st.integers(min_value=-5, max_value=2**70), st.sampled_from([2**31, 2**32, 2**63, 2**64]))
network = st.builds(
    Network,
    key=text,
    is_testnet=st.booleans(),
    display_name=text,
    display_symbol=text,
    coin_type=number,
    node_urls=st.lists(st.one_of(text, st.just("http://127.0.0.1:9")), max_size=3).map(tuple),
    decimals=number,
    can_do_purchases=st.booleans(),
    protocol=st.one_of(
        st.builds(Evm, number), st.builds(EvmErc20, number, text), st.builds(IotaRebased, text), st.none()
    ),
    block_explorer_url=text,
)
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    # The right PIN opens the way to what comes after it.
    "pin": st.one_of(st.just(PIN), st.just(PIN), st.just(PIN), text),
    "old_pin": st.one_of(st.just(PIN), text),
    "username": st.one_of(st.just("alice"), st.sampled_from(["bob", "carol"]), text),
    "network": st.one_of(st.none(), st.sampled_from(["ETH", "token", "iota_other"]), text),
    "address": st.one_of(st.just(OTHER_EVM), st.just("0x" + "ee" * 32), text),
    "amount": st.one_of(st.decimals(), text, st.sampled_from(["1", "0.5"]), anything),
    "data": st.one_of(st.none(), st.binary(max_size=2000)),
    "value": st.one_of(st.none(), st.binary(max_size=100_000)),
    "networks": st.lists(network, max_size=4),
    "start": number,
    "limit": number,
    "account": number,
    "index": number,
    "replace": st.booleans(),
}
# These end the wallet the others work with, or make the campaign wait for a chain.
APART = {
    *("close", "forget_user", "delete_user", "delete_wallet", "discard_pending_wallet"),
    *("send_amount", "confirm_purchase_request"),
}
METHODS = sorted(
    name
    for name, method in inspect.getmembers(Sdk, inspect.iscoroutinefunction)
    if not name.startswith("_") and name not in APART
)


@st.composite
def a_call(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A method and arguments, mostly of the right kind."""
    name = draw(st.sampled_from(METHODS))
    chosen = {}
    for parameter in list(inspect.signature(getattr(Sdk, name)).parameters.values())[1:]:
        strategy = BY_NAME.get(parameter.name, text)
        if draw(st.integers(0, 19)) == 0:
            strategy = anything
        chosen[parameter.name] = draw(strategy)
    return name, chosen


async def judged(campaign: Campaign, sdk: Sdk, name: str, arguments: dict[str, Any]) -> None:
    """Make the call; errors of the package, or of Python about the kind of an argument, are answers."""
    try:
        await getattr(sdk, name)(**arguments)
    except InternalError as error:
        pytest.fail(f"{name}: a panic inside: {error.details}")
    except EtopayError as error:
        shown = "".join(traceback.format_exception_only(error)) + repr(error.details)
        assert not [secret for secret in SECRETS if secret in shown], shown
        campaign.figures[error.code] += 1
    except (TypeError, OverflowError, UnicodeEncodeError, AttributeError):
        # The last one where a record of the package belongs.
        campaign.figures["wrong type"] += 1
    else:
        campaign.figures["accepted"] += 1
        if name == "change_pin":
            await sdk.change_pin(arguments["new_pin"], PIN)


async def healed(sdk: Sdk) -> None:
    """Back to alice's open wallet, whatever the call before has changed."""
    await sdk.init_user("alice")
    await sdk.refresh_access_token(TOKEN)
    await sdk.set_networks([])
    await sdk.unlock(PIN)


def test_every_method_is_called_or_named() -> None:
    found = {name for name, _ in inspect.getmembers(Sdk, inspect.iscoroutinefunction) if name[0] != "_"}
    assert found == set(METHODS) | APART


def made(number: int, count: int) -> list[tuple[str, dict[str, Any]]]:
    """Calls that hypothesis makes of this seed."""
    calls: list[tuple[str, dict[str, Any]]] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(a_call())
    def collect(call: tuple[str, dict[str, Any]]) -> None:
        calls.append(call)

    collect()
    return calls


@pytest.mark.campaign("fuzz-calls")
async def test_any_argument(campaign: Campaign, ready: ReadySdk, services: Services) -> None:
    sdk = await ready(read=2)
    calls: list[tuple[str, dict[str, Any]]] = []
    for place in campaign.each():
        if not calls:
            calls = made(campaign.seed + place, min(BATCH, campaign.runs))
        name, arguments = calls.pop()
        try:
            await judged(campaign, sdk, name, arguments)
        except BaseException:
            print(f"{name}({arguments!r:.2000})")
            raise
        if place % 20 == 0:
            await healed(sdk)
        try:
            await sdk.verify_pin(PIN)
        except (StateError, WalletNotInitialized):
            await healed(sdk)
