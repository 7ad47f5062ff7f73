//! Creation, restoring, backup and deletion of the wallet.
//!
//! The phrase is on disk before anything else happens with it; from there a creation can only be continued.

use crate::backup;
use crate::core::{Core, Open};
use crate::error::{Fail, Result};
use crate::feed;
use crate::mnemonic;
use crate::pin::{self, PinCheck};
use crate::runtime::blocking;
use crate::shares::{self, Held, Wish};
use crate::vault::Vault;
use crate::vault::attempts::Attempts;
use crate::vault::file::VaultFile;
use crate::vault::payload::{Payload, SharesState, WalletState};
use etopay_sdk::types::newtypes::PlainPassword;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

type Text = Zeroizing<String>;

/// Where the phrase of a new wallet comes from.
pub enum Source {
    New,
    Phrase(Text),
}

pub async fn create(core: &Arc<Core>, given: &str, source: Source, replace: bool) -> Result<String> {
    let phrase = match source {
        Source::New => None,
        Source::Phrase(text) => Some(mnemonic::check(&text)?),
    };
    let _one_at_a_time = core.turn_of_creating().await?;
    create_in_turn(core, given, phrase, replace).await
}

async fn create_in_turn(
    core: &Arc<Core>,
    given: &str,
    phrase: Option<Text>,
    replace: bool,
) -> Result<String> {
    let open = pin::authorize(core, given).await?;
    let (current, state, has_password) = open.read(|p| {
        (p.phrase().map(|x| Zeroizing::new(x.to_owned())), p.wallet, p.secrets.password.is_some())
    })?;
    if !has_password {
        return Err(Fail::not_initialized("MissingPassword"));
    }
    let continued = match (&phrase, &current) {
        (None, Some(_)) => state == WalletState::Pending,
        (Some(wanted), Some(kept)) => wanted == kept,
        (_, None) => false,
    };
    let phrase = match (continued, current) {
        (true, Some(kept)) => {
            if replace && open.read(|payload| payload.shares != SharesState::Uploaded)? {
                let replaced = shares::to_be_replaced(core, &open).await?;
                open.update(|payload| {
                    payload.replace_shares = true;
                    payload.replaced_share = replaced;
                    Ok(())
                })?;
            }
            kept
        }
        (false, Some(_)) if !replace => return Err(Fail::new("wallet_exists").with("where", "device")),
        (_, current) => {
            if current.is_some() {
                refuse_while_paying(core)?;
            }
            begin(core, &open, phrase, replace).await?
        }
    };
    complete(core, &open).await?;
    Ok(phrase.to_string())
}

/// Saves the phrase of a wallet that is not complete yet.
async fn begin(core: &Arc<Core>, open: &Open, given: Option<Text>, replace: bool) -> Result<Text> {
    if !replace && let Some(token) = core.token_if_any(open).await? {
        shares::refuse_other_wallet(core, &token, given.as_ref().map(|phrase| phrase.as_str())).await?;
    }
    // What is left of the former wallet must not arrive after this one.
    shares::let_uploads_end(core, open).await?;
    let replaced = if replace { shares::to_be_replaced(core, open).await? } else { None };
    let known_to_user = given.is_some();
    let phrase = match given {
        Some(phrase) => phrase,
        None => mnemonic::generate()?,
    };
    let recovery = shares::recovery_share_of(&phrase).await?;
    let put = |payload: &mut Payload| {
        payload.forget_wallet();
        payload.secrets.phrase = Some(phrase.to_string());
        payload.secrets.recovery_share = Some(recovery.to_string());
        payload.wallet = WalletState::Pending;
        payload.shares = SharesState::Pending;
        payload.replace_shares = replace;
        payload.replaced_share = replaced;
        payload.phrase_confirmed = known_to_user;
        Ok(())
    };
    if open.read(|payload| payload.wallet == WalletState::None)? {
        open.update(put)?;
    } else {
        core.unless_paying(|| open.update(put))?;
    }
    Ok(phrase)
}

/// Feeds the crate, uploads the shares when there is a token, marks the wallet ready.
async fn complete(core: &Arc<Core>, open: &Open) -> Result<()> {
    {
        let state = core.state.lock().await;
        feed::refresh(core, &state).await?;
    }
    let with_token = core.token_if_any(open).await?.is_some();
    if with_token && open.read(|payload| payload.shares != SharesState::Uploaded)? {
        return shares::upload(core, open, Wish::User).await;
    }
    open.update(|payload| {
        payload.wallet = WalletState::Ready;
        Ok(())
    })
}

pub async fn create_from_backup(
    core: &Arc<Core>,
    given: &str,
    backup: Vec<u8>,
    password: Text,
    replace: bool,
) -> Result<()> {
    let _one_at_a_time = core.turn_of_creating().await?;
    let opened = core.in_time(async {
        pin::authorize(core, given).await?;
        deriving(core, move || backup::open(&backup, &password)).await
    });
    let phrase = opened.await?;
    create_in_turn(core, given, Some(phrase), replace).await.map(|_| ())
}

/// Work on a backup file. It cannot be stopped: whoever does not wait for it leaves its place taken until it ends.
async fn deriving<T, F>(core: &Core, work: F) -> Result<T>
where
    F: FnOnce() -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    let place = core.deriving.clone().acquire_owned().await.map_err(|_| Fail::new("closed"))?;
    blocking(move || {
        let _place = place;
        work()
    })
    .await
}

pub async fn restore_from_shares(core: &Arc<Core>, given: &str) -> Result<()> {
    let _one_at_a_time = core.turn_of_creating().await?;
    let open = pin::authorize(core, given).await?;
    if open.read(|payload| payload.wallet != WalletState::None)? {
        return Err(Fail::new("wallet_exists").with("where", "device"));
    }
    // What is still on its way could put another wallet there, or none.
    shares::let_requests_end(core, &open).await?;
    let phrase = shares::phrase_from_server(core, &open).await?;
    let recovery = shares::recovery_share_of(&phrase).await?;
    open.update(|payload| {
        payload.secrets.phrase = Some(phrase.to_string());
        payload.secrets.recovery_share = Some(recovery.to_string());
        payload.wallet = WalletState::Ready;
        payload.shares = SharesState::Uploaded;
        payload.phrase_confirmed = true;
        Ok(())
    })?;
    // Otherwise the last good copy would be one without a wallet.
    open.vault()?.scrub()?;
    let state = core.state.lock().await;
    feed::refresh(core, &state).await
}

pub async fn create_backup(core: &Arc<Core>, given: &str, password: Text) -> Result<Vec<u8>> {
    let password = PlainPassword::try_from_string(password.as_str())?;
    let phrase = pin::authorize(core, given).await?.phrase()?;
    let made = deriving(core, move || {
        let secret = password.into_secret_string();
        etopay_sdk::kdbx::store_mnemonic(&mnemonic::parse(&phrase)?, &secret)
            .map_err(|_| Fail::internal("backup"))
    });
    core.in_time(made).await
}

/// Compares in constant time; the right phrase marks the wallet as written down.
pub async fn verify_mnemonic(core: &Arc<Core>, given: &str, phrase: Text) -> Result<bool> {
    let open = pin::authorize(core, given).await?;
    let kept = open.phrase()?;
    let same: bool = kept.as_bytes().ct_eq(mnemonic::normalize(&phrase).as_bytes()).into();
    if same && !open.read(|payload| payload.phrase_confirmed)? {
        open.update(|payload| {
            payload.phrase_confirmed = true;
            Ok(())
        })?;
    }
    Ok(same)
}

pub async fn get_mnemonic(core: &Arc<Core>, given: &str) -> Result<String> {
    Ok(pin::authorize(core, given).await?.phrase()?.to_string())
}

/// Deletes the shares at the server first: if that fails, nothing has happened here. Those of another wallet, such as
/// the one that this one was to replace or one that another device has put there, may be all that is left of it: they
/// stay. Without a token they cannot be deleted, and nothing is, unless this is asked for or they have never left this
/// device.
pub async fn delete(core: &Arc<Core>, given: &str, only_here: bool) -> Result<()> {
    let _one_at_a_time = core.turn_of_creating().await?;
    let open = pin::authorize(core, given).await?;
    refuse_while_paying(core)?;
    if only_here {
        // What comes back from the server next must not be overwritten by what is left of this one.
        shares::let_uploads_end(core, &open).await?;
        return drop_wallet(core, &open).await;
    }
    let phrase = open.phrase()?;
    match core.token_if_any(&open).await? {
        Some(_) => delete_at_server(core, &open, &phrase).await?,
        None if open.read(Payload::may_be_at_server)? => {
            let stay = "the shares of the wallet would stay at the server";
            return Err(Fail::new("no_token").with("reason", stay));
        }
        None => {}
    }
    let dropped = drop_wallet(core, &open).await;
    if dropped.is_err() {
        shares::finish_in_background(core);
    }
    dropped
}

async fn delete_at_server(core: &Arc<Core>, open: &Open, phrase: &str) -> Result<()> {
    let is_unheard = open.read(|payload| payload.upload_begun && !payload.upload_repeated)?;
    if !(is_unheard && shares::have_arrived(core, open).await?) {
        shares::let_uploads_end(core, open).await?;
    }
    let token = core.token_of(open).await?;
    if shares::held(core, &token, phrase).await? == Held::OfAnother {
        return Ok(());
    }
    // One may have begun meanwhile.
    refuse_while_paying(core)?;
    let deleted = shares::delete(core, open, &token).await;
    if deleted.is_err() {
        shares::finish_in_background(core);
    }
    deleted
}

/// A payment still needs the wallet's keys.
fn refuse_while_paying(core: &Core) -> Result<()> {
    core.unless_paying(|| Ok(()))
}

/// Drops a wallet whose creation was interrupted; what the server holds stays. Once the server has this wallet
/// it is the only one there is, so it can only be completed or deleted then.
pub async fn discard_pending(core: &Arc<Core>, given: &str) -> Result<()> {
    let _one_at_a_time = core.turn_of_creating().await?;
    let open = pin::authorize(core, given).await?;
    if open.read(|payload| payload.wallet != WalletState::Pending)? {
        return Err(Fail::new("not_found").with("what", "pending wallet"));
    }
    refuse_while_paying(core)?;
    if open.read(|payload| payload.upload_begun)? && shares::have_arrived(core, &open).await? {
        return Err(Fail::new("wallet_exists").with("where", "server"));
    }
    drop_wallet(core, &open).await
}

async fn drop_wallet(core: &Core, open: &Open) -> Result<()> {
    core.unless_paying(|| {
        let mut vault = open.vault()?;
        vault.update(|payload| {
            payload.forget_wallet();
            Ok(())
        })?;
        vault.scrub()
    })?;
    let state = core.state.lock().await;
    feed::refresh(core, &state).await
}

pub async fn get_recovery_share(core: &Arc<Core>, given: &str) -> Result<Option<String>> {
    pin::authorize(core, given).await?.read(|payload| payload.secrets.recovery_share.clone())
}

/// Keeps a recovery share the user brought along, for `restore_from_shares`.
pub async fn set_recovery_share(core: &Arc<Core>, share: Text) -> Result<()> {
    share.parse::<etopay_sdk::share::Share>()?;
    core.open().await?.update(|payload| {
        if payload.wallet != WalletState::None {
            return Err(Fail::new("wallet_exists").with("where", "device"));
        }
        payload.secrets.recovery_share = Some(share.to_string());
        Ok(())
    })
}

/// The first call seals the vault with this PIN; a later one changes the password.
pub async fn set_password(core: &Arc<Core>, given: &str, password: Text) -> Result<()> {
    PlainPassword::try_from_string(password.as_str())?;
    pin::check_form(given)?;
    let _one_at_a_time = core.turn_of_creating().await?;
    let (username, folder) = {
        let mut state = core.state_of_call().await?;
        pin::take_turn(core, &mut state, core.turns.of_call()).await?;
        let user = state.user.as_ref().ok_or_else(|| Fail::new("no_user"))?;
        (user.username.clone(), user.folder.clone())
    };
    let file = VaultFile::in_folder(&folder);
    let open = if file.exists() {
        pin::authorize(core, given).await?
    } else {
        seal_first(core, username, file, given).await?
    };
    open.update(|payload| {
        payload.secrets.password = Some(password.to_string());
        if payload.wallet != WalletState::None {
            payload.renew_shares();
        }
        Ok(())
    })?;
    {
        let state = core.state.lock().await;
        feed::refresh(core, &state).await?;
    }
    let with_token = core.token_of(&open).await.is_ok();
    // A wallet that is not complete yet must not take the place of what the server holds by this call.
    let waiting = open.read(|p| p.shares == SharesState::Pending && p.wallet == WalletState::Ready)?;
    if with_token
        && waiting
        && let Err(fail) = renew_shares(core, &open).await
    {
        // The new password is saved; the server gets its share as soon as it can be reached.
        log::warn!("the backup share is not renewed yet: {}", fail.code);
        shares::finish_in_background(core);
    }
    Ok(())
}

/// A share under the old password that is still on its way must not come after the new one.
async fn renew_shares(core: &Arc<Core>, open: &Open) -> Result<()> {
    shares::let_uploads_end(core, open).await?;
    shares::upload(core, open, Wish::Leftover).await
}

async fn seal_first(core: &Arc<Core>, username: String, file: VaultFile, given: &str) -> Result<Open> {
    let (secret, shared) = (Zeroizing::new(given.to_owned()), core.clone());
    // First the counter: a vault without one counts as tampered with.
    Attempts::in_folder(&core.store.folder(&username)).clear()?;
    let owner = username.clone();
    let handle = blocking(move || {
        shared.enliven(&username, Vault::create(file, &username, &secret, shared.device.as_ref())?)
    })
    .await?;
    let open = Open::new(handle, PinCheck::new(given)?);
    let mut state = core.state.lock().await;
    open.update(|payload| {
        payload.networks.clone_from(&state.networks);
        payload.active_network.clone_from(&state.active);
        Ok(())
    })?;
    // A lock asked for meanwhile keeps the new vault shut.
    let in_time = core.turns.check(core.turns.of_call()).is_ok();
    if let Some(user) = state.user.as_mut().filter(|user| in_time && user.username == owner) {
        user.open = Some(open.clone());
    }
    Ok(open)
}

pub async fn is_password_set(core: &Arc<Core>) -> Result<bool> {
    let state = core.state.lock().await;
    let user = state.user.as_ref().ok_or_else(|| Fail::new("no_user"))?;
    if let Some(open) = &user.open {
        return open.read(|payload| payload.secrets.password.is_some());
    }
    let file = VaultFile::in_folder(&user.folder);
    if !file.exists() {
        return Ok(false);
    }
    Ok(file.load(&user.username)?.header.facts.password_set)
}

pub async fn set_derivation(core: &Arc<Core>, account: u32, index: u32) -> Result<()> {
    if account >= 1 << 31 || index >= 1 << 31 {
        return Err(Fail::invalid("derivation", "account and index must be below 2147483648"));
    }
    let open = core.open().await?;
    open.update(|payload: &mut Payload| {
        payload.account = account;
        payload.index = index;
        Ok(())
    })?;
    let state = core.state.lock().await;
    feed::refresh(core, &state).await
}
