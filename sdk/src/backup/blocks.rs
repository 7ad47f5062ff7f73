//! The keys of a file, and its content: proved block by block, then decrypted.

use super::header::{Cipher, Form, Header};
use super::{Bytes, WRONG_KEY, damaged, refuse};
use crate::error::Result;
use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockCipher, BlockDecryptMut, KeyInit, KeyIvInit, StreamCipher};
use chacha20::ChaCha20;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;
use twofish::Twofish;
use zeroize::Zeroizing;

const HASH: usize = 32;

pub struct Keys {
    cipher: Zeroizing<[u8; 32]>,
    mac: Zeroizing<[u8; 64]>,
}

impl Keys {
    pub fn derive(header: &Header, password: &str) -> Result<Self> {
        let hashed = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(password.as_bytes())));
        let key = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(*hashed)));
        let master = header.kdf.derive(&key)?;
        let cipher = Sha256::new().chain_update(header.seed).chain_update(*master).finalize();
        let mac = Sha512::new().chain_update(header.seed).chain_update(*master).chain_update([1]).finalize();
        Ok(Self { cipher: Zeroizing::new(cipher.into()), mac: Zeroizing::new(mac.into()) })
    }

    /// Whether `tag` was made for these parts, as the block of this number, by somebody with the password.
    fn proves(&self, number: u64, parts: &[&[u8]], tag: &[u8]) -> bool {
        let key: [u8; 64] =
            Sha512::new().chain_update(number.to_le_bytes()).chain_update(*self.mac).finalize().into();
        let key = Zeroizing::new(key);
        let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(&*key) else { return false };
        parts.iter().for_each(|part| mac.update(part));
        mac.verify_slice(tag).is_ok()
    }
}

pub fn decrypt(header: &Header, keys: &Keys) -> Result<Zeroizing<Vec<u8>>> {
    match header.form {
        Form::Four { tag } => {
            if !keys.proves(u64::MAX, &[header.raw], tag) {
                return Err(refuse(WRONG_KEY));
            }
            let sealed = proved_blocks(header.body, keys).ok_or_else(damaged)?;
            decipher(header, keys, sealed).ok_or_else(damaged)
        }
        Form::Three { start, .. } => {
            let sealed = Zeroizing::new(header.body.to_vec());
            let plain = decipher(header, keys, sealed).ok_or_else(|| refuse(WRONG_KEY))?;
            let mut bytes = Bytes(&plain);
            match bytes.take(HASH) {
                Some(found) if bool::from(found.ct_eq(start)) => {}
                _ => return Err(refuse(WRONG_KEY)),
            }
            hashed_blocks(bytes).ok_or_else(damaged)
        }
    }
}

/// The blocks of KDBX 4. The last one is empty; without it the file was cut.
fn proved_blocks(body: &[u8], keys: &Keys) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Bytes(body);
    let mut sealed = Zeroizing::new(Vec::with_capacity(body.len()));
    for number in 0u64.. {
        let tag = bytes.take(HASH)?;
        let block = bytes.value(4)?;
        let length = u32::try_from(block.len()).ok()?;
        if !keys.proves(number, &[&number.to_le_bytes(), &length.to_le_bytes(), block], tag) {
            return None;
        }
        if block.is_empty() {
            break;
        }
        sealed.extend_from_slice(block);
    }
    Some(sealed)
}

/// The blocks of KDBX 3, inside what was encrypted.
fn hashed_blocks(mut bytes: Bytes) -> Option<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::with_capacity(bytes.0.len()));
    loop {
        bytes.take(4)?;
        let hash = bytes.take(HASH)?;
        let block = bytes.value(4)?;
        if block.is_empty() {
            return Some(content);
        }
        if !bool::from(Sha256::digest(block).ct_eq(hash)) {
            return None;
        }
        content.extend_from_slice(block);
    }
}

fn decipher(header: &Header, keys: &Keys, mut data: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
    let key = &*keys.cipher;
    let length = match header.cipher {
        Cipher::Aes256 => unchain::<Aes256>(key, header.vector, &mut data)?,
        Cipher::Twofish => unchain::<Twofish>(key, header.vector, &mut data)?,
        Cipher::ChaCha20 => {
            ChaCha20::new_from_slices(key, header.vector).ok()?.try_apply_keystream(&mut data).ok()?;
            data.len()
        }
    };
    data.truncate(length);
    Some(data)
}

fn unchain<C>(key: &[u8], vector: &[u8], data: &mut [u8]) -> Option<usize>
where
    C: BlockCipher + BlockDecryptMut + KeyInit,
{
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, vector).ok()?;
    Some(cipher.decrypt_padded_mut::<Pkcs7>(data).ok()?.len())
}
