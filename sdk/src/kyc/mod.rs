//! Identity checks by the two providers the backend knows.
//!
//! The crate keeps how far a user has come in its local store, and asks the service at some steps only. Here it
//! starts from what the service says now, and the vault remembers what the user has typed.

pub mod postident;
pub mod viviswap;

use crate::core::{Core, Open};
use crate::error::{Fail, Result};
use etopay_sdk::types::File;
use serde::{Deserialize, Serialize};
use serde_json::Value;

const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Who checks the user's identity; the choice is for good.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Default, Debug)]
pub enum Kind {
    #[default]
    Undefined,
    Postident,
    Viviswap,
}

/// What the vault remembers of it.
#[derive(Serialize, Deserialize, Clone, Default)]
#[serde(default)]
pub struct Kyc {
    pub verified: bool,
    pub kind: Kind,
    /// As it is shown to Python; nothing before the first answer of the service.
    pub viviswap: Value,
}

/// A file on its way to the service.
pub struct Upload {
    bytes: Vec<u8>,
    name: String,
}

impl From<(Vec<u8>, String)> for Upload {
    fn from((bytes, name): (Vec<u8>, String)) -> Self {
        Self { bytes, name }
    }
}

impl Upload {
    fn encode(self, field: &str) -> Result<File> {
        if self.bytes.is_empty() || self.bytes.len() > MOST_BYTES {
            return Err(Fail::invalid(field, "a file has 1 byte to 64 MiB"));
        }
        let plain = |c: char| !c.is_control() && c != '/' && c != '\\';
        if self.name.is_empty() || self.name.len() > 255 || !self.name.chars().all(plain) {
            return Err(Fail::invalid(field, "the name of the file has 1 to 255 characters and no slash"));
        }
        Ok(File::from_bytes(&self.bytes, &self.name))
    }
}

fn encode(upload: Option<Upload>, field: &str) -> Result<Option<File>> {
    upload.map(|upload| upload.encode(field)).transpose()
}

/// The vault, when it is open: identity checks work without it, but then nothing is remembered.
async fn vault(core: &Core) -> Option<Open> {
    core.open().await.ok()
}

fn remember(open: Option<&Open>, edit: impl FnOnce(&mut Kyc)) -> Result<()> {
    let Some(open) = open else { return Ok(()) };
    open.update(|payload| {
        edit(&mut payload.kyc);
        Ok(())
    })
}

/// Whether the user's identity is proven, as the backend says; remembered.
pub async fn is_verified(core: &Core, username: &str) -> Result<bool> {
    crate::store::check_username(username)?;
    // The backend answers for whoever the token is of, whatever name is asked for.
    if core.username().await.is_ok_and(|active| active != username) {
        return Err(Fail::new("not_found").with("what", "user"));
    }
    let open = vault(core).await;
    let verified = core
        .within(async { Ok(crate::feed::light(core).await?.is_kyc_status_verified(username).await?) })
        .await?;
    remember_proof(open.as_ref(), verified)?;
    Ok(verified)
}

fn remember_proof(open: Option<&Open>, verified: bool) -> Result<()> {
    let known = open.map(|open| open.read(|payload| payload.kyc.verified)).transpose()?;
    if known.is_some_and(|known| known != verified) {
        remember(open, |kyc| kyc.verified = verified)
    } else {
        Ok(())
    }
}

/// What a service does not know was never started.
fn started<T>(outcome: Result<T>) -> Result<T> {
    outcome.map_err(|fail| if fail.is_missing() { Fail::new("kyc_not_started") } else { fail })
}

/// Keeps what is remembered of the proof in step with what a provider has just said. Only the backend knows it, and
/// a call that has done its work does not fail for want of this.
async fn follow(core: &Core, open: Option<&Open>) {
    if open.is_none() {
        return;
    }
    let Ok(username) = core.username().await else { return };
    let asked = tokio::time::timeout(core.read_timeout() / 4, is_verified(core, &username)).await;
    if !matches!(asked, Ok(Ok(_))) {
        log::warn!("the backend could not be asked whether the identity is proven");
    }
}

/// A user who has begun with one provider cannot go to the other one.
fn refuse_other(open: Option<&Open>, wanted: Kind) -> Result<()> {
    let chosen = open.map(|open| open.read(|payload| payload.kyc.kind)).transpose()?.unwrap_or_default();
    if chosen == Kind::Undefined || chosen == wanted {
        return Ok(());
    }
    Err(Fail::new("kyc_already_started").with("provider", format!("{chosen:?}")))
}
