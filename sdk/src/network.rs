//! Networks: fetched, checked, remembered.

use crate::address;
use crate::config::Settings;
use crate::core::{Core, Open, State};
use crate::error::{Fail, Result};
use crate::feed;
use crate::transport;
use etopay_sdk::types::networks::{ApiNetwork, ApiProtocol};
use std::sync::Arc;

fn invalid(network: &ApiNetwork, reason: &str) -> Fail {
    Fail::new("invalid_network").with("network", network.key.clone()).with("reason", reason)
}

/// What the crate would panic or go wrong on is refused on receipt.
pub fn check(network: &ApiNetwork, settings: &Settings) -> Result<()> {
    if network.key.is_empty() || network.key.len() > 128 {
        return Err(invalid(network, "its key is empty or too long"));
    }
    let first = network.node_urls.first().ok_or_else(|| invalid(network, "it has no node address"))?;
    let url = reqwest::Url::parse(first).map_err(|_| invalid(network, "its node address is no URL"))?;
    if !transport::is_web(&url) {
        return Err(invalid(network, "its node address is not http or https"));
    }
    if !settings.allow_insecure_http && !transport::is_protected(&url) {
        return Err(invalid(network, &format!("its node address: {}", transport::IN_THE_CLEAR)));
    }
    if network.decimals > 28 {
        return Err(invalid(network, "it has more than 28 decimals"));
    }
    if network.coin_type >= 1 << 31 {
        return Err(invalid(network, "its coin type is too large"));
    }
    if let ApiProtocol::EvmERC20 { contract_address, .. } = &network.protocol {
        address::check_evm(contract_address)
            .map_err(|_| invalid(network, "its contract address is wrong"))?;
    }
    Ok(())
}

fn check_all(networks: &[ApiNetwork], settings: &Settings) -> Result<()> {
    networks.iter().try_for_each(|network| check(network, settings))?;
    let mut keys: Vec<&str> = networks.iter().map(|network| network.key.as_str()).collect();
    keys.sort_unstable();
    match keys.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            Err(Fail::new("invalid_network").with("network", pair[0]).with("reason", "its key is used twice"))
        }
        None => Ok(()),
    }
}

fn as_json(networks: &[ApiNetwork]) -> Result<String> {
    serde_json::to_string(networks).map_err(|_| Fail::internal("networks"))
}

fn opened(state: &State) -> Option<Open> {
    state.user.as_ref().and_then(|user| user.open.clone())
}

fn remember(state: &mut State, networks: Vec<ApiNetwork>) -> Result<()> {
    if let Some(open) = opened(state)
        && open.read(|payload| payload.networks != networks)?
    {
        open.update(|payload| {
            payload.networks.clone_from(&networks);
            Ok(())
        })?;
    }
    state.networks = networks;
    state.networks_fresh = true;
    Ok(())
}

/// Asks the backend once per session; offline, what the vault remembers is the answer.
pub async fn get_networks(core: &Arc<Core>) -> Result<String> {
    {
        let state = core.state.lock().await;
        let offline = state.token.is_none() && !state.networks.is_empty();
        if (state.networks_fresh && !state.networks.is_empty()) || offline {
            return as_json(&state.networks);
        }
        if state.token.is_none() && state.is_sealed() {
            return Err(Fail::new("locked"));
        }
    }
    let fetched = core.within(fetch(core)).await;
    let mut state = core.state_of_call().await?;
    match fetched {
        Ok(networks) => remember(&mut state, networks)?,
        Err(fail) if state.networks.is_empty() || fail.code == "unauthorized" => return Err(fail),
        Err(_) => log::warn!("the networks could not be fetched, the remembered ones are used"),
    }
    as_json(&state.networks)
}

async fn fetch(core: &Core) -> Result<Vec<ApiNetwork>> {
    let networks = feed::light(core).await?.get_networks().await?;
    check_all(&networks, &core.settings)?;
    Ok(networks)
}

pub async fn set_networks(core: &Arc<Core>, json: &str) -> Result<()> {
    let networks: Vec<ApiNetwork> =
        serde_json::from_str(json).map_err(|_| Fail::new("invalid_network").with("reason", "unreadable"))?;
    check_all(&networks, &core.settings)?;
    let mut state = core.state_of_call().await?;
    if networks.is_empty() {
        state.networks.clear();
        state.networks_fresh = false;
        return Ok(());
    }
    remember(&mut state, networks)
}

pub async fn set_network(core: &Arc<Core>, key: &str) -> Result<()> {
    core.network(Some(key)).await?;
    let mut state = core.state_of_call().await?;
    state.active = Some(key.to_owned());
    if let Some(open) = opened(&state) {
        open.update(|payload| {
            payload.active_network = Some(key.to_owned());
            Ok(())
        })?;
    }
    Ok(())
}

pub async fn set_preferred(core: &Arc<Core>, key: Option<String>) -> Result<()> {
    core.within(async { Ok(feed::light(core).await?.set_preferred_network(key).await?) }).await
}

pub async fn get_preferred(core: &Arc<Core>) -> Result<Option<String>> {
    core.within(async { Ok(feed::light(core).await?.get_preferred_network().await?) }).await
}

/// EUR for one unit of the network's coin.
pub async fn exchange_rate(core: &Arc<Core>, key: Option<&str>) -> Result<String> {
    let network = core.network(key).await?;
    core.within(async {
        let mut sdk = feed::light(core).await?;
        feed::select(&mut sdk, &network).await?;
        Ok(sdk.get_exchange_rate().await?.to_string())
    })
    .await
}
