//! The keys of a file, and its content: proved block by block, then decrypted.

use super::header::{Cipher, Form, Header};
use super::{Bytes, WRONG_KEY, damaged, refuse};
use crate::error::Result;
use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockCipher, BlockDecryptMut, KeyInit, KeyIvInit, StreamCipher};
use chacha20::ChaCha20;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;
use twofish::Twofish;
use zeroize::Zeroizing;

const HASH: usize = 32;

/// Behind a pointer: what moves is that, and no copy of the bytes stays where they were.
pub type Key<const N: usize> = Box<Zeroizing<[u8; N]>>;

pub struct Keys {
    cipher: Key<32>,
    mac: Key<64>,
}

/// The hash of these parts one after the other, written to where it is wiped.
pub fn hash<D: Digest, const N: usize>(parts: &[&[u8]]) -> Key<N> {
    let mut key = Box::new(Zeroizing::new([0; N]));
    let hasher = parts.iter().fold(D::new(), |hasher, part| hasher.chain_update(part));
    hasher.finalize_into(GenericArray::from_mut_slice(key.as_mut_slice()));
    key
}

impl Keys {
    pub fn derive(header: &Header, password: &str) -> Result<Self> {
        let hashed = hash::<Sha256, 32>(&[password.as_bytes()]);
        let key = hash::<Sha256, 32>(&[hashed.as_slice()]);
        let master = header.kdf.derive(&key)?;
        let cipher = hash::<Sha256, 32>(&[header.seed, master.as_slice()]);
        let mac = hash::<Sha512, 64>(&[header.seed, master.as_slice(), &[1]]);
        Ok(Self { cipher, mac })
    }

    /// Whether `tag` was made for these parts, as the block of this number, by somebody with the password.
    fn proves(&self, number: u64, parts: &[&[u8]], tag: &[u8]) -> bool {
        let key = hash::<Sha512, 64>(&[&number.to_le_bytes(), self.mac.as_slice()]);
        let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(key.as_slice()) else { return false };
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
    let key = keys.cipher.as_slice();
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
