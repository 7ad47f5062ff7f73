//! The key derivation that a file asks for: nothing proves its demands before they are met, so they are bounded.

use super::blocks::{Key, hash};
use super::{Bytes, TOO_COSTLY, UNSUPPORTED, damaged, little, refuse};
use crate::error::Result;
use aes::Aes256;
use aes::cipher::consts::U16;
use aes::cipher::inout::InOutBuf;
use aes::cipher::{BlockEncrypt, KeyInit};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use sha2::Sha256;
use zeroize::Zeroizing;

const MAX_MEMORY: u64 = 512 * 1024 * 1024;
/// Memory times passes: some ten seconds on a slow core. KeePassXC measures a second of the maker's machine, with 64 MiB.
const MAX_WORK: u64 = 4 * 1024 * 1024 * 1024;
const MAX_LANES: u64 = 256;
const MAX_ROUNDS: u64 = 100_000_000;

const AES: [u8; 16] = *b"\xc9\xd9\xf3\x9a\x62\x8a\x44\x60\xbf\x74\x0d\x08\xc1\x8a\x4f\xea";
const AES_OF_4: [u8; 16] = *b"\x7c\x02\xbb\x82\x79\xa7\x4a\xc0\x92\x7d\x11\x4a\x00\x64\x82\x38";
const ARGON2D: [u8; 16] = *b"\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c";
const ARGON2ID: [u8; 16] = *b"\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6";

pub enum Kdf<'a> {
    Argon2 { algorithm: Algorithm, version: Version, params: Params, salt: &'a [u8] },
    Aes { rounds: u64, salt: &'a [u8] },
}

/// The parameters are a list of type, name and value; their names are single letters.
#[derive(Default)]
struct Parameters<'a> {
    id: &'a [u8],
    salt: &'a [u8],
    memory: Option<u64>,
    passes: Option<u64>,
    lanes: Option<u64>,
    version: Option<u64>,
    rounds: Option<u64>,
}

impl<'a> Parameters<'a> {
    fn read(value: &'a [u8]) -> Option<Self> {
        let mut bytes = Bytes(value);
        let mut found = Self::default();
        bytes.number(1)?;
        if bytes.number(1)? > 1 {
            return None;
        }
        while bytes.number(1)? != 0 {
            let name = bytes.value(4)?;
            let value = bytes.value(4)?;
            match name {
                b"$UUID" => found.id = value,
                b"S" => found.salt = value,
                b"M" => found.memory = little(value),
                b"I" => found.passes = little(value),
                b"P" => found.lanes = little(value),
                b"V" => found.version = little(value),
                b"R" => found.rounds = little(value),
                _ => {}
            }
        }
        Some(found)
    }
}

impl<'a> Kdf<'a> {
    pub fn read(value: &'a [u8]) -> Result<Self> {
        let found = Parameters::read(value).ok_or_else(damaged)?;
        let algorithm = match found.id {
            id if id == ARGON2D => Algorithm::Argon2d,
            id if id == ARGON2ID => Algorithm::Argon2id,
            id if id == AES || id == AES_OF_4 => {
                return Self::aes(found.rounds.ok_or_else(damaged)?, found.salt);
            }
            _ => return Err(refuse(UNSUPPORTED)),
        };
        let memory = found.memory.ok_or_else(damaged)?;
        let passes = found.passes.ok_or_else(damaged)?;
        let lanes = found.lanes.ok_or_else(damaged)?;
        if memory > MAX_MEMORY || lanes > MAX_LANES || memory.saturating_mul(passes.max(1)) > MAX_WORK {
            return Err(refuse(TOO_COSTLY));
        }
        let narrow = |number: u64| u32::try_from(number).map_err(|_| damaged());
        let params = Params::new(narrow(memory / 1024)?, narrow(passes)?, narrow(lanes)?, Some(32))
            .map_err(|_| damaged())?;
        let version = match found.version {
            Some(0x10) => Version::V0x10,
            Some(0x13) => Version::V0x13,
            _ => return Err(refuse(UNSUPPORTED)),
        };
        Ok(Self::Argon2 { algorithm, version, params, salt: found.salt })
    }

    /// KDBX 3 has fields of its own for it.
    pub fn old(rounds: &[u8], salt: &'a [u8]) -> Result<Self> {
        Self::aes(little(rounds).ok_or_else(damaged)?, salt)
    }

    fn aes(rounds: u64, salt: &'a [u8]) -> Result<Self> {
        if rounds > MAX_ROUNDS {
            return Err(refuse(TOO_COSTLY));
        }
        Ok(Self::Aes { rounds, salt })
    }

    pub fn derive(&self, key: &[u8; 32]) -> Result<Key<32>> {
        match self {
            Self::Argon2 { algorithm, version, params, salt } => {
                // The memory may not be there; asking first makes that an error instead of the end.
                let mut memory = Zeroizing::new(Vec::new());
                memory.try_reserve_exact(params.block_count()).map_err(|_| refuse(TOO_COSTLY))?;
                memory.resize(params.block_count(), Block::default());
                let mut out = Box::new(Zeroizing::new([0; 32]));
                Argon2::new(*algorithm, *version, params.clone())
                    .hash_password_into_with_memory(key, salt, out.as_mut_slice(), memory.as_mut_slice())
                    .map_err(|_| damaged())?;
                Ok(out)
            }
            Self::Aes { rounds, salt } => {
                let cipher = Aes256::new_from_slice(salt).map_err(|_| damaged())?;
                let mut halves = Box::new(Zeroizing::new(*key));
                let (mut both, _) = InOutBuf::from(halves.as_mut_slice()).into_chunks::<U16>();
                for _ in 0..*rounds {
                    cipher.encrypt_blocks_inout(both.reborrow());
                }
                Ok(hash::<Sha256, 32>(&[halves.as_slice()]))
            }
        }
    }
}
