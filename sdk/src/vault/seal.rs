//! Keys: a random data key seals the payload, the PIN (and the device key) seal the data key.

use crate::error::{Fail, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::aead::{Aead, Payload as AeadPayload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const TEST_SWITCH: &str = "ETOPAY_SDK_WEAK_TEST_KDF";
// Costs are read before anything is proven: no file may ask for more than a device can do in seconds.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 16;

/// Secret from the operating system's key store.
#[derive(Zeroize, ZeroizeOnDrop, Clone)]
pub struct DeviceKey(Vec<u8>);

impl DeviceKey {
    pub fn new(bytes: Vec<u8>) -> Result<Self> {
        if bytes.len() < 16 || bytes.len() > 64 {
            return Err(Fail::invalid("device_key", "it must have 16 to 64 bytes"));
        }
        Ok(Self(bytes))
    }

    fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"etopay device key fingerprint");
        hash.update(&self.0);
        hex::encode(&hash.finalize()[..8])
    }
}

/// Cost of one PIN guess. `weak` is stamped into the file and is never chosen outside tests.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Debug)]
pub struct Profile {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
    pub weak: bool,
}

impl Profile {
    const STRONG: Self = Self { memory_kib: 96 * 1024, passes: 4, lanes: 1, weak: false };
    const WEAK: Self = Self { memory_kib: 64, passes: 1, lanes: 1, weak: true };

    pub fn chosen() -> Self {
        match std::env::var(TEST_SWITCH) {
            Ok(value) if value == "1" => Self::WEAK,
            _ => Self::STRONG,
        }
    }

    fn plausible(&self) -> bool {
        (8..=MAX_MEMORY_KIB).contains(&self.memory_kib)
            && (1..=MAX_PASSES).contains(&self.passes)
            && (1..=4).contains(&self.lanes)
    }
}

/// The wrapped data key and what it takes to unwrap it.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Wrap {
    pub profile: Profile,
    salt: String,
    nonce: String,
    sealed: String,
    pub device: Option<String>,
}

#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl DataKey {
    pub fn generate() -> Result<Self> {
        let mut key = [0u8; 32];
        fill(&mut key)?;
        Ok(Self(key))
    }

    pub fn is_same(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    pub fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&self.0).into())
    }

    pub fn wrap(&self, pin: &str, device: Option<&DeviceKey>, user: &str, profile: Profile) -> Result<Wrap> {
        let (mut salt, mut nonce) = ([0u8; 32], [0u8; 24]);
        fill(&mut salt)?;
        fill(&mut nonce)?;
        let outer = derive(pin, device, &salt, profile)?;
        let aad = wrap_aad(user, &salt, profile, device.is_some());
        let sealed = XChaCha20Poly1305::new((&*outer).into())
            .encrypt(XNonce::from_slice(&nonce), AeadPayload { msg: &self.0, aad: &aad })
            .map_err(|_| Fail::internal("seal"))?;
        Ok(Wrap {
            profile,
            salt: STANDARD.encode(salt),
            nonce: STANDARD.encode(nonce),
            sealed: STANDARD.encode(sealed),
            device: device.map(DeviceKey::fingerprint),
        })
    }

    pub fn unwrap(wrap: &Wrap, pin: &str, device: Option<&DeviceKey>, user: &str) -> Result<Self> {
        let corrupt = || Fail::new("storage_corrupt").with("part", "header");
        let device = match (&wrap.device, device) {
            (None, _) => None,
            (Some(_), None) => return Err(Fail::new("device_key_missing")),
            (Some(expected), Some(given)) if *expected == given.fingerprint() => Some(given),
            (Some(_), Some(_)) => return Err(Fail::new("device_key_mismatch")),
        };
        let salt = STANDARD.decode(&wrap.salt).map_err(|_| corrupt())?;
        let nonce = STANDARD.decode(&wrap.nonce).map_err(|_| corrupt())?;
        let sealed = STANDARD.decode(&wrap.sealed).map_err(|_| corrupt())?;
        if !wrap.profile.plausible() || salt.len() != 32 || nonce.len() != 24 || sealed.len() != 48 {
            return Err(corrupt());
        }
        let outer = derive(pin, device, &salt, wrap.profile)?;
        let aad = wrap_aad(user, &salt, wrap.profile, device.is_some());
        let plain = XChaCha20Poly1305::new((&*outer).into())
            .decrypt(XNonce::from_slice(&nonce), AeadPayload { msg: &sealed, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| Fail::new("wrong_pin"))?;
        let mut key = [0u8; 32];
        key.copy_from_slice(&plain);
        Ok(Self(key))
    }
}

fn derive(
    pin: &str,
    device: Option<&DeviceKey>,
    salt: &[u8],
    profile: Profile,
) -> Result<Zeroizing<[u8; 32]>> {
    let params = Params::new(profile.memory_kib, profile.passes, profile.lanes, Some(32))
        .map_err(|_| Fail::internal("key derivation"))?;
    let argon = match device {
        Some(key) => Argon2::new_with_secret(&key.0, Algorithm::Argon2id, Version::V0x13, params)
            .map_err(|_| Fail::internal("key derivation"))?,
        None => Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
    };
    let mut out = Zeroizing::new([0u8; 32]);
    argon
        .hash_password_into(pin.as_bytes(), salt, &mut *out)
        .map_err(|_| Fail::internal("key derivation"))?;
    Ok(out)
}

fn wrap_aad(user: &str, salt: &[u8], profile: Profile, device: bool) -> Vec<u8> {
    let mut aad = format!(
        "etopay wrap 1|{}|{}|{}|{}|{device}|{user}|",
        profile.memory_kib, profile.passes, profile.lanes, profile.weak
    )
    .into_bytes();
    aad.extend_from_slice(salt);
    aad
}

pub fn fill(buffer: &mut [u8]) -> Result<()> {
    getrandom::fill(buffer).map_err(|_| Fail::internal("random numbers"))
}
