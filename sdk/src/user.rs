//! Users of this device and the access token.

use crate::core::{ActiveUser, Core, Open};
use crate::error::{Fail, Result};
use crate::pin;
use crate::shares::{self, Held};
use crate::store::check_username;
use crate::vault::file::VaultFile;
use crate::vault::payload::{Payload, WalletState};
use crate::{feed, payment};
use etopay_sdk::types::newtypes::AccessToken;
use serde_json::{Value, json};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Values an app may keep; with their size this keeps the vault far below what can be read back.
const MOST_VALUES: usize = 64;

pub async fn refresh_access_token(core: &Arc<Core>, token: Option<Zeroizing<String>>) -> Result<()> {
    if let Some(token) = &token {
        AccessToken::try_from_string(token.as_str())?;
    }
    let arrived = token.is_some();
    {
        let mut state = core.state_of_call().await?;
        state.token = token;
        feed::refresh(core, &state).await?;
    }
    if arrived {
        shares::finish_in_background(core);
        payment::settle::resume(core);
    }
    Ok(())
}

pub async fn create_new_user(core: &Arc<Core>, username: &str) -> Result<()> {
    check_username(username)?;
    let _state = core.state.lock().await;
    core.check_open()?;
    if core.store.has_user(username) {
        return Err(Fail::new("user_exists"));
    }
    core.store.create_user(username)
}

/// Makes a user of this device the active one, locked. Needs no network.
pub async fn init_user(core: &Arc<Core>, username: &str) -> Result<()> {
    check_username(username)?;
    if !core.store.has_user(username) {
        return Err(Fail::new("not_found").with("what", "user"));
    }
    let mut state = core.state.lock().await;
    if state.user.as_ref().is_some_and(|user| user.username == username) {
        return Ok(());
    }
    let folder = core.store.folder(username);
    if state.user.is_some() {
        // The token is the other user's; this one's shares must not go to that account.
        state.token = None;
        core.turns.leave_user();
    }
    state.user = Some(ActiveUser { username: username.to_owned(), folder, open: None });
    state.active = None;
    state.networks_fresh = false;
    feed::refresh(core, &state).await
}

pub async fn get_user(core: &Arc<Core>) -> Result<String> {
    let state = core.state.lock().await;
    let user = state.user.as_ref().ok_or_else(|| Fail::new("no_user"))?;
    let file = VaultFile::in_folder(&user.folder);
    let facts = match &user.open {
        Some(open) => open.read(Payload::facts)?,
        None if file.exists() => file.load(&user.username)?.header.facts,
        None => Default::default(),
    };
    let (shares, pending, replaces): (Value, Value, Value) = match &user.open {
        Some(open) => {
            open.read(|p| (json!(p.shares), json!(p.wallet == WalletState::Pending), json!(p.replaces())))?
        }
        None => (Value::Null, Value::Null, Value::Null),
    };
    let kyc = match &user.open {
        Some(open) => open.read(|payload| json!(payload.kyc))?,
        None => Value::Null,
    };
    Ok(json!({
        "username": user.username, "has_wallet": facts.has_wallet, "password_set": facts.password_set,
        "phrase_confirmed": facts.phrase_confirmed, "is_unlocked": user.open.is_some(),
        "shares": shares, "wallet_pending": pending, "wallet_replaces": replaces, "kyc": kyc,
    })
    .to_string())
}

/// Deletes the user at the backend, then here. The shares of this wallet go first: the crate leaves them behind.
pub async fn delete_user(core: &Arc<Core>, given: Option<Zeroizing<String>>) -> Result<()> {
    let username = core.username().await?;
    let _one_at_a_time = core.turn_of_creating().await?;
    let folder = core.store.folder(&username);
    let open = if VaultFile::in_folder(&folder).exists() {
        let given = given.ok_or_else(|| Fail::new("invalid_pin"))?;
        Some(pin::authorize(core, &given).await?)
    } else {
        None
    };
    if let Some(open) = &open
        && open.owner()? != username
    {
        return Err(Fail::new("user_changed"));
    }
    let deleted = delete_account(core, open.as_ref()).await;
    if deleted.is_err() {
        shares::finish_in_background(core);
        return deleted;
    }
    remove(core, &username).await
}

async fn delete_account(core: &Arc<Core>, open: Option<&Open>) -> Result<()> {
    core.token().await?;
    // Those of another wallet may be all that is left of it, should the account stay: they go with the account only.
    if let Some(open) = open
        && let Ok(phrase) = open.phrase()
    {
        shares::let_uploads_end(core, open).await?;
        // Another user may be the active one by now.
        let token = core.token_of(open).await?;
        if shares::held(core, &token, &phrase).await? == Held::Own {
            shares::delete(core, open, &token).await?;
        }
    }
    // Without a wallet in it the crate asks for no PIN and deletes nothing but the user.
    core.within(async { Ok(feed::light(core).await?.delete_user(None).await?) }).await
}

/// Removes a user from this device only. What is under way to the server ends first: it could come to the wallet that
/// the user restores or makes next.
pub async fn forget_user(core: &Arc<Core>, username: &str) -> Result<()> {
    check_username(username)?;
    let _one_at_a_time = core.turn_of_creating().await?;
    shares::let_requests_of_user_end(core, username).await?;
    remove(core, username).await
}

async fn remove(core: &Core, username: &str) -> Result<()> {
    let mut state = core.state.lock().await;
    // After closing the folder may be somebody else's.
    core.check_open()?;
    if state.user.as_ref().is_some_and(|user| user.username == username) {
        core.turns.leave_user();
        state.user = None;
        state.active = None;
        state.token = None;
        feed::refresh(core, &state).await?;
    }
    core.retire(|name| name == username);
    core.store.remove_user(username)
}

pub async fn get_app_data(core: &Arc<Core>, name: &str) -> Result<Option<Vec<u8>>> {
    core.open().await?.read(|payload| payload.secrets.app.0.get(name).cloned())
}

pub async fn set_app_data(core: &Arc<Core>, name: &str, value: Option<Vec<u8>>) -> Result<()> {
    if name.is_empty() || name.len() > 64 || value.as_ref().is_some_and(|value| value.len() > 64 * 1024) {
        return Err(Fail::invalid("app data", "names have 1 to 64 characters, values at most 64 KiB"));
    }
    core.open().await?.update(|payload| {
        let values = &payload.secrets.app.0;
        if value.is_some() && !values.contains_key(name) && values.len() >= MOST_VALUES {
            return Err(Fail::invalid("app data", "there are too many values"));
        }
        match value {
            Some(value) => payload.secrets.app.0.insert(name.to_owned(), value),
            None => payload.secrets.app.0.remove(name),
        };
        Ok(())
    })
}
