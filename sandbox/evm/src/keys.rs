//! Keccak and secp256k1 for the sandbox's own accounts.

use std::borrow::Cow;

use alloy_primitives::{Address, B256, Signature, keccak256 as hash};
use k256::ecdsa::SigningKey;
use pyo3::pyfunction;

use crate::{
    convert,
    error::{EvmError, Result},
};

/// Keccak-256 of some bytes.
#[pyfunction]
pub fn keccak256(data: &[u8]) -> Cow<'static, [u8]> {
    Cow::Owned(hash(data).to_vec())
}

/// The lower-case address that a 32-byte private key controls.
#[pyfunction]
pub fn address_of_key(key: &[u8]) -> Result<String> {
    let signer = signing_key(key)?;
    Ok(convert::lower(Address::from_public_key(
        signer.verifying_key(),
    )))
}

/// The same address with the upper-case letters of its EIP-55 checksum.
#[pyfunction]
pub fn checksummed(address: &str) -> Result<String> {
    Ok(convert::address(address)?.to_checksum(None))
}

pub fn sign(key: &[u8], digest: B256) -> Result<Signature> {
    let (signature, recovery) = signing_key(key)?
        .sign_prehash_recoverable(digest.as_slice())
        .map_err(|_| EvmError::argument("digest", "signable"))?;
    Ok(Signature::from_bytes_and_parity(
        &signature.to_bytes(),
        recovery.is_y_odd(),
    ))
}

fn signing_key(key: &[u8]) -> Result<SigningKey> {
    SigningKey::from_slice(key)
        .map_err(|_| EvmError::argument("key", "a 32-byte secp256k1 private key"))
}
