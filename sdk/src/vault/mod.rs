//! The sealed file that holds everything one user must not lose.

pub mod attempts;
pub mod boot;
pub mod file;
pub mod format;
pub mod payload;
pub mod seal;

use crate::error::{Fail, Result};
use file::VaultFile;
use format::{Header, Sealed};
use payload::Payload;
use seal::{DataKey, DeviceKey, Profile};
use zeroize::Zeroizing;

/// An opened vault: the data key, the payload, and where they are kept.
pub struct Vault {
    file: VaultFile,
    header: Header,
    key: DataKey,
    payload: Payload,
    retired: bool,
}

impl Vault {
    pub fn create(file: VaultFile, username: &str, pin: &str, device: Option<&DeviceKey>) -> Result<Self> {
        let key = DataKey::generate()?;
        let wrap = key.wrap(pin, device, username, Profile::chosen())?;
        let header = Header::new(username, wrap);
        let mut vault = Self { file, header, key, payload: Payload::default(), retired: false };
        vault.save()?;
        Ok(vault)
    }

    /// Opens with the PIN. `wrong_pin` only when the wrapping does not open; damage is reported as such.
    pub fn open(
        file: VaultFile,
        sealed: Sealed,
        username: &str,
        pin: &str,
        device: Option<&DeviceKey>,
    ) -> Result<Self> {
        let key = DataKey::unwrap(&sealed.header.wrap, pin, device, username)?;
        let payload = Self::read(&sealed, &key)?;
        let mut vault = Self { file, header: sealed.header, key, payload, retired: false };
        if device.is_some() && vault.header.wrap.device.is_none() {
            vault.rewrap(pin, device)?;
        }
        Ok(vault)
    }

    /// Checks the PIN against the file without opening another handle to it. The file must still be this
    /// vault's: one that somebody has put there instead opens with a PIN of their choice.
    pub fn prove(
        &self,
        sealed: &Sealed,
        username: &str,
        pin: &str,
        device: Option<&DeviceKey>,
    ) -> Result<()> {
        let key = DataKey::unwrap(&sealed.header.wrap, pin, device, username)?;
        if key.is_same(&self.key) { Ok(()) } else { Err(Fail::new("storage_corrupt").with("part", "owner")) }
    }

    fn read(sealed: &Sealed, key: &DataKey) -> Result<Payload> {
        let plain = sealed.open(key)?;
        serde_json::from_slice(&plain).map_err(|_| Fail::new("storage_corrupt").with("part", "payload"))
    }

    pub fn is_of(&self, username: &str) -> bool {
        self.header.username == username
    }

    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// Changes the payload and makes the change durable; on failure nothing has changed.
    pub fn update<T>(&mut self, change: impl FnOnce(&mut Payload) -> Result<T>) -> Result<T> {
        let before = self.payload.clone();
        let outcome = change(&mut self.payload).and_then(|value| self.save().map(|()| value));
        if outcome.is_err() {
            self.payload = before;
        }
        outcome
    }

    /// A new PIN or device key seals the same data key. Both copies are renewed, so that the file kept
    /// as the last good one does not open with the old PIN.
    pub fn rewrap(&mut self, pin: &str, device: Option<&DeviceKey>) -> Result<()> {
        let before = self.header.wrap.clone();
        self.header.wrap = self.key.wrap(pin, device, &self.header.username, Profile::chosen())?;
        if let Err(fail) = self.save() {
            self.header.wrap = before;
            return Err(fail);
        }
        // The new PIN is in force; a copy under the old one that cannot be renewed has to go.
        self.save().or_else(|_| self.file.drop_previous())
    }

    /// Also renews the last good copy: for secrets that are to be gone.
    pub fn scrub(&mut self) -> Result<()> {
        self.save()
    }

    /// No more writing: the folder is about to belong to somebody else.
    pub fn retire(&mut self) {
        self.retired = true;
    }

    fn save(&mut self) -> Result<()> {
        if self.retired {
            return Err(Fail::new("closed"));
        }
        self.header.facts = self.payload.facts();
        self.header.sequence = self.header.sequence.saturating_add(1);
        let plain = Zeroizing::new(serde_json::to_vec(&self.payload).map_err(|_| Fail::internal("payload"))?);
        self.file.write(&Sealed::seal(&self.header, &self.key, &plain)?)
    }
}
