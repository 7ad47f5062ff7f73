//! The part of a file that can be read without the password.

use super::kdf::Kdf;
use super::{Bytes, NO_BACKUP, OTHER_VERSION, UNSUPPORTED, damaged, refuse};
use crate::error::Result;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const MAGIC: [u8; 4] = [0x03, 0xd9, 0xa2, 0x9a];
const KDBX: [u8; 4] = [0x67, 0xfb, 0x4b, 0xb5];
const AES256: [u8; 16] = *b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff";
const TWOFISH: [u8; 16] = *b"\xad\x68\xf2\x9f\x57\x6f\x4b\xb9\xa3\x6a\xd4\x7a\xf9\x65\x34\x6c";
const CHACHA20: [u8; 16] = *b"\xd6\x03\x8a\x2b\x8b\x6f\x4c\xb5\xa5\x24\x33\x9a\x31\xdb\xb5\x9a";

#[derive(Clone, Copy)]
pub enum Cipher {
    Aes256,
    Twofish,
    ChaCha20,
}

/// How the content is protected against changes.
pub enum Form<'a> {
    /// KDBX 4: `tag` proves the header, and each block has its own.
    Four { tag: &'a [u8] },
    /// KDBX 3: the content starts with known bytes; what KDBX 4 has in its inner header stands here.
    Three { start: &'a [u8], stream: u64, key: &'a [u8] },
}

pub struct Header<'a> {
    /// All of it, which `tag` is about.
    pub raw: &'a [u8],
    /// What follows.
    pub body: &'a [u8],
    pub form: Form<'a>,
    pub cipher: Cipher,
    pub zipped: bool,
    pub seed: &'a [u8],
    pub vector: &'a [u8],
    pub kdf: Kdf<'a>,
}

/// The last value of each kind.
type Fields<'a> = [Option<&'a [u8]>; 12];

impl<'a> Header<'a> {
    pub fn read(data: &'a [u8]) -> Result<Self> {
        let none = || refuse(NO_BACKUP);
        let mut bytes = Bytes(data);
        if bytes.take(4).ok_or_else(none)? != MAGIC {
            return Err(none());
        }
        let format = bytes.take(4).ok_or_else(none)?;
        bytes.take(2).ok_or_else(none)?;
        let version = bytes.number(2).ok_or_else(none)?;
        if format != KDBX || !matches!(version, 3 | 4) {
            return Err(refuse(OTHER_VERSION));
        }
        let fields = fields(&mut bytes, if version == 4 { 4 } else { 2 }).ok_or_else(none)?;
        let (raw, _) = data.split_at(data.len() - bytes.0.len());
        let form = if version == 4 {
            let hash = bytes.take(32).ok_or_else(damaged)?;
            let tag = bytes.take(32).ok_or_else(damaged)?;
            if !bool::from(Sha256::digest(raw).ct_eq(hash)) {
                return Err(damaged());
            }
            Form::Four { tag }
        } else {
            Form::Three {
                start: fields[9].ok_or_else(none)?,
                stream: fields[10].and_then(super::little).ok_or_else(none)?,
                key: fields[8].ok_or_else(none)?,
            }
        };
        let kdf = match (fields[11], fields[6], fields[5]) {
            (Some(parameters), ..) => Kdf::read(parameters)?,
            (None, Some(rounds), Some(salt)) => Kdf::old(rounds, salt)?,
            _ => return Err(none()),
        };
        Ok(Self {
            raw,
            body: bytes.0,
            form,
            cipher: cipher(fields[2].ok_or_else(none)?)?,
            zipped: match fields[3].and_then(super::little) {
                Some(0) => false,
                Some(1) => true,
                _ => return Err(refuse(UNSUPPORTED)),
            },
            seed: fields[4].ok_or_else(none)?,
            vector: fields[7].ok_or_else(none)?,
            kdf,
        })
    }
}

fn fields<'a>(bytes: &mut Bytes<'a>, length_width: usize) -> Option<Fields<'a>> {
    let mut fields = Fields::default();
    loop {
        let kind = usize::try_from(bytes.number(1)?).ok()?;
        let value = bytes.value(length_width)?;
        if kind == 0 {
            return Some(fields);
        }
        if let Some(field) = fields.get_mut(kind) {
            *field = Some(value);
        }
    }
}

fn cipher(id: &[u8]) -> Result<Cipher> {
    if id == AES256 {
        Ok(Cipher::Aes256)
    } else if id == TWOFISH {
        Ok(Cipher::Twofish)
    } else if id == CHACHA20 {
        Ok(Cipher::ChaCha20)
    } else {
        Err(refuse(UNSUPPORTED))
    }
}
