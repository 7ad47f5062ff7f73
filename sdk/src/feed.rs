//! Giving the crate's object what it keeps in memory only: user, password and wallet.

use crate::config::Settings;
use crate::core::{Core, Open, State};
use crate::error::{Fail, Result};
use crate::vault::payload::{Payload, WalletState};
use etopay_sdk::core::Sdk;
use etopay_sdk::types::networks::ApiNetwork;
use etopay_sdk::types::newtypes::{AccessToken, EncryptionPin, PlainPassword};
use std::sync::atomic::Ordering;

/// The PIN the crate sees. It guards nothing: the crate's memory holds the wallet anyway, and the user's
/// PIN is checked here, before the crate is asked.
const INNER_PIN: &str = "000000";

pub fn inner_pin() -> Result<EncryptionPin> {
    Ok(EncryptionPin::try_from_string(INNER_PIN)?)
}

pub fn empty_sdk(settings: &Settings) -> Result<Sdk> {
    let log_file = settings.storage_path.join("etopay_sdk.log");
    let sdk = Sdk::new(settings.for_crate())?;
    // The crate opens its log file even when the process already has a logger.
    let _ = std::fs::remove_file(log_file);
    Ok(sdk)
}

/// A fresh object for this user: without a token, so that nothing is sent.
async fn fed_sdk(settings: &Settings, username: &str, payload: Option<&Payload>) -> Result<Sdk> {
    let mut sdk = empty_sdk(settings)?;
    sdk.create_new_user(username).await?;
    sdk.init_user(username).await?;
    let Some(payload) = payload else { return Ok(sdk) };
    let pin = inner_pin()?;
    if let Some(password) = &payload.secrets.password {
        sdk.set_wallet_password(&pin, &PlainPassword::try_from_string(password.as_str())?).await?;
        if payload.wallet != WalletState::None
            && let Some(phrase) = payload.phrase()
        {
            sdk.create_wallet_from_existing_mnemonic(&pin, phrase).await?;
        }
    }
    sdk.set_wallet_derivation_options(payload.account, payload.index).await?;
    Ok(sdk)
}

/// Replaces the crate's object by one that knows what `state` knows.
pub async fn refresh(core: &Core, state: &State) -> Result<()> {
    let open = state.user.as_ref().is_some_and(|user| user.open.is_some());
    core.unlocked.store(open, Ordering::SeqCst);
    let mut sdk = match &state.user {
        None => empty_sdk(&core.settings)?,
        Some(user) => {
            let payload = match &user.open {
                Some(open) => Some(open.read(Payload::clone)?),
                None => None,
            };
            fed_sdk(&core.settings, &user.username, payload.as_ref()).await?
        }
    };
    sdk.set_networks(state.networks.clone());
    if let Some(active) = &state.active
        && state.networks.iter().any(|network| network.key == *active)
    {
        sdk.set_network(active.clone()).await?;
    }
    give_token(&mut sdk, state).await?;
    core.replace_sdk(sdk)
}

async fn give_token(sdk: &mut Sdk, state: &State) -> Result<()> {
    let token = state.token.as_ref().map(|token| AccessToken::try_from_string(token.as_str())).transpose()?;
    Ok(sdk.refresh_access_token(token).await?)
}

/// An object of its own for one backend call that needs user and token only. So a call that hangs holds
/// up no other one: the crate's object can do one thing at a time.
pub async fn light(core: &Core) -> Result<Sdk> {
    let state = core.state_of_call().await?;
    let mut sdk = match &state.user {
        Some(user) => fed_sdk(&core.settings, &user.username, None).await?,
        None => empty_sdk(&core.settings)?,
    };
    give_token(&mut sdk, &state).await?;
    Ok(sdk)
}

/// The same with the wallet in it, for its owner only: the token and the keys must be of one user.
pub async fn full(core: &Core, open: &Open) -> Result<Sdk> {
    let payload = open.read(Payload::clone)?;
    let state = core.state_of_call().await?;
    state.check_owner(open)?;
    let user = state.user.as_ref().ok_or_else(|| Fail::new("no_user"))?;
    let mut sdk = fed_sdk(&core.settings, &user.username, Some(&payload)).await?;
    give_token(&mut sdk, &state).await?;
    Ok(sdk)
}

/// Selects `network` in the crate's object for the calls that go by the active one.
pub async fn select(sdk: &mut Sdk, network: &ApiNetwork) -> Result<()> {
    sdk.set_networks(vec![network.clone()]);
    sdk.set_network(network.key.clone()).await.map_err(Fail::from)
}
