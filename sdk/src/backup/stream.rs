//! What stands before the document, and the cipher that hides its protected values.

use super::blocks::hash;
use super::header::{Form, Header};
use super::{Bytes, UNSUPPORTED, damaged, little, refuse};
use crate::error::Result;
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use salsa20::Salsa20;
use sha2::{Sha256, Sha512};

const SALSA20: u64 = 2;
const CHACHA20: u64 = 3;
const SALSA20_NONCE: [u8; 8] = *b"\xe8\x30\x09\x4b\x97\x20\x5d\x2a";

pub struct Inner<'a> {
    pub stream: Box<dyn StreamCipher>,
    pub document: &'a [u8],
}

impl<'a> Inner<'a> {
    pub fn read(header: &Header, content: &'a [u8]) -> Result<Self> {
        match header.form {
            Form::Three { stream, key, .. } => Ok(Self { stream: cipher(stream, key)?, document: content }),
            Form::Four { .. } => {
                let mut bytes = Bytes(content);
                let (id, key) = fields(&mut bytes).ok_or_else(damaged)?;
                Ok(Self { stream: cipher(id, key)?, document: bytes.0 })
            }
        }
    }
}

fn fields<'a>(bytes: &mut Bytes<'a>) -> Option<(u64, &'a [u8])> {
    let (mut id, mut key) = (None, None);
    loop {
        let kind = bytes.number(1)?;
        let value = bytes.value(4)?;
        match kind {
            0 => return Some((id?, key?)),
            1 => id = little(value),
            2 => key = Some(value),
            _ => {}
        }
    }
}

fn cipher(id: u64, key: &[u8]) -> Result<Box<dyn StreamCipher>> {
    match id {
        CHACHA20 => {
            let hashed = hash::<Sha512, 64>(&[key]);
            let made = ChaCha20::new_from_slices(&hashed[..32], &hashed[32..44]).map_err(|_| damaged())?;
            Ok(Box::new(made))
        }
        SALSA20 => {
            let hashed = hash::<Sha256, 32>(&[key]);
            let made = Salsa20::new_from_slices(hashed.as_slice(), &SALSA20_NONCE).map_err(|_| damaged())?;
            Ok(Box::new(made))
        }
        _ => Err(refuse(UNSUPPORTED)),
    }
}
