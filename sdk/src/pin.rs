//! The PIN in front of every call that takes one.

use crate::core::{ActiveUser, Core, Handle, Open, State};
use crate::error::{Fail, Result};
use crate::feed;
use crate::payment::settle;
use crate::runtime::blocking;
use crate::shares;
use crate::vault::Vault;
use crate::vault::attempts::Attempts;
use crate::vault::file::VaultFile;
use crate::vault::seal::fill;
use etopay_sdk::types::newtypes::EncryptionPin;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Recognises the PIN of an unlocked session without keeping it.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PinCheck {
    key: [u8; 32],
    digest: [u8; 32],
}

impl PinCheck {
    pub fn new(pin: &str) -> Result<Self> {
        let mut key = [0u8; 32];
        fill(&mut key)?;
        let digest = Self::digest(&key, pin);
        Ok(Self { key, digest })
    }

    fn digest(key: &[u8; 32], pin: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(key);
        hash.update(pin.as_bytes());
        hash.finalize().into()
    }

    fn matches(&self, pin: &str) -> bool {
        Self::digest(&self.key, pin).ct_eq(&self.digest).into()
    }
}

/// The form of a PIN; a malformed one is no guess and is not counted.
pub fn check_form(pin: &str) -> Result<()> {
    EncryptionPin::try_from_string(pin).map(|_| ()).map_err(Fail::from)
}

/// Checks the PIN, opening the vault when it is still sealed. Runs as its own task: a read that is
/// cancelled meanwhile must not leave a half-opened vault or a counted attempt behind.
pub async fn authorize(core: &Arc<Core>, pin: &str) -> Result<Open> {
    core.check_open()?;
    check_form(pin)?;
    let (shared, given) = (core.clone(), Zeroizing::new(pin.to_owned()));
    let (made_after, made_under) = (core.turns.of_call(), core.turns.user_of_call());
    let work = tokio::spawn(async move {
        let mut state = shared.state.lock().await;
        shared.turns.check_user(made_under)?;
        take_turn(&shared, &mut state, made_after).await?;
        let user = state.user.as_ref().ok_or_else(|| Fail::new("no_user"))?;
        match user.open.clone() {
            Some(open) => {
                let checked = Attempts::in_folder(&user.folder).check(|| open.check.matches(&given));
                match checked {
                    Ok(()) => Ok(open),
                    Err(fail) => {
                        // A guess that could not be counted must be the last one of this session.
                        if fail.code == "storage_error" {
                            shut(&shared, &mut state).await?;
                        }
                        Err(fail)
                    }
                }
            }
            None => unlock_state(&shared, &mut state, &given).await,
        }
    });
    work.await.map_err(|_| Fail::internal("pin"))?
}

pub async fn unlock(core: &Arc<Core>, pin: &str) -> Result<()> {
    authorize(core, pin).await.map(|_| ())
}

async fn unlock_state(core: &Arc<Core>, state: &mut State, pin: &str) -> Result<Open> {
    let user = state.user.as_ref().ok_or_else(|| Fail::new("no_user"))?;
    let file = VaultFile::in_folder(&user.folder);
    if !file.exists() {
        return Err(Fail::not_initialized("MissingPassword"));
    }
    let handle = open_vault(core, user, file, pin).await?;
    let open = Open::new(handle, PinCheck::new(pin)?);
    if let Some(user) = state.user.as_mut() {
        user.open = Some(open.clone());
    }
    adopt(state, &open)?;
    if let Err(fail) = feed::refresh(core, state).await {
        if let Some(user) = state.user.as_mut() {
            user.open = None;
        }
        return Err(fail);
    }
    shares::finish_in_background(core);
    settle::resume(core);
    Ok(open)
}

/// What was chosen or learned while the vault was closed is newer than what it remembers.
fn adopt(state: &mut State, open: &Open) -> Result<()> {
    let (networks, active) =
        open.read(|payload| (payload.networks.clone(), payload.active_network.clone()))?;
    let learned = state.networks_fresh && state.networks != networks;
    let chosen = state.active.is_some() && state.active != active;
    if learned || chosen {
        open.update(|payload| {
            if learned {
                payload.networks.clone_from(&state.networks);
            }
            if chosen {
                payload.active_network.clone_from(&state.active);
            }
            Ok(())
        })?;
    }
    if state.networks.is_empty() {
        state.networks = networks;
    }
    if state.active.is_none() {
        state.active = active;
    }
    Ok(())
}

async fn open_vault(core: &Arc<Core>, user: &ActiveUser, file: VaultFile, pin: &str) -> Result<Handle> {
    let attempts = Attempts::in_folder(&user.folder);
    // A damaged file is found before the attempt is counted.
    let sealed = file.load(&user.username)?;
    attempts.begin()?;
    let (username, given, shared) = (user.username.clone(), Zeroizing::new(pin.to_owned()), core.clone());
    let outcome = blocking(move || {
        let device = shared.device.as_ref();
        match shared.living(&username) {
            Some(handle) => {
                let proven = handle
                    .lock()
                    .map_err(|_| Fail::internal("vault"))?
                    .prove(&sealed, &username, &given, device);
                proven.map(|()| handle)
            }
            None => shared.enliven(&username, Vault::open(file, sealed, &username, &given, device)?),
        }
    })
    .await;
    match outcome {
        Ok(handle) => {
            attempts.clear()?;
            Ok(handle)
        }
        Err(fail) if fail.code == "wrong_pin" => Err(attempts.wrong()),
        Err(fail) => {
            attempts.undo()?;
            Err(fail)
        }
    }
}

/// Refuses a call that a lock has overtaken; carries out the locks that were asked for before it.
pub async fn take_turn(core: &Core, state: &mut State, made_after: u64) -> Result<()> {
    core.turns.check(made_after)?;
    if state.locks < made_after { shut(core, state).await } else { Ok(()) }
}

/// Drops the keys; work in flight finishes with its own handle. Nothing is left to do when a call made
/// after this lock came first and carried it out.
pub async fn lock(core: &Arc<Core>, number: u64) -> Result<()> {
    let mut state = core.state.lock().await;
    if state.locks >= number {
        return Ok(());
    }
    shut(core, &mut state).await
}

async fn shut(core: &Core, state: &mut State) -> Result<()> {
    state.locks = core.turns.asked();
    if let Some(user) = state.user.as_mut() {
        user.open = None;
    }
    feed::refresh(core, state).await
}

pub async fn change_pin(core: &Arc<Core>, old: &str, new: &str) -> Result<()> {
    check_form(new)?;
    let open = authorize(core, old).await?;
    let (handle, given, shared) = (open.clone(), Zeroizing::new(new.to_owned()), core.clone());
    blocking(move || handle.vault()?.rewrap(&given, shared.device.as_ref())).await?;
    let check = PinCheck::new(new)?;
    let mut state = core.state.lock().await;
    if let Some(user) = state.user.as_mut()
        && let Some(current) = user.open.as_mut()
        && current.is_of(&open)
    {
        current.check = Arc::new(check);
    }
    Ok(())
}
