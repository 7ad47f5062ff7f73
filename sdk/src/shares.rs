//! The shares of the phrase at the server.
//!
//! Whether there is something to overwrite is asked first, because only a proven 404 means "none". They are sent
//! from here: the crate would send them along to wherever it is redirected.

use crate::core::{Core, Open};
use crate::error::{Fail, Result};
use crate::mnemonic;
use crate::runtime::{background, blocking};
use crate::vault::boot::{self, Moment};
use crate::vault::file::VaultFile;
use crate::vault::payload::{SharesState, WalletState};
use etopay_sdk::secrecy::{ExposeSecret, SecretSlice};
use etopay_sdk::share::{GeneratedShares, Share, create_shares_from_mnemonic, reconstruct_mnemonic};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;
use zeroize::Zeroizing;

/// How long a request whose answer stayed out may still be on its way.
const GRACE_SECONDS: f64 = 8.0;
const PAUSE: Duration = Duration::from_millis(200);

/// The recovery share of a phrase; the splitting is deterministic, so it identifies the wallet.
pub async fn recovery_share_of(phrase: &str) -> Result<Zeroizing<String>> {
    let phrase = Zeroizing::new(phrase.to_owned());
    blocking(move || {
        // The password only touches the backup share, which is not used here.
        let unused: SecretSlice<u8> = b"unused".to_vec().into();
        let shares = create_shares_from_mnemonic(&mnemonic::parse(&phrase)?, &unused)?;
        Ok(Zeroizing::new(shares.recovery.to_string().expose_secret().to_owned()))
    })
    .await
}

/// Whether the server holds anything of a wallet of this user. Only a 404 to a token that is proven good
/// means that it does not; whatever else goes wrong is a failure, never a "no".
pub async fn exist_at_server(core: &Core) -> Result<bool> {
    let token = core.token().await?;
    let backend = core.backend(&token);
    core.within(async {
        backend.prove_token().await?;
        Ok(backend.has_recovery_share().await? || backend.has_backup_share().await?)
    })
    .await
}

/// Whether the server holds the shares of this very phrase.
pub async fn are_of(core: &Core, open: &Open, phrase: &str) -> Result<bool> {
    let token = core.token_of(open).await?;
    let backend = core.backend(&token);
    let Some(remote) = core.within(backend.recovery_share()).await? else { return Ok(false) };
    Ok(*recovery_share_of(phrase).await? == *remote.to_string().expose_secret())
}

/// Whether the shares of this wallet came to the server, where that was tried. No is only the answer when no upload can
/// arrive any more.
pub async fn have_arrived(core: &Core, open: &Open) -> Result<bool> {
    let phrase = open.phrase()?;
    if are_of(core, open, &phrase).await? {
        return Ok(true);
    }
    if open.read(|payload| left_of(&payload.upload_since).is_none())? {
        return Ok(false);
    }
    let_uploads_end(core, open).await?;
    are_of(core, open, &phrase).await
}

/// For how long a request that left at this moment may still be on its way. One from the future was not ours.
fn left_of(moment: &Option<Moment>) -> Option<Duration> {
    let passed = boot::since(moment.as_ref()?);
    (0.0..GRACE_SECONDS).contains(&passed).then(|| Duration::from_secs_f64(GRACE_SECONDS - passed))
}

async fn wait_while(core: &Core, on_its_way: impl Fn() -> Result<bool>) -> Result<()> {
    core.waiting(async {
        while on_its_way()? {
            sleep(PAUSE).await;
            core.check_open()?;
        }
        Ok(())
    })
    .await
}

/// Waits until an upload of which nothing was heard cannot come to the server any more.
pub async fn let_uploads_end(core: &Core, open: &Open) -> Result<()> {
    wait_while(core, || open.read(|payload| left_of(&payload.upload_since).is_some())).await
}

/// The same for deletions as well.
pub async fn let_requests_end(core: &Core, open: &Open) -> Result<()> {
    let_uploads_end(core, open).await?;
    wait_while(core, || open.read(|payload| left_of(&payload.deletion_since).is_some())).await
}

/// The same for a user whose vault may be shut. One that cannot be read does not tell.
pub async fn let_requests_of_user_end(core: &Core, username: &str) -> Result<()> {
    let file = VaultFile::in_folder(&core.store.folder(username));
    let facts = file.load(username).map(|sealed| sealed.header.facts).unwrap_or_default();
    let moments: Vec<_> = facts.unanswered.into_iter().map(Some).collect();
    wait_while(core, || Ok(moments.iter().any(|moment| left_of(moment).is_some()))).await
}

/// Tells a share without holding it.
fn fingerprint(share: &str) -> String {
    let spelled = share.parse::<Share>().map(|share| share.to_string().expose_secret().to_owned());
    let spelled = Zeroizing::new(spelled.unwrap_or_else(|_| share.to_owned()));
    let mut hash = Sha256::new();
    hash.update(b"etopay replaced share|");
    hash.update(spelled.as_bytes());
    hex::encode(hash.finalize())
}

async fn fingerprint_at_server(core: &Core, token: &str) -> Result<Option<String>> {
    let found = core.within(core.backend(token).recovery_share_text()).await?;
    Ok(found.map(|share| fingerprint(&share)))
}

/// What a wallet that is asked for now takes the place of: what the server holds; without a token, the wallet of this
/// device, or what that one was to replace.
pub async fn to_be_replaced(core: &Core, open: &Open) -> Result<Option<String>> {
    if let Some(token) = core.token_if_any(open).await? {
        return fingerprint_at_server(core, &token).await;
    }
    open.read(|payload| match payload.wallet {
        WalletState::None => None,
        _ if payload.replaces() => payload.replaced_share.clone(),
        _ => payload.secrets.recovery_share.as_deref().map(fingerprint),
    })
}

/// Whose shares the server holds. What cannot be read is another's.
#[derive(Clone, Copy, PartialEq)]
pub enum Held {
    Nothing,
    Own,
    OfAnother,
}

pub async fn held(core: &Core, token: &str, phrase: &str) -> Result<Held> {
    let own = fingerprint(&recovery_share_of(phrase).await?);
    Ok(match fingerprint_at_server(core, token).await? {
        None => Held::Nothing,
        Some(found) if found == own => Held::Own,
        Some(_) => Held::OfAnother,
    })
}

/// Deletes the shares at the server. Should this end half-way, they are to go back there.
pub async fn delete(core: &Core, open: &Open, token: &str) -> Result<()> {
    let repeated = open.update(|payload| {
        let repeated = left_of(&payload.deletion_since).is_some();
        payload.renew_shares();
        payload.deletion_since = Some(boot::now());
        Ok(repeated)
    })?;
    let sent = core.within(core.backend(token).delete_shares()).await;
    // An earlier one may arrive yet.
    if !repeated && sent.as_ref().map_or_else(is_answer, |()| true) {
        open.update(|payload| {
            payload.deletion_since = None;
            Ok(())
        })?;
    }
    sent
}

/// Refuses to go on when the server holds another wallet, or when that cannot be told.
pub async fn refuse_other_wallet(core: &Core, token: &str, phrase: Option<&str>) -> Result<()> {
    let backend = core.backend(token);
    let Some(remote) = core.within(backend.recovery_share()).await? else { return Ok(()) };
    let same = match phrase {
        Some(phrase) => *recovery_share_of(phrase).await? == *remote.to_string().expose_secret(),
        None => false,
    };
    if same { Ok(()) } else { Err(Fail::new("wallet_exists").with("where", "server")) }
}

/// Who wants the shares at the server.
#[derive(Clone, Copy, PartialEq)]
pub enum Wish {
    /// The user has just asked for this wallet, so it may take the place of another one, where that was said.
    User,
    /// Something that was left undone; it must not overwrite anything.
    Leftover,
}

/// Brings the shares of the wallet to the server and marks the wallet complete.
pub async fn upload(core: &Arc<Core>, open: &Open, wish: Wish) -> Result<()> {
    let phrase = open.phrase()?;
    let token = core.token_of(open).await?;
    let (replaces, replaced) = open.read(|p| (p.replace_shares, p.replaced_share.clone()))?;
    // Not whatever may be there by now: what was there when the user said so.
    let agreed = replaces && wish == Wish::User && replaced.is_some();
    if !(agreed && fingerprint_at_server(core, &token).await? == replaced)
        && let Err(fail) = refuse_other_wallet(core, &token, Some(&phrase)).await
    {
        if fail.code == "wallet_exists" && !replaces {
            open.update(|payload| {
                payload.shares = SharesState::Conflict;
                Ok(())
            })?;
        }
        return Err(fail);
    }
    if let Some(left) = open.read(|payload| left_of(&payload.deletion_since))? {
        // It may take away again what is put there now.
        finish_after(core, left);
    }
    let shares = shares_of(open, &phrase).await?;
    let earlier = open.update(|payload| {
        let earlier = payload.upload_since.take().filter(|moment| left_of(&Some(moment.clone())).is_some());
        payload.upload_begun = true;
        payload.upload_repeated = earlier.is_some();
        // Whatever the server holds by now, it is to get these.
        payload.renew_shares();
        payload.upload_since = Some(boot::now());
        Ok(earlier)
    })?;
    let backend = core.backend(&token);
    if let Err(fail) = core.within(backend.put_shares(&shares.backup, &shares.recovery)).await {
        open.update(|payload| {
            payload.upload_since = Some(boot::now()).filter(|_| earlier.is_some() || !is_answer(&fail));
            Ok(())
        })?;
        return Err(fail);
    }
    if earlier.is_some() {
        // It may come after this one, and be under another password.
        finish_after(core, left_of(&earlier).unwrap_or_default());
    }
    open.update(|payload| {
        if payload.phrase() == Some(phrase.as_str()) {
            payload.shares = SharesState::Uploaded;
            payload.wallet = WalletState::Ready;
            payload.replace_shares = false;
            payload.replaced_share = None;
            payload.upload_begun = false;
            payload.upload_since = earlier;
            payload.deletion_since =
                payload.deletion_since.take().filter(|at| left_of(&Some(at.clone())).is_some());
        }
        Ok(())
    })
}

/// As the crate makes them: the backup share is locked with the wallet password.
async fn shares_of(open: &Open, phrase: &str) -> Result<GeneratedShares> {
    let phrase = Zeroizing::new(phrase.to_owned());
    let password = open.read(|payload| payload.secrets.password.clone().map(Zeroizing::new))?;
    let password = password.ok_or_else(|| Fail::not_initialized("MissingPassword"))?;
    blocking(move || {
        let secret: SecretSlice<u8> = password.as_bytes().to_vec().into();
        Ok(create_shares_from_mnemonic(&mnemonic::parse(&phrase)?, &secret)?)
    })
    .await
}

/// Whether the backend itself said so. A gateway that gave up waiting for it did not.
fn is_answer(fail: &Fail) -> bool {
    let status = fail.details.get("status").and_then(serde_json::Value::as_u64);
    let gave_up = |status| matches!(status, 200..=299 | 408 | 502..=504 | 520..=524);
    match fail.code.as_str() {
        "unauthorized" | "backend_refused" => true,
        "backend_error" => status.is_some_and(|status| !gave_up(status)),
        _ => false,
    }
}

/// Tries again what was left undone: an upload that failed, or a wallet made without a token. A wallet that would
/// take the place of another one waits for the user.
pub fn finish_in_background(core: &Arc<Core>) {
    finish_after(core, Duration::ZERO);
}

fn finish_after(core: &Arc<Core>, pause: Duration) {
    let core = core.clone();
    background(async move {
        sleep(pause).await;
        let _one_at_a_time = core.creating.lock().await;
        let Ok(open) = core.open().await else { return };
        if let Ok(Some(left)) = open.read(|payload| left_of(&payload.upload_since)) {
            // It may be under an older password.
            return finish_after(&core, left);
        }
        let waiting = open.read(|p| match p.shares {
            SharesState::Pending => p.wallet != WalletState::None,
            // A deletion, or an upload of before, may have come after the last upload.
            SharesState::Uploaded => p.deletion_since.is_some() || p.upload_since.is_some(),
            _ => false,
        });
        if core.token_of(&open).await.is_err() || !waiting.unwrap_or(false) {
            return;
        }
        match upload(&core, &open, Wish::Leftover).await {
            Ok(()) => log::info!("the shares of the wallet are uploaded"),
            // What is closed meanwhile goes on at the next start.
            Err(_) if core.check_open().is_err() => {}
            Err(fail) => log::warn!("the shares of the wallet are not uploaded yet: {}", fail.code),
        }
    });
}

/// The phrase from what the server holds and the wallet password; for a new device.
pub async fn phrase_from_server(core: &Core, open: &Open) -> Result<Zeroizing<String>> {
    let token = core.token_of(open).await?;
    let backend = core.backend(&token);
    let (password, kept) =
        open.read(|p| (p.secrets.password.clone().map(Zeroizing::new), p.secrets.recovery_share.clone()))?;
    let password = password.ok_or_else(|| Fail::not_initialized("MissingPassword"))?;
    let kept = match kept {
        Some(text) => Some(text.parse::<Share>()?),
        None => None,
    };
    let (recovery, backup) = core
        .within(async {
            backend.prove_token().await?;
            Ok((backend.recovery_share().await?, backend.backup_share().await?))
        })
        .await?;
    let (recovery, backup) = match (kept.or(recovery), backup) {
        (Some(recovery), Some(backup)) => (recovery, backup),
        (None, Some(_)) => return Err(Fail::not_initialized("SetRecoveryShare")),
        _ => return Err(Fail::not_initialized("UseMnemonic")),
    };
    blocking(move || {
        let secret: SecretSlice<u8> = password.as_bytes().to_vec().into();
        let found = reconstruct_mnemonic(&[&recovery, &backup], Some(&secret))?;
        Ok(Zeroizing::new(found.phrase().to_owned()))
    })
    .await
    .map_err(|fail| if fail.code == "internal_error" { Fail::new("invalid_share") } else { fail })
}
