//! Bytes of a vault file: magic, header, nonce, sealed payload, checksum.
//!
//! The header is readable without the PIN and holds no secret; the payload's seal authenticates it. The
//! checksum finds accidental damage without the PIN, so that a damaged file is never taken for a wrong PIN.

use super::boot::Moment;
use super::seal::{DataKey, Wrap, fill};
use crate::error::{Fail, Result};
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, Payload as AeadPayload};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const MAGIC: &[u8; 8] = b"ETOPAYV1";
const NONCE: usize = 24;
const CHECKSUM: usize = 32;
const MAX_HEADER: usize = 64 * 1024;
const MAX_FILE: usize = 64 * 1024 * 1024;

/// What may be known about a user before the PIN was typed.
#[derive(Serialize, Deserialize, Clone, Default, Debug, PartialEq)]
pub struct Facts {
    pub has_wallet: bool,
    pub phrase_confirmed: bool,
    pub password_set: bool,
    /// When requests left for the server that change its shares, and of which nothing was heard.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unanswered: Vec<Moment>,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Header {
    pub username: String,
    pub sequence: u64,
    pub facts: Facts,
    pub wrap: Wrap,
}

impl Header {
    pub fn new(username: &str, wrap: Wrap) -> Self {
        Self { username: username.to_owned(), sequence: 0, facts: Facts::default(), wrap }
    }
}

/// A parsed file whose payload is still sealed.
pub struct Sealed {
    pub header: Header,
    bytes: Vec<u8>,
    body: usize,
}

fn corrupt(part: &str) -> Fail {
    Fail::new("storage_corrupt").with("part", part)
}

impl Sealed {
    pub fn seal(header: &Header, key: &DataKey, plain: &[u8]) -> Result<Vec<u8>> {
        let head = serde_json::to_vec(header).map_err(|_| Fail::internal("header"))?;
        let length = u32::try_from(head.len()).map_err(|_| Fail::internal("header"))?;
        let mut bytes = Vec::with_capacity(head.len() + plain.len() + 128);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&head);
        let mut nonce = [0u8; NONCE];
        fill(&mut nonce)?;
        let sealed = key
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), AeadPayload { msg: plain, aad: &bytes })
            .map_err(|_| Fail::internal("seal"))?;
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        // What could not be read back must not take the place of what can.
        if bytes.len() > MAX_FILE || head.len() > MAX_HEADER {
            return Err(Fail::new("storage_error").with("operation", "sealing").with("reason", "TooLarge"));
        }
        Ok(bytes)
    }

    pub fn parse(mut bytes: Vec<u8>) -> Result<Self> {
        if bytes.len() > MAX_FILE || bytes.len() < MAGIC.len() + 4 + NONCE + CHECKSUM {
            return Err(corrupt("size"));
        }
        if &bytes[..MAGIC.len()] != MAGIC {
            return Err(corrupt("magic"));
        }
        let checksum = bytes.split_off(bytes.len() - CHECKSUM);
        if Sha256::digest(&bytes).as_slice() != checksum {
            return Err(corrupt("checksum"));
        }
        let mut length = [0u8; 4];
        length.copy_from_slice(&bytes[MAGIC.len()..MAGIC.len() + 4]);
        let length = u32::from_le_bytes(length) as usize;
        let start = MAGIC.len() + 4;
        if length > MAX_HEADER || bytes.len() < start + length + NONCE {
            return Err(corrupt("header"));
        }
        let header = serde_json::from_slice(&bytes[start..start + length]).map_err(|_| corrupt("header"))?;
        Ok(Self { header, bytes, body: start + length })
    }

    pub fn open(&self, key: &DataKey) -> Result<Zeroizing<Vec<u8>>> {
        let (aad, rest) = self.bytes.split_at(self.body);
        let (nonce, sealed) = rest.split_at(NONCE);
        key.cipher()
            .decrypt(XNonce::from_slice(nonce), AeadPayload { msg: sealed, aad })
            .map(Zeroizing::new)
            .map_err(|_| corrupt("payload"))
    }
}
